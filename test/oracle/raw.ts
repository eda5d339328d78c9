/**
 * The raw form of a message, in which test data and `govppmux encode` write values: VPP's own field
 * names; integers of up to 32 bits and f64 as numbers (NaN and the infinities, which JSON lacks, by
 * their names); 64-bit integers as decimal strings; `u8` arrays as hexadecimal text; an enum as its
 * integer; a union as `{ arm: value }` or, as it is read back, `{ $union: hex of all its bytes }`.
 *
 * @module
 */
import { resolveAlias, type Scalar, type Type } from "../../src/schema/model.ts";

export type RawValue = number | boolean | string | readonly RawValue[] | RawObject;

export interface RawObject {
  readonly [name: string]: RawValue;
}

/** The integers that a scalar of the wire holds; undefined for `bool` and `f64`. */
export function integerRange(scalar: Scalar): readonly [min: bigint, max: bigint] | undefined {
  switch (scalar) {
    case "u8":
      return [0n, 0xffn];
    case "u16":
      return [0n, 0xffffn];
    case "u32":
      return [0n, 0xffff_ffffn];
    case "u64":
      return [0n, 0xffff_ffff_ffff_ffffn];
    case "i8":
      return [-0x80n, 0x7fn];
    case "i16":
      return [-0x8000n, 0x7fffn];
    case "i32":
      return [-0x8000_0000n, 0x7fff_ffffn];
    case "i64":
      return [-0x8000_0000_0000_0000n, 0x7fff_ffff_ffff_ffffn];
    case "bool":
    case "f64":
      return undefined;
  }
}

/** Whether arrays of this element are written as hexadecimal text. */
export function isByte(element: Type): boolean {
  const type = resolveAlias(element);
  return type.kind === "scalar" && type.scalar === "u8";
}

export function isObject(value: RawValue): value is RawObject {
  return typeof value === "object" && !Array.isArray(value);
}

export function isList(value: RawValue): value is readonly RawValue[] {
  return Array.isArray(value);
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @throws SyntaxError where `hex` is not pairs of hexadecimal digits */
export function fromHex(hex: string): Uint8Array {
  if (!/^([0-9a-f]{2})*$/i.test(hex)) {
    throw new SyntaxError(`${JSON.stringify(hex)} is not hexadecimal`);
  }
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}
