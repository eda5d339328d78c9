/**
 * Which requests get a function that writes them, and which arms of unions: where it pays, and where
 * all that such a function leaves as it is was zero or a default of the message's template.
 *
 * @module
 */
import { bodyFields } from "../codec/names.ts";
import { isBytewise } from "../codec/union.ts";
import { countFields } from "../codec/zero_value.ts";
import { layoutOf, type Slot, type StructLayout } from "../schema/layout.ts";
import type { Field, UnionType } from "../schema/model.ts";

/**
 * With fewer fields, none of which is a struct or an array, a function would save a fifth of the time,
 * some 20 ns a request: less than its code is worth.
 */
const PAYS_FROM = 3;

export function isWritable(message: StructLayout): boolean {
  return pays(message) && isWritableStruct(message);
}

/** The arms that lie in the union as in a record; the others are encoded by themselves. */
export function writableArms(union: UnionType): Field[] {
  return union.arms.filter((arm) =>
    layoutOf({ name: union.name, fields: [arm] }).fields.every(({ slot, field }) =>
      isBytewise(slot) && field.default === undefined && !hasDefaults(slot) && isWritableSlot(slot)
    )
  );
}

function pays({ fields }: StructLayout): boolean {
  const body = bodyFields(fields);
  return body.length >= PAYS_FROM ||
    body.some(({ slot }) => slot.kind !== "scalar" && slot.kind !== "string");
}

/** Whether no field counts two arrays, whose lengths would have to be compared. */
function isWritableStruct({ fields }: StructLayout): boolean {
  const arrays = fields.filter(({ slot }) => slot.kind === "vla");
  return arrays.length === countFields(fields.map(({ field }) => field)).size &&
    fields.every(({ slot }) => isWritableSlot(slot));
}

function isWritableSlot(slot: Slot): boolean {
  switch (slot.kind) {
    case "scalar":
    case "string":
    case "union":
      return true;
    case "struct":
      return isWritableStruct(slot.layout);
    case "array":
      return isWritableSlot(slot.element);
    // Elements behind the record begin as zeros.
    case "vla":
      return !hasDefaults(slot.element) && isWritableSlot(slot.element);
  }
}

function hasDefaults(slot: Slot): boolean {
  switch (slot.kind) {
    case "scalar":
    case "string":
    case "union":
      return false;
    case "array":
    case "vla":
      return hasDefaults(slot.element);
    case "struct":
      return slot.layout.fields.some((f) => f.field.default !== undefined || hasDefaults(f.slot));
  }
}
