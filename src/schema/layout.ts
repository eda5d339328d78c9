/**
 * The layout of records: where each field of a decoded message lies. A record is in native byte order
 * and aligned, with fixed slots, so that the host reads it with typed arrays.
 *
 * docs/architecture.md describes the format. Sizes and offsets are bytes; a struct's offsets count from
 * its own start.
 *
 * @module
 */
import {
  type ArrayType,
  type Field,
  resolveAlias,
  type Scalar,
  scalarSize,
  type StructType,
  type Type,
  type UnionType,
  type VlaType,
} from "./model.ts";
import { fixedSize } from "./resolve.ts";
import { SchemaError } from "../errors.ts";

/** A scalar; an enum lies as its base. */
export interface ScalarSlot {
  readonly kind: "scalar";
  readonly scalar: Scalar;
  readonly size: 1 | 2 | 4 | 8;
  readonly align: 1 | 2 | 4 | 8;
}

/** Two u32: see STRING_INLINE in wasm/constants.ts. `wireLength` 0 means variable. */
export interface StringSlot {
  readonly kind: "string";
  readonly wireLength: number;
  readonly size: 8;
  readonly align: 4;
}

/** `count` elements, `stride` apart. */
export interface ArraySlot {
  readonly kind: "array";
  readonly element: Slot;
  readonly count: number;
  readonly stride: number;
  readonly size: number;
  readonly align: number;
}

/** Two u32: the elements' offset from the start of the *record*, and their number. */
export interface VlaSlot {
  readonly kind: "vla";
  readonly element: Slot;
  readonly stride: number;
  /** Offset of the count field in the same struct. */
  readonly countOffset: number;
  readonly countWidth: 1 | 2 | 4;
  readonly countField: string;
  readonly size: 8;
  readonly align: 4;
}

export interface StructSlot {
  readonly kind: "struct";
  readonly layout: StructLayout;
  readonly size: number;
  readonly align: number;
}

/** The union's bytes as they stand on the wire: which arm counts is not known to the core. */
export interface UnionSlot {
  readonly kind: "union";
  readonly type: UnionType;
  readonly size: number;
  readonly align: 1;
}

export type Slot = ScalarSlot | StringSlot | ArraySlot | VlaSlot | StructSlot | UnionSlot;

export interface FieldLayout {
  readonly name: string;
  readonly field: Field;
  readonly offset: number;
  readonly slot: Slot;
}

export interface StructLayout {
  readonly name: string;
  readonly fields: readonly FieldLayout[];
  readonly size: number;
  readonly align: number;
}

/** What a layout is made of: a message or a struct. */
export type Fields = Pick<StructType, "name" | "fields">;

/** Lays out a message or a struct. */
export function layoutOf(owner: Fields): StructLayout {
  const fields: FieldLayout[] = [];
  let offset = 0;
  let align = 1;
  for (const field of owner.fields) {
    const slot = slotOf(field.type, fields, `${owner.name}.${field.name}`);
    offset = roundUp(offset, slot.align);
    fields.push({ name: field.name, field, offset, slot });
    offset += slot.size;
    align = Math.max(align, slot.align);
  }
  return { name: owner.name, fields, size: roundUp(offset, align), align };
}

/** Rounds up to a multiple of `align`, a power of two. */
export function roundUp(value: number, align: number): number {
  return (value + align - 1) & -align;
}

function slotOf(type: Type, before: readonly FieldLayout[], path: string): Slot {
  const resolved = resolveAlias(type);
  switch (resolved.kind) {
    case "scalar":
      return scalarSlot(resolved.scalar);
    case "enum":
      return scalarSlot(resolved.base);
    case "string":
      return { kind: "string", wireLength: resolved.length, size: 8, align: 4 };
    case "union":
      return { kind: "union", type: resolved, size: resolved.size, align: 1 };
    case "struct": {
      const layout = layoutOf(resolved);
      return { kind: "struct", layout, size: layout.size, align: layout.align };
    }
    case "array":
      return arraySlot(resolved, path);
    case "vla":
      return vlaSlot(resolved, before, path);
  }
}

function scalarSlot(scalar: Scalar): ScalarSlot {
  const size = scalarSize(scalar);
  return { kind: "scalar", scalar, size, align: size };
}

function arraySlot(type: ArrayType, path: string): ArraySlot {
  const element = slotOf(type.element, [], path);
  const stride = roundUp(element.size, element.align);
  return {
    kind: "array",
    element,
    count: type.length,
    stride,
    size: stride * type.length,
    align: element.align,
  };
}

function vlaSlot(type: VlaType, before: readonly FieldLayout[], path: string): VlaSlot {
  const count = before.find((f) => f.name === type.countField);
  if (count?.slot.kind !== "scalar") {
    throw new SchemaError(
      `${path} is counted by ${type.countField}, which is no integer before it`,
    );
  }
  const { size } = count.slot;
  if (size === 8) throw new SchemaError(`${path} is counted by ${type.countField} of 8 bytes`);
  if (fixedSize(type.element) === 0) throw new SchemaError(`${path} has elements of no size`);
  const element = slotOf(type.element, [], path);
  return {
    kind: "vla",
    element,
    stride: roundUp(element.size, element.align),
    countOffset: count.offset,
    countWidth: size,
    countField: type.countField,
    size: 8,
    align: 4,
  };
}
