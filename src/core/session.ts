/**
 * One life of the connection: from the handshake to the end of the transport. Sends requests, gives
 * answers and events to those who wait for them.
 *
 * @module
 */
import type { Batch } from "../codec/batch.ts";
import type { Codec, CompiledMessage } from "../codec/codec.ts";
import { faultText } from "../codec/core.ts";
import { DecodeError, DisconnectedError, VppError } from "../errors.ts";
import {
  CONTEXT_NONE,
  CONTEXT_SLOT_BITS,
  DELIVERY_FAULT,
  DELIVERY_HEADER,
  DELIVERY_KIND,
  DELIVERY_MESSAGE_ID,
  DELIVERY_SIZE,
  DELIVERY_SLOT,
  DELIVERY_WIRE_LENGTH,
  KIND_END,
  KIND_EVENT,
  KIND_MALFORMED,
  KIND_MISMATCH,
  KIND_PART,
  KIND_REPLY,
  KIND_STALE,
} from "../schema/constants.generated.ts";
import type { Message } from "../schema/model.ts";
import type { Transport } from "../transport/transport.ts";
import { type MessageTable } from "./message_table.ts";
import type { PendingRequest } from "./pending.ts";

/** No message has this id where one must be given; ids are u16. */
const NO_ID = 0xffff;

/** What goes to the transport at once when so many bytes wait, without waiting for the tick's end. */
const FLUSH_AT = 1 << 16;

/** A message of this session: compiled, with its id in this VPP's table. */
export interface SessionMessage {
  readonly compiled: CompiledMessage;
  readonly id: number;
}

/** How a request is sent and answered. */
export interface CallPlan {
  readonly request: SessionMessage;
  /** A REQUEST_ value. */
  readonly kind: number;
  /** The last or only answer. */
  readonly reply: SessionMessage | undefined;
  readonly details: SessionMessage | undefined;
  /** Sent behind the request, to end a dump. */
  readonly ping: SessionMessage | undefined;
}

/** Gets the events of one message. */
export interface EventSink {
  event(batch: Batch, record: number): void;
}

/** Counts what came and went unexpected; never reset while the mux lives. */
export interface SessionCounters {
  /** Replies whose request was over. */
  stale: number;
  /** Messages that nobody waits for. */
  unclaimed: number;
  /** Messages that contradict their definition. */
  malformed: number;
  /** Replies of another type than the request's. */
  mismatched: number;
}

export interface SessionOptions {
  readonly codec: Codec;
  readonly transport: Transport;
  readonly table: MessageTable;
  readonly clientIndex: number;
  readonly counters: SessionCounters;
  /** Told of each chunk, so that health checks know that VPP is alive. */
  readonly heard: () => void;
}

export class Session {
  readonly table: MessageTable;
  readonly clientIndex: number;
  readonly transport: Transport;
  readonly #codec: Codec;
  readonly #counters: SessionCounters;
  readonly #heard: () => void;
  readonly #pending: (PendingRequest | undefined)[] = [];
  readonly #messages = new Map<string, SessionMessage>();
  readonly #events = new Map<number, Set<EventSink>>();
  #flushing = false;
  #ended: Error | undefined;

  constructor(options: SessionOptions) {
    this.#codec = options.codec;
    this.transport = options.transport;
    this.table = options.table;
    this.clientIndex = options.clientIndex;
    this.#counters = options.counters;
    this.#heard = options.heard;
  }

  /** Whether the transport is there. */
  get open(): boolean {
    return this.#ended === undefined;
  }

  /**
   * Finds a message in this VPP's table and makes the core ready for it.
   *
   * @throws VppError code INCOMPATIBLE where this VPP does not have it
   */
  message(message: Message): SessionMessage {
    const known = this.#messages.get(message.nameCrc);
    if (known !== undefined) return known;
    const id = this.table.require(message);
    const compiled = this.#codec.compile(message);
    const isEvent = message.kind === "event";
    // An event's program is entered by its first subscriber: without one, events cost nothing.
    this.#codec.core.setMessage(
      id,
      compiled.wireContext,
      isEvent ? 0 : compiled.program,
    );
    const found = { compiled, id };
    this.#messages.set(message.nameCrc, found);
    return found;
  }

  /**
   * Encodes and sends a request; the frames of one tick leave together.
   *
   * @throws EncodeError where a field cannot be put on the wire; nothing is sent then
   */
  send(plan: CallPlan, fields: object, pending: PendingRequest | undefined): void {
    if (this.#ended !== undefined) throw this.#ended;
    const context = pending === undefined ? 0 : this.#open(plan, pending);
    try {
      this.#encode(plan.request, fields, context);
    } catch (error) {
      if (pending !== undefined) this.forget(pending);
      throw error;
    }
    if (plan.ping !== undefined) this.#encode(plan.ping, noFields, context);
    this.#scheduleFlush();
  }

  /** Gives up waiting; a late answer is counted as stale. */
  forget(pending: PendingRequest): void {
    if (pending.context === 0) return;
    this.#codec.core.closeRequest(pending.context);
    this.#release(pending);
  }

  /** Passes events of `message` to `sink`; returns how to stop that. */
  subscribe(message: Message, sink: EventSink): () => void {
    const { id, compiled } = this.message(message);
    let sinks = this.#events.get(id);
    if (sinks === undefined) {
      sinks = new Set();
      this.#events.set(id, sinks);
      this.#codec.core.setMessage(id, CONTEXT_NONE, compiled.program);
    }
    sinks.add(sink);
    return () => {
      if (!sinks.delete(sink) || sinks.size > 0 || !this.open) return;
      this.#events.delete(id);
      this.#codec.core.setMessage(id, CONTEXT_NONE, 0);
    };
  }

  /** Requests that wait for an answer. */
  get outstanding(): number {
    return this.#codec.core.openRequests;
  }

  /** Takes in bytes from VPP; an error means that the stream is lost. */
  receive(chunk: Uint8Array): Error | undefined {
    this.#heard();
    try {
      this.#codec.core.receive(chunk, this.#deliver);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  /** Ends the session: all that wait fail now. */
  end(error: DisconnectedError | VppError): void {
    if (this.#ended !== undefined) return;
    this.#ended = error;
    this.#events.clear();
    const waiting = this.#pending.filter((p) => p !== undefined);
    this.#pending.length = 0;
    for (const pending of waiting) {
      pending.context = 0;
      pending.fail(error);
    }
  }

  /** Sends what waits, now. */
  flush(): void {
    if (this.#ended !== undefined || this.#codec.core.sendLength === 0) return;
    this.transport.send(this.#codec.core.takeSend());
  }

  #open(plan: CallPlan, pending: PendingRequest): number {
    const context = this.#codec.core.openRequest(
      plan.kind,
      plan.reply?.id ?? NO_ID,
      plan.details?.id ?? NO_ID,
    );
    if (context === undefined) {
      throw new VppError(
        "BUFFER_FULL",
        `Cannot send ${plan.request.compiled.message.name}: 131,072 requests are outstanding; wait for replies`,
      );
    }
    pending.context = context;
    this.#pending[slotOf(context)] = pending;
    return context;
  }

  #encode(message: SessionMessage, fields: object, context: number): void {
    this.#codec.encode(message.compiled, message.id, this.clientIndex, context, fields);
  }

  #release(pending: PendingRequest): void {
    this.#pending[slotOf(pending.context)] = undefined;
    pending.context = 0;
  }

  #scheduleFlush(): void {
    if (this.#codec.core.sendLength >= FLUSH_AT) return this.flush();
    if (this.#flushing) return;
    this.#flushing = true;
    let seen = 0;
    // What runs in this tick after us may send as well: the write waits until a round of microtasks
    // has added nothing.
    const round = (): void => {
      const length = this.#codec.core.sendLength;
      if (length !== seen && length !== 0) {
        seen = length;
        queueMicrotask(round);
        return;
      }
      this.#flushing = false;
      this.flush();
    };
    queueMicrotask(round);
  }

  readonly #deliver = (batch: Batch): void => {
    const words = batch.u32;
    for (let at = 0; at < words.length; at += words[at + DELIVERY_SIZE]! >> 2) {
      const kind = words[at + DELIVERY_KIND]!;
      const record = (at << 2) + DELIVERY_HEADER;
      switch (kind) {
        case KIND_PART:
          this.#pending[words[at + DELIVERY_SLOT]!]?.deliver(
            kind,
            batch,
            record,
            words[at + DELIVERY_SIZE]!,
          );
          break;
        case KIND_REPLY:
        case KIND_END:
          this.#answer(kind, batch, record, words[at + DELIVERY_SLOT]!);
          break;
        case KIND_EVENT:
          this.#event(batch, record, words[at + DELIVERY_MESSAGE_ID]!);
          break;
        default:
          this.#unexpected(kind, words, at);
      }
    }
  };

  #answer(kind: number, batch: Batch, record: number, slot: number): void {
    const pending = this.#pending[slot];
    if (pending === undefined) return;
    this.#release(pending);
    pending.deliver(kind, batch, record, 0);
  }

  #event(batch: Batch, record: number, id: number): void {
    const sinks = this.#events.get(id);
    if (sinks === undefined) return;
    for (const sink of sinks) sink.event(batch, record);
  }

  #unexpected(kind: number, words: Uint32Array, at: number): void {
    const id = words[at + DELIVERY_MESSAGE_ID]!;
    const length = words[at + DELIVERY_WIRE_LENGTH]!;
    if (kind === KIND_STALE) {
      this.#counters.stale++;
    } else if (kind === KIND_MISMATCH) {
      this.#counters.mismatched++;
      this.#failSlot(words[at + DELIVERY_SLOT]!, () =>
        new VppError(
          "UNEXPECTED_MESSAGE",
          `VPP answered with ${
            this.table.nameOf(id)
          } (message id ${id}), which is no answer to the request`,
        ));
    } else if (kind === KIND_MALFORMED) {
      this.#counters.malformed++;
      this.#failSlot(words[at + DELIVERY_SLOT]!, () =>
        new DecodeError(
          `Cannot decode ${this.table.nameOf(id)} of ${length} bytes: ${
            faultText(words[at + DELIVERY_FAULT]!)
          }`,
        ));
    } else {
      this.#counters.unclaimed++;
    }
  }

  #failSlot(slot: number, error: () => Error): void {
    const pending = this.#pending[slot];
    if (pending === undefined) return;
    this.#release(pending);
    pending.fail(error());
  }
}

const noFields: object = Object.freeze({});

function slotOf(context: number): number {
  return context & ((1 << CONTEXT_SLOT_BITS) - 1);
}
