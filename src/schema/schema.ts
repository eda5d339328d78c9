/**
 * A set of API modules of one VPP. Several schemas live side by side in one process.
 *
 * @module
 */
import { SchemaError } from "../errors.ts";
import { type JsonMessage, type JsonModule, type JsonService, readModule } from "./json.ts";
import type { Message, MessageKind, Module, NamedType, Service } from "./model.ts";
import { TypeResolver } from "./resolve.ts";

export class Schema {
  /** By module name. */
  readonly modules: ReadonlyMap<string, Module>;
  readonly #messages = new Map<string, Message>();
  readonly #byNameCrc = new Map<string, Message>();

  private constructor(modules: readonly Module[]) {
    this.modules = new Map(modules.map((m) => [m.name, m]));
    for (const module of this.modules.values()) {
      for (const message of module.messages) {
        this.#messages.set(message.name, message);
        this.#byNameCrc.set(message.nameCrc, message);
      }
    }
  }

  /**
   * Builds a schema from parsed JSON: each value is one module, or a list of modules as VPP's
   * `get_api_json` gives it.
   *
   * @throws SchemaError where a value is no definition or a type cannot be resolved
   */
  static fromJson(values: Iterable<{ readonly value: unknown; readonly source: string }>): Schema {
    const modules: JsonModule[] = [];
    for (const { value, source } of values) {
      if (Array.isArray(value)) {
        value.forEach((item, i) => modules.push(readModule(item, `${source}[${i}]`)));
      } else {
        modules.push(readModule(value, source));
      }
    }
    return Schema.#build(modules);
  }

  /**
   * Builds a schema from the text that VPP's `get_api_json` replies.
   *
   * @throws SchemaError where the text is not JSON or not a list of definitions
   */
  static fromApiJson(text: string, source = "get_api_json"): Schema {
    // The reply carries one stray byte after the text (VPP 26.06).
    const end = Math.max(text.lastIndexOf("]"), text.lastIndexOf("}")) + 1;
    let value: unknown;
    try {
      value = JSON.parse(text.slice(0, end));
    } catch (cause) {
      throw new SchemaError(`API definitions from ${source} are not JSON`, { cause });
    }
    return Schema.fromJson([{ value, source }]);
  }

  static #build(modules: readonly JsonModule[]): Schema {
    const resolvers = new Map<string, TypeResolver>();
    const foreign = (name: string): NamedType | undefined => {
      for (const resolver of resolvers.values()) {
        const type = resolver.find(name);
        if (type !== undefined) return type;
      }
      return undefined;
    };
    for (const json of modules) resolvers.set(json.name, new TypeResolver(json, foreign));
    // A module that is listed twice counts once, as its last definition.
    const unique = new Map(modules.map((json) => [json.name, json]));
    return new Schema([...unique.values()].map((json) => {
      const resolver = resolvers.get(json.name);
      if (resolver === undefined) throw new SchemaError(`API module ${json.name} was lost`);
      return buildModule(json, resolver);
    }));
  }

  /** A message by VPP's own name (`sw_interface_dump`). */
  message(name: string): Message | undefined {
    return this.#messages.get(name);
  }

  /** A message by its name in VPP's table (`show_version_51077d14`). */
  messageByNameCrc(nameCrc: string): Message | undefined {
    return this.#byNameCrc.get(nameCrc);
  }

  /** Every message, modules in the order in which they were given. */
  messages(): Iterable<Message> {
    return this.#messages.values();
  }
}

function buildModule(json: JsonModule, resolver: TypeResolver): Module {
  const services = json.services.map(toService);
  const byRequest = new Map(services.map((s) => [s.request, s]));
  const kinds = serviceKinds(services);
  const messages = json.messages.map((m): Message => {
    const [id] = m.fields;
    if (id?.name !== "_vl_msg_id" || id.type !== "u16") {
      throw new SchemaError(
        `API module ${json.name}: message ${m.name} does not begin with a u16 _vl_msg_id`,
      );
    }
    const service = byRequest.get(m.name);
    return {
      name: m.name,
      crc: m.crc,
      nameCrc: `${m.name}_${m.crc}`,
      module: json.name,
      kind: kinds.get(m.name) ?? guessKind(m),
      fields: resolver.fields(m.fields, m.name),
      options: m.options,
      comment: m.comment,
      ...(service === undefined ? {} : { service }),
    };
  });
  return {
    name: json.name,
    version: json.version,
    fileCrc: json.fileCrc,
    // A module has the name of its file.
    imports: json.imports.map((path) => path.replace(/^.*\//, "").replace(/\.api$/, "")),
    messages,
    services,
    types: resolver.all(),
  };
}

/**
 * A dump has `reply` = its details and `stream`; a cursor request has `stream_msg` = its details and
 * `reply` = the message that ends it.
 */
function toService(json: JsonService): Service {
  const isDump = json.stream && json.streamMessage === undefined;
  return {
    request: json.request,
    reply: isDump ? undefined : json.reply,
    details: isDump ? json.reply : json.streamMessage,
    events: json.events,
  };
}

function serviceKinds(services: readonly Service[]): Map<string, MessageKind> {
  const kinds = new Map<string, MessageKind>();
  for (const service of services) {
    kinds.set(service.request, "request");
    if (service.reply !== undefined) kinds.set(service.reply, "reply");
    if (service.details !== undefined) kinds.set(service.details, "details");
    for (const event of service.events) kinds.set(event, "event");
  }
  return kinds;
}

/** For messages that no service names: from the fields and the name. */
function guessKind(message: JsonMessage): MessageKind {
  const has = (name: string) => message.fields.some((f) => f.name === name);
  if (message.name.endsWith("_details")) return "details";
  if (message.name.endsWith("_reply")) return "reply";
  if (!has("context")) return "event";
  return has("client_index") ? "request" : "reply";
}
