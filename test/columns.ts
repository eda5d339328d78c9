/** Columns and objects of the same messages, to be compared. */
import type { Column, MessageColumns } from "../src/codec/column_types.ts";
import { TextColumn } from "../src/codec/text_columns.ts";

type Leaf = number | bigint | boolean | string;

/** The fields of an object that can be columns, by their paths; a boolean as the number in its column. */
export function leavesOf(object: object): Map<string, number | bigint | string> {
  return new Map(leaves(object, ""));
}

function* leaves(object: object, prefix: string): Generator<[string, number | bigint | string]> {
  for (const [name, value] of Object.entries(object)) {
    if (isLeaf(value)) yield [prefix + name, typeof value === "boolean" ? Number(value) : value];
    else if (isStruct(value)) yield* leaves(value, `${prefix}${name}.`);
  }
}

function isLeaf(value: unknown): value is Leaf {
  return ["number", "bigint", "boolean", "string"].includes(typeof value);
}

/** Neither a list, nor bytes, nor a union. */
function isStruct(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Uint8Array) && !("$arms" in value);
}

/** The values of a column, one a row. */
export function columnValues(column: Column | undefined): (number | bigint | string)[] {
  if (column instanceof TextColumn) return column.toArray();
  return [...column ?? []];
}

/** The rows as objects, by the value of the first column. */
export function columnRows({ length, columns }: MessageColumns): Map<unknown, object> {
  const values = Object.entries(columns).map(([path, column]) =>
    [path, columnValues(column)] as const
  );
  return new Map(
    Array.from({ length }, (_, row) => [
      values[0]?.[1][row],
      Object.fromEntries(values.map(([path, column]) => [path, column[row]])),
    ]),
  );
}
