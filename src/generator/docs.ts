/**
 * Comments of the definitions → doc comments.
 *
 * @module
 */

import { WIDTH } from "./literal.ts";

/** What a comment of a definition says. */
export interface Documentation {
  /** Lines about the whole. */
  readonly text: readonly string[];
  /** By the field's name in lower case. */
  readonly fields: ReadonlyMap<string, string>;
}

/** Reads a comment in the form of VPP's definitions: `\brief`, then `@param name - what it is`. */
export function readComment(comment: string): Documentation {
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
  return text
    .replace(/\s+/g, " ")
    // A word with @ would be taken for a tag.
    .replace(/@(?=\w)/g, "")
    .replaceAll("*/", "* /")
    .trim();
}

/** What is said of a field. */
export function fieldText(docs: Documentation, field: string): string | undefined {
  return docs.fields.get(field.toLowerCase());
}

/** A doc comment of these paragraphs, as lines; none where there is nothing to say. */
export function docComment(paragraphs: readonly string[], indent: string): string[] {
  const lines = paragraphs.flatMap((text) => wrap(text, WIDTH - indent.length - 3));
  const only = lines[0];
  if (only === undefined) return [];
  if (lines.length === 1 && indent.length + only.length + 7 <= WIDTH) {
    return [`${indent}/** ${only} */`];
  }
  return [`${indent}/**`, ...lines.map((line) => `${indent} * ${line}`), `${indent} */`];
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
