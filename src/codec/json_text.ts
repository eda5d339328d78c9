/**
 * JSON text of what JSON itself cannot say.
 *
 * @module
 */

/** Stands for -0 until the text is made; no string from VPP can hold a NUL. */
const MINUS_ZERO = "\u0000-0.0";

/** JSON on one line, in which -0 keeps its sign, as a `f64` on the wire does. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value, (_, v: unknown) => Object.is(v, -0) ? MINUS_ZERO : v)
    .replaceAll(`"\\u0000-0.0"`, "-0.0");
}

/** The names of the numbers that JSON lacks. */
const named: ReadonlyMap<string, number> = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
]);

/** The number that a text names, or undefined. */
export function namedNumber(text: string): number | undefined {
  return named.get(text);
}

/** A number, or its name where JSON cannot write it. */
export function jsonNumber(value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
