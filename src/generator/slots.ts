/**
 * What generated functions ask of slots and types.
 *
 * @module
 */
import type { ArraySlot, Slot } from "../schema/layout.ts";
import { resolveAlias, type Type } from "../schema/model.ts";

/** Whether an array of such elements is bytes. */
export function isByteSlot(slot: Slot): boolean {
  return slot.kind === "scalar" && slot.scalar === "u8";
}

/** From so many elements on, to look whether all are zero costs less than to make them. */
const SHARED_FROM = 8;

/** Whether an array that is all zero may be the same for all messages: of many structs of mere scalars. */
export function isShareable({ element, count }: ArraySlot): boolean {
  // It is looked at by words.
  return count >= SHARED_FROM && element.kind === "struct" && element.align >= 4 &&
    element.layout.fields.every(({ slot }) => slot.kind === "scalar");
}

/** The type of an array's elements; of anything else the type itself. */
export function elementOf(type: Type): Type {
  const resolved = resolveAlias(type);
  return resolved.kind === "array" || resolved.kind === "vla" ? resolved.element : resolved;
}
