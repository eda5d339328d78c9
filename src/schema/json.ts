/**
 * Reads the JSON form of API definitions (`.api.json`, or an element of VPP's `get_api_json` array)
 * into plain, checked values. The reading is tolerant of what releases 20.09 to 26.06 do differently:
 * absent sections, absent comments, enumflags among the enums.
 *
 * @module
 */
import { SchemaError } from "../errors.ts";

/** One field as the definition has it: `["u32", "mtu", 4]`, `["u8", "data", 0, "len"]`. */
export interface JsonField {
  readonly type: string;
  readonly name: string;
  /** Given for arrays and strings; 0 means variable. */
  readonly length: number | undefined;
  /** The field that counts the elements of a variable array. */
  readonly countField: string | undefined;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface JsonStruct {
  readonly name: string;
  readonly fields: readonly JsonField[];
  readonly comment: string;
}

export interface JsonMessage extends JsonStruct {
  /** Eight lowercase hexadecimal digits, without `0x`. */
  readonly crc: string;
  readonly options: Readonly<Record<string, string>>;
}

export interface JsonEnum {
  readonly name: string;
  readonly members: readonly (readonly [name: string, value: number])[];
  readonly base: string;
}

export interface JsonAlias {
  readonly name: string;
  readonly type: string;
  readonly length: number | undefined;
}

export interface JsonService {
  readonly request: string;
  /** Undefined where the definition says "null": nothing comes back. */
  readonly reply: string | undefined;
  readonly stream: boolean;
  readonly streamMessage: string | undefined;
  readonly events: readonly string[];
}

/** One API module, for example `interface`. */
export interface JsonModule {
  readonly name: string;
  readonly version: string;
  /** `vl_api_version`, the CRC of the file, as written. */
  readonly fileCrc: string;
  /** The files whose types the module uses, as written: `vnet/ip/ip_types.api`. */
  readonly imports: readonly string[];
  readonly types: readonly JsonStruct[];
  readonly unions: readonly JsonStruct[];
  readonly enums: readonly JsonEnum[];
  readonly enumflags: readonly JsonEnum[];
  readonly aliases: readonly JsonAlias[];
  readonly messages: readonly JsonMessage[];
  readonly services: readonly JsonService[];
}

/** A JSON file that has none of these is something else. */
const sections = ["types", "messages", "unions", "enums", "enumflags", "aliases", "services"];

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Checks one module.
 *
 * @param value what `JSON.parse` gave
 * @param source names the origin in errors, for example the file's path
 * @throws SchemaError where the value is not an API definition
 */
export function readModule(value: unknown, source: string): JsonModule {
  const where = `API definition ${JSON.stringify(source)}`;
  const root = object(value, where);
  if (!sections.some((name) => name in root)) {
    throw new SchemaError(`${where}: expected ${sections.join(", ")}, found none of them`);
  }
  const moduleName = typeof root["module"] === "string" ? root["module"] : moduleFromSource(source);
  const options = optionalObject(root["options"], `${where}, options`);
  return {
    name: moduleName,
    version: typeof options["version"] === "string" ? options["version"] : "0.0.0",
    fileCrc: typeof root["vl_api_version"] === "string" ? root["vl_api_version"] : "",
    imports: list(root["imports"], `${where}, imports`).map((i) => text(i, `${where}, import`)),
    types: list(root["types"], `${where}, types`).map((t, i) => struct(t, `${where}, types[${i}]`)),
    unions: list(root["unions"], `${where}, unions`).map((t, i) =>
      struct(t, `${where}, unions[${i}]`)
    ),
    enums: list(root["enums"], `${where}, enums`).map((t, i) =>
      enumeration(t, `${where}, enums[${i}]`)
    ),
    enumflags: list(root["enumflags"], `${where}, enumflags`).map((t, i) =>
      enumeration(t, `${where}, enumflags[${i}]`)
    ),
    aliases: Object.entries(optionalObject(root["aliases"], `${where}, aliases`)).map(
      ([name, alias]) => readAlias(name, alias, `${where}, alias ${name}`),
    ),
    messages: list(root["messages"], `${where}, messages`).map((t, i) =>
      message(t, `${where}, messages[${i}]`)
    ),
    services: Object.entries(optionalObject(root["services"], `${where}, services`)).map(
      ([name, service]) => readService(name, service, `${where}, service ${name}`),
    ),
  };
}

/**
 * Checks the fields of one message or type.
 *
 * @param where names the owner in errors
 * @throws SchemaError where the value is no list of fields
 */
export function readFields(value: unknown, where: string): JsonField[] {
  return list(value, where).map((f, i) => field(list(f, where), `${where}, field ${i}`));
}

/** `…/core/vlib.api.json` → `vlib`: releases before `module` was written name it by the file. */
function moduleFromSource(source: string): string {
  return source.replace(/^.*\//, "").replace(/\.api\.json$|\.json$/, "");
}

function object(value: unknown, where: string): JsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new SchemaError(`${where}: expected an object, found ${kindOf(value)}`);
  }
  return value as JsonObject;
}

function optionalObject(value: unknown, where: string): JsonObject {
  return value === undefined || value === null ? {} : object(value, where);
}

function list(value: unknown, where: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    throw new SchemaError(`${where}: expected a list, found ${kindOf(value)}`);
  }
  return value;
}

function text(value: unknown, where: string): string {
  if (typeof value !== "string") {
    throw new SchemaError(`${where}: expected a string, found ${kindOf(value)}`);
  }
  return value;
}

function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (typeof value === "object") return Array.isArray(value) ? "a list" : "an object";
  return `a ${typeof value}`;
}

/** The length of an array or a string, where there is one. */
function optionalLength(value: unknown, where: string): number | undefined {
  if (typeof value !== "number") return undefined;
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new SchemaError(`${where}: ${value} is no length`);
}

function struct(value: unknown, where: string): JsonStruct {
  const items = list(value, where);
  const name = text(items[0], `${where}, name`);
  const rest = items.slice(1);
  const trailer = rest.find((item) => !Array.isArray(item));
  return {
    name,
    fields: readFields(rest.filter(Array.isArray), `${where} ${name}`),
    comment: comment(optionalObject(trailer, where)["comment"]),
  };
}

function comment(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function field(value: readonly unknown[], where: string): JsonField {
  const numbers = value.slice(2);
  const name = text(value[1], `${where}, name`);
  const length = optionalLength(numbers[0], `${where} ${name}`);
  const countField = typeof numbers[1] === "string" ? numbers[1] : undefined;
  const options = numbers.find((item) => typeof item === "object" && item !== null);
  return {
    type: text(value[0], `${where}, type`),
    name,
    length,
    countField,
    options: optionalObject(options, where),
  };
}

function message(value: unknown, where: string): JsonMessage {
  const base = struct(value, where);
  const trailer = list(value, where).findLast((item) => !Array.isArray(item));
  const details = object(trailer, `${where} ${base.name}, trailer`);
  const crc = text(details["crc"], `${where} ${base.name}, crc`);
  const digits = /^(?:0x)?([0-9a-f]{1,8})$/i.exec(crc)?.[1];
  if (digits === undefined) {
    throw new SchemaError(`${where} ${base.name}: crc ${JSON.stringify(crc)} is not 0x%08x`);
  }
  const options: Record<string, string> = {};
  for (const [key, option] of Object.entries(optionalObject(details["options"], where))) {
    options[key] = option === null ? "" : String(option);
  }
  return { ...base, crc: digits.toLowerCase().padStart(8, "0"), options };
}

function enumeration(value: unknown, where: string): JsonEnum {
  const items = list(value, where);
  const name = text(items[0], `${where}, name`);
  const members: [string, number][] = [];
  let base = "u32";
  for (const item of items.slice(1)) {
    if (Array.isArray(item)) {
      const number: unknown = item[1];
      if (typeof number !== "number") {
        throw new SchemaError(`${where} ${name}: member ${JSON.stringify(item)} has no number`);
      }
      members.push([text(item[0], `${where} ${name}, member`), number]);
    } else {
      const enumtype = optionalObject(item, where)["enumtype"];
      if (typeof enumtype === "string") base = enumtype;
    }
  }
  return { name, members, base };
}

function readAlias(name: string, value: unknown, where: string): JsonAlias {
  const alias = object(value, where);
  return {
    name,
    type: text(alias["type"], `${where}, type`),
    length: optionalLength(alias["length"], where),
  };
}

function readService(request: string, value: unknown, where: string): JsonService {
  const service = object(value, where);
  const reply = service["reply"] === undefined ? "null" : text(service["reply"], `${where}, reply`);
  const streamMessage = service["stream_msg"] ?? service["stream_message"];
  return {
    request,
    // "null" is written as a string.
    reply: reply === "null" ? undefined : reply,
    stream: service["stream"] === true,
    streamMessage: typeof streamMessage === "string" ? streamMessage : undefined,
    events: list(service["events"], `${where}, events`).map((e) => text(e, `${where}, event`)),
  };
}
