/**
 * Typed messages as JSON and back, with VPP's own names and in the form in which vat2 and vpp_papi
 * print them: enums by name, flags as lists of names, bytes as `0x…`, addresses as text. Integers of 64
 * bits are numbers where that is exact, and decimal text beyond.
 *
 * @module
 */
import { EncodeError } from "../errors.ts";
import type { EnumType, Scalar } from "../schema/model.ts";
import { formatHex } from "./address_format.ts";
import { parseHex } from "./address_parse.ts";
import type { MessageDescriptor } from "./descriptor.ts";
import { describe, FieldFault, joinPath, listNames } from "./field_fault.ts";
import { enumText, safeNumber } from "./forms.ts";
import { integerCheck, integerCheck64 } from "./integers.ts";
import { jsonNumber, namedNumber } from "./json_text.ts";
import { mapFields, type Mapping, mapValue } from "./map_value.ts";
import { bodyFields, camelCase, vppNaming } from "./names.ts";
import { asBytes } from "./write_bytes.ts";
import { zeroValue } from "./zero_value.ts";

/** A message as JSON. */
export type JsonFields = Record<string, unknown>;

/**
 * A message as JSON can hold it; nothing in it is a bigint or a typed array. Fields that were not given
 * show up with the default that VPP would get.
 *
 * @throws EncodeError that names a field which the message does not have or which has no such value
 */
export function toJson<Value extends object, Fields extends object>(
  descriptor: MessageDescriptor<Value, Fields>,
  value: NoInfer<Value> | NoInfer<Fields>,
): JsonFields {
  return mapMessage(descriptor, value, toJsonMapping);
}

/**
 * A message from its JSON form. What the JSON lacks has the definition's default, or zero. Of a union,
 * `$arms` has the arm that the JSON has, and no other.
 *
 * @throws EncodeError that names the field which does not fit
 */
export function fromJson<Value extends object>(
  descriptor: MessageDescriptor<Value, object>,
  json: unknown,
): Value {
  // The mapping follows the definition from which the type was generated.
  return mapMessage(descriptor, withoutName(json), fromJsonMapping) as Value;
}

function mapMessage(
  descriptor: MessageDescriptor<object, object>,
  value: unknown,
  mapping: Mapping,
): JsonFields {
  try {
    return mapFields(bodyFields(descriptor.message.fields), value, mapping);
  } catch (error) {
    if (!(error instanceof FieldFault)) throw error;
    throw new EncodeError(joinPath(descriptor.name, error.path), error.message);
  }
}

/** vat2 prints `_msgname` and `_crc` into each message. */
function withoutName(json: unknown): unknown {
  if (typeof json !== "object" || json === null || !("_msgname" in json)) return json;
  return { ...json, _msgname: undefined, _crc: undefined };
}

const toJsonMapping: Mapping = {
  from: camelCase,
  to: vppNaming,
  counts: true,
  scalar: (scalar, value) => is64Bit(scalar) ? safeNumber(value) : jsonNumber(value),
  enumeration: (type, value) => typeof value === "number" ? enumText(type)(value) : value,
  text: (_, value) => value,
  bytes: (value) => {
    if (typeof value === "string") return value;
    const bytes = Uint8Array.from(asBytes(value));
    return `0x${formatHex(bytes, 0, bytes.length)}`;
  },
  union: (name, value) => ({ [name]: value }),
  absent: (field) => mapValue(field.type, zeroValue(field.type, field.default), toJsonMapping),
};

const fromJsonMapping: Mapping = {
  from: vppNaming,
  to: camelCase,
  counts: false,
  scalar: scalarFromJson,
  enumeration: enumFromJson,
  text: (type, value) => {
    const room = new Uint8Array(type.size);
    if (typeof value === "string") {
      if (type.parse(value, room, 0)) return value;
      if (parseHex(value, type.size, room, 0)) return type.format(room, 0);
    }
    throw new FieldFault(`${describe(value)} is not ${type.expected}`);
  },
  bytes: bytesFromJson,
  union: (name, value) =>
    Object.defineProperty({ [name]: value }, "$arms", {
      value: { [name]: value },
      configurable: true,
    }),
  absent: (field) => zeroValue(field.type, field.default),
};

function is64Bit(scalar: Scalar): boolean {
  return scalar === "u64" || scalar === "i64";
}

function scalarFromJson(scalar: Scalar, value: unknown): unknown {
  switch (scalar) {
    case "bool":
      if (typeof value === "boolean") return value;
      throw new FieldFault(`${describe(value)} is not true or false`);
    case "f64": {
      const number = typeof value === "string" ? namedNumber(value) : value;
      if (typeof number === "number") return number;
      throw new FieldFault(`${describe(value)} is no number`);
    }
    case "u64":
    case "i64":
      return integerCheck64(scalar)(value);
    default:
      return integerCheck(scalar)(value);
  }
}

function enumFromJson(type: EnumType, value: unknown): unknown {
  if (typeof value === "number") return value;
  if (!Array.isArray(value) || !type.flags) return memberValue(type, value);
  return value.reduce<number>((sum, name) => (sum | memberValue(type, name)) >>> 0, 0);
}

function memberValue(type: EnumType, name: unknown): number {
  const member = type.members.find(([known]) => known === name);
  if (member !== undefined) return member[1];
  const expected = listNames(type.members.map(([known]) => known));
  throw new FieldFault(`${describe(name)} is no member of ${type.name}; expected ${expected}`);
}

function bytesFromJson(value: unknown): Uint8Array {
  if (typeof value !== "string") return Uint8Array.from(asBytes(value));
  const digits = value.startsWith("0x") ? value.slice(2) : value;
  const bytes = new Uint8Array(digits.length >> 1);
  if (parseHex(digits, digits.length / 2, bytes, 0)) return bytes;
  throw new FieldFault(`${describe(value)} is not bytes in hexadecimal digits`);
}
