/**
 * Record → values, in one of the forms that people and programs read.
 *
 * @module
 */
import { layoutOf, type Slot, type StructLayout } from "../schema/layout.ts";
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
import { formatHex, textTypeOf } from "./text_types.ts";

/** Reads the slot at byte `at` of the batch, of the record that begins at byte `record`. */
export type ValueReader = (from: Batch, at: number, record: number) => unknown;

/** Builds readers for one form. Layouts of structs are shared, so readers of structs are kept. */
export class ReaderFactory {
  readonly #form: Form;
  readonly #structs = new WeakMap<readonly Field[], ValueReader>();

  constructor(form: Form) {
    this.#form = form;
  }

  /** Reads a whole struct or message into a plain object. */
  struct(fields: readonly Field[], layout: StructLayout): ValueReader {
    const known = this.#structs.get(fields);
    if (known !== undefined) return known;
    const entries = this.fields(layout);
    const reader: ValueReader = (from, at, record) => {
      const object: Record<string, unknown> = {};
      for (const { name, offset, read } of entries) object[name] = read(from, at + offset, record);
      return object;
    };
    this.#structs.set(fields, reader);
    return reader;
  }

  /** A reader for each field; `read` takes the field's own place. */
  fields(layout: StructLayout): readonly FieldReader[] {
    return layout.fields.map(({ field, offset, slot }) => ({
      name: this.#form.naming(field.name),
      vppName: field.name,
      offset,
      read: this.#field(field, slot, offset, layout),
    }));
  }

  #field(field: Field, slot: Slot, offset: number, layout: StructLayout): ValueReader {
    if (slot.kind !== "union" || !this.#form.counted) return this.#value(field.type, slot);
    return this.#union(slot.type, discriminatorOf(field, slot.type, offset, layout));
  }

  #value(type: Type, slot: Slot): ValueReader {
    const text = this.#form.text ? textTypeOf(type) : undefined;
    if (text === undefined) return this.#plain(type, slot);
    const structural = this.#plain(type, slot);
    return (from, at, record) => text.format(from.u8, at) ?? structural(from, at, record);
  }

  #plain(type: Type, slot: Slot): ValueReader {
    const resolved = resolveAlias(type);
    switch (slot.kind) {
      case "scalar":
        return resolved.kind === "enum"
          ? this.#enum(resolved, scalarReader(slot.scalar))
          : this.#form.scalar(slot.scalar, scalarReader(slot.scalar));
      case "string":
        return (from, at, record) => from.text(at, record);
      case "struct":
        return this.struct((resolved as StructType).fields, slot.layout);
      case "union":
        return this.#union(slot.type, undefined);
      case "array": {
        if (isByte(slot.element)) return this.#bytes(slot.count);
        const element = this.#value((resolved as { element: Type }).element, slot.element);
        const { count, stride } = slot;
        return (from, at, record) => readList(element, from, at, record, count, stride);
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
        return (from, at, record) => {
          const start = record + from.u32[at >> 2]!;
          return readList(element, from, start, record, from.u32[(at >> 2) + 1]!, stride);
        };
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
    const arms = union.arms.map((arm) => {
      const layout = layoutOf({ name: union.name, fields: [arm] });
      const [entry] = this.fields(layout);
      return { name: this.#form.naming(arm.name), read: entry?.read };
    });
    const readArm = (bytes: Batch, index: number): unknown => arms[index]?.read?.(bytes, 0, 0);
    return (from, at) => {
      const counted = discriminator?.(from, at);
      const bytes = from.bytes(at, union.size);
      if (!this.#form.counted) return { $union: formatHex(bytes, 0, bytes.length) };
      return unionValue(arms, counted, {
        bytes,
        read: (index) => {
          const arm = from.decodeArm(union, index, bytes);
          return readArm(arm, index);
        },
      });
    };
  }
}

export interface FieldReader {
  /** The name in this form. */
  readonly name: string;
  readonly vppName: string;
  readonly offset: number;
  readonly read: ValueReader;
}

/** Which arm counts, from a sibling field; `at` is the union's place. */
type Discriminator = (from: Batch, at: number) => number | undefined;

/**
 * Which field tells the arm: the definition says so from 26.06 on; before that only the address family
 * is known to.
 */
function discriminatorOf(
  field: Field,
  union: UnionType,
  offset: number,
  layout: StructLayout,
): Discriminator | undefined {
  const name = field.discriminator ?? (union.name === "address_union" ? "af" : undefined);
  const sibling = layout.fields.find((f) => f.name === name);
  if (sibling === undefined || sibling.slot.kind !== "scalar") return undefined;
  const members = resolveAlias(sibling.field.type);
  if (members.kind !== "enum") return undefined;
  const arms = new Map<number, number>();
  for (const [member, value] of members.members) {
    const index = union.arms.findIndex((arm) => (arm.case ?? guessCase(arm.name)) === member);
    if (index >= 0) arms.set(value, index);
  }
  const read = scalarReader(sibling.slot.scalar);
  const distance = sibling.offset - offset;
  return (from, at) => arms.get(Number(read(from, at + distance, 0)));
}

function guessCase(arm: string): string {
  return `ADDRESS_${arm.toUpperCase()}`;
}

interface UnionBytes {
  readonly bytes: Uint8Array;
  read(index: number): unknown;
}

/**
 * The arm that counts as a plain property; every other arm, and the bytes, to be read on demand without
 * showing up in loops. Where no arm is known to count, the bytes show up, so that the value can be sent
 * again as it is.
 */
function unionValue(
  arms: readonly { readonly name: string }[],
  counted: number | undefined,
  source: UnionBytes,
): object {
  const value = {};
  arms.forEach(({ name }, index) => {
    if (index === counted) {
      Object.defineProperty(value, name, {
        value: source.read(index),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    } else {
      Object.defineProperty(value, name, {
        get: () => source.read(index),
        enumerable: false,
        configurable: true,
      });
    }
  });
  Object.defineProperty(value, "$union", {
    value: source.bytes,
    enumerable: counted === undefined,
    configurable: true,
  });
  return value;
}

function isByte(slot: Slot): boolean {
  return slot.kind === "scalar" && slot.scalar === "u8";
}

function readList(
  element: ValueReader,
  from: Batch,
  start: number,
  record: number,
  count: number,
  stride: number,
): unknown[] {
  const list = new Array<unknown>(count);
  for (let i = 0; i < count; i++) list[i] = element(from, start + i * stride, record);
  return list;
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
      return (from, at) => from.u32[at >> 2];
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
