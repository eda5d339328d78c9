/**
 * The descriptors of one API module, as generated code makes them.
 *
 * @module
 */
import { SchemaError } from "../errors.ts";
import { layoutFingerprint } from "../schema/fingerprint.ts";
import { type JsonModule, readFields, readModule } from "../schema/json.ts";
import { layoutOf } from "../schema/layout.ts";
import type { MessageKind, Service } from "../schema/model.ts";
import { TypeResolver } from "../schema/resolve.ts";
import type { Batch } from "./batch.ts";
import type {
  BoundMessage,
  CursorDescriptor,
  DumpDescriptor,
  MessageDescriptor,
  OnewayDescriptor,
  RequestDescriptor,
  UnaryDescriptor,
  UnionValue,
} from "./descriptor.ts";
import { typescriptForm } from "./forms.ts";
import { ReaderFactory } from "./read.ts";
import type { UnionReader } from "./union.ts";
import { MESSAGE_ID, usualHeader } from "./usual_header.ts";
import type { RequestWriter } from "./request_writer.ts";

/** The types of a module, in the form of `.api.json`. */
export interface TypeDefinitions {
  readonly types?: readonly unknown[];
  readonly unions?: readonly unknown[];
  readonly enums?: readonly unknown[];
  readonly enumflags?: readonly unknown[];
  readonly aliases?: object;
}

/** A message as generated code gives it. */
export interface MessageDefinition<Value extends object> {
  readonly name: string;
  /** Eight lowercase hexadecimal digits. */
  readonly crc: string;
  /** Of the layout for which `decode` was generated. */
  readonly layout: number;
  /** In the form of `.api.json`; without the header where it is the usual one of the message's kind. */
  readonly fields: () => readonly unknown[];
  readonly decode: (batch: Batch, record: number) => Value;
}

/** A request as generated code gives it. */
export interface RequestDefinition<Fields extends object>
  extends MessageDefinition<Required<Fields>> {
  /** Writes the fields as `BoundMessage.encode` says. */
  readonly encode?: (to: RequestWriter, at: number, fields: Fields) => number;
}

/** Reads the union at byte `at`; `told` is the value of its discriminator, where it has one. */
export type ReadUnion<Arms extends object> = (
  batch: Batch,
  at: number,
  told?: number,
) => UnionValue<Arms>;

/** The messages of one API module. Definitions are resolved when somebody first asks for them. */
export class BindingModule {
  readonly name: string;
  readonly #definitions: () => TypeDefinitions;
  #types: TypeResolver | undefined;
  #readers: ReaderFactory | undefined;

  constructor(name: string, definitions: () => TypeDefinitions) {
    this.name = name;
    this.#definitions = definitions;
  }

  /** The module's types, resolved once, so that its messages share them. */
  get types(): TypeResolver {
    return this.#types ??= new TypeResolver(this.#readTypes(), () => undefined);
  }

  /** A reply, details or an event. */
  message<Value extends object>(
    kind: Exclude<MessageKind, "request">,
    definition: MessageDefinition<Value>,
  ): MessageDescriptor<Value> {
    return new Descriptor(this, kind, definition, undefined);
  }

  unary<Fields extends object, Reply extends object>(
    definition: RequestDefinition<Fields>,
    reply: () => MessageDescriptor<Reply>,
    events: () => readonly MessageDescriptor[] = () => [],
  ): UnaryDescriptor<Fields, Reply> {
    const answers = { style: "unary" as const, reply, events };
    return Object.assign(this.#request<Fields>(definition, answers), answers);
  }

  dump<Fields extends object, Details extends object>(
    definition: RequestDefinition<Fields>,
    details: () => MessageDescriptor<Details>,
  ): DumpDescriptor<Fields, Details> {
    const answers = { style: "dump" as const, details };
    return Object.assign(this.#request<Fields>(definition, answers), answers);
  }

  cursor<Fields extends object, Details extends object, Reply extends object>(
    definition: RequestDefinition<Fields>,
    details: () => MessageDescriptor<Details>,
    reply: () => MessageDescriptor<Reply>,
  ): CursorDescriptor<Fields, Details, Reply> {
    const answers = { style: "cursor" as const, details, reply };
    return Object.assign(this.#request<Fields>(definition, answers), answers);
  }

  oneway<Fields extends object>(
    definition: RequestDefinition<Fields>,
  ): OnewayDescriptor<Fields> {
    return Object.assign(this.#request<Fields>(definition, {}), { style: "oneway" as const });
  }

  /**
   * A function that reads a union of the module.
   *
   * @param cases what each value of the union's discriminator means: the value, the arm's index
   */
  union<Arms extends object>(
    name: string,
    cases: readonly (readonly [told: number, arm: number])[] = [],
  ): ReadUnion<Arms> {
    const arms = new Map(cases);
    let read: UnionReader | undefined;
    return (batch, at, told) => {
      read ??= this.#unionReader(name);
      const counted = told === undefined ? undefined : arms.get(told);
      // The arms that the definition lists are those of the type that was generated with it.
      return read(batch, at, counted) as UnionValue<Arms>;
    };
  }

  #request<Fields extends object>(
    definition: RequestDefinition<Fields>,
    { reply, details, events }: Answers,
  ): Omit<RequestDescriptor<Fields>, "style"> {
    const service = (): Service => ({
      request: definition.name,
      reply: reply?.().name,
      details: details?.().name,
      events: events?.().map((event) => event.name) ?? [],
    });
    return new Descriptor<Required<Fields>, Fields, "request">(
      this,
      "request",
      definition,
      service,
    );
  }

  #unionReader(name: string): UnionReader {
    const type = this.types.find(name);
    if (type?.kind !== "union") {
      throw new SchemaError(`The bindings of ${this.name} have no union ${name}`);
    }
    return (this.#readers ??= new ReaderFactory(typescriptForm)).union(type);
  }

  #readTypes(): JsonModule {
    const where = `the bindings of ${this.name}`;
    return readModule({ module: this.name, types: [], ...this.#definitions() }, where);
  }
}

/** What a descriptor of a request says about its answers. */
interface Answers {
  readonly reply?: () => MessageDescriptor;
  readonly details?: () => MessageDescriptor;
  readonly events?: () => readonly MessageDescriptor[];
}

class Descriptor<Value extends object, Fields extends object, Kind extends MessageKind>
  implements MessageDescriptor<Value, Fields> {
  readonly name: string;
  readonly crc: string;
  readonly nameCrc: string;
  readonly module: string;
  readonly kind: Kind;
  readonly decode: (batch: Batch, record: number) => Value;
  readonly #owner: BindingModule;
  readonly #definition: MessageDefinition<Value> & Pick<BoundMessage, "encode">;
  readonly #service: (() => Service) | undefined;
  #message: BoundMessage | undefined;

  constructor(
    owner: BindingModule,
    kind: Kind,
    definition: MessageDefinition<Value> & Pick<BoundMessage, "encode">,
    service: (() => Service) | undefined,
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

  get message(): BoundMessage {
    return this.#message ??= this.#resolve();
  }

  #resolve(): BoundMessage {
    const { encode } = this.#definition;
    const given = this.#definition.fields();
    const hasHeader = Array.isArray(given[0]) && given[0][1] === MESSAGE_ID;
    const fields = readFields(
      hasHeader ? given : [...usualHeader(this.kind), ...given],
      `the binding of ${this.name}`,
    );
    const message: BoundMessage = {
      name: this.name,
      crc: this.crc,
      nameCrc: this.nameCrc,
      module: this.module,
      kind: this.kind,
      fields: this.#owner.types.fields(fields, this.name),
      options: {},
      comment: "",
      ...(this.#service === undefined ? {} : { service: this.#service() }),
      ...(encode === undefined ? {} : { encode }),
    };
    if (layoutFingerprint(layoutOf(message)) !== this.#definition.layout) {
      throw new SchemaError(
        `The binding of ${this.name} (module ${this.module}) was generated by another version of govppmux; generate it again`,
      );
    }
    return message;
  }
}
