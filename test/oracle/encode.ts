/**
 * The oracle's encoder: from the raw form to wire bytes, one byte after another.
 *
 * @module
 */
import { EncodeError } from "../../src/errors.ts";
import {
  type ArrayType,
  type Field,
  type Message,
  resolveAlias,
  type Scalar,
  scalarSize,
  type StringType,
  type StructType,
  type Type,
  type UnionType,
} from "../../src/schema/model.ts";
import { fromHex, integerRange, isByte, isList, isObject } from "./raw.ts";
import type { RawObject, RawValue } from "./raw.ts";

/**
 * Encodes a message from `_vl_msg_id` on. A field or an element of a fixed array that is not given takes
 * its default, or zero; the count of a variable array is the number of its elements.
 *
 * @throws EncodeError where a value does not fit the wire
 */
export function encodeMessage(message: Message, values: RawObject): Uint8Array {
  const out: number[] = [];
  putFields(out, message, values, message.name);
  return Uint8Array.from(out);
}

/** The bytes of a union whose value is in the raw form. */
export function encodeUnion(type: UnionType, value: RawValue): Uint8Array {
  const out: number[] = [];
  putUnion(out, type, value, type.name);
  return Uint8Array.from(out);
}

function putFields(
  out: number[],
  owner: Pick<StructType, "name" | "fields">,
  values: RawObject,
  path: string,
): void {
  for (const name of Object.keys(values)) {
    if (!owner.fields.some((field) => field.name === name)) {
      throw new EncodeError(`${path}.${name}`, `${owner.name} has no such field`);
    }
  }
  const counts = countsOf(owner.fields, values, path);
  for (const field of owner.fields) {
    const value = values[field.name] ?? counts.get(field.name) ?? defaultOf(field);
    putValue(out, field.type, value, `${path}.${field.name}`);
  }
}

/** What the count fields of a struct must say. */
function countsOf(
  fields: readonly Field[],
  values: RawObject,
  path: string,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { name, type } of fields) {
    const array = resolveAlias(type);
    if (array.kind !== "vla") continue;
    const length = lengthOf(array.element, values[name] ?? [], `${path}.${name}`);
    const told = values[array.countField] ?? counts.get(array.countField) ?? length;
    if (told !== length) {
      throw new EncodeError(
        `${path}.${array.countField}`,
        `it says ${told}, but ${name} has ${length} elements`,
      );
    }
    counts.set(array.countField, length);
  }
  return counts;
}

function lengthOf(element: Type, value: RawValue, path: string): number {
  if (typeof value === "string" && isByte(element)) return bytesOf(value, path).length;
  if (isList(value)) return value.length;
  throw mismatch(path, isByte(element) ? "hexadecimal text" : "a list", value);
}

function defaultOf(field: Field): RawValue | undefined {
  const type = resolveAlias(field.type);
  // JSON.parse rounds a default of 0xffffffffffffffff up to 2^64.
  if (type.kind === "scalar" && type.scalar === "u64" && field.default === 2 ** 64) {
    return "18446744073709551615";
  }
  if (field.default === undefined || type.kind !== "scalar" || type.scalar !== "bool") {
    return field.default;
  }
  // vppapigen writes `[default=true]` as the string "true", and `sw_interface_set_vpath` has the
  // default 0xffffffff for a bool.
  return field.default === "true" || (field.default !== "false" && Boolean(field.default));
}

function putValue(out: number[], type: Type, value: RawValue | undefined, path: string): void {
  const resolved = resolveAlias(type);
  switch (resolved.kind) {
    case "scalar":
      return putScalar(out, resolved.scalar, value ?? zeroOf(resolved.scalar), path);
    case "enum":
      return putScalar(out, resolved.base, value ?? 0, path);
    case "string":
      return putString(out, resolved, value ?? "", path);
    case "array":
      return putArray(out, resolved, value, path);
    case "vla":
      return putElements(out, resolved.element, value ?? [], path);
    case "struct":
      if (value !== undefined && !isObject(value)) throw mismatch(path, "an object", value);
      return putFields(out, resolved, value ?? {}, path);
    case "union":
      return putUnion(out, resolved, value ?? {}, path);
  }
}

function zeroOf(scalar: Scalar): RawValue {
  return scalar === "bool" ? false : 0;
}

function putScalar(out: number[], scalar: Scalar, value: RawValue, path: string): void {
  const view = new DataView(new ArrayBuffer(8));
  const range = integerRange(scalar);
  if (range !== undefined) {
    const integer = toInteger(value, path);
    if (integer < range[0] || integer > range[1]) {
      throw new EncodeError(path, `${integer} is out of the range of ${scalar}`);
    }
    // Big-endian: the last bytes of the 64 bits.
    view.setBigInt64(0, BigInt.asIntN(64, integer));
    append(out, new Uint8Array(view.buffer).subarray(8 - scalarSize(scalar)));
  } else if (scalar === "bool") {
    if (typeof value !== "boolean") throw mismatch(path, "true or false", value);
    out.push(value ? 1 : 0);
  } else {
    // VPP leaves f64 in host order, which is little-endian on every machine that it runs on.
    view.setFloat64(0, toFloat(value, path), true);
    append(out, new Uint8Array(view.buffer));
  }
}

function toFloat(value: RawValue, path: string): number {
  if (typeof value === "number") return value;
  if (value === "NaN" || value === "Infinity" || value === "-Infinity") return Number(value);
  throw mismatch(path, "a number", value);
}

function toInteger(value: RawValue, path: string): bigint {
  if (typeof value === "number" && Number.isInteger(value)) return BigInt(value);
  if (typeof value === "string" && /^-?\d+$/.test(value)) return BigInt(value);
  throw mismatch(path, "an integer", value);
}

function putString(out: number[], type: StringType, value: RawValue, path: string): void {
  if (typeof value !== "string") throw mismatch(path, "a string", value);
  const bytes = new TextEncoder().encode(value);
  if (bytes.includes(0)) throw new EncodeError(path, "the string has a NUL");
  if (type.length === 0) {
    putScalar(out, "u32", bytes.length, path);
    return append(out, bytes);
  }
  if (bytes.length > type.length) {
    throw new EncodeError(path, `${bytes.length} bytes do not fit into ${type.length}`);
  }
  append(out, bytes);
  appendZeros(out, type.length - bytes.length);
}

function putArray(
  out: number[],
  type: ArrayType,
  value: RawValue | undefined,
  path: string,
): void {
  const length = value === undefined ? 0 : lengthOf(type.element, value, path);
  if (length > type.length) {
    throw new EncodeError(path, `it has ${length} elements instead of ${type.length}`);
  }
  putElements(out, type.element, value ?? [], path);
  for (let i = length; i < type.length; i++) putValue(out, type.element, undefined, path);
}

function putElements(out: number[], element: Type, value: RawValue, path: string): void {
  if (typeof value === "string") {
    append(out, bytesOf(value, path));
  } else if (isList(value)) {
    value.forEach((item, i) => putValue(out, element, item, `${path}[${i}]`));
  }
}

function putUnion(out: number[], type: UnionType, value: RawValue, path: string): void {
  if (!isObject(value)) throw mismatch(path, "an object with one arm", value);
  const [entry, ...others] = Object.entries(value);
  if (others.length > 0) throw new EncodeError(path, "more than one arm is given");
  const bytes: number[] = [];
  if (entry !== undefined) {
    const [name, inner] = entry;
    const arm = type.arms.find((a) => a.name === name);
    if (name === "$union") append(bytes, unionBytes(type, inner, path));
    else if (arm !== undefined) putValue(bytes, arm.type, inner, `${path}.${name}`);
    else throw new EncodeError(`${path}.${name}`, `union ${type.name} has no such arm`);
  }
  append(out, bytes);
  appendZeros(out, type.size - bytes.length);
}

function unionBytes(type: UnionType, value: RawValue, path: string): Uint8Array {
  if (typeof value !== "string") throw mismatch(path, "hexadecimal text", value);
  const bytes = bytesOf(value, path);
  if (bytes.length !== type.size) {
    throw new EncodeError(path, `$union has ${bytes.length} bytes instead of ${type.size}`);
  }
  return bytes;
}

function bytesOf(hex: string, path: string): Uint8Array {
  try {
    return fromHex(hex);
  } catch (cause) {
    throw new EncodeError(path, `expected hexadecimal text, found ${JSON.stringify(hex)}`, {
      cause,
    });
  }
}

function append(out: number[], bytes: Iterable<number>): void {
  for (const byte of bytes) out.push(byte);
}

function appendZeros(out: number[], count: number): void {
  for (let i = 0; i < count; i++) out.push(0);
}

function mismatch(path: string, expected: string, value: RawValue): EncodeError {
  return new EncodeError(path, `expected ${expected}, found ${JSON.stringify(value)}`);
}
