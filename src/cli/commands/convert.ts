/**
 * `govppmux encode` and `govppmux decode`: the raw form of messages to wire bytes and back, a JSON line
 * a message.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import process from "node:process";
import { createInterface } from "node:readline";
import type { Command } from "commander";
import { Codec } from "../../codec/codec.ts";
import { rawForm } from "../../codec/forms.ts";
import { jsonLine } from "../../codec/json_text.ts";
import { DecodeError, VppError } from "../../errors.ts";
import { loadSchema, SYSTEM_DEFINITIONS } from "../../host/definitions.ts";
import type { Message } from "../../schema/model.ts";
import type { Schema } from "../../schema/schema.ts";
import { printLine } from "../output.ts";

interface ConvertOptions {
  readonly api: string;
}

type Line = Readonly<Record<string, unknown>>;

/** Converts one line; throws what is wrong with it. */
type Convert = (codec: Codec, message: Message, line: Line) => object;

export function registerConvert(program: Command): void {
  const add = (name: string, description: string, convert: Convert): void => {
    program.command(name).description(description)
      .option("--api <dir>", "API definitions: a file or a folder", SYSTEM_DEFINITIONS)
      .action((options: ConvertOptions) => convertLines(options, convert));
  };
  add("encode", "JSON lines {msg, header?, fields} on stdin to {msg, hex} on stdout", encode);
  add("decode", "JSON lines {msg, hex} on stdin to {msg, header, fields} on stdout", decode);
}

async function convertLines(options: ConvertOptions, convert: Convert): Promise<void> {
  const schema = await loadSchema(options.api);
  const codec = new Codec();
  let failed = false;
  for await (const text of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    if (text.trim() === "") continue;
    const line = parseLine(text);
    const msg = line?.["msg"];
    try {
      if (line === undefined) throw new VppError("DECODE", "The line is no JSON object");
      const converted = convert(codec, messageOf(schema, msg), line);
      printLine(jsonLine({ msg, ...converted }));
    } catch (error) {
      failed = true;
      const message = error instanceof Error ? error.message : String(error);
      printLine(JSON.stringify({ msg: msg ?? null, error: message }));
    }
  }
  if (failed) process.exitCode = 1;
}

function parseLine(text: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value as Line : undefined;
  } catch {
    return undefined;
  }
}

function messageOf(schema: Schema, name: unknown): Message {
  if (typeof name !== "string") {
    throw new VppError(
      "UNKNOWN_MESSAGE",
      `"msg" must be a message's name, and it is ${JSON.stringify(name)}`,
    );
  }
  const message = schema.message(name);
  if (message !== undefined) return message;
  throw new VppError("UNKNOWN_MESSAGE", `The definitions have no message ${name}`);
}

const encode: Convert = (codec, message, line) => {
  const header = fieldsOf(line["header"] ?? {}, "header");
  const fields = fieldsOf(line["fields"] ?? {}, "fields");
  return {
    hex: Buffer.from(codec.encodeMessage(message, { ...header, ...fields })).toString("hex"),
  };
};

const decode: Convert = (codec, message, line) => {
  const hex = line["hex"];
  if (typeof hex !== "string" || !/^(?:[0-9a-f]{2})*$/i.test(hex)) {
    throw new DecodeError(`"hex" of ${message.name} must be pairs of hexadecimal digits`);
  }
  const { batch, record } = codec.decodeMessage(message, Buffer.from(hex, "hex"));
  return {
    header: codec.readHeader(message, batch, record),
    fields: codec.read(message, batch, record, rawForm),
  };
};

function fieldsOf(value: unknown, name: string): object {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new VppError("ENCODE", `"${name}" must be an object of fields`);
}
