/**
 * What generated functions ask of slots and types.
 *
 * @module
 */
import type { Slot } from "../schema/layout.ts";
import { resolveAlias, type Type } from "../schema/model.ts";

/** Whether an array of such elements is bytes. */
export function isByteSlot(slot: Slot): boolean {
  return slot.kind === "scalar" && slot.scalar === "u8";
}

/** The type of an array's elements; of anything else the type itself. */
export function elementOf(type: Type): Type {
  const resolved = resolveAlias(type);
  return resolved.kind === "array" || resolved.kind === "vla" ? resolved.element : resolved;
}
