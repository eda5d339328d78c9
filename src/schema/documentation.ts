/**
 * What the comments of the definitions say.
 *
 * @module
 */

/** What a comment of a definition says. */
export interface Documentation {
  /** Lines about the whole. */
  readonly text: readonly string[];
  /** By the field's name in lower case. */
  readonly fields: ReadonlyMap<string, string>;
}

/** Reads a comment in the form of VPP's definitions: `\brief`, then `@param name - what it is`. */
export function documentationOf(comment: string): Documentation {
  const [head = "", ...params] = plain(comment).split(/[@\\]param\b/);
  const fields = new Map<string, string>();
  for (const param of params) {
    const match = /^(?:\[\w+\])?\s*([\w-]+)(?:\[\w*\])?\s*[-:]*\s*([^]*)$/.exec(param);
    const text = oneLine(match?.[2] ?? "");
    if (match?.[1] !== undefined && text !== "") {
      fields.set(match[1].toLowerCase().replaceAll("-", "_"), text);
    }
  }
  const paragraphs = head.split(/\n\s*\n/).map(oneLine).filter((text) => text !== "");
  return { text: paragraphs, fields };
}

/** The text between the comment signs, without the stars before the lines. */
function plain(comment: string): string {
  return comment
    .replace(/^\s*\/\*+/, "")
    .replace(/\*+\/\s*$/, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\*+(?=\s|$)/, ""))
    .join("\n")
    .replace(/[@\\]brief\b/g, "");
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** What is said of a field. */
export function fieldText(docs: Documentation, field: string): string | undefined {
  return docs.fields.get(field.toLowerCase());
}
