/**
 * Arrays of records, as generated code reads them. Places are bytes of the batch; `record` is where the
 * record begins.
 *
 * @module
 */
import type { Batch } from "./batch.ts";

/** Reads the element at byte `at`. */
export type ReadElement<T> = (batch: Batch, at: number, record: number) => T;

/** Reads `count` elements, `stride` bytes apart, the first of which stands at byte `at`. */
export function list<T>(
  batch: Batch,
  at: number,
  record: number,
  count: number,
  stride: number,
  read: ReadElement<T>,
): T[] {
  const elements = new Array<T>(count);
  for (let i = 0; i < count; i++) elements[i] = read(batch, at + i * stride, record);
  return elements;
}

/** Reads the elements of a counted array whose slot stands at byte `at`. */
export function countedList<T>(
  batch: Batch,
  at: number,
  record: number,
  stride: number,
  read: ReadElement<T>,
): T[] {
  const start = record + batch.u32[at >> 2]!;
  return list(batch, start, record, batch.u32[(at >> 2) + 1]!, stride, read);
}

/** A copy of the bytes of a counted array whose slot stands at byte `at`. */
export function countedBytes(batch: Batch, at: number, record: number): Uint8Array {
  return batch.bytes(record + batch.u32[at >> 2]!, batch.u32[(at >> 2) + 1]!);
}
