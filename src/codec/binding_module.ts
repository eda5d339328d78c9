/**
 * The descriptors of one API module, as generated code makes them.
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
  UnionValue,
} from "./descriptor.ts";
import { typescriptForm } from "./forms.ts";
import { ReaderFactory } from "./read.ts";
import type { UnionReader } from "./union.ts";

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
  /** In the form of `.api.json`. */
  readonly fields: () => readonly unknown[];
  readonly decode: (batch: Batch, record: number) => Value;
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
    definition: MessageDefinition<Required<Fields>>,
    reply: () => MessageDescriptor<Reply>,
    events: () => readonly MessageDescriptor[] = () => [],
  ): UnaryDescriptor<Fields, Reply> {
    const answers = { style: "unary" as const, reply, events };
    return Object.assign(this.#request<Fields>(definition, answers), answers);
  }

  dump<Fields extends object, Details extends object>(
    definition: MessageDefinition<Required<Fields>>,
    details: () => MessageDescriptor<Details>,
  ): DumpDescriptor<Fields, Details> {
    const answers = { style: "dump" as const, details };
    return Object.assign(this.#request<Fields>(definition, answers), answers);
  }

  cursor<Fields extends object, Details extends object, Reply extends object>(
    definition: MessageDefinition<Required<Fields>>,
    details: () => MessageDescriptor<Details>,
    reply: () => MessageDescriptor<Reply>,
  ): CursorDescriptor<Fields, Details, Reply> {
    const answers = { style: "cursor" as const, details, reply };
    return Object.assign(this.#request<Fields>(definition, answers), answers);
  }

  oneway<Fields extends object>(
    definition: MessageDefinition<Required<Fields>>,
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
    definition: MessageDefinition<Required<Fields>>,
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
  readonly #definition: MessageDefinition<Value>;
  readonly #service: (() => Service) | undefined;
  #message: Message | undefined;

  constructor(
    owner: BindingModule,
    kind: Kind,
    definition: MessageDefinition<Value>,
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
