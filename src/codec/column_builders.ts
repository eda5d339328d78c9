/**
 * Records → columns: a builder copies one field of all records of a chunk in one loop. Here those of
 * numbers and booleans.
 *
 * @module
 */
import type { Scalar } from "../schema/model.ts";
import type { Batch } from "./batch.ts";
import type { Column } from "./column_types.ts";

/** The first records of a list, all of one batch: the byte offsets at which they begin. */
export interface Records {
  readonly batch: Batch;
  readonly starts: readonly number[];
  readonly count: number;
}

/** Grows one column. */
export interface ColumnBuilder {
  /** Appends a row for each record. */
  add(records: Records): void;
  /** The column; nothing may be added any more. */
  finish(): Column;
}

/** Rows of equal size in memory that doubles when it is full. */
export class GrowingRows<Rows> {
  /** With room for more rows than there are. */
  rows: Rows;
  length = 0;
  readonly #size: number;
  readonly #view: (buffer: ArrayBuffer) => Rows;
  #buffer = new ArrayBuffer(0);

  /** @param size bytes of a row */
  constructor(size: number, view: (buffer: ArrayBuffer) => Rows) {
    this.#size = size;
    this.#view = view;
    this.rows = view(this.#buffer);
  }

  /** Appends `count` rows, to be written from the row on that is returned. */
  append(count: number): number {
    const first = this.length;
    this.length += count;
    const needed = this.length * this.#size;
    if (needed > this.#buffer.byteLength) {
      const larger = new ArrayBuffer(Math.max(needed, this.#buffer.byteLength * 2));
      new Uint8Array(larger).set(new Uint8Array(this.#buffer));
      this.#buffer = larger;
      this.rows = this.#view(larger);
    }
    return first;
  }

  /** The rows, in memory that has no more room. */
  finish(): Rows {
    const bytes = this.length * this.#size;
    return this.#buffer.byteLength === bytes ? this.rows : this.#view(this.#buffer.slice(0, bytes));
  }
}

/** The typed array of a column. */
interface RowType<Rows> {
  /** Bytes of a row. */
  readonly size: number;
  readonly view: (buffer: ArrayBuffer) => Rows;
}

const booleans = { size: 1, view: (buffer: ArrayBuffer) => new Uint8Array(buffer) };
const unsigned = { size: 4, view: (buffer: ArrayBuffer) => new Uint32Array(buffer) };
const signed = { size: 4, view: (buffer: ArrayBuffer) => new Int32Array(buffer) };
const floats = { size: 8, view: (buffer: ArrayBuffer) => new Float64Array(buffer) };
const unsigned64 = { size: 8, view: (buffer: ArrayBuffer) => new BigUint64Array(buffer) };
const signed64 = { size: 8, view: (buffer: ArrayBuffer) => new BigInt64Array(buffer) };

/** Copies the scalar at byte `offset` of each record to `to[at]` and on. */
type CopyScalars<Rows> = (to: Rows, at: number, records: Records, offset: number) => void;

class ScalarBuilder<Rows extends Column> implements ColumnBuilder {
  readonly #rows: GrowingRows<Rows>;
  readonly #copy: CopyScalars<Rows>;
  readonly #offset: number;

  constructor(type: RowType<Rows>, copy: CopyScalars<Rows>, offset: number) {
    this.#rows = new GrowingRows(type.size, type.view);
    this.#copy = copy;
    this.#offset = offset;
  }

  add(records: Records): void {
    const first = this.#rows.append(records.count);
    this.#copy(this.#rows.rows, first, records, this.#offset);
  }

  finish(): Rows {
    return this.#rows.finish();
  }
}

type MakeBuilder = (offset: number) => ColumnBuilder;

function builder<Rows extends Column>(type: RowType<Rows>, copy: CopyScalars<Rows>): MakeBuilder {
  return (offset) => new ScalarBuilder(type, copy, offset);
}

/**
 * A loop for each scalar, though they look alike: one loop for all would meet so many kinds of typed
 * arrays that V8 looked up each element as if it were a property.
 */
const scalarBuilders: Readonly<Record<Scalar, MakeBuilder>> = {
  bool: builder(booleans, (to, at, { batch: { u8 }, starts, count }, offset) => {
    for (let i = 0; i < count; i++) to[at + i] = u8[starts[i]! + offset] === 0 ? 0 : 1;
  }),
  u8: builder(unsigned, (to, at, { batch: { u8 }, starts, count }, offset) => {
    for (let i = 0; i < count; i++) to[at + i] = u8[starts[i]! + offset]!;
  }),
  i8: builder(signed, (to, at, { batch: { i8 }, starts, count }, offset) => {
    for (let i = 0; i < count; i++) to[at + i] = i8[starts[i]! + offset]!;
  }),
  u16: builder(unsigned, (to, at, { batch: { u16 }, starts, count }, offset) => {
    for (let i = 0; i < count; i++) to[at + i] = u16[(starts[i]! + offset) >> 1]!;
  }),
  i16: builder(signed, (to, at, { batch: { i16 }, starts, count }, offset) => {
    for (let i = 0; i < count; i++) to[at + i] = i16[(starts[i]! + offset) >> 1]!;
  }),
  u32: builder(unsigned, (to, at, { batch: { u32 }, starts, count }, offset) => {
    for (let i = 0; i < count; i++) to[at + i] = u32[(starts[i]! + offset) >> 2]!;
  }),
  i32: builder(signed, (to, at, { batch: { i32 }, starts, count }, offset) => {
    for (let i = 0; i < count; i++) to[at + i] = i32[(starts[i]! + offset) >> 2]!;
  }),
  u64: builder(unsigned64, (to, at, { batch: { u64 }, starts, count }, offset) => {
    for (let i = 0; i < count; i++) to[at + i] = u64[(starts[i]! + offset) >> 3]!;
  }),
  i64: builder(signed64, (to, at, { batch: { i64 }, starts, count }, offset) => {
    for (let i = 0; i < count; i++) to[at + i] = i64[(starts[i]! + offset) >> 3]!;
  }),
  f64: builder(floats, (to, at, { batch: { f64 }, starts, count }, offset) => {
    for (let i = 0; i < count; i++) to[at + i] = f64[(starts[i]! + offset) >> 3]!;
  }),
};

/** Builds the column of the scalar at byte `offset` of each record. */
export function scalarBuilder(scalar: Scalar, offset: number): ColumnBuilder {
  return scalarBuilders[scalar](offset);
}
