/**
 * Random messages in the raw form, with the values at the edges of each type among them.
 *
 * @module
 */
import {
  type Field,
  type Message,
  resolveAlias,
  type Scalar,
  type StringType,
  type Type,
  type UnionType,
} from "../../src/schema/model.ts";
import type { Random } from "../random.ts";
import { integerRange, isByte, type RawObject, type RawValue, toHex } from "./raw.ts";

/** Lengths around the 8 and 16 bytes that the core handles at a time, and its limit of interning. */
const textLengths = [0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 127, 128, 129, 300] as const;
const floats = [0, -0, 1, -2.25, 5e-324, Number.MAX_VALUE, "Infinity", "-Infinity", "NaN"] as const;
const letters = ["a", "Z", "0", " ", "/", "-", '"', "\\", "\n", "\u007f"] as const;
/** Characters of 2, 3 and 4 bytes in UTF-8; U+FEFF is also the byte order mark. */
const wideLetters = ["é", "ß", "€", "你", "\ufeff", "🚀"] as const;

/** A value for every field of the message, header included. */
export function randomFields(message: Message, random: Random): RawObject {
  return fieldsOf(message.fields, random);
}

function fieldsOf(fields: readonly Field[], random: Random): RawObject {
  const lengths = arrayLengths(fields, random);
  const values: Record<string, RawValue> = {};
  for (const { name, type } of fields) {
    values[name] = lengths.get(name) ?? valueOf(type, lengths, random);
  }
  return values;
}

/** How many elements the variable arrays of a struct get, by their count fields. */
function arrayLengths(fields: readonly Field[], random: Random): Map<string, number> {
  const lengths = new Map<string, number>();
  for (const { type } of fields) {
    const array = resolveAlias(type);
    if (array.kind !== "vla") continue;
    const simple = ["scalar", "enum"].includes(resolveAlias(array.element).kind);
    // 255 is the most that a u8 counts; structs stay few, so that nested ones stay small.
    const length = random.pick(simple ? [0, 1, 2, 3, 15, 16, 17, 64, 255] : [0, 1, 2, 3, 5]);
    lengths.set(array.countField, length);
  }
  return lengths;
}

function valueOf(type: Type, lengths: ReadonlyMap<string, number>, random: Random): RawValue {
  const resolved = resolveAlias(type);
  switch (resolved.kind) {
    case "scalar":
      return scalarOf(resolved.scalar, random);
    case "enum":
      return enumOf(resolved.base, resolved.members, random);
    case "string":
      return textOf(resolved, random);
    case "array":
      return elementsOf(resolved.element, resolved.length, random);
    case "vla":
      return elementsOf(resolved.element, lengths.get(resolved.countField) ?? 0, random);
    case "struct":
      return fieldsOf(resolved.fields, random);
    case "union":
      return unionOf(resolved, random);
  }
}

function scalarOf(scalar: Scalar, random: Random): RawValue {
  if (scalar === "bool") return random.below(2) === 1;
  if (scalar === "f64") return random.below(2) === 1 ? random.pick(floats) : random.u32() / 97;
  const integer = integerOf(scalar, random);
  return scalar === "u64" || scalar === "i64" ? integer.toString() : Number(integer);
}

function integerOf(scalar: Scalar, random: Random): bigint {
  const [min, max] = integerRange(scalar) ?? [0n, 0n];
  if (random.below(2) === 1) return random.pick([min, min + 1n, 0n, 1n, max - 1n, max]);
  const bits = (BigInt(random.u32()) << 32n) | BigInt(random.u32());
  return min + bits % (max - min + 1n);
}

/** A member, or any value: VPP does not check. */
function enumOf(
  base: Scalar,
  members: readonly (readonly [name: string, value: number])[],
  random: Random,
): RawValue {
  const [, member] = members.length > 0 ? random.pick(members) : ["", 0];
  const [min, max] = integerRange(base) ?? [0n, 0n];
  const fits = BigInt(member) >= min && BigInt(member) <= max;
  return fits && random.below(2) === 1 ? member : scalarOf(base, random);
}

function textOf(type: StringType, random: Random): string {
  // VPP's own code wants a NUL at the end of a fixed string.
  const room = type.length === 0 ? Infinity : type.length - 1;
  const length = Math.min(random.pick(textLengths), room);
  const wide = random.below(4) === 0;
  let text = "";
  for (let used = 0; used < length;) {
    const letter = random.pick(wide && length - used >= 4 ? wideLetters : letters);
    text += letter;
    used += new TextEncoder().encode(letter).length;
  }
  return text;
}

function elementsOf(element: Type, count: number, random: Random): RawValue {
  if (isByte(element)) return toHex(random.bytes(count));
  return Array.from({ length: count }, () => valueOf(element, new Map(), random));
}

function unionOf(type: UnionType, random: Random): RawObject {
  if (type.arms.length === 0 || random.below(4) === 0) {
    return { $union: toHex(random.bytes(type.size)) };
  }
  const arm = random.pick(type.arms);
  return { [arm.name]: valueOf(arm.type, new Map(), random) };
}
