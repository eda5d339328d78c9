/**
 * Count fields of variable arrays: they follow from the arrays; where they are given as well, they must
 * agree.
 *
 * @module
 */
import type { StructLayout } from "../schema/layout.ts";
import { describe, FieldFault } from "./field_fault.ts";
import type { Naming } from "./names.ts";
import type { RecordWriter } from "./record_writer.ts";

/** A variable array and its count field; offsets are those of their struct. */
export interface Count {
  /** An earlier array that the same field counts. */
  readonly sharedWith: Count | undefined;
  readonly array: string;
  readonly field: string;
  readonly arrayOffset: number;
  readonly offset: number;
  readonly width: 1 | 2 | 4;
  /** The largest number that the count field holds. */
  readonly most: number;
}

/** The counts of a struct. */
export function countsOf(layout: StructLayout, naming: Naming): readonly Count[] {
  const counts: Count[] = [];
  for (const { name, offset, slot } of layout.fields) {
    if (slot.kind !== "vla") continue;
    counts.push({
      sharedWith: counts.find((count) => count.offset === slot.countOffset),
      array: naming(name),
      field: naming(slot.countField),
      arrayOffset: offset,
      offset: slot.countOffset,
      width: slot.countWidth,
      most: 2 ** (8 * slot.countWidth) - 1,
    });
  }
  return counts;
}

/** Writes the count of an array that the record already has, in the struct at `at`. */
export function writeCount(
  to: RecordWriter,
  object: Readonly<Record<string, unknown>>,
  at: number,
  count: Count,
): void {
  const n = elementsOf(to, at, count);
  if (n > count.most) {
    throw new FieldFault(`${n} elements, and ${count.field} counts to ${count.most}`, count.array);
  }
  const given = object[count.field];
  if (given !== undefined && Number(given) !== n) {
    throw new FieldFault(`${describe(given)}, but ${count.array} has ${n} elements`, count.field);
  }
  const other = count.sharedWith;
  if (other !== undefined && elementsOf(to, at, other) !== n) {
    throw new FieldFault(
      `${n} elements, but ${other.array} has another number of them`,
      count.array,
    );
  }
  const place = to.base + at + count.offset;
  if (count.width === 1) to.u8[place] = n;
  else if (count.width === 2) to.u16[place >> 1] = n;
  else to.u32[place >> 2] = n;
}

/** The slot of an array holds its offset and its length. */
function elementsOf(to: RecordWriter, at: number, count: Count): number {
  return to.u32[((to.base + at + count.arrayOffset) >> 2) + 1] ?? 0;
}
