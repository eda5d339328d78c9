/**
 * Objects with one arm → unions of a record.
 *
 * @module
 */
import { layoutOf } from "../schema/layout.ts";
import type { UnionType } from "../schema/model.ts";
import { below, describe, FieldFault, listNames } from "./field_fault.ts";
import type { RecordWriter, ValueWriter } from "./record_writer.ts";
import { templateOf } from "./template.ts";
import { isBytewise } from "./union.ts";
import { bytesWriter } from "./write_bytes.ts";
import type { SlotWriter } from "./write_slot.ts";
import { isGiven, isObject, isPlain, type Values } from "./write_struct.ts";

/** Turns the bytes of an arm's record into the union's; the codec knows how. */
export type ArmEncoder = (
  union: UnionType,
  arm: number,
  write: (to: RecordWriter) => void,
) => Uint8Array;

/** An arm: its name and the writer of its slot. */
export interface ArmWriter {
  readonly name: string;
  readonly slot: SlotWriter;
}

/** @param arms in the order of the definition */
export function unionWriter(
  union: UnionType,
  arms: readonly ArmWriter[],
  encodeArm: ArmEncoder,
): ValueWriter {
  const names = arms.map(({ name }) => name);
  const writers = arms.map(({ slot }, index) => armWriter(union, index, slot, encodeArm));
  const raw = bytesWriter(union.size);
  const expected = `expected an object with one of ${listNames(names)}`;
  return (to, value, at) => {
    if (!isObject(value)) throw new FieldFault(`${describe(value)} is no union; ${expected}`);
    const name = givenName(value, expected);
    if (name === undefined) return;
    const given = value[name];
    to.follow();
    if (name === "$union") return raw(to, given, at);
    const write = writers[names.indexOf(name)];
    if (write === undefined) throw new FieldFault(`there is no such arm; ${expected}`, name);
    try {
      write(to, given, at);
    } catch (error) {
      throw below(name, error);
    }
  };
}

/** The one name that is given, if any. */
function givenName(value: Values, expected: string): string | undefined {
  // A loop makes no list, but of an object with a class it also sees what the class has.
  if (!isPlain(value)) return oneOf(Object.keys(value), value, expected);
  let only: string | undefined;
  for (const name in value) {
    if (!isGiven(value[name])) continue;
    if (only !== undefined) return oneOf(Object.keys(value), value, expected);
    only = name;
  }
  return only;
}

function oneOf(names: readonly string[], value: Values, expected: string): string | undefined {
  const given = names.filter((name) => isGiven(value[name]));
  if (given.length > 1) throw new FieldFault(`${listNames(given)} are given; ${expected}`);
  return given[0];
}

/**
 * Where the arm's record is its bytes on the wire, and all its defaults are zero as the union is, it is
 * written where it belongs; any other arm is encoded by itself and its bytes are copied.
 */
function armWriter(
  union: UnionType,
  index: number,
  slot: SlotWriter,
  encodeArm: ArmEncoder,
): ValueWriter {
  const arm = union.arms[index];
  const layout = layoutOf({ name: union.name, fields: arm === undefined ? [] : [arm] });
  const isInPlace = layout.fields.every((field) => isBytewise(field.slot)) &&
    templateOf(layout).defaults.length === 0;
  if (isInPlace) return (to, value, at) => slot.write(to, value, at);
  return (to, value, at) => {
    const bytes = encodeArm(union, index, (nested) => slot.write(nested, value, 0));
    to.u8.set(bytes, to.base + at);
  };
}
