/**
 * Arrays of records. Places are bytes of the batch; `record` is where the record begins.
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

/**
 * Makes the reader of an array of `count` structs. One that is zero throughout, as the label stack of
 * nearly every path, is read once: all messages share it, frozen.
 */
export function fixedList<T extends object>(
  count: number,
  stride: number,
  read: ReadElement<T>,
): ReadElement<readonly T[]> {
  let zero: readonly T[] | undefined;
  return (batch, at, record) => {
    if (!isZero(batch, at, at + count * stride)) {
      return list(batch, at, record, count, stride, read);
    }
    return zero ??= Object.freeze(
      list(batch, at, record, count, stride, read).map((element) => Object.freeze(element)),
    );
  };
}

/** Whether the words from byte `at` to byte `end` are all zero. */
function isZero({ u32 }: Batch, at: number, end: number): boolean {
  for (let word = at >> 2; word < end >> 2; word++) if (u32[word] !== 0) return false;
  return true;
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
