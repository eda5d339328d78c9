/**
 * Types of the definitions → TypeScript.
 *
 * @module
 */
import { camelCase } from "../codec/names.ts";
import { type TextType, textTypeOf } from "../codec/text_types.ts";
import { isByte, valueFields } from "../codec/zero_value.ts";
import type { EnumType, Field, NamedType, StructType, Type, UnionType } from "../schema/model.ts";
import { docComment } from "./docs.ts";
import { type Documentation, documentationOf, fieldText } from "../schema/documentation.ts";
import { differsAsInput } from "./input.ts";
import { commonPrefix, propertyKey } from "./names.ts";
import { isOptionalInType } from "./optional.ts";
import type { FileScope } from "./scope.ts";

/** Whether a type is written for values that are got, or for values that are given. */
export type Direction = "value" | "input";

/** The TypeScript type of a field. */
export function typeText(type: Type, direction: Direction, scope: FileScope): string {
  switch (type.kind) {
    case "scalar":
      if (type.scalar === "bool") return "boolean";
      return type.scalar === "u64" || type.scalar === "i64" ? "bigint" : "number";
    case "string":
      return "string";
    case "array":
    case "vla":
      if (isByte(type.element)) return "Uint8Array";
      return `readonly ${typeText(type.element, direction, scope)}[]`;
    default:
      return scope.type(type, direction);
  }
}

/** The declarations of one type, as lines. */
export function typeDeclaration(type: NamedType, scope: FileScope): string[] {
  switch (type.kind) {
    case "enum":
      return enumDeclaration(type, scope);
    case "union":
      return unionDeclaration(type, scope);
    case "alias":
      return aliasDeclaration(type, scope);
    case "struct": {
      const text = textTypeOf(type);
      return text === undefined
        ? structDeclaration(type, scope)
        : textDeclaration(type, text, scope);
    }
  }
}

function enumDeclaration(type: EnumType, scope: FileScope): string[] {
  const name = scope.type(type, "value");
  const prefix = commonPrefix(type.members.map(([member]) => member));
  const flags = isFlags(type);
  const isNumber = flags || type.members.length === 0;
  const docs = [
    ...(flags ? ["Flags: may be combined with `|`."] : []),
    ...(prefix === "" ? [] : [`VPP's names begin with \`${prefix}\`.`]),
  ];
  return [
    ...docComment(docs.length === 0 ? [] : [docs.join(" ")], ""),
    `export const ${name} = {`,
    ...type.members.map(([member, value]) =>
      `  ${propertyKey(member.slice(prefix.length))}: ${value},`
    ),
    "} as const;",
    `export type ${name} = ${isNumber ? "number" : `(typeof ${name})[keyof typeof ${name}]`};`,
  ];
}

/** Old definitions have flags among the enums; names and values tell. */
export function isFlags(type: EnumType): boolean {
  if (type.flags || /_flags(_v\d+)?$/.test(type.name)) return true;
  const values = type.members.map(([, value]) => value);
  const areBits = values.every((value) => (value & (value - 1)) === 0);
  // 0, 1, 2 may as well be counted.
  return areBits && values.some((value) => value > 2);
}

function unionDeclaration(type: UnionType, scope: FileScope): string[] {
  const name = scope.type(type, "value");
  const input = scope.type(type, "input");
  const arms = scope.type(type, "arms");
  const armsInput = scope.type(type, "armsInput");
  return [
    ...docComment([`The arms of \`${name}\`.`], ""),
    ...armsInterface(arms, type, "value", scope),
    `export type ${name} = ${scope.useType("UnionValue")}<${arms}>;`,
    ...(armsInput === arms ? [] : armsInterface(armsInput, type, "input", scope)),
    `export type ${input} = ${scope.useType("OneArm")}<${armsInput}>;`,
  ];
}

function armsInterface(
  name: string,
  type: UnionType,
  direction: Direction,
  scope: FileScope,
): string[] {
  return [
    `export interface ${name} {`,
    ...type.arms.map((arm) =>
      `  readonly ${camelCase(arm.name)}: ${typeText(arm.type, direction, scope)};`
    ),
    "}",
  ];
}

function aliasDeclaration(type: NamedType & { kind: "alias" }, scope: FileScope): string[] {
  const text = textTypeOf(type);
  // An alias of a type that has a text form is that type by another name.
  if (text !== undefined && type.target.kind === "array") {
    return textDeclaration(type, text, scope);
  }
  const name = scope.type(type, "value");
  const lines = [`export type ${name} = ${typeText(type.target, "value", scope)};`];
  if (differsAsInput(type)) {
    lines.push(
      `export type ${scope.type(type, "input")} = ${typeText(type.target, "input", scope)};`,
    );
  }
  return lines;
}

function textDeclaration(
  type: StructType | (NamedType & { kind: "alias" }),
  text: TextType,
  scope: FileScope,
): string[] {
  const parts = type.kind === "alias" ? ["Uint8Array;"] : [
    "{",
    ...type.fields.map((field) =>
      `  readonly ${camelCase(field.name)}: ${typeText(field.type, "input", scope)};`
    ),
    "};",
  ];
  return [
    ...docComment([`As text: ${text.expected}.`], ""),
    `export type ${scope.type(type, "value")} = string;`,
    ...docComment(["As text or by its parts."], ""),
    `export type ${scope.type(type, "input")} = string | ${parts.join("\n")}`,
  ];
}

function structDeclaration(type: StructType, scope: FileScope): string[] {
  const docs = documentationOf(type.comment);
  const optional = (field: Field) => isOptionalInType(type.name, field);
  const value = interfaceLines(scope.type(type, "value"), type.fields, docs, "value", scope);
  const lines = [...docComment(docs.text, ""), ...value];
  if (!differsAsInput(type)) return lines;
  const name = scope.type(type, "value");
  return [
    ...lines,
    ...docComment([`\`${name}\` as it is accepted.`], ""),
    ...interfaceLines(scope.type(type, "input"), type.fields, docs, "input", scope, optional),
  ];
}

/** An interface of fields. Fields that count others follow from them and are left out. */
export function interfaceLines(
  name: string,
  all: readonly Field[],
  docs: Documentation,
  direction: Direction,
  scope: FileScope,
  isOptional: (field: Field) => boolean = () => false,
): string[] {
  const fields = valueFields(all);
  // An empty interface would accept every object.
  if (fields.length === 0) {
    return [`export interface ${name} {`, "  readonly [field: string]: never;", "}"];
  }
  return [
    `export interface ${name} {`,
    ...fields.flatMap((field) => {
      const mark = isOptional(field) ? "?" : "";
      return [
        ...docComment(fieldDocs(field, docs), "  "),
        `  readonly ${camelCase(field.name)}${mark}: ${typeText(field.type, direction, scope)};`,
      ];
    }),
    "}",
  ];
}

function fieldDocs(field: Field, docs: Documentation): string[] {
  const text = fieldText(docs, field.name);
  const parts = text === undefined ? [] : [text];
  if (field.default !== undefined) parts.push(`Default: ${field.default}.`);
  return parts.length === 0 ? [] : [parts.join(parts[0]?.endsWith(".") === true ? " " : ". ")];
}
