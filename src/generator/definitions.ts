/**
 * Definitions as generated code carries them: in the form of `.api.json`, so that one reader serves
 * both.
 *
 * @module
 */
import type {
  EnumType,
  NamedType,
  StructType,
  Type,
  UnionArm,
  UnionType,
} from "../schema/model.ts";
import { SchemaError } from "../errors.ts";

/** `["vl_api_mac_address_t", "mac"]`, with the type's bare name. */
export function fieldDefinition(field: UnionArm): unknown[] {
  return [...reference(field.type, field.name), ...optionsOf(field)];
}

function reference(type: Type, name: string): unknown[] {
  switch (type.kind) {
    case "scalar":
      return [type.scalar, name];
    case "string":
      return ["string", name, type.length];
    case "array":
      return [elementName(type.element), name, type.length];
    case "vla":
      return [elementName(type.element), name, 0, type.countField];
    default:
      return [type.name, name];
  }
}

function elementName(type: Type): string {
  if (type.kind === "scalar") return type.scalar;
  if (type.kind === "string" || type.kind === "array" || type.kind === "vla") {
    throw new SchemaError(`An array of ${type.kind}s has no definition`);
  }
  return type.name;
}

function optionsOf(field: UnionArm): object[] {
  const options = {
    ...(field.default === undefined ? {} : { default: field.default }),
    ...(field.discriminator === undefined ? {} : { discriminator: field.discriminator }),
    ...(field.case === undefined ? {} : { case: field.case }),
  };
  return Object.keys(options).length === 0 ? [] : [options];
}

/** The sections of a module's `.api.json` for these types; absent where they are empty. */
export function typeSections(types: Iterable<NamedType>): Map<string, unknown[]> {
  const sections = new Map<string, unknown[]>();
  const add = (section: string, definition: unknown) => {
    const list = sections.get(section) ?? [];
    list.push(definition);
    sections.set(section, list);
  };
  for (const type of types) {
    if (type.kind === "struct") add("types", structDefinition(type));
    else if (type.kind === "union") add("unions", unionDefinition(type));
    else if (type.kind === "enum") add(type.flags ? "enumflags" : "enums", enumDefinition(type));
  }
  return sections;
}

/** The `aliases` section. */
export function aliasSection(types: Iterable<NamedType>): Record<string, object> {
  const section: Record<string, object> = {};
  for (const type of types) {
    if (type.kind !== "alias") continue;
    const { target } = type;
    section[type.name] = target.kind === "array"
      ? { type: elementName(target.element), length: target.length }
      : { type: elementName(target) };
  }
  return section;
}

function structDefinition(type: StructType): unknown[] {
  return [type.name, ...type.fields.map(fieldDefinition)];
}

function unionDefinition(type: UnionType): unknown[] {
  return [type.name, ...type.arms.map(fieldDefinition)];
}

function enumDefinition(type: EnumType): unknown[] {
  return [type.name, ...type.members, { enumtype: type.base }];
}
