/**
 * Values of messages from one form to another, without a record in between.
 *
 * @module
 */
import {
  type EnumType,
  type Field,
  resolveAlias,
  type Scalar,
  type Type,
  type UnionType,
} from "../schema/model.ts";
import { below, describe, FieldFault, listNames } from "./field_fault.ts";
import type { Naming } from "./names.ts";
import { type TextType, textTypeOf } from "./text_types.ts";
import { asList } from "./write_bytes.ts";
import { countFields, isByte } from "./zero_value.ts";

/** What becomes of the parts of a value. Functions throw FieldFault for what they cannot take. */
export interface Mapping {
  /** Names of fields in the value that is given, and in the one that is made. */
  readonly from: Naming;
  readonly to: Naming;
  /** Whether fields that count others show up in what is made. */
  readonly counts: boolean;
  scalar(scalar: Scalar, value: unknown): unknown;
  enumeration(type: EnumType, value: unknown): unknown;
  text(type: TextType, value: unknown): unknown;
  bytes(value: unknown): unknown;
  /** A union of which `arm` was given, or its bytes by the name `$union`. */
  union(name: string, value: unknown): object;
  /** A field that was not given. */
  absent(field: Field): unknown;
}

/** Maps the fields of a struct, or of a message without its header. */
export function mapFields(
  fields: readonly Field[],
  value: unknown,
  mapping: Mapping,
): Record<string, unknown> {
  const given = fieldsOf(value, fields, mapping);
  const counts = countFields(fields);
  const made: Record<string, unknown> = {};
  for (const field of fields) {
    if (counts.has(field.name)) {
      if (mapping.counts) made[mapping.to(field.name)] = countOf(field, fields, given, mapping);
      continue;
    }
    const name = mapping.from(field.name);
    made[mapping.to(field.name)] = given[name] === undefined
      ? mapping.absent(field)
      : mapStep(name, () => mapValue(field.type, given[name], mapping));
  }
  return made;
}

export function mapValue(type: Type, value: unknown, mapping: Mapping): unknown {
  const text = textTypeOf(type);
  // What is given by its parts is mapped by its parts.
  if (text !== undefined && !isParts(value)) return mapping.text(text, value);
  const resolved = resolveAlias(type);
  switch (resolved.kind) {
    case "scalar":
      return mapping.scalar(resolved.scalar, value);
    case "enum":
      return mapping.enumeration(resolved, value);
    case "string":
      if (typeof value !== "string") throw new FieldFault(`${describe(value)} is no string`);
      return value;
    case "struct":
      return mapFields(resolved.fields, value, mapping);
    case "union":
      return mapUnion(resolved, value, mapping);
    case "array":
    case "vla":
      if (isByte(resolved.element)) return mapping.bytes(value);
      return Array.from(
        asList(value),
        (element, i) => mapStep(`[${i}]`, () => mapValue(resolved.element, element, mapping)),
      );
  }
}

function isParts(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function fieldsOf(
  value: unknown,
  fields: readonly Field[],
  { from }: Mapping,
): Readonly<Record<string, unknown>> {
  const names = fields.map((field) => from(field.name));
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new FieldFault(`${describe(value)} is no object with fields ${listNames(names)}`);
  }
  const unknown = Object.entries(value).find(([name, v]) =>
    v !== undefined && !names.includes(name)
  );
  if (unknown !== undefined) {
    throw new FieldFault(`there is no such field; expected ${listNames(names)}`, unknown[0]);
  }
  return value as Readonly<Record<string, unknown>>;
}

/** A count follows from the array that it counts. */
function countOf(
  count: Field,
  fields: readonly Field[],
  given: Readonly<Record<string, unknown>>,
  { from }: Mapping,
): number {
  const counted = fields.find(({ type }) => type.kind === "vla" && type.countField === count.name);
  const list = counted && given[from(counted.name)];
  return list === undefined ? 0 : asList(list).length;
}

function mapUnion(union: UnionType, value: unknown, mapping: Mapping): object {
  const names = union.arms.map((arm) => mapping.from(arm.name));
  const expected = `expected an object with one of ${listNames(names)}`;
  if (typeof value !== "object" || value === null) {
    throw new FieldFault(`${describe(value)} is no union; ${expected}`);
  }
  const given = Object.entries(value).filter(([, v]) => v !== undefined);
  const [first, second] = given;
  if (first === undefined) throw new FieldFault(`no arm is given; ${expected}`);
  if (second !== undefined) {
    throw new FieldFault(`${listNames(given.map(([name]) => name))} are given; ${expected}`);
  }
  const [name, arm] = first;
  if (name === "$union") return mapping.union(name, mapStep(name, () => mapping.bytes(arm)));
  const type = union.arms[names.indexOf(name)];
  if (type === undefined) throw new FieldFault(`there is no such arm; ${expected}`, name);
  const mapped = mapStep(name, () => mapValue(type.type, arm, mapping));
  return mapping.union(mapping.to(type.name), mapped);
}

function mapStep<T>(step: string, map: () => T): T {
  try {
    return map();
  } catch (error) {
    throw below(step, error);
  }
}
