/**
 * Who waits for what: gives the deliveries of a session to its requests and its subscribers.
 *
 * @module
 */
import type { Batch } from "../codec/batch.ts";
import { faultText } from "../codec/core.ts";
import { faultOf, kindOf, messageIdOf } from "../codec/delivery.ts";
import { DecodeError, VppError } from "../errors.ts";
import {
  CONTEXT_SLOT_BITS,
  DELIVERY_CONTEXT,
  DELIVERY_HEADER,
  DELIVERY_SIZE,
  DELIVERY_WIRE_LENGTH,
  KIND_END,
  KIND_EVENT,
  KIND_MALFORMED,
  KIND_MISMATCH,
  KIND_PART,
  KIND_REPLY,
  KIND_STALE,
} from "../schema/constants.generated.ts";
import type { MessageTable } from "./message_table.ts";
import type { PendingRequest } from "./pending.ts";

/** Gets the events of one message. Must not throw. */
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

/**
 * The requests that wait, by the slot of their context, and the subscribers, by message id.
 *
 * A slot that the core has set free in a batch is not used again before that batch is worked off: free
 * slots are queued, and nothing but the next round of a cursor request is sent meanwhile.
 */
export class Deliveries {
  readonly #table: MessageTable;
  readonly #counters: SessionCounters;
  readonly #pending: (PendingRequest | undefined)[] = [];
  readonly #events = new Map<number, Set<EventSink>>();

  constructor(table: MessageTable, counters: SessionCounters) {
    this.#table = table;
    this.#counters = counters;
  }

  /** The request waits under this context. */
  enter(pending: PendingRequest, context: number): void {
    pending.context = context;
    this.#pending[slotOf(context)] = pending;
  }

  /** The request waits no longer. */
  release(pending: PendingRequest): void {
    this.#pending[slotOf(pending.context)] = undefined;
    pending.context = 0;
  }

  /** The request that waits under this context. */
  find(context: number): PendingRequest | undefined {
    const pending = this.#pending[slotOf(context)];
    return pending?.context === context ? pending : undefined;
  }

  /** Adds a subscriber; true where it is the first of this message. */
  subscribe(id: number, sink: EventSink): boolean {
    const sinks = this.#events.get(id);
    if (sinks === undefined) this.#events.set(id, new Set([sink]));
    else sinks.add(sink);
    return sinks === undefined;
  }

  /** Takes a subscriber away; true where it was the last of this message. */
  unsubscribe(id: number, sink: EventSink): boolean {
    const sinks = this.#events.get(id);
    if (sinks === undefined || !sinks.delete(sink) || sinks.size > 0) return false;
    this.#events.delete(id);
    return true;
  }

  /** Lets go of all; returns the requests that waited, in the order in which they were sent. */
  clear(): PendingRequest[] {
    this.#events.clear();
    const waiting = this.#pending.filter((pending) => pending !== undefined);
    this.#pending.length = 0;
    for (const pending of waiting) pending.context = 0;
    return waiting.sort((a, b) => a.ordinal - b.ordinal);
  }

  /** Hands out the deliveries in words `start` to `end`, which came at the same moment. */
  readonly deliver = (batch: Batch, start: number, end: number): void => {
    const words = batch.u32;
    let renewed: PendingRequest | undefined;
    for (let at = start; at < end; at += words[at + DELIVERY_SIZE]! >> 2) {
      const kind = kindOf(words, at);
      const record = (at << 2) + DELIVERY_HEADER;
      switch (kind) {
        case KIND_PART: {
          const pending = this.#pending[slotOf(words[at + DELIVERY_CONTEXT]!)];
          if (pending === undefined) break;
          // The first part of several is enough.
          if (pending !== renewed) pending.renew();
          renewed = pending;
          pending.deliver(kind, batch, record, words[at + DELIVERY_SIZE]!);
          break;
        }
        case KIND_REPLY:
        case KIND_END:
          this.#answer(kind, batch, record, words[at + DELIVERY_CONTEXT]!);
          break;
        case KIND_EVENT:
          this.#event(batch, record, messageIdOf(words, at));
          break;
        default:
          this.#unexpected(kind, words, at);
      }
    }
  };

  #answer(kind: number, batch: Batch, record: number, context: number): void {
    const pending = this.#pending[slotOf(context)];
    if (pending === undefined) return;
    this.release(pending);
    pending.deliver(kind, batch, record, 0);
  }

  #event(batch: Batch, record: number, id: number): void {
    const sinks = this.#events.get(id);
    if (sinks === undefined) return;
    for (const sink of sinks) sink.event(batch, record);
  }

  #unexpected(kind: number, words: Uint32Array, at: number): void {
    const id = messageIdOf(words, at);
    const length = words[at + DELIVERY_WIRE_LENGTH]!;
    if (kind === KIND_STALE) {
      this.#counters.stale++;
    } else if (kind === KIND_MISMATCH) {
      this.#counters.mismatched++;
      this.#fail(words[at + DELIVERY_CONTEXT]!, (request) =>
        new VppError(
          "UNEXPECTED_MESSAGE",
          `VPP answered ${request} with ${
            this.#table.nameOf(id)
          } (message id ${id}), which is no answer to it`,
        ));
    } else if (kind === KIND_MALFORMED) {
      this.#counters.malformed++;
      this.#fail(words[at + DELIVERY_CONTEXT]!, (request) =>
        new DecodeError(
          `Cannot decode the answer to ${request}, ${this.#table.nameOf(id)} of ${length} bytes: ${
            faultText(faultOf(words, at))
          }`,
        ));
    } else {
      this.#counters.unclaimed++;
    }
  }

  #fail(context: number, error: (request: string) => Error): void {
    const pending = this.find(context);
    if (pending === undefined) return;
    this.release(pending);
    pending.fail(error(pending.name));
  }
}

function slotOf(context: number): number {
  return context & ((1 << CONTEXT_SLOT_BITS) - 1);
}
