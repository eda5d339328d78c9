/**
 * The oracle's decoder: from wire bytes to the raw form, every length checked before it is used.
 *
 * @module
 */
import { DecodeError } from "../../src/errors.ts";
import {
  type Field,
  type Message,
  resolveAlias,
  type Scalar,
  scalarSize,
  type StringType,
  type Type,
} from "../../src/schema/model.ts";
import { isByte, type RawObject, type RawValue, toHex } from "./raw.ts";

/** A place on the wire that moves forward. */
class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  take(length: number, path: string): Uint8Array {
    const left = this.#bytes.length - this.#at;
    if (length > left) {
      throw new DecodeError(`Cannot decode ${path}: ${length} bytes needed, ${left} left`);
    }
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}

/**
 * Decodes a message from `_vl_msg_id` on. Bytes behind the last field are accepted, as VPP does.
 *
 * @throws DecodeError where the bytes are fewer than the definition, a count or a length demands
 */
export function decodeMessage(message: Message, bytes: Uint8Array): RawObject {
  return takeFields(new Reader(bytes), message.fields, message.name);
}

function takeFields(reader: Reader, fields: readonly Field[], path: string): RawObject {
  const values: Record<string, RawValue> = {};
  for (const { name, type } of fields) {
    values[name] = takeValue(reader, type, values, `${path}.${name}`);
  }
  return values;
}

/** `siblings` are the fields before this one: one of them counts a variable array. */
function takeValue(reader: Reader, type: Type, siblings: RawObject, path: string): RawValue {
  const resolved = resolveAlias(type);
  switch (resolved.kind) {
    case "scalar":
      return takeScalar(reader, resolved.scalar, path);
    case "enum":
      return takeScalar(reader, resolved.base, path);
    case "string":
      return takeString(reader, resolved, path);
    case "array":
      return takeElements(reader, resolved.element, resolved.length, path);
    case "vla":
      return takeElements(reader, resolved.element, Number(siblings[resolved.countField]), path);
    case "struct":
      return takeFields(reader, resolved.fields, path);
    case "union":
      return { $union: toHex(reader.take(resolved.size, path)) };
  }
}

function takeScalar(reader: Reader, scalar: Scalar, path: string): RawValue {
  const bytes = reader.take(scalarSize(scalar), path);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  switch (scalar) {
    case "u8":
      return view.getUint8(0);
    case "i8":
      return view.getInt8(0);
    case "u16":
      return view.getUint16(0);
    case "i16":
      return view.getInt16(0);
    case "u32":
      return view.getUint32(0);
    case "i32":
      return view.getInt32(0);
    case "u64":
      return view.getBigUint64(0).toString();
    case "i64":
      return view.getBigInt64(0).toString();
    case "f64":
      // VPP leaves f64 in host order, which is little-endian on every machine that it runs on.
      return floatName(view.getFloat64(0, true));
    case "bool":
      return view.getUint8(0) !== 0;
  }
}

/** JSON has no number for NaN and the infinities; the raw form has their names. */
function floatName(value: number): RawValue {
  return Number.isFinite(value) ? value : String(value);
}

function takeString(reader: Reader, type: StringType, path: string): string {
  const length = type.length === 0 ? Number(takeScalar(reader, "u32", path)) : type.length;
  const bytes = reader.take(length, path);
  const end = bytes.indexOf(0);
  // A byte order mark is text like any other.
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(
    end < 0 ? bytes : bytes.subarray(0, end),
  );
}

function takeElements(reader: Reader, element: Type, count: number, path: string): RawValue {
  if (isByte(element)) return toHex(reader.take(count, path));
  const values: RawValue[] = [];
  for (let i = 0; i < count; i++) values.push(takeValue(reader, element, {}, `${path}[${i}]`));
  return values;
}
