/**
 * Record → values, in one of the forms that people and programs read.
 *
 * @module
 */
import { SchemaError } from "../errors.ts";
import { type Discriminator, discriminatorOf, type Surroundings } from "../schema/discriminator.ts";
import { type FieldLayout, layoutOf, type Slot, type StructLayout } from "../schema/layout.ts";
import {
  type EnumType,
  type Field,
  resolveAlias,
  type Scalar,
  type StructType,
  type Type,
  type UnionType,
} from "../schema/model.ts";
import type { Batch } from "./batch.ts";
import type { Form } from "./forms.ts";
import { countedList, list } from "./record_lists.ts";
import { type TextType, textTypeOf } from "./text_types.ts";
import { objectMaker } from "./shape.ts";
import { type UnionReader, unionReader } from "./union.ts";

/** Reads the slot at byte `at` of the batch, of the record that begins at byte `record`. */
export type ValueReader = (from: Batch, at: number, record: number) => unknown;

export const readU32: ValueReader = (from, at) => from.u32[at >> 2];
export const readText: ValueReader = (from, at, record) => from.text(at, record);

/** Builds readers for one form. Layouts of structs are shared, so readers of structs are kept. */
export class ReaderFactory {
  readonly #form: Form;
  readonly #structs = new WeakMap<readonly Field[], ValueReader>();
  readonly #unions = new WeakMap<UnionType, UnionReader>();

  constructor(form: Form) {
    this.#form = form;
  }

  /** Reads a whole struct or message into a plain object. */
  struct(fields: readonly Field[], layout: StructLayout): ValueReader {
    const known = this.#structs.get(fields);
    if (known !== undefined) return known;
    const reader = this.#object(layout);
    this.#structs.set(fields, reader);
    return reader;
  }

  #object(layout: StructLayout, around?: Surroundings): ValueReader {
    const entries = this.fields(layout, around);
    const make = objectMaker(entries.map(({ name }) => name));
    return (from, at, record) => {
      const object = make();
      for (const { name, offset, read } of entries) object[name] = read(from, at + offset, record);
      return object;
    };
  }

  /** A reader for each field; `read` takes the field's own place. */
  fields(layout: StructLayout, around?: Surroundings): readonly FieldReader[] {
    return layout.fields.map((field) => ({
      name: this.#form.naming(field.name),
      vppName: field.name,
      offset: field.offset,
      read: this.#field(field, layout, around),
    }));
  }

  #field(field: FieldLayout, owner: StructLayout, around: Surroundings | undefined): ValueReader {
    const { slot, offset } = field;
    const { type } = field.field;
    if (slot.kind === "union") {
      return this.#union(slot.type, discriminatorOf(field, owner, around));
    }
    if (slot.kind !== "struct" || this.#textTypeOf(type) !== undefined) {
      return this.#value(type, slot);
    }
    return this.#object(slot.layout, { layout: owner, offset });
  }

  #textTypeOf(type: Type): TextType | undefined {
    return this.#form.text ? textTypeOf(type) : undefined;
  }

  #value(type: Type, slot: Slot): ValueReader {
    const text = this.#textTypeOf(type);
    if (text === undefined) return this.#plain(type, slot);
    return (from, at) => text.format(from.u8, at);
  }

  #plain(type: Type, slot: Slot): ValueReader {
    const resolved = resolveAlias(type);
    switch (slot.kind) {
      case "scalar":
        return resolved.kind === "enum"
          ? this.#enum(resolved, scalarReader(slot.scalar))
          : this.#form.scalar(slot.scalar, scalarReader(slot.scalar));
      case "string":
        return readText;
      case "struct":
        return this.struct((resolved as StructType).fields, slot.layout);
      case "union":
        return this.#union(slot.type, undefined);
      case "array": {
        if (isByte(slot.element)) return this.#bytes(slot.count);
        const element = this.#value((resolved as { element: Type }).element, slot.element);
        const { count, stride } = slot;
        return (from, at, record) => list(from, at, record, count, stride, element);
      }
      case "vla": {
        const { stride } = slot;
        if (isByte(slot.element)) {
          return (from, at, record) => {
            const start = record + from.u32[at >> 2]!;
            return this.#form.bytes(from, start, from.u32[(at >> 2) + 1]!);
          };
        }
        const element = this.#value((resolved as { element: Type }).element, slot.element);
        return (from, at, record) => countedList(from, at, record, stride, element);
      }
    }
  }

  #bytes(length: number): ValueReader {
    return (from, at) => this.#form.bytes(from, at, length);
  }

  #enum(type: EnumType, number: ValueReader): ValueReader {
    return this.#form.enumeration === undefined ? number : this.#form.enumeration(type, number);
  }

  #union(union: UnionType, discriminator: Discriminator | undefined): ValueReader {
    const read = this.union(union);
    if (discriminator === undefined) return (from, at) => read(from, at, undefined);
    const { distance, arms } = discriminator;
    const told = scalarReader(discriminator.scalar);
    return (from, at, record) =>
      read(from, at, arms.get(Number(told(from, at + distance, record))));
  }

  /** Reads a union, given the index of the arm that counts. */
  union(union: UnionType): UnionReader {
    let reader = this.#unions.get(union);
    if (reader === undefined) {
      const arms = union.arms.map((arm) => {
        const layout = layoutOf({ name: union.name, fields: [arm] });
        const slot = layout.fields[0]?.slot;
        if (slot === undefined) {
          throw new SchemaError(`Union ${union.name} has an arm without slot`);
        }
        return { name: this.#form.naming(arm.name), slot, read: this.#value(arm.type, slot) };
      });
      reader = unionReader(union, arms, this.#form);
      this.#unions.set(union, reader);
    }
    return reader;
  }
}

export interface FieldReader {
  /** The name in this form. */
  readonly name: string;
  readonly vppName: string;
  readonly offset: number;
  readonly read: ValueReader;
}

function isByte(slot: Slot): boolean {
  return slot.kind === "scalar" && slot.scalar === "u8";
}

/** Reads a scalar as a number, a bigint or a boolean. */
export function scalarReader(scalar: Scalar): ValueReader {
  switch (scalar) {
    case "u8":
      return (from, at) => from.u8[at];
    case "i8":
      return (from, at) => from.i8[at];
    case "bool":
      return (from, at) => from.u8[at] !== 0;
    case "u16":
      return (from, at) => from.u16[at >> 1];
    case "i16":
      return (from, at) => from.i16[at >> 1];
    case "u32":
      return readU32;
    case "i32":
      return (from, at) => from.i32[at >> 2];
    case "u64":
      return (from, at) => from.u64[at >> 3];
    case "i64":
      return (from, at) => from.i64[at >> 3];
    case "f64":
      return (from, at) => from.f64[at >> 3];
  }
}
