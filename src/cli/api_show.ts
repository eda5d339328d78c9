/**
 * A message in words, for `govppmux api show`.
 *
 * @module
 */
import { typeName, usedTypes } from "../schema/describe.ts";
import { documentationOf, fieldText } from "../schema/documentation.ts";
import type { Field, Message, NamedType, UnionArm } from "../schema/model.ts";
import type { Schema } from "../schema/schema.ts";

/** What the definitions say of a message, as lines. */
export function messageLines(message: Message, schema: Schema): string[] {
  const { version } = schema.modules.get(message.module) ?? { version: "" };
  const docs = documentationOf(message.comment);
  return [
    `${message.name}: ${message.kind} of module ${message.module} ${version}`,
    ...docs.text,
    "",
    `CRC      0x${message.crc}`,
    ...answerLines(message),
    ...stateLines(message),
    "",
    ...fieldLines(message.fields, (field) => fieldText(docs, field.name)),
    ...[...usedTypes(message.fields).values()].flatMap(typeLines),
  ];
}

function answerLines({ service }: Message): string[] {
  if (service === undefined) return [];
  const { reply, details, events } = service;
  const answers = [details === undefined ? [] : [`${details} (many)`], reply ?? []].flat();
  return [
    `answers  ${answers.length === 0 ? "none" : answers.join(", then ")}`,
    ...(events.length === 0 ? [] : [`events   ${events.join(", ")}`]),
  ];
}

function stateLines({ options }: Message): string[] {
  const state = Object.entries(options)
    .filter(([key]) => key !== "vat_help")
    .map(([key, value]) => value === "" ? key : `${key} ${value}`);
  return state.length === 0 ? [] : [`state    ${state.join(", ")}`];
}

function fieldLines(
  fields: readonly UnionArm[],
  note: (field: Field) => string | undefined,
): string[] {
  const name = Math.max(...fields.map((field) => field.name.length));
  const type = Math.max(...fields.map((field) => typeName(field.type).length));
  return fields.map((field) => {
    const notes = [
      ...(field.default === undefined ? [] : [`default ${field.default}`]),
      ...(field.discriminator === undefined ? [] : [`told by ${field.discriminator}`]),
      ...(field.case === undefined ? [] : [`for ${field.case}`]),
      note(field) ?? "",
    ];
    const start = `  ${field.name.padEnd(name)}  ${typeName(field.type).padEnd(type)}`;
    return `${start}  ${notes.filter((n) => n !== "").join("; ")}`.trimEnd();
  });
}

function typeLines(type: NamedType): string[] {
  switch (type.kind) {
    case "alias":
      return ["", `${type.name} = ${typeName(type.target)}`];
    case "enum":
      return [
        "",
        `${type.flags ? "enumflag" : "enum"} ${type.name} (${type.base})`,
        ...type.members.map(([name, value]) => `  ${name} = ${value}`),
      ];
    case "union":
      return ["", `union ${type.name}`, ...fieldLines(type.arms, () => undefined)];
    case "struct": {
      const docs = documentationOf(type.comment);
      const lines = fieldLines(type.fields, (field) => fieldText(docs, field.name));
      return ["", `type ${type.name}`, ...lines];
    }
  }
}
