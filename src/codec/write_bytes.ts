/**
 * Text and bytes → record.
 *
 * @module
 */
import { parseHex } from "./address_parse.ts";
import { describe, FieldFault } from "./field_fault.ts";
import type { RecordWriter, ValueWriter } from "./record_writer.ts";
import type { TextType } from "./text_types.ts";

/** Writes what people write as text (addresses, prefixes, MAC addresses); anything else as `other` has it. */
export function textTypeWriter(text: TextType, other: ValueWriter): ValueWriter {
  return (to, value, at) => {
    if (typeof value !== "string") return other(to, value, at);
    const place = to.base + at;
    // Hexadecimal digits of all bytes are how the raw form writes an array of u8.
    if (text.parse(value, to.u8, place) || parseHex(value, text.size, to.u8, place)) return;
    throw new FieldFault(`${JSON.stringify(value)} is not ${text.expected}`);
  };
}

/** Writes a string; `wireLength` 0 means a variable one. */
export function stringWriter(wireLength: number): ValueWriter {
  return (to, value, at) => {
    if (typeof value !== "string") throw new FieldFault(`${describe(value)} is no string`);
    if (value.includes("\0")) {
      throw new FieldFault(`${JSON.stringify(value)} has a NUL, which ends a string for VPP`);
    }
    const offset = to.end;
    const length = to.text(value);
    // VPP ends its fixed strings with NUL, so the last byte is not for text.
    if (wireLength !== 0 && length >= wireLength) {
      throw new FieldFault(
        `${JSON.stringify(value)} takes ${length} bytes, and there is room for ${wireLength - 1}`,
      );
    }
    to.setPair(at, offset, length);
  };
}

/** Writes the bytes of a fixed array of u8, or of a union; what is not given is zero. */
export function bytesWriter(length: number): ValueWriter {
  return (to, value, at) => {
    const place = to.base + at;
    const given = typeof value === "string"
      ? fixedHex(to, value, place, length)
      : fixedBytes(to, asBytes(value), place, length);
    to.u8.fill(0, place + given, place + length);
  };
}

/** Both return how many bytes they wrote. */
function fixedHex(to: RecordWriter, text: string, place: number, length: number): number {
  const digits = hexDigits(text);
  const bytes = digits.length / 2;
  if (bytes <= length && parseHex(digits, bytes, to.u8, place)) return bytes;
  throw new FieldFault(
    `${JSON.stringify(text)} is not up to ${length} bytes in hexadecimal digits`,
  );
}

function fixedBytes(
  to: RecordWriter,
  bytes: ArrayLike<number>,
  place: number,
  length: number,
): number {
  if (bytes.length > length) {
    throw new FieldFault(`${bytes.length} bytes, and there is room for ${length}`);
  }
  to.u8.set(bytes, place);
  return bytes.length;
}

/** Writes a variable array of u8. */
export function writeCountedBytes(to: RecordWriter, value: unknown, at: number): void {
  if (typeof value === "string") {
    const digits = hexDigits(value);
    const length = digits.length >> 1;
    const offset = to.allocate(length);
    if (!parseHex(digits, length, to.u8, to.base + offset)) {
      throw new FieldFault(`${JSON.stringify(value)} is not bytes in hexadecimal digits`);
    }
    to.setPair(at, offset, length);
    return;
  }
  const bytes = asBytes(value);
  const offset = to.allocate(bytes.length);
  to.u8.set(bytes, to.base + offset);
  to.setPair(at, offset, bytes.length);
}

/** The elements of an array that is given as a list or as a typed array. */
export function asList(value: unknown): ArrayLike<unknown> {
  if (Array.isArray(value)) return value;
  // Every view but DataView has a length, and numbers or bigints as elements.
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return value as unknown as ArrayLike<unknown>;
  }
  throw new FieldFault(`${describe(value)} is no list`);
}

function hexDigits(text: string): string {
  return text.startsWith("0x") ? text.slice(2) : text;
}

/** Bytes that are given as such or as a list of numbers. */
export function asBytes(value: unknown): ArrayLike<number> {
  if (value instanceof Uint8Array) return value;
  return Array.from(asList(value), byteAt);
}

function byteAt(byte: unknown, index: number): number {
  if (typeof byte === "number" && (byte & 255) === byte) return byte;
  throw new FieldFault(`${describe(byte)} is no byte`, `[${index}]`);
}
