/**
 * Doc comments.
 *
 * @module
 */
import { WIDTH } from "./literal.ts";

/** A doc comment of these paragraphs, as lines; none where there is nothing to say. */
export function docComment(paragraphs: readonly string[], indent: string): string[] {
  const lines = paragraphs.flatMap((text) => wrap(clean(text), WIDTH - indent.length - 3));
  const only = lines[0];
  if (only === undefined) return [];
  if (lines.length === 1 && indent.length + only.length + 7 <= WIDTH) {
    return [`${indent}/** ${only} */`];
  }
  return [`${indent}/**`, ...lines.map((line) => `${indent} * ${line}`), `${indent} */`];
}

/** What would end the comment; the tags that are meant as such begin a paragraph. */
function clean(text: string): string {
  return text.replace(/(?<=.)(?<!\{)@(?=\w)/g, "").replaceAll("*/", "* /");
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
