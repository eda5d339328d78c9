/**
 * Definitions in words.
 *
 * @module
 */
import { type Field, type NamedType, resolveAlias, type Type } from "./model.ts";

/** A type as the definitions write it, with its bare name: `u32`, `string[64]`, `fib_path[n_paths]`. */
export function typeName(type: Type): string {
  switch (type.kind) {
    case "scalar":
      return type.scalar;
    case "string":
      return type.length === 0 ? "string[]" : `string[${type.length}]`;
    case "array":
      return `${typeName(type.element)}[${type.length}]`;
    case "vla":
      return `${typeName(type.element)}[${type.countField}]`;
    default:
      return type.name;
  }
}

/**
 * Every field at every depth, by its path: `route.paths[].weight` → `u8`. What has fields of its own
 * stands for itself as well.
 */
export function fieldPaths(fields: readonly Field[]): Map<string, string> {
  const paths = new Map<string, string>();
  for (const field of fields) addPaths(field.name, field.type, paths);
  return paths;
}

function addPaths(path: string, type: Type, paths: Map<string, string>): void {
  paths.set(path, typeName(type));
  const resolved = resolveAlias(type);
  switch (resolved.kind) {
    case "struct":
      for (const field of resolved.fields) addPaths(`${path}.${field.name}`, field.type, paths);
      return;
    case "union":
      for (const arm of resolved.arms) addPaths(`${path}.${arm.name}`, arm.type, paths);
      return;
    case "array":
    case "vla": {
      const element = resolveAlias(resolved.element);
      if (element.kind === "scalar") return;
      return addPaths(`${path}[]`, resolved.element, paths);
    }
    case "enum":
      paths.set(path, `${resolved.name} (${enumText(resolved)})`);
  }
}

function enumText(type: NamedType & { kind: "enum" }): string {
  const members = type.members.map(([name, value]) => `${name}=${value}`).join(", ");
  return `${type.base}: ${members}`;
}

/** Every named type that the fields use, at any depth, in the order in which they are first met. */
export function usedTypes(fields: Iterable<Field>): Map<string, NamedType> {
  const used = new Map<string, NamedType>();
  for (const field of fields) collect(field.type, used);
  return used;
}

function collect(type: Type, used: Map<string, NamedType>): void {
  switch (type.kind) {
    case "scalar":
    case "string":
      return;
    case "array":
    case "vla":
      return collect(type.element, used);
  }
  if (used.has(type.name)) return;
  used.set(type.name, type);
  if (type.kind === "alias") collect(type.target, used);
  if (type.kind === "struct") { for (const field of type.fields) collect(field.type, used); }
  if (type.kind === "union") { for (const arm of type.arms) collect(arm.type, used); }
}
