/**
 * Ranges of integers.
 *
 * @module
 */
import type { Scalar } from "../schema/model.ts";

type SmallInteger = "u8" | "i8" | "u16" | "i16" | "u32" | "i32";
type LargeInteger = "u64" | "i64";

const ranges: Readonly<Record<SmallInteger, readonly [number, number]>> = {
  u8: [0, 255],
  i8: [-128, 127],
  u16: [0, 65535],
  i16: [-32768, 32767],
  u32: [0, 4294967295],
  i32: [-2147483648, 2147483647],
};

const ranges64: Readonly<Record<LargeInteger, readonly [bigint, bigint]>> = {
  u64: [0n, (1n << 64n) - 1n],
  i64: [-(1n << 63n), (1n << 63n) - 1n],
};

/** The value as a number in the scalar's range, or what is wrong with it ("is not …"). */
export function checkInteger(value: unknown, scalar: Scalar & SmallInteger): number | string {
  const [least, most] = ranges[scalar];
  const number = typeof value === "number" ? value : looseNumber(value);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  return `is not an integer from ${least} to ${most} (${scalar})`;
}

function looseNumber(value: unknown): number {
  if (typeof value === "bigint") return Number(value);
  return typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : Number.NaN;
}

/** The value as a bigint in the scalar's range, or what is wrong with it. */
export function checkInteger64(value: unknown, scalar: Scalar & LargeInteger): bigint | string {
  const [least, most] = ranges64[scalar];
  const integer = asBigint(value);
  if (integer !== undefined && integer >= least && integer <= most) return integer;
  return `is not an integer from ${least} to ${most} (${scalar})`;
}

function asBigint(value: unknown): bigint | undefined {
  if (typeof value === "bigint") return value;
  // Above 2^53 a number no longer says which integer was meant.
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  return typeof value === "string" && /^-?\d+$/.test(value) ? BigInt(value) : undefined;
}
