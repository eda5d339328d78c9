/**
 * Events of one message, into a bounded buffer.
 *
 * @module
 */
import type { Batch } from "../codec/batch.ts";
import type { EventSink } from "./session.ts";
import type { Decode } from "./single_request.ts";

/** What is dropped when the buffer is full. */
export type DropPolicy = "newest" | "oldest";

export interface SubscriptionHooks<Event> {
  readonly size: number;
  readonly drop: DropPolicy;
  readonly decode: Decode<Event>;
  /** Told of each event that is dropped. */
  readonly dropped: () => void;
  /** Called once, when the subscription is over. */
  readonly over: () => void;
}

interface Held {
  readonly batch: Batch;
  readonly record: number;
}

/**
 * Events in the order in which VPP sent them. Iterate it, with `for await`, or take one by one with
 * `next()`. Ends when it is unsubscribed or its channel is closed.
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
  readonly #hooks: SubscriptionHooks<Event>;
  #held: (Held | undefined)[] = [];
  #taken = 0;
  readonly #waiters: ((result: IteratorResult<Event, undefined>) => void)[] = [];
  #over = false;

  constructor(hooks: SubscriptionHooks<Event>) {
    this.#hooks = hooks;
  }

  /** Called by the session. */
  event(batch: Batch, record: number): void {
    if (this.#over) return;
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) {
      waiter({ value: this.#hooks.decode(batch, record), done: false });
      return;
    }
    if (this.#held.length - this.#taken >= this.#hooks.size) {
      this.droppedCount++;
      this.#hooks.dropped();
      if (this.#hooks.drop === "newest") return;
      this.#skip();
    }
    this.#held.push({ batch, record });
  }

  next(): Promise<IteratorResult<Event, undefined>> {
    const held = this.#held[this.#taken];
    if (held !== undefined) {
      this.#skip();
      return Promise.resolve({ value: this.#hooks.decode(held.batch, held.record), done: false });
    }
    if (this.#over) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  unsubscribe(): void {
    if (this.#over) return;
    this.#over = true;
    this.#hooks.over();
    for (const waiter of this.#waiters.splice(0)) waiter({ value: undefined, done: true });
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
