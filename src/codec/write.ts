/**
 * Values → record. Checks everything that the wire cannot hold: names, ranges, lengths.
 *
 * What is accepted does not depend on the form in which a message is read: integers as numbers, as
 * bigints or as decimal text; bytes as arrays or as hexadecimal text; enums by number or by name;
 * addresses as text or by their parts; a union as an object with one arm, or `{ $union: bytes }`.
 *
 * @module
 */
import { EncodeError } from "../errors.ts";
import { layoutOf, type Slot, type StructLayout } from "../schema/layout.ts";
import {
  type EnumType,
  type Field,
  type Message,
  resolveAlias,
  type Scalar,
  type StructType,
  type Type,
  type UnionType,
} from "../schema/model.ts";
import type { Naming } from "./names.ts";
import type { RecordWriter } from "./record_writer.ts";
import { parseHex } from "./address_parse.ts";
import { type TextType, textTypeOf } from "./text_types.ts";
import { checkInteger, checkInteger64 } from "./integers.ts";

/** Writes one value at an offset of the record. */
type ValueWriter = (to: RecordWriter, value: unknown, at: number) => void;

/** What is wrong with a value; the way to it grows while the error passes through the structs. */
class FieldFault extends Error {
  readonly path: string[] = [];
}

/** Turns the bytes of an arm's record into the union's; the codec knows how. */
export type ArmEncoder = (
  union: UnionType,
  arm: number,
  write: (to: RecordWriter) => void,
) => Uint8Array;

/** Writes whole messages of one kind. */
export interface MessageWriter {
  readonly layout: StructLayout;
  /** A record with the definition's defaults. */
  readonly template: Uint8Array;
  /**
   * Writes `fields` over the template, which the record must hold already.
   *
   * @throws EncodeError that names message and field
   */
  write(to: RecordWriter, fields: object): void;
}

/** Builds writers for one naming of the fields. */
export class WriterFactory {
  readonly #naming: Naming;
  readonly #encodeArm: ArmEncoder;

  constructor(naming: Naming, encodeArm: ArmEncoder) {
    this.#naming = naming;
    this.#encodeArm = encodeArm;
  }

  message(message: Message): MessageWriter {
    const layout = layoutOf(message);
    const template = templateOf(layout);
    const write = this.#struct(message.fields, layout);
    return {
      layout,
      template,
      write: (to, fields) => {
        try {
          write(to, fields, 0);
        } catch (error) {
          if (!(error instanceof FieldFault)) throw error;
          throw new EncodeError(joinPath(message.name, error.path), error.message);
        }
      },
    };
  }

  #struct(fields: readonly Field[], layout: StructLayout): ValueWriter {
    const writers = new Map<string, { readonly offset: number; readonly write: ValueWriter }>();
    const counts: CountCheck[] = [];
    for (const { field, offset, slot } of layout.fields) {
      writers.set(this.#naming(field.name), { offset, write: this.#value(field.type, slot) });
      if (slot.kind === "vla") {
        const bound = slot.countWidth === 4 ? 0xffffffff : 2 ** (8 * slot.countWidth) - 1;
        counts.push({
          sharedWith: counts.find((count) => count.countOffset === slot.countOffset),
          name: this.#naming(field.name),
          countName: this.#naming(slot.countField),
          offset,
          countOffset: slot.countOffset,
          countWidth: slot.countWidth,
          bound,
        });
      }
    }
    const expected = `expected ${listNames(fields.map((f) => this.#naming(f.name)))}`;
    return (to, value, at) => {
      if (typeof value !== "object" || value === null) {
        throw new FieldFault(`${describe(value)} is no object with fields; ${expected}`);
      }
      const object = value as Readonly<Record<string, unknown>>;
      for (const name in object) {
        const given = object[name];
        if (given === undefined || typeof given === "function") continue;
        const writer = writers.get(name);
        if (writer === undefined) {
          throw fault(`there is no such field; ${expected}`, name);
        }
        try {
          writer.write(to, given, at + writer.offset);
        } catch (error) {
          if (error instanceof FieldFault) error.path.unshift(name);
          throw error;
        }
      }
      for (const count of counts) writeCount(to, object, at, count);
    };
  }

  #value(type: Type, slot: Slot): ValueWriter {
    const text = textTypeOf(type);
    if (text === undefined) return this.#plain(type, slot);
    const structural = this.#plain(type, slot);
    return (to, value, at) => {
      if (typeof value === "string") writeText(to, value, at, text);
      else structural(to, value, at);
    };
  }

  #plain(type: Type, slot: Slot): ValueWriter {
    const resolved = resolveAlias(type);
    switch (slot.kind) {
      case "scalar":
        return resolved.kind === "enum" ? enumWriter(resolved) : scalarWriter(slot.scalar);
      case "string":
        return stringWriter(slot.wireLength);
      case "struct":
        return this.#struct((resolved as StructType).fields, slot.layout);
      case "union":
        return this.#union(slot.type);
      case "array": {
        if (isByte(slot.element)) return bytesWriter(slot.count);
        const element = this.#value((resolved as { element: Type }).element, slot.element);
        return (to, value, at) => {
          const list = asList(value);
          if (list.length > slot.count) {
            throw new FieldFault(`${list.length} elements, and there is room for ${slot.count}`);
          }
          writeElements(to, list, at, slot.stride, element);
        };
      }
      case "vla": {
        if (isByte(slot.element)) return writeCountedBytes;
        const element = this.#value((resolved as { element: Type }).element, slot.element);
        const template = elementTemplate(slot.element, slot.stride);
        return (to, value, at) => {
          const list = asList(value);
          const offset = to.allocate(list.length * slot.stride);
          if (template !== undefined) {
            for (let i = 0; i < list.length; i++) {
              to.u8.set(template, to.base + offset + i * slot.stride);
            }
          }
          setPair(to, at, offset, list.length);
          writeElements(to, list, offset, slot.stride, element);
        };
      }
    }
  }

  #union(union: UnionType): ValueWriter {
    const arms = union.arms.map((arm) => {
      const layout = layoutOf({ name: union.name, fields: [arm] });
      return { template: templateOf(layout), write: this.#struct([arm], layout) };
    });
    const names = union.arms.map((arm) => this.#naming(arm.name));
    const raw = bytesWriter(union.size);
    const expected = `expected an object with one of ${listNames(names)}`;
    return (to, value, at) => {
      if (typeof value !== "object" || value === null) {
        throw new FieldFault(`${describe(value)} is no union; ${expected}`);
      }
      const object = value as Readonly<Record<string, unknown>>;
      const given = Object.keys(object).filter((name) => object[name] !== undefined);
      const name = given[0];
      if (name === undefined) return;
      if (given.length > 1) throw new FieldFault(`${listNames(given)} are given; ${expected}`);
      if (name === "$union") return raw(to, object[name], at);
      const index = names.indexOf(name);
      const arm = arms[index];
      if (arm === undefined) throw fault(`there is no such arm; ${expected}`, name);
      const bytes = this.#encodeArm(union, index, (nested) => arm.write(nested, object, 0));
      to.u8.set(bytes, to.base + at);
    };
  }
}

interface CountCheck {
  /** An earlier array that the same field counts. */
  readonly sharedWith: CountCheck | undefined;
  readonly name: string;
  readonly countName: string;
  readonly offset: number;
  readonly countOffset: number;
  readonly countWidth: 1 | 2 | 4;
  readonly bound: number;
}

/** A count field follows from its array; where it is given as well, it must agree. */
function writeCount(
  to: RecordWriter,
  object: Readonly<Record<string, unknown>>,
  at: number,
  count: CountCheck,
): void {
  const n = elementsOf(to, at, count);
  if (n > count.bound) {
    throw fault(`${n} elements, and ${count.countName} counts to ${count.bound}`, count.name);
  }
  const given = object[count.countName];
  if (given !== undefined && Number(given) !== n) {
    throw fault(`${describe(given)}, but ${count.name} has ${n} elements`, count.countName);
  }
  const other = count.sharedWith;
  if (other !== undefined && elementsOf(to, at, other) !== n) {
    throw fault(`${n} elements, but ${other.name} has another number of them`, count.name);
  }
  const place = to.base + at + count.countOffset;
  if (count.countWidth === 1) to.u8[place] = n;
  else if (count.countWidth === 2) to.u16[place >> 1] = n;
  else to.u32[place >> 2] = n;
}

/** How many elements the array has that `count` checks, in the struct at `at`. */
function elementsOf(to: RecordWriter, at: number, count: CountCheck): number {
  return to.u32[((to.base + at + count.offset) >> 2) + 1] ?? 0;
}

/** A record, or an element, with the defaults of its definition and zero elsewhere. */
export function templateOf(layout: StructLayout): Uint8Array {
  const template = new Uint8Array((layout.size + 7) & ~7);
  applyDefaults(new DataView(template.buffer), layout, 0);
  return template;
}

function applyDefaults(to: DataView, layout: StructLayout, at: number): void {
  for (const { field, offset, slot } of layout.fields) {
    applyDefault(to, slot, at + offset, field.default);
  }
}

function applyDefault(to: DataView, slot: Slot, at: number, value: Field["default"]): void {
  if (slot.kind === "struct") return applyDefaults(to, slot.layout, at);
  if (slot.kind === "array") {
    for (let i = 0; i < slot.count; i++) {
      applyDefault(to, slot.element, at + i * slot.stride, value);
    }
    return;
  }
  if (slot.kind !== "scalar" || value === undefined) return;
  setScalar(to, at, slot.scalar, defaultNumber(value));
}

/** The definitions have the text "true" where they mean true. */
function defaultNumber(value: number | boolean | string): number {
  if (typeof value === "string" && /^(true|false)$/i.test(value)) {
    return value.toLowerCase() === "true" ? 1 : 0;
  }
  const number = Number(value);
  return Number.isNaN(number) ? 0 : number;
}

function setScalar(to: DataView, at: number, scalar: Scalar, value: number): void {
  switch (scalar) {
    case "f64":
      return to.setFloat64(at, value, true);
    case "u64":
    case "i64":
      return to.setBigUint64(at, bits64(BigInt(Math.trunc(value))), true);
    case "u32":
    case "i32":
      return to.setUint32(at, value, true);
    case "u16":
    case "i16":
      return to.setUint16(at, value, true);
    case "bool":
      // sw_interface_set_vpath has the default 0xffffffff for a bool.
      return to.setUint8(at, value === 0 ? 0 : 1);
    default:
      return to.setUint8(at, value);
  }
}

/** JSON has rounded a default of 0xffffffffffffffff up to 2^64. */
function bits64(value: bigint): bigint {
  const most = (1n << 64n) - 1n;
  return value > most ? most : BigInt.asUintN(64, value);
}

function elementTemplate(element: Slot, stride: number): Uint8Array | undefined {
  const template = new Uint8Array((stride + 7) & ~7);
  applyDefault(new DataView(template.buffer), element, 0, undefined);
  return template.some((byte) => byte !== 0) ? template.subarray(0, stride) : undefined;
}

function isByte(slot: Slot): boolean {
  return slot.kind === "scalar" && slot.scalar === "u8";
}

function writeElements(
  to: RecordWriter,
  list: ArrayLike<unknown>,
  at: number,
  stride: number,
  element: ValueWriter,
): void {
  for (let i = 0; i < list.length; i++) {
    try {
      element(to, list[i], at + i * stride);
    } catch (error) {
      if (error instanceof FieldFault) error.path.unshift(`[${i}]`);
      throw error;
    }
  }
}

function asList(value: unknown): ArrayLike<unknown> {
  if (Array.isArray(value)) return value;
  if (ArrayBuffer.isView(value) && "length" in value) return value as unknown as ArrayLike<unknown>;
  throw new FieldFault(`${describe(value)} is no list`);
}

function setPair(to: RecordWriter, at: number, first: number, second: number): void {
  const index = (to.base + at) >> 2;
  to.u32[index] = first;
  to.u32[index + 1] = second;
}

function writeText(to: RecordWriter, value: string, at: number, text: TextType): void {
  const place = to.base + at;
  // Hexadecimal digits of all bytes are how the raw form writes an array of u8.
  if (parseHex(value, text.size, to.u8, place)) return;
  if (!text.parse(value, to.u8, place)) {
    throw new FieldFault(`${JSON.stringify(value)} is not ${text.expected}`);
  }
}

function stringWriter(wireLength: number): ValueWriter {
  return (to, value, at) => {
    if (typeof value !== "string") throw new FieldFault(`${describe(value)} is no string`);
    if (value.includes("\0")) {
      throw new FieldFault(`${JSON.stringify(value)} has a NUL, which ends a string for VPP`);
    }
    const { offset, length } = to.text(value);
    // VPP ends its fixed strings with NUL, so the last byte is not for text.
    if (wireLength !== 0 && length >= wireLength) {
      throw new FieldFault(
        `${JSON.stringify(value)} takes ${length} bytes, and there is room for ${wireLength - 1}`,
      );
    }
    setPair(to, at, offset, length);
  };
}

/** Bytes of a fixed array of u8, or of a union. */
function bytesWriter(length: number): ValueWriter {
  return (to, value, at) => {
    const place = to.base + at;
    if (typeof value === "string") {
      const digits = value.startsWith("0x") ? value.slice(2) : value;
      if (digits.length <= 2 * length && parseHex(digits, digits.length / 2, to.u8, place)) {
        to.u8.fill(0, place + digits.length / 2, place + length);
        return;
      }
      throw new FieldFault(
        `${JSON.stringify(value)} is not up to ${length} bytes in hexadecimal digits`,
      );
    }
    const bytes = asBytes(value);
    if (bytes.length > length) {
      throw new FieldFault(`${bytes.length} bytes, and there is room for ${length}`);
    }
    to.u8.set(bytes, place);
    to.u8.fill(0, place + bytes.length, place + length);
  };
}

function writeCountedBytes(to: RecordWriter, value: unknown, at: number): void {
  if (typeof value === "string") {
    const digits = value.startsWith("0x") ? value.slice(2) : value;
    const length = digits.length >> 1;
    const offset = to.allocate(length);
    if (!parseHex(digits, length, to.u8, to.base + offset)) {
      throw new FieldFault(`${JSON.stringify(value)} is not bytes in hexadecimal digits`);
    }
    setPair(to, at, offset, length);
    return;
  }
  const bytes = asBytes(value);
  const offset = to.allocate(bytes.length);
  to.u8.set(bytes, to.base + offset);
  setPair(to, at, offset, bytes.length);
}

function asBytes(value: unknown): ArrayLike<number> {
  if (value instanceof Uint8Array) return value;
  const list = asList(value);
  for (let i = 0; i < list.length; i++) {
    const byte = list[i];
    if (typeof byte !== "number" || (byte & 255) !== byte) {
      throw fault(`${describe(byte)} is no byte`, `[${i}]`);
    }
  }
  return list as ArrayLike<number>;
}

function enumWriter(type: EnumType): ValueWriter {
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

function scalarWriter(scalar: Scalar): ValueWriter {
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
        if (typeof value !== "number") throw new FieldFault(`${describe(value)} is no number`);
        to.f64[(to.base + at) >> 3] = value;
      };
    case "u64":
    case "i64":
      return (to, value, at) => {
        to.u64[(to.base + at) >> 3] = checked(checkInteger64, value, scalar);
      };
    case "u32":
    case "i32":
      return (to, value, at) => {
        to.u32[(to.base + at) >> 2] = checked(checkInteger, value, scalar);
      };
    case "u16":
    case "i16":
      return (to, value, at) => {
        to.u16[(to.base + at) >> 1] = checked(checkInteger, value, scalar);
      };
    case "u8":
    case "i8":
      return (to, value, at) => {
        to.u8[to.base + at] = checked(checkInteger, value, scalar);
      };
  }
}

/** The number that `check` makes of the value, or a fault that says the range. */
function checked<S extends Scalar, T>(
  check: (value: unknown, scalar: S) => T | string,
  value: unknown,
  scalar: S,
): T {
  const result = check(value, scalar);
  if (typeof result === "string") throw new FieldFault(`${describe(value)} ${result}`);
  return result;
}

function fault(message: string, ...path: string[]): FieldFault {
  const error = new FieldFault(message);
  error.path.push(...path);
  return error;
}

function joinPath(message: string, path: readonly string[]): string {
  return path.reduce((text, step) => text + (step.startsWith("[") ? step : `.${step}`), message);
}

function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "object" && value !== null) {
    return Array.isArray(value) ? "a list" : "an object";
  }
  return String(value);
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 12).join(", ");
  return names.length > 12 ? `${shown}, … (${names.length} in all)` : shown;
}
