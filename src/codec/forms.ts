/**
 * The forms in which a message is read: as TypeScript values, as JSON, and raw.
 *
 * @module
 */
import type { EnumType, Scalar } from "../schema/model.ts";
import type { Batch } from "./batch.ts";
import { jsonNumber } from "./json_text.ts";
import { camelCase, type Naming, vppNaming } from "./names.ts";
import type { ValueReader } from "./read.ts";
import { formatHex } from "./address_format.ts";

/** How values look in one form. */
export interface Form {
  readonly naming: Naming;
  /** Addresses, prefixes and MACs as text. */
  readonly text: boolean;
  /** Unions with the arm that counts; otherwise by their bytes, as `{ $union: … }`. */
  readonly counted: boolean;
  /** How a scalar looks that `read` reads as a number, a bigint or a boolean. */
  scalar(scalar: Scalar, read: ValueReader): ValueReader;
  /** How an array of u8 looks. */
  bytes(from: Batch, start: number, length: number): unknown;
  /** How an enum looks; undefined: as its number. */
  readonly enumeration?: (type: EnumType, number: ValueReader) => ValueReader;
}

/** TypeScript: camelCase, 64-bit integers as bigint, u8 arrays as Uint8Array, addresses as text. */
export const typescriptForm: Form = {
  naming: camelCase,
  text: true,
  counted: true,
  scalar: (_, read) => read,
  bytes: (from, start, length) => from.bytes(start, length),
};

/** JSON as VPP's own tools print it: VPP's names, enums by name, u8 arrays as `0x…`. */
export const jsonForm: Form = {
  naming: vppNaming,
  text: true,
  counted: true,
  scalar: (scalar, read) =>
    is64Bit(scalar)
      ? (from, at, record) => safeNumber(read(from, at, record))
      : floatAsJson(scalar, read),
  bytes: (from, start, length) => `0x${formatHex(from.u8, start, length)}`,
  enumeration: enumReader,
};

/** Every bit of a message and nothing else: integers, hexadecimal digits, unions by their bytes. */
export const rawForm: Form = {
  naming: vppNaming,
  text: false,
  counted: false,
  scalar: (scalar, read) =>
    is64Bit(scalar)
      ? (from, at, record) => String(read(from, at, record))
      : floatAsJson(scalar, read),
  bytes: (from, start, length) => formatHex(from.u8, start, length),
};

function floatAsJson(scalar: Scalar, read: ValueReader): ValueReader {
  if (scalar !== "f64") return read;
  return (from, at, record) => jsonNumber(read(from, at, record));
}

function is64Bit(scalar: Scalar): boolean {
  return scalar === "u64" || scalar === "i64";
}

/** A number where that is exact, decimal digits beyond. */
export function safeNumber(value: unknown): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

function enumReader(type: EnumType, number: ValueReader): ValueReader {
  const text = enumText(type);
  return (from, at, record) => text(Number(number(from, at, record)));
}

/** The name of an enum's value, the names of flags; the number where something has no name. */
export function enumText(type: EnumType): (value: number) => unknown {
  return type.flags ? flagNames(type) : enumName(type);
}

function enumName(type: EnumType): (value: number) => unknown {
  const names = new Map(type.members.map(([name, value]) => [value, name]));
  return (value) => names.get(value) ?? value;
}

function flagNames(type: EnumType): (value: number) => unknown {
  const bits = type.members.filter(([, value]) => value !== 0);
  return (value) => {
    const set = bits.filter(([, bit]) => (value & bit) >>> 0 === bit >>> 0);
    const covered = set.reduce((sum, [, bit]) => (sum | bit) >>> 0, 0);
    return covered === value ? set.map(([name]) => name) : value;
  };
}
