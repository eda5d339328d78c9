/// <reference lib="esnext.disposable" preserve="true" />
/**
 * Events of one message, into a bounded buffer.
 *
 * @module
 */
import type { Batch } from "../codec/batch.ts";
import { toError } from "./error_text.ts";
import type { EventSink } from "./deliveries.ts";
import type { Decode } from "./single_request.ts";

/** What is dropped when the buffer is full. */
export type DropPolicy = "newest" | "oldest";

export interface SubscriptionHooks {
  /** Events that may wait. */
  readonly size: number;
  readonly drop: DropPolicy;
  /** Told of each event that is dropped. */
  readonly dropped: () => void;
  /** Called once, when the subscription is over. */
  readonly over: () => void;
}

interface Held<Event> {
  readonly batch: Batch;
  readonly record: number;
  /** Of the session in which the event came: another VPP may define the message otherwise. */
  readonly decode: Decode<Event>;
}

interface Waiter<Event> {
  readonly resolve: (result: IteratorResult<Event, undefined>) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Events in the order in which VPP sent them. Iterate it, with `for await`, or take one by one with
 * `next()`. It lives on when the connection ends and is made again; it ends when it is unsubscribed or
 * its channel is closed.
 */
export interface Subscription<Event> extends AsyncIterableIterator<Event, undefined>, Disposable {
  /** Events that were dropped because nobody took them in time. */
  readonly droppedCount: number;
  /** The next event; done when the subscription is over and everything held has been taken. */
  next(): Promise<IteratorResult<Event, undefined>>;
  /** No further events; those held can still be taken. Harmless when called again. */
  unsubscribe(): void;
}

/** The buffer between the session and the reader of a subscription. */
export class EventQueue<Event> implements EventSink, Subscription<Event> {
  droppedCount = 0;
  /** Reads the events of the present session. */
  decode: Decode<Event>;
  readonly #hooks: SubscriptionHooks;
  #held: (Held<Event> | undefined)[] = [];
  #taken = 0;
  readonly #waiters: Waiter<Event>[] = [];
  #over = false;

  constructor(decode: Decode<Event>, hooks: SubscriptionHooks) {
    this.decode = decode;
    this.#hooks = hooks;
  }

  /** Called by the session. */
  event(batch: Batch, record: number): void {
    if (this.#over) return;
    const event: Held<Event> = { batch, record, decode: this.decode };
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) return give(event, waiter);
    if (this.#held.length - this.#taken >= this.#hooks.size) {
      this.droppedCount++;
      this.#hooks.dropped();
      if (this.#hooks.drop === "newest") return;
      this.#skip();
    }
    this.#held.push(event);
  }

  next(): Promise<IteratorResult<Event, undefined>> {
    const held = this.#held[this.#taken];
    if (held !== undefined) {
      this.#skip();
      return new Promise((resolve, reject) => give(held, { resolve, reject }));
    }
    if (this.#over) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  unsubscribe(): void {
    if (this.#over) return;
    this.#over = true;
    this.#hooks.over();
    for (const { resolve } of this.#waiters.splice(0)) resolve({ value: undefined, done: true });
  }

  /** Ends the iteration, as `break` does. */
  return(): Promise<IteratorResult<Event, undefined>> {
    this.unsubscribe();
    this.#held = [];
    this.#taken = 0;
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  [Symbol.dispose](): void {
    this.unsubscribe();
  }

  #skip(): void {
    this.#held[this.#taken++] = undefined;
    // Moving what is left is paid for by as many events taken.
    if (this.#taken * 2 > this.#held.length) {
      this.#held = this.#held.slice(this.#taken);
      this.#taken = 0;
    }
  }
}

/** An event that cannot be decoded is its reader's error, and nobody else's. */
function give<Event>({ decode, batch, record }: Held<Event>, to: Waiter<Event>): void {
  try {
    to.resolve({ value: decode(batch, record), done: false });
  } catch (error) {
    to.reject(toError(error));
  }
}
