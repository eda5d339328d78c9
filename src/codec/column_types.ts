/**
 * Columns: the values of one field of many messages, in one typed array. What each kind of field becomes,
 * and how the type of a column follows from the type of its field.
 *
 * @module
 */
import type { TextColumn } from "./text_columns.ts";

/**
 * Numbers: `Uint32Array` for unsigned integers of up to 32 bits, enums and flags, `Int32Array` for signed
 * ones, `Float64Array` for f64. TypeScript knows all of them as `number`.
 */
export type NumberColumn =
  | Uint32Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>;

/** Integers of 64 bits: `BigUint64Array` for u64, `BigInt64Array` for i64. */
export type BigintColumn = BigUint64Array<ArrayBuffer> | BigInt64Array<ArrayBuffer>;

/** Booleans: 1 for true, 0 for false. */
export type BooleanColumn = Uint8Array<ArrayBuffer>;

/** Any column; its length is the number of messages. */
export type Column = NumberColumn | BigintColumn | BooleanColumn | TextColumn;

/** The fields of a message that can be columns; those of a struct within it by path: `route.tableId`. */
export type ColumnPath<Message> = {
  [Name in keyof Message & string]: PathWithin<Name, Message[Name]>;
}[keyof Message & string];

type PathWithin<Name extends string, Value> = Value extends number | bigint | boolean | string
  ? Name
  // Lists, bytes and unions are no columns.
  : Value extends readonly unknown[] | Uint8Array | { readonly $arms: unknown } ? never
  : Value extends object ? `${Name}.${ColumnPath<Value>}`
  : never;

/** The columns of a message by the paths of their fields. */
export type ColumnsOf<Message, Path extends string> = {
  readonly [Each in Path]: ColumnOf<Message, Each>;
};

type ColumnOf<Message, Path extends string> = Path extends keyof Message ? ColumnFor<Message[Path]>
  : Path extends `${infer Name}.${infer Rest}`
    ? Name extends keyof Message ? ColumnOf<Message[Name], Rest> : never
  : never;

type ColumnFor<Value> = [Value] extends [number] ? NumberColumn
  : [Value] extends [bigint] ? BigintColumn
  : [Value] extends [boolean] ? BooleanColumn
  : TextColumn;

/** The answers of a dump by columns. A row, which is one message, has the same place in all of them. */
export interface MessageColumns<Columns = Readonly<Record<string, Column>>> {
  /** How many messages there were. */
  readonly length: number;
  /** By the path of the field. */
  readonly columns: Columns;
}
