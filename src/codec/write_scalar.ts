/**
 * Numbers, booleans and enums → record.
 *
 * @module
 */
import type { EnumType, Scalar } from "../schema/model.ts";
import { describe, FieldFault, listNames } from "./field_fault.ts";
import { integerCheck, integerCheck64 } from "./integers.ts";
import { namedNumber } from "./json_text.ts";
import type { ValueWriter } from "./record_writer.ts";

/** Writes a scalar; the wire's byte order is the core's business. */
export function scalarWriter(scalar: Scalar): ValueWriter {
  switch (scalar) {
    case "bool":
      return (to, value, at) => {
        if (typeof value !== "boolean" && value !== 0 && value !== 1) {
          throw new FieldFault(`${describe(value)} is not true or false`);
        }
        to.u8[to.base + at] = Number(value);
      };
    case "f64":
      return (to, value, at) => {
        const number = typeof value === "string" ? namedNumber(value) : value;
        if (typeof number !== "number") throw new FieldFault(`${describe(value)} is no number`);
        to.f64[(to.base + at) >> 3] = number;
      };
    case "u64":
    case "i64": {
      const check = integerCheck64(scalar);
      return (to, value, at) => {
        to.u64[(to.base + at) >> 3] = check(value);
      };
    }
    case "u32":
    case "i32": {
      const check = integerCheck(scalar);
      return (to, value, at) => {
        to.u32[(to.base + at) >> 2] = check(value);
      };
    }
    case "u16":
    case "i16": {
      const check = integerCheck(scalar);
      return (to, value, at) => {
        to.u16[(to.base + at) >> 1] = check(value);
      };
    }
    case "u8":
    case "i8": {
      const check = integerCheck(scalar);
      return (to, value, at) => {
        to.u8[to.base + at] = check(value);
      };
    }
  }
}

/** Writes an enum: by number, by name, and flags also as a list of names. */
export function enumWriter(type: EnumType): ValueWriter {
  const number = scalarWriter(type.base);
  const members = new Map(type.members);
  const byName = (name: string): number => {
    const value = members.get(name);
    if (value === undefined) {
      throw new FieldFault(
        `${JSON.stringify(name)} is no member of ${type.name}; expected ${
          listNames([...members.keys()])
        }`,
      );
    }
    return value;
  };
  return (to, value, at) => {
    if (typeof value === "string" && !/^-?\d+$/.test(value)) number(to, byName(value), at);
    else if (Array.isArray(value) && type.flags) {
      number(to, value.reduce<number>((sum, name) => sum | byName(String(name)), 0) >>> 0, at);
    } else number(to, value, at);
  };
}
