/**
 * The value of a field that nobody gave: the definition's default, or zero.
 *
 * @module
 */
import {
  type Field,
  resolveAlias,
  type Scalar,
  type StructType,
  type Type,
} from "../schema/model.ts";
import { fixedSize } from "../schema/resolve.ts";
import { camelCase } from "./names.ts";
import { defaultNumber } from "./template.ts";
import { textTypeOf } from "./text_types.ts";

/** As a TypeScript value. */
export function zeroValue(type: Type, value?: Field["default"]): unknown {
  const text = textTypeOf(type);
  if (text !== undefined) return text.format(new Uint8Array(text.size), 0);
  const resolved = resolveAlias(type);
  switch (resolved.kind) {
    case "scalar":
      return zeroScalar(resolved.scalar, value);
    case "enum":
      return value === undefined ? 0 : defaultNumber(value);
    case "string":
      return "";
    case "struct":
      return zeroFields(resolved);
    case "union":
      return { $union: new Uint8Array(resolved.size) };
    case "vla":
      return isByte(resolved.element) ? new Uint8Array(0) : [];
    case "array":
      if (isByte(resolved.element)) return new Uint8Array(fixedSize(resolved) ?? 0);
      return Array.from({ length: resolved.length }, () => zeroValue(resolved.element, value));
  }
}

function zeroFields({ fields }: Pick<StructType, "fields">): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const field of valueFields(fields)) {
    object[camelCase(field.name)] = zeroValue(field.type, field.default);
  }
  return object;
}

function zeroScalar(scalar: Scalar, value: Field["default"]): number | bigint | boolean {
  const number = value === undefined ? 0 : defaultNumber(value);
  if (scalar === "bool") return number !== 0;
  return scalar === "u64" || scalar === "i64" ? BigInt(Math.trunc(number)) : number;
}

/** The fields that a typed value has: those that do not count others. */
export function valueFields(fields: readonly Field[]): Field[] {
  const counts = countFields(fields);
  return fields.filter(({ name }) => !counts.has(name));
}

/** Names of the fields that count others. */
export function countFields(fields: readonly Field[]): Set<string> {
  return new Set(fields.flatMap(({ type }) => type.kind === "vla" ? [type.countField] : []));
}

/** Whether an array of these elements is read and written as bytes. */
export function isByte(element: Type): boolean {
  const type = resolveAlias(element);
  return (type.kind === "scalar" && type.scalar === "u8") ||
    (type.kind === "enum" && type.base === "u8");
}
