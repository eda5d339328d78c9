/**
 * The states of a connection and who is told of them.
 *
 * @module
 */
import type { Problem } from "./problem.ts";

/**
 * - `Connecting`: an attempt is under way or will be.
 * - `Connected`: requests are answered.
 * - `NotResponding`: VPP leaves health probes unanswered; the connection stays.
 * - `Disconnected`: the connection ended; it will be tried again.
 * - `Failed`: the configured attempts are used up; `connectAsync` and reconnects go on trying.
 * - `Closed`: closed by its user, for good.
 */
export type MuxState =
  | "Connecting"
  | "Connected"
  | "NotResponding"
  | "Disconnected"
  | "Failed"
  | "Closed";

/** A change of state. */
export interface StateEvent {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly state: MuxState;
  /** Why, for people; for example the error that ended the connection. */
  readonly reason: string;
  /** Which attempt to connect this belongs to; 1 for the first. */
  readonly attempt: number;
  /** On `Connected` after a reconnect: whether VPP was started anew, so that all it had is gone. */
  readonly restarted?: boolean;
  /** On `Connected` after a reconnect, where resync is on: whether all of it succeeded. */
  readonly resynced?: boolean;
  /** On `Connected`: what went wrong on the way there; absent where nothing did. */
  readonly problems?: readonly Problem[];
}

/** Events that an iterator holds for its reader; the oldest are dropped beyond. */
const HELD = 256;

/** The present state and its listeners. */
export class StateEvents {
  #last: StateEvent;
  readonly #listeners = new Set<(event: StateEvent) => void>();
  readonly #ends = new Set<() => void>();
  readonly #onListenerError: (error: unknown) => void;
  /** Events that a listener caused while others had not heard the one before. */
  readonly #toTell: StateEvent[] = [];
  #telling = false;

  constructor(first: StateEvent, onListenerError: (error: unknown) => void) {
    this.#last = first;
    this.#onListenerError = onListenerError;
  }

  get last(): StateEvent {
    return this.#last;
  }

  /** Tells everybody, in order; a listener that throws is reported and disturbs no other. */
  emit(event: StateEvent): void {
    this.#last = event;
    this.#toTell.push(event);
    if (this.#telling) return;
    this.#telling = true;
    for (let next = this.#toTell.shift(); next !== undefined; next = this.#toTell.shift()) {
      this.#tell(next);
    }
    this.#telling = false;
  }

  #tell(event: StateEvent): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch (error) {
        this.#onListenerError(error);
      }
    }
    if (event.state !== "Closed") return;
    for (const end of [...this.#ends]) end();
    this.#listeners.clear();
  }

  /** Calls `listener` at each change; returns how to stop that. */
  listen(listener: (event: StateEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The changes from now on; ends when the mux is closed. */
  iterate(): AsyncIterableIterator<StateEvent, undefined> {
    const held: StateEvent[] = [];
    const waiters: ((result: IteratorResult<StateEvent, undefined>) => void)[] = [];
    let ended = this.#last.state === "Closed";
    const stop = this.listen((event) => {
      const waiter = waiters.shift();
      if (waiter !== undefined) return waiter({ value: event, done: false });
      held.push(event);
      if (held.length > HELD) held.shift();
    });
    const end = (): void => {
      ended = true;
      stop();
      this.#ends.delete(end);
      for (const waiter of waiters.splice(0)) waiter({ value: undefined, done: true });
    };
    if (ended) stop();
    else this.#ends.add(end);
    return {
      next: () => {
        const event = held.shift();
        if (event !== undefined) return Promise.resolve({ value: event, done: false });
        if (ended) return Promise.resolve({ value: undefined, done: true });
        return new Promise((resolve) => waiters.push(resolve));
      },
      return: () => {
        end();
        held.length = 0;
        return Promise.resolve({ value: undefined, done: true });
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}
