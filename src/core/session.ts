/**
 * One life of the connection: from the handshake to the end of the transport. Sends requests, gives
 * answers and events to those who wait for them.
 *
 * @module
 */
import type { Codec } from "../codec/codec.ts";
import type { CompiledMessage } from "../codec/compiled_message.ts";
import type { BoundMessage } from "../codec/descriptor.ts";
import { DisconnectedError, VppError } from "../errors.ts";
import { CONTEXT_NONE } from "../schema/constants.generated.ts";
import type { Message } from "../schema/model.ts";
import type { Transport } from "../transport/transport.ts";
import { Deliveries, type EventSink, type SessionCounters } from "./deliveries.ts";
import { toError } from "./error_text.ts";
import type { MessageTable } from "./message_table.ts";
import type { PendingRequest } from "./pending.ts";

/** No message has this id where one must be given; ids are u16. */
const NO_ID = 0xffff;

/** What goes to the transport at once when so many bytes wait, without waiting for the tick's end. */
const FLUSH_AT = 1 << 16;

/** The name, with CRC, of a message that answers a request. */
const ANSWER_NAME = /_(reply|details)(_v\d+)?_[0-9a-f]{8}$/;

/** Where the context stands in such a message, counted from the message id. */
const ANSWER_CONTEXT = 2;

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

export interface SessionOptions {
  readonly codec: Codec;
  readonly transport: Transport;
  readonly table: MessageTable;
  readonly clientIndex: number;
  readonly counters: SessionCounters;
  /** Bytes that may wait in the transport until `congested`. */
  readonly sendBufferBytes: number;
  /** Told of each chunk, so that health checks know that VPP is alive. */
  readonly heard: () => void;
}

export class Session {
  readonly table: MessageTable;
  readonly clientIndex: number;
  readonly transport: Transport;
  /** Whether VPP takes less than it is sent: nothing more should be sent for the moment. */
  congested = false;
  /** Called when the congestion is over. */
  onDrained: (() => void) | undefined;
  readonly #codec: Codec;
  readonly #deliveries: Deliveries;
  readonly #heard: () => void;
  readonly #sendBufferBytes: number;
  readonly #messages = new Map<string, SessionMessage>();
  #flushing = false;
  /** What waited to be sent at the last round before a flush. */
  #seen = 0;
  #sent = 0;
  /** The `ordinal` of the last request that was handed to the transport. */
  #flushed = 0;
  #ended: Error | undefined;

  constructor(options: SessionOptions) {
    this.#codec = options.codec;
    this.transport = options.transport;
    this.table = options.table;
    this.clientIndex = options.clientIndex;
    this.#deliveries = new Deliveries(options.table, options.counters);
    this.#heard = options.heard;
    this.#sendBufferBytes = options.sendBufferBytes;
    this.#enterAnswers();
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
  message(message: BoundMessage): SessionMessage {
    const known = this.#messages.get(message.nameCrc);
    // A request that was sent by name first lacks the function of its binding.
    if (known !== undefined && (!message.encode || known.compiled.message.encode)) return known;
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
      if (plan.ping !== undefined) this.#encode(plan.ping, noFields, context);
    } catch (error) {
      if (pending !== undefined) this.forget(pending);
      throw error;
    }
    this.#sent++;
    if (pending !== undefined) pending.ordinal = this.#sent;
    this.#scheduleFlush();
  }

  /** Gives up waiting; a late answer is counted as stale. Harmless where the request is over. */
  forget(pending: PendingRequest): void {
    if (pending.context === 0) return;
    this.#codec.core.closeRequest(pending.context);
    this.#deliveries.release(pending);
  }

  /** The request with this context will not be answered; harmless where it is over. */
  refuse(context: number, error: VppError): void {
    const pending = this.#deliveries.find(context);
    if (pending === undefined) return;
    this.forget(pending);
    pending.fail(error);
  }

  /** Passes events of `message` to `sink`; returns how to stop that. */
  subscribe(message: Message, sink: EventSink): () => void {
    const { id, compiled } = this.message(message);
    const { core } = this.#codec;
    if (this.#deliveries.subscribe(id, sink)) core.setMessage(id, CONTEXT_NONE, compiled.program);
    return () => {
      const last = this.#deliveries.unsubscribe(id, sink);
      if (last && this.open) core.setMessage(id, CONTEXT_NONE, 0);
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
      this.#codec.core.receive(chunk, this.#deliveries.deliver);
      return undefined;
    } catch (error) {
      return toError(error);
    }
  }

  /**
   * Ends the session: all that wait fail now, in the order in which they were sent. Harmless when
   * called again.
   */
  end(reason: string, cause?: Error): void {
    if (this.#ended !== undefined) return;
    this.#ended = new DisconnectedError(reason, false, { cause });
    for (const pending of this.#deliveries.clear()) {
      pending.fail(this.#lost(pending, reason, cause));
    }
  }

  /** Ends the session and its transport from our side. */
  async abandon(reason: string): Promise<void> {
    this.end(reason);
    await this.transport.close();
  }

  /** Sends what waits, now. */
  flush(): void {
    if (this.#ended !== undefined || this.#codec.core.sendLength === 0) return;
    this.#flushed = this.#sent;
    const isAllBack = this.transport.returnsMemory === true && this.transport.pendingBytes === 0;
    this.transport.send(this.#codec.core.lendSend(isAllBack));
    if (!this.congested && this.transport.pendingBytes > this.#sendBufferBytes) this.#holdBack();
  }

  /**
   * Tells the core of every answer that this VPP may give, so that one that nobody ever asked for is
   * noticed where it comes in place of another. Nearly all have their context behind the id; those few
   * that do not are entered rightly when they are asked for.
   */
  #enterAnswers(): void {
    for (const [nameCrc, id] of this.table.entries) {
      if (ANSWER_NAME.test(nameCrc)) this.#codec.core.setMessage(id, ANSWER_CONTEXT, 0);
    }
  }

  #holdBack(): void {
    this.congested = true;
    void this.transport.drained().then(() => {
      this.congested = false;
      if (this.open) this.onDrained?.();
    });
  }

  #lost(pending: PendingRequest, reason: string, cause: Error | undefined): DisconnectedError {
    const maybeExecuted = pending.ordinal <= this.#flushed;
    return new DisconnectedError(
      `No reply to ${pending.name}: ${reason}; ${
        maybeExecuted ? "VPP may have executed the request" : "the request had not been sent"
      }`,
      maybeExecuted,
      { cause },
    );
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
    this.#deliveries.enter(pending, context);
    return context;
  }

  #encode(message: SessionMessage, fields: object, context: number): void {
    this.#codec.encode(message.compiled, message.id, this.clientIndex, context, fields);
  }

  #scheduleFlush(): void {
    if (this.#codec.core.sendLength >= FLUSH_AT) return this.flush();
    if (this.#flushing) return;
    this.#flushing = true;
    this.#seen = 0;
    void settled.then(this.#round);
  }

  /**
   * What runs in this tick after the first request may send as well: the write waits until a round of
   * microtasks has added nothing. No closure of its own for each tick: engines look up the code of a new
   * one when it is first called.
   */
  readonly #round = (): void => {
    const length = this.#codec.core.sendLength;
    if (length !== this.#seen && length !== 0 && this.open) {
      this.#seen = length;
      void settled.then(this.#round);
      return;
    }
    this.#flushing = false;
    this.flush();
  };
}

/** A reaction to a promise is a microtask for a fifth of what Node's `queueMicrotask` costs. */
const settled = Promise.resolve();

const noFields: object = Object.freeze({});
