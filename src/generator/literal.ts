/**
 * JSON values as readable lines.
 *
 * @module
 */

/** Columns of a line. */
export const WIDTH = 100;

/**
 * `value` after `head` and before `tail`: on one line where it fits; otherwise its elements fill lines,
 * and an element that is longer than a line is broken in the same way.
 */
export function literalLines(
  head: string,
  value: readonly unknown[],
  indent: string,
  tail: string,
): string[] {
  const short = `${head}${literal(value)}${tail}`;
  if (short.length <= WIDTH) return [short];
  const inner = `${indent}  `;
  const lines: string[] = [];
  let line = inner;
  const end = () => {
    if (line !== inner) lines.push(line.trimEnd());
    line = inner;
  };
  for (const element of value) {
    const text = `${literal(element)}, `;
    if (line.length + text.length - 1 > WIDTH) end();
    if (Array.isArray(element) && inner.length + text.length - 1 > WIDTH) {
      lines.push(...literalLines(inner, element, inner, ","));
    } else {
      line += text;
    }
  }
  end();
  return [`${head}[`, ...lines, `${indent}]${tail}`];
}

/** A value on one line. */
export function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, item]) => `${key}: ${literal(item)}`);
  return `{ ${entries.join(", ")} }`;
}
