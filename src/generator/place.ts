/**
 * Places in a record, and what reads a scalar there.
 *
 * @module
 */
import type { Scalar } from "../schema/model.ts";

/** A variable of the generated code and a constant, in bytes. */
export interface Place {
  readonly base: string;
  readonly offset: number;
}

export function plus(place: Place, offset: number): Place {
  return { base: place.base, offset: place.offset + offset };
}

/** As an expression. */
export function placeText({ base, offset }: Place): string {
  return offset === 0 ? base : `${base} + ${offset}`;
}

/** An expression for the scalar at a place of the batch `b`. */
export function readScalar(scalar: Scalar, at: Place): string {
  switch (scalar) {
    case "bool":
      return `b.u8[${placeText(at)}] !== 0`;
    case "u8":
    case "i8":
      return `b.${scalar}[${placeText(at)}]!`;
    case "u16":
    case "i16":
      return `b.${scalar}[${index(at, 1)}]!`;
    case "u32":
    case "i32":
      return `b.${scalar}[${index(at, 2)}]!`;
    case "u64":
    case "i64":
    case "f64":
      return `b.${scalar}[${index(at, 3)}]!`;
  }
}

/** The index of a place in a typed array with elements of `2 ** shift` bytes. */
function index(place: Place, shift: number): string {
  const text = placeText(place);
  return place.offset === 0 ? `${text} >> ${shift}` : `(${text}) >> ${shift}`;
}

/** An expression and the typed arrays of the batch `b` that it has as variables. */
export interface Reading {
  readonly body: string;
  readonly arrays: readonly string[];
}

/** With fewer readings, variables are longer than what they save. */
const VARIABLES_FROM = 4;

/**
 * Makes variables of the typed arrays through which `body` reads, where it reads often: otherwise an engine
 * asks the batch for them again after each call in between.
 */
export function withArrays(body: string): Reading {
  const arrays: string[] = [];
  const replaced = body.replaceAll(/\bb\.([fiu]\d+)\b/g, (_, array: string) => {
    arrays.push(array);
    return array;
  });
  return arrays.length < VARIABLES_FROM
    ? { body, arrays: [] }
    : { body: replaced, arrays: [...new Set(arrays)] };
}
