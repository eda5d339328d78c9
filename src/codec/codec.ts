/**
 * The codec of one connection: definitions compiled into the core, values written into records,
 * records read as values.
 *
 * @module
 */
import { DecodeError, VppError } from "../errors.ts";
import { DELIVERY_HEADER, FRAME_HEADER } from "../schema/constants.generated.ts";
import { layoutOf } from "../schema/layout.ts";
import type { Message, UnionType } from "../schema/model.ts";
import { compileProgram } from "../schema/program.ts";
import type { Batch } from "./batch.ts";
import { CompiledMessage, type ViewMaker } from "./compiled_message.ts";
import { Core, type CoreSource } from "./core.ts";
import { type Form, jsonForm, rawForm, typescriptForm } from "./forms.ts";
import { camelCase, isHeaderField, type Naming, vppNaming } from "./names.ts";
import type { BoundMessage } from "./descriptor.ts";
import { ReaderFactory, type ValueReader } from "./read.ts";
import { RecentUnions } from "./recent_unions.ts";
import { RecordWriter } from "./record_writer.ts";
import { RequestWriter } from "./request_writer.ts";
import { type ReadAll, viewClassOf } from "./view.ts";
import { type RecordTemplate, templateOf } from "./template.ts";
import { type MessageWriter, WriterFactory } from "./write.ts";

/** What names a message's fields have when it is written. */
export type FieldNames = "typescript" | "vpp";

/** A message in a batch. */
export interface DecodedMessage {
  readonly message: Message;
  readonly batch: Batch;
  /** Byte offset of its record. */
  readonly record: number;
}

export interface CodecOptions {
  /** Bytes of the longest message that is accepted; 16 MiB by default. */
  readonly maxFrameBytes?: number;
  /** The core as bytes or compiled; embedded by default. */
  readonly core?: CoreSource;
}

export class Codec {
  readonly core: Core;
  /** Here and not with the readers, which outlive the connection: the values hold on to this codec. */
  readonly recentUnions: RecentUnions = new RecentUnions();
  readonly #writer: RecordWriter;
  readonly #requests: RequestWriter;
  /** Whether a message is being written: then a getter of its fields may not write another. */
  #encoding = false;
  readonly #compiled = new Map<Message, CompiledMessage>();
  readonly #writers: Readonly<Record<FieldNames, WriterCache>>;
  readonly #readers: ReadonlyMap<Form, ReaderCache>;
  readonly #arms = new Map<UnionType, CompiledArm[]>();
  readonly #views: ViewMaker = (message, layout) => {
    const readAll: ReadAll = (batch, record, form) => this.read(message, batch, record, form);
    return viewClassOf(message, layout, this.#reader(typescriptForm).factory, readAll);
  };

  constructor(options: CodecOptions = {}) {
    this.core = Core.create(this, options.maxFrameBytes, options.core);
    this.#writer = new RecordWriter(this.core);
    this.#requests = new RequestWriter(this.#writer);
    this.#writers = {
      typescript: this.#writerCache(camelCase),
      vpp: this.#writerCache(vppNaming),
    };
    this.#readers = new Map(
      [typescriptForm, jsonForm, rawForm].map((form) => [form, new ReaderCache(form)]),
    );
  }

  /** Compiles a message, or finds it compiled. */
  compile(message: BoundMessage): CompiledMessage {
    const known = this.#compiled.get(message);
    if (known !== undefined) return known;
    const layout = layoutOf(message);
    const compiled = new CompiledMessage(
      message,
      layout,
      this.core.loadProgram(compileProgram(layout)),
      this.#views,
    );
    this.#compiled.set(message, compiled);
    return compiled;
  }

  /**
   * Encodes a message and appends its frame to what the core sends next.
   *
   * @throws EncodeError where a field cannot be put on the wire; nothing is appended then
   */
  encode(
    compiled: CompiledMessage,
    id: number,
    clientIndex: number,
    context: number,
    fields: object,
    names: FieldNames = "typescript",
  ): void {
    this.#fill(compiled, fields, names);
    const to = this.#writer;
    const { header } = compiled;
    to.u16[(to.base + header.messageId) >> 1] = id;
    if (header.clientIndex !== undefined) to.u32[(to.base + header.clientIndex) >> 2] = clientIndex;
    if (header.context !== undefined) to.u32[(to.base + header.context) >> 2] = context;
    to.encode(compiled.program);
  }

  /** Fills the record, which only one message can have at a time. */
  #fill(compiled: CompiledMessage, fields: object, names: FieldNames): void {
    if (this.#encoding) {
      throw new VppError(
        "CORE",
        `Cannot encode ${compiled.message.name}: a getter of the fields of another message asks for it`,
      );
    }
    this.#encoding = true;
    try {
      this.#write(compiled, fields, names);
    } finally {
      this.#encoding = false;
    }
  }

  /** Fills the record, by the function of the message's binding or in general. */
  #write({ message, template }: CompiledMessage, fields: object, names: FieldNames): void {
    const to = this.#writer;
    to.begin(template);
    if (message.encode !== undefined && names === "typescript") {
      if (this.#requests.write(fields, message.encode)) return;
      to.begin(template);
    } else if (givesNothing(fields)) return;
    this.#writers[names].get(message).write(to, fields);
    to.follow();
  }

  /**
   * Encodes one message by itself, without a frame header; header fields are taken from `fields`.
   *
   * @throws EncodeError where a field cannot be put on the wire
   */
  encodeMessage(message: Message, fields: object, names: FieldNames = "vpp"): Uint8Array {
    if (this.core.sendLength !== 0) {
      throw new VppError("CORE", "Cannot encode a message by itself: frames wait to be sent");
    }
    const compiled = this.compile(message);
    this.#fill(compiled, fields, names);
    this.#writer.encode(compiled.program);
    return this.core.takeSend().subarray(FRAME_HEADER);
  }

  /**
   * Decodes one message by itself, from its id on.
   *
   * @throws DecodeError where the bytes are too few for the definition
   */
  decodeMessage(message: Message, bytes: Uint8Array): DecodedMessage {
    const batch = this.core.decode(this.compile(message).program, bytes);
    if (typeof batch === "string") {
      throw new DecodeError(`Cannot decode ${message.name} of ${bytes.length} bytes: ${batch}`);
    }
    return { message, batch, record: DELIVERY_HEADER };
  }

  /** Reads a record as a plain object, without the header fields. */
  read(message: Message, batch: Batch, record: number, form: Form): Record<string, unknown> {
    return this.#reader(form).get(message)(batch, record, record) as Record<string, unknown>;
  }

  /** The header fields of a decoded message, by VPP's names. */
  readHeader(message: Message, batch: Batch, record: number): Record<string, number> {
    const header: Record<string, number> = {};
    for (const { name, offset, slot } of layoutOf(message).fields) {
      if (!isHeaderField(name) || slot.kind !== "scalar") continue;
      const at = record + offset;
      header[name] = (slot.size === 2 ? batch.u16[at >> 1] : batch.u32[at >> 2]) ?? 0;
    }
    return header;
  }

  /** Decodes one arm of a union; its record begins behind the header of the batch's only delivery. */
  decodeArm(union: UnionType, index: number, bytes: Uint8Array): Batch {
    const arm = this.#arm(union, index);
    const decoded = this.core.decode(arm.program, bytes);
    if (typeof decoded === "string") {
      throw new DecodeError(`Cannot decode ${union.name}: ${decoded}`);
    }
    return decoded;
  }

  #encodeArm(union: UnionType, index: number, write: (to: RecordWriter) => void): Uint8Array {
    const arm = this.#arm(union, index);
    return this.#writer.nest(arm.template, (offset) => {
      write(this.#writer);
      return this.core.encodePart(arm.program, offset);
    });
  }

  #arm(union: UnionType, index: number): CompiledArm {
    let arms = this.#arms.get(union);
    if (arms === undefined) {
      arms = union.arms.map((arm) => {
        const layout = layoutOf({ name: union.name, fields: [arm] });
        return {
          program: this.core.loadProgram(compileProgram(layout)),
          template: templateOf(layout),
        };
      });
      this.#arms.set(union, arms);
    }
    const arm = arms[index];
    if (arm === undefined) throw new VppError("CORE", `Union ${union.name} has no arm ${index}`);
    return arm;
  }

  #writerCache(naming: Naming): WriterCache {
    const encodeArm = this.#encodeArm.bind(this);
    return new WriterCache(new WriterFactory(naming, encodeArm));
  }

  #reader(form: Form): ReaderCache {
    const reader = this.#readers.get(form);
    if (reader === undefined) throw new VppError("CORE", "The codec does not know this form");
    return reader;
  }
}

/** Whether all defaults stand, as in most dumps and in each ping. What an object of a class gives, no loop says. */
function givesNothing(fields: object): boolean {
  for (const _ in fields) return false;
  return fields?.constructor === Object;
}

interface CompiledArm {
  readonly program: number;
  readonly template: RecordTemplate;
}

class WriterCache {
  readonly #factory: WriterFactory;
  readonly #writers = new Map<Message, MessageWriter>();

  constructor(factory: WriterFactory) {
    this.#factory = factory;
  }

  get(message: Message): MessageWriter {
    let writer = this.#writers.get(message);
    if (writer === undefined) {
      writer = this.#factory.message(message);
      this.#writers.set(message, writer);
    }
    return writer;
  }
}

class ReaderCache {
  readonly factory: ReaderFactory;
  readonly #readers = new Map<Message, ValueReader>();

  constructor(form: Form) {
    this.factory = new ReaderFactory(form);
  }

  /** Reads a message without its header fields. */
  get(message: Message): ValueReader {
    let reader = this.#readers.get(message);
    if (reader === undefined) {
      const layout = layoutOf(message);
      const fields = layout.fields.filter((f) => !isHeaderField(f.name));
      reader = this.factory.struct(message.fields, { ...layout, fields });
      this.#readers.set(message, reader);
    }
    return reader;
  }
}
