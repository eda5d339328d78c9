/**
 * How an agent is doing: the mux and each registered part, and the worst of them for the whole.
 *
 * @module
 */
import type { Clock } from "./clock.ts";
import { messageOf } from "./error_text.ts";

/** `Init`: what must happen first has not happened yet. */
export type PartState = "Init" | "OK" | "Error";

/** How one part is doing. */
export interface PartStatus {
  readonly name: string;
  readonly state: PartState;
  /** Of an `Error`: what was last reported. */
  readonly error?: string;
  /** When it came to this state, in milliseconds since 1970. */
  readonly since: number;
}

/** How all of it is doing. */
export interface StatusReport {
  /** The worst state of a part. */
  readonly state: PartState;
  /** When it came to this state, in milliseconds since 1970. */
  readonly since: number;
  /** The mux first, the others in order of registration. */
  readonly parts: readonly PartStatus[];
}

const RANK: Readonly<Record<PartState, number>> = { OK: 0, Init: 1, Error: 2 };

export class StatusBoard {
  readonly #clock: Clock;
  readonly #parts = new Map<string, PartStatus>();
  readonly #listeners = new Set<(report: StatusReport) => void>();
  readonly #onListenerError: (error: unknown) => void;
  #state: PartState = "Init";
  #since: number;

  constructor(clock: Clock, onListenerError: (error: unknown) => void) {
    this.#clock = clock;
    this.#onListenerError = onListenerError;
    this.#since = clock.wallTime();
  }

  /** Adds a part, in state `Init`; harmless where it is there. Returns how to take it away. */
  register(name: string): () => void {
    if (!this.#parts.has(name)) this.#set({ name, state: "Init", since: this.#clock.wallTime() });
    return () => {
      if (this.#parts.delete(name)) this.#changed();
    };
  }

  /**
   * Says how a part is doing; a part that is not known is registered by that.
   *
   * @param error of state `Error`: what is wrong
   */
  reportStateChange(name: string, state: PartState, error?: unknown): void {
    const text = state === "Error" ? messageOf(error ?? "no reason was given") : undefined;
    const before = this.#parts.get(name);
    if (before?.state === state && before.error === text) return;
    const since = before?.state === state ? before.since : this.#clock.wallTime();
    this.#set({ name, state, since, ...(text === undefined ? {} : { error: text }) });
  }

  check(): StatusReport {
    return { state: this.#state, since: this.#since, parts: [...this.#parts.values()] };
  }

  /** Calls `listener` at each change of any part; returns how to stop that. */
  onChange(listener: (report: StatusReport) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Nobody is told any more. */
  close(): void {
    this.#listeners.clear();
  }

  #set(part: PartStatus): void {
    this.#parts.set(part.name, part);
    this.#changed();
  }

  #changed(): void {
    const states = [...this.#parts.values()].map((part) => part.state);
    const worst = states.reduce((a, b) => RANK[b] > RANK[a] ? b : a, "OK");
    if (worst !== this.#state) this.#since = this.#clock.wallTime();
    this.#state = worst;
    for (const listener of [...this.#listeners]) {
      try {
        listener(this.check());
      } catch (error) {
        this.#onListenerError(error);
      }
    }
  }
}
