/**
 * What generated bindings are made of at run time.
 *
 * @module
 */
import { SchemaError } from "../errors.ts";
import { layoutFingerprint } from "../schema/fingerprint.ts";
import { type JsonModule, readFields, readModule } from "../schema/json.ts";
import { layoutOf } from "../schema/layout.ts";
import type { Message, MessageKind, Service } from "../schema/model.ts";
import { TypeResolver } from "../schema/resolve.ts";
import type { Batch } from "./batch.ts";
import type {
  CursorDescriptor,
  DumpDescriptor,
  MessageDescriptor,
  OnewayDescriptor,
  RequestDescriptor,
  UnaryDescriptor,
} from "./descriptor.ts";

/** The types of a module, in the form of `.api.json`. */
export type TypeDefinitions = Readonly<
  Record<"types" | "unions" | "enums" | "enumflags", readonly unknown[]> & {
    readonly aliases: object;
  }
>;

/** A message as generated code gives it. */
export interface MessageDefinition<Value extends object> {
  readonly name: string;
  /** Eight lowercase hexadecimal digits. */
  readonly crc: string;
  /** Of the layout for which `decode` was generated. */
  readonly layout: number;
  /** In the form of `.api.json`. */
  readonly fields: () => readonly unknown[];
  readonly decode: (batch: Batch, record: number) => Value;
}

/** The messages of one API module. Resolves a definition when somebody first asks for it. */
export class BindingModule {
  readonly name: string;
  readonly #definitions: () => Partial<TypeDefinitions>;
  #types: TypeResolver | undefined;

  constructor(name: string, definitions: () => Partial<TypeDefinitions>) {
    this.name = name;
    this.#definitions = definitions;
  }

  /** A reply, details or an event. */
  message<Value extends object>(
    kind: Exclude<MessageKind, "request">,
    definition: MessageDefinition<Value>,
  ): MessageDescriptor<Value> {
    return new Descriptor(this, kind, definition);
  }

  unary<Fields extends object, Reply extends object>(
    definition: MessageDefinition<Required<Fields>>,
    reply: () => MessageDescriptor<Reply>,
    events: () => readonly MessageDescriptor[] = none,
  ): UnaryDescriptor<Fields, Reply> {
    const service = (): Service => ({
      request: definition.name,
      reply: reply().name,
      details: undefined,
      events: events().map((event) => event.name),
    });
    return Object.assign(this.#request<Fields>(definition, service), {
      style: "unary" as const,
      reply,
      events,
    });
  }

  dump<Fields extends object, Details extends object>(
    definition: MessageDefinition<Required<Fields>>,
    details: () => MessageDescriptor<Details>,
  ): DumpDescriptor<Fields, Details> {
    const service = (): Service => ({
      request: definition.name,
      reply: undefined,
      details: details().name,
      events: [],
    });
    return Object.assign(this.#request<Fields>(definition, service), {
      style: "dump" as const,
      details,
    });
  }

  cursor<Fields extends object, Details extends object, Reply extends object>(
    definition: MessageDefinition<Required<Fields>>,
    details: () => MessageDescriptor<Details>,
    reply: () => MessageDescriptor<Reply>,
  ): CursorDescriptor<Fields, Details, Reply> {
    const service = (): Service => ({
      request: definition.name,
      reply: reply().name,
      details: details().name,
      events: [],
    });
    return Object.assign(this.#request<Fields>(definition, service), {
      style: "cursor" as const,
      details,
      reply,
    });
  }

  oneway<Fields extends object>(
    definition: MessageDefinition<Required<Fields>>,
  ): OnewayDescriptor<Fields> {
    const service = (): Service => ({
      request: definition.name,
      reply: undefined,
      details: undefined,
      events: [],
    });
    return Object.assign(this.#request<Fields>(definition, service), { style: "oneway" as const });
  }

  #request<Fields extends object>(
    definition: MessageDefinition<Required<Fields>>,
    service: () => Service,
  ): Omit<RequestDescriptor<Fields>, "style"> {
    return new Descriptor<Required<Fields>, Fields, "request">(
      this,
      "request",
      definition,
      service,
    );
  }

  /** The module's types, resolved once, so that its messages share them. */
  get types(): TypeResolver {
    return this.#types ??= new TypeResolver(this.#readTypes(), () => undefined);
  }

  #readTypes(): JsonModule {
    const where = `the bindings of ${this.name}`;
    return readModule({ module: this.name, ...this.#definitions() }, where);
  }
}

const none = (): readonly MessageDescriptor[] => [];

class Descriptor<Value extends object, Fields extends object, Kind extends MessageKind>
  implements MessageDescriptor<Value, Fields> {
  readonly name: string;
  readonly crc: string;
  readonly nameCrc: string;
  readonly module: string;
  readonly kind: Kind;
  readonly decode: (batch: Batch, record: number) => Value;
  readonly #owner: BindingModule;
  readonly #definition: MessageDefinition<Value>;
  readonly #service: (() => Service) | undefined;
  #message: Message | undefined;

  constructor(
    owner: BindingModule,
    kind: Kind,
    definition: MessageDefinition<Value>,
    service?: () => Service,
  ) {
    this.name = definition.name;
    this.crc = definition.crc;
    this.nameCrc = `${definition.name}_${definition.crc}`;
    this.module = owner.name;
    this.kind = kind;
    this.decode = definition.decode;
    this.#owner = owner;
    this.#definition = definition;
    this.#service = service;
  }

  get message(): Message {
    return this.#message ??= this.#resolve();
  }

  #resolve(): Message {
    const fields = readFields(this.#definition.fields(), `the binding of ${this.name}`);
    const message: Message = {
      name: this.name,
      crc: this.crc,
      nameCrc: this.nameCrc,
      module: this.module,
      kind: this.kind,
      fields: this.#owner.types.fields(fields, this.name),
      options: {},
      comment: "",
      ...(this.#service === undefined ? {} : { service: this.#service() }),
    };
    if (layoutFingerprint(layoutOf(message)) !== this.#definition.layout) {
      throw new SchemaError(
        `The binding of ${this.name} (module ${this.module}) was generated by another version of govppmux; generate it again`,
      );
    }
    return message;
  }
}
