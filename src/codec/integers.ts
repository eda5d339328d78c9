/**
 * Ranges of integers.
 *
 * @module
 */
import type { Scalar } from "../schema/model.ts";
import { describe, FieldFault } from "./field_fault.ts";

export type SmallInteger = Extract<Scalar, "u8" | "i8" | "u16" | "i16" | "u32" | "i32">;
export type LargeInteger = Extract<Scalar, "u64" | "i64">;

const ranges: Readonly<Record<SmallInteger, readonly [least: number, most: number]>> = {
  u8: [0, 255],
  i8: [-128, 127],
  u16: [0, 65535],
  i16: [-32768, 32767],
  u32: [0, 4294967295],
  i32: [-2147483648, 2147483647],
};

const ranges64: Readonly<Record<LargeInteger, readonly [least: bigint, most: bigint]>> = {
  u64: [0n, (1n << 64n) - 1n],
  i64: [-(1n << 63n), (1n << 63n) - 1n],
};

/**
 * Makes a function that gives a value as a number in the scalar's range. Numbers, bigints and decimal
 * digits are taken.
 *
 * The function throws FieldFault for everything else.
 */
export function integerCheck(scalar: SmallInteger): (value: unknown) => number {
  const [least, most] = ranges[scalar];
  return (value) => {
    const number = typeof value === "number" ? value : looseNumber(value);
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    throw notInRange(value, scalar, least, most);
  };
}

/** The same for 64 bits. */
export function integerCheck64(scalar: LargeInteger): (value: unknown) => bigint {
  const [least, most] = ranges64[scalar];
  return (value) => {
    const integer = asBigint(value);
    if (integer !== undefined && integer >= least && integer <= most) return integer;
    throw notInRange(value, scalar, least, most);
  };
}

function notInRange(
  value: unknown,
  scalar: Scalar,
  least: number | bigint,
  most: number | bigint,
): FieldFault {
  return new FieldFault(
    `${describe(value)} is not an integer from ${least} to ${most} (${scalar})`,
  );
}

function looseNumber(value: unknown): number {
  if (typeof value === "bigint") return Number(value);
  return typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : Number.NaN;
}

function asBigint(value: unknown): bigint | undefined {
  if (typeof value === "bigint") return value;
  // Above 2^53 a number no longer says which integer was meant.
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  return typeof value === "string" && /^-?\d+$/.test(value) ? BigInt(value) : undefined;
}
