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
import { type Message, resolveAlias, type Type, type UnionType } from "../schema/model.ts";
import { below, describe, FieldFault, joinPath, listNames } from "./field_fault.ts";
import type { Naming } from "./names.ts";
import type { RecordWriter, ValueWriter } from "./record_writer.ts";
import { elementTemplate, templateOf } from "./template.ts";
import { textTypeOf } from "./text_types.ts";
import {
  asList,
  bytesWriter,
  stringWriter,
  textTypeWriter,
  writeCountedBytes,
} from "./write_bytes.ts";
import { countsOf, writeCount } from "./write_count.ts";
import { enumWriter, scalarWriter } from "./write_scalar.ts";

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

/** Fields by name, whatever their values. */
type Values = Readonly<Record<string, unknown>>;

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
    const write = this.#struct(layout);
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

  #struct(layout: StructLayout): ValueWriter {
    const writers = layout.fields.map(({ field, offset, slot }) => ({
      name: this.#naming(field.name),
      offset,
      write: this.#value(field.type, slot),
    }));
    const counts = countsOf(layout, this.#naming);
    const names = writers.map(({ name }) => name);
    const expected = `expected ${listNames(names)}`;
    return (to, value, at) => {
      if (!isObject(value)) {
        throw new FieldFault(`${describe(value)} is no object with fields; ${expected}`);
      }
      let written = 0;
      for (const { name, offset, write } of writers) {
        const given = value[name];
        if (!isGiven(given)) continue;
        written++;
        // A getter of the value may have made the core decode something.
        to.follow();
        try {
          write(to, given, at + offset);
        } catch (error) {
          throw below(name, error);
        }
      }
      if (written !== countNames(value)) refuseUnknown(value, names, expected);
      for (const count of counts) writeCount(to, value, at, count);
    };
  }

  #value(type: Type, slot: Slot): ValueWriter {
    const text = textTypeOf(type);
    const plain = this.#plain(type, slot);
    return text === undefined ? plain : textTypeWriter(text, plain);
  }

  #plain(type: Type, slot: Slot): ValueWriter {
    const resolved = resolveAlias(type);
    switch (slot.kind) {
      case "scalar":
        return resolved.kind === "enum" ? enumWriter(resolved) : scalarWriter(slot.scalar);
      case "string":
        return stringWriter(slot.wireLength);
      case "struct":
        return this.#struct(slot.layout);
      case "union":
        return this.#union(slot.type);
      case "array":
        if (isByte(slot.element)) return bytesWriter(slot.count);
        return fixedArrayWriter(slot, this.#element(resolved, slot.element));
      case "vla":
        if (isByte(slot.element)) return writeCountedBytes;
        return variableArrayWriter(slot, this.#element(resolved, slot.element));
    }
  }

  #element(array: Type, slot: Slot): ValueWriter {
    if (array.kind !== "array" && array.kind !== "vla") {
      throw new TypeError(`A slot of an array belongs to a type of kind ${array.kind}`);
    }
    return this.#value(array.element, slot);
  }

  #union(union: UnionType): ValueWriter {
    const arms = union.arms.map((arm) => {
      const layout = layoutOf({ name: union.name, fields: [arm] });
      return this.#struct(layout);
    });
    const names = union.arms.map((arm) => this.#naming(arm.name));
    const raw = bytesWriter(union.size);
    const expected = `expected an object with one of ${listNames(names)}`;
    return (to, value, at) => {
      if (!isObject(value)) throw new FieldFault(`${describe(value)} is no union; ${expected}`);
      const given = Object.keys(value).filter((name) => isGiven(value[name]));
      const name = given[0];
      if (name === undefined) return;
      if (given.length > 1) throw new FieldFault(`${listNames(given)} are given; ${expected}`);
      to.follow();
      if (name === "$union") return raw(to, value[name], at);
      const index = names.indexOf(name);
      const arm = arms[index];
      if (arm === undefined) throw new FieldFault(`there is no such arm; ${expected}`, name);
      const bytes = this.#encodeArm(union, index, (nested) => arm(nested, value, 0));
      to.u8.set(bytes, to.base + at);
    };
  }
}

function fixedArrayWriter(slot: Slot & { kind: "array" }, element: ValueWriter): ValueWriter {
  return (to, value, at) => {
    const list = asList(value);
    if (list.length > slot.count) {
      throw new FieldFault(`${list.length} elements, and there is room for ${slot.count}`);
    }
    writeElements(to, list, at, slot.stride, element);
  };
}

function variableArrayWriter(slot: Slot & { kind: "vla" }, element: ValueWriter): ValueWriter {
  const template = elementTemplate(slot.element, slot.stride);
  return (to, value, at) => {
    const list = asList(value);
    const offset = to.allocate(list.length * slot.stride);
    if (template !== undefined) {
      for (let i = 0; i < list.length; i++) {
        to.u8.set(template, to.base + offset + i * slot.stride);
      }
    }
    to.setPair(at, offset, list.length);
    writeElements(to, list, offset, slot.stride, element);
  };
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
      throw below(`[${i}]`, error);
    }
  }
}

function isByte(slot: Slot): boolean {
  return slot.kind === "scalar" && slot.scalar === "u8";
}

function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A field that is undefined is not given; a function is a method of an object that has fields. */
function isGiven(value: unknown): boolean {
  return value !== undefined && typeof value !== "function";
}

/** Names as a loop sees them: also those of getters that the object's class has. */
function countNames(value: Values): number {
  let n = 0;
  for (const _ in value) n++;
  return n;
}

/** @throws FieldFault where a field is given that the definition does not have */
function refuseUnknown(value: Values, names: readonly string[], expected: string): void {
  for (const name in value) {
    if (isGiven(value[name]) && !names.includes(name)) {
      throw new FieldFault(`there is no such field; ${expected}`, name);
    }
  }
}
