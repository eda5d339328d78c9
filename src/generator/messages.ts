/**
 * Messages → an interface and a descriptor each.
 *
 * @module
 */
import { layoutFingerprint } from "../schema/fingerprint.ts";
import { layoutOf, type StructLayout } from "../schema/layout.ts";
import type { Message } from "../schema/model.ts";
import { bodyFields } from "../codec/names.ts";
import { usualHeader } from "../codec/usual_header.ts";
import type { DecodeWriter } from "./decode.ts";
import type { EncodeWriter } from "./encode.ts";
import { fieldDefinition } from "./definitions.ts";
import { docComment } from "./docs.ts";
import { documentationOf } from "../schema/documentation.ts";
import { isOptionalInRequest } from "./optional.ts";
import type { FileScope } from "./scope.ts";
import { interfaceLines } from "./types.ts";
import { literal, literalLines, WIDTH } from "./literal.ts";
import { withArrays } from "./place.ts";

/** The functions of a file, which its messages share. */
export interface RecordFunctions {
  readonly decode: DecodeWriter;
  readonly encode: EncodeWriter;
}

/** The declarations of a message, as lines. */
export function messageDeclaration(
  message: Message,
  scope: FileScope,
  functions: RecordFunctions,
): string[] {
  return [
    ...docComment(messageDocs(message, scope), ""),
    ...messageInterface(message, scope),
    ...docComment(stateTags(message, scope), ""),
    ...descriptor(message, scope, functions),
  ];
}

/** What is said of a message: its comment and its state. */
export function messageDocs(message: Message, scope: FileScope): string[] {
  return [...documentationOf(message.comment).text, ...stateTags(message, scope)];
}

/** Editors want the tags on each declaration of a name. */
function stateTags({ options }: Message, scope: FileScope): string[] {
  const docs: string[] = [];
  const replacement = options["replaced_by"];
  if (options["deprecated"] !== undefined || replacement !== undefined) {
    docs.push(
      replacement === undefined
        ? "@deprecated VPP will drop this message."
        : `@deprecated Use {@link ${scope.message(replacement)}}.`,
    );
  }
  if (options["in_progress"] !== undefined || options["status"] === "in_progress") {
    docs.push("@experimental VPP may change this message without notice.");
  }
  return docs;
}

function messageInterface(message: Message, scope: FileScope): string[] {
  const isRequest = message.kind === "request";
  return interfaceLines(
    scope.message(message),
    bodyFields(message.fields),
    documentationOf(message.comment),
    isRequest ? "input" : "value",
    scope,
    (field) => isRequest && isOptionalInRequest(message, field),
  );
}

function descriptor(
  message: Message,
  scope: FileScope,
  functions: RecordFunctions,
): string[] {
  const name = scope.message(message);
  const { type, making, answers } = patternOf(message, scope);
  return [
    ...annotation(name, type),
    `  /* @__PURE__ */ api.${making}{`,
    ...definitionLines(message, layoutOf(message), functions, "    "),
    `  }${answers.map((answer) => `, ${answer}`).join("")});`,
  ];
}

/** `export const name: Type<A, B> =`. */
function annotation(name: string, [generic, ...parameters]: readonly string[]): string[] {
  const short = `export const ${name}: ${generic}<${parameters.join(", ")}> =`;
  if (short.length <= WIDTH) return [short];
  return [
    `export const ${name}: ${generic}<`,
    `  ${parameters.join(",\n  ")}`,
    "> =",
  ];
}

function definitionLines(
  message: Message,
  layout: StructLayout,
  { decode, encode }: RecordFunctions,
  indent: string,
): string[] {
  const { body, arrays } = withArrays(decode.message(layout, indent));
  return [
    `${indent}name: ${JSON.stringify(message.name)},`,
    `${indent}crc: ${JSON.stringify(message.crc)},`,
    `${indent}layout: 0x${layoutFingerprint(layout).toString(16).padStart(8, "0")},`,
    ...literalLines(
      `${indent}fields: () => `,
      definitionsOf(message),
      indent,
      ",",
    ),
    `${indent}decode: ${parameters(body, arrays)} => (${body}),`,
    ...(message.kind === "request"
      ? encode.message(layout, (field) => isOptionalInRequest(message, field), indent)
      : []),
  ];
}

/** Of the function that reads a record. */
function parameters(body: string, arrays: readonly string[]): string {
  if (arrays.length > 0) return `(b, r, { ${arrays.join(", ")} } = b)`;
  return /\bb[.,]/.test(body) ? "(b, r)" : "()";
}

/** The definitions of a message's fields, without the usual header. */
function definitionsOf({ kind, fields }: Message): readonly unknown[] {
  const definitions = fields.map(fieldDefinition);
  const header = usualHeader(kind);
  const isUsual = literal(definitions.slice(0, header.length)) === literal(header);
  return isUsual ? definitions.slice(header.length) : definitions;
}

/** How a message's descriptor is typed and made. */
interface Pattern {
  /** The generic type, then its parameters. */
  readonly type: readonly string[];
  /** The call of the module up to its first argument. */
  readonly making: string;
  readonly answers: readonly string[];
}

function patternOf(message: Message, scope: FileScope): Pattern {
  const name = scope.message(message);
  const { kind, service } = message;
  if (kind !== "request") {
    return {
      type: [scope.useType("MessageDescriptor"), name],
      making: `message("${kind}", `,
      answers: [],
    };
  }
  const reply = service?.reply && scope.message(service.reply);
  const details = service?.details && scope.message(service.details);
  if (details !== undefined && reply !== undefined) {
    return {
      type: [scope.useType("CursorDescriptor"), name, details, reply],
      making: "cursor(",
      answers: [`() => ${details}`, `() => ${reply}`],
    };
  }
  if (details !== undefined) {
    return {
      type: [scope.useType("DumpDescriptor"), name, details],
      making: "dump(",
      answers: [`() => ${details}`],
    };
  }
  if (reply !== undefined) {
    const events = service?.events.map((event) => scope.message(event)) ?? [];
    return {
      type: [scope.useType("UnaryDescriptor"), name, reply],
      making: "unary(",
      answers: [`() => ${reply}`, ...(events.length === 0 ? [] : [`() => [${events.join(", ")}]`])],
    };
  }
  return {
    type: [scope.useType("OnewayDescriptor"), name],
    making: "oneway(",
    answers: [],
  };
}
