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
  UnionValue,
} from "./descriptor.ts";
import { typescriptForm } from "./forms.ts";
import { ReaderFactory } from "./read.ts";
import type { UnionReader } from "./union.ts";

export {
  formatAddress,
  formatHex,
  formatIp4,
  formatIp4Prefix,
  formatIp6,
  formatIp6Prefix,
  formatMac,
  formatPrefix,
} from "./address_format.ts";
export type { Batch } from "./batch.ts";
export type {
  Caller,
  CallOptions,
  CursorAnswers,
  MultiAnswers,
  SubscribeOptions,
  Subscription,
} from "./caller.ts";
export { cursorAnswers } from "./cursor_answers.ts";
export type {
  CursorDescriptor,
  DumpDescriptor,
  MessageDescriptor,
  OneArm,
  OnewayDescriptor,
  UnaryDescriptor,
  UnionValue,
} from "./descriptor.ts";

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

/** The messages of one API module. Resolves a definition when somebody first asks for it. */
export class BindingModule {
  readonly name: string;
  readonly #definitions: () => TypeDefinitions;
  #types: TypeResolver | undefined;
  #readers: ReaderFactory | undefined;

  constructor(name: string, definitions: () => TypeDefinitions) {
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

  #unionReader(name: string): UnionReader {
    const type = this.types.find(name);
    if (type?.kind !== "union") {
      throw new SchemaError(`The bindings of ${this.name} have no union ${name}`);
    }
    return (this.#readers ??= new ReaderFactory(typescriptForm)).union(type);
  }

  /** The module's types, resolved once, so that its messages share them. */
  get types(): TypeResolver {
    return this.#types ??= new TypeResolver(this.#readTypes(), () => undefined);
  }

  #readTypes(): JsonModule {
    const where = `the bindings of ${this.name}`;
    return readModule({ module: this.name, types: [], ...this.#definitions() }, where);
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

/** Reads the element at byte `at` of the record that begins at byte `record`. */
export type ReadElement<T> = (batch: Batch, at: number, record: number) => T;

/** Reads `count` elements, `stride` bytes apart, the first of which stands at byte `at`. */
export function list<T>(
  batch: Batch,
  at: number,
  record: number,
  count: number,
  stride: number,
  read: ReadElement<T>,
): T[] {
  const elements = new Array<T>(count);
  for (let i = 0; i < count; i++) elements[i] = read(batch, at + i * stride, record);
  return elements;
}

/** Reads the elements of a counted array whose slot stands at byte `at`. */
export function countedList<T>(
  batch: Batch,
  at: number,
  record: number,
  stride: number,
  read: ReadElement<T>,
): T[] {
  const start = record + batch.u32[at >> 2]!;
  return list(batch, start, record, batch.u32[(at >> 2) + 1]!, stride, read);
}

/** A copy of the bytes of a counted array whose slot stands at byte `at`. */
export function countedBytes(batch: Batch, at: number, record: number): Uint8Array {
  return batch.bytes(record + batch.u32[at >> 2]!, batch.u32[(at >> 2) + 1]!);
}
