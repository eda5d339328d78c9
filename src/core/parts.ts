/**
 * The parts of an agent (its plugins): they share the one connection, each with channels of its own.
 *
 * @module
 */
import { VppError } from "../errors.ts";
import type { Channel } from "./channel.ts";
import type { ChannelOptions } from "./channel_options.ts";
import type { Clock } from "./clock.ts";
import type { Logger } from "./logger.ts";
import { PartRunner } from "./part_runner.ts";
import type { Problem } from "./problem.ts";
import type { PartState, StatusBoard } from "./status.ts";

/** What a hook is told of its run. */
export interface HookRun {
  /** Aborted when the time is up, the connection ends or the mux is closed: the hook should stop then. */
  readonly signal: AbortSignal;
  /** After a reconnect: whether VPP was started anew, so that all it had is gone. */
  readonly restarted: boolean;
}

/** A part's own view of the mux. */
export interface PartContext {
  readonly name: string;
  /** A channel that is closed with the part. */
  newAPIChannel(options?: ChannelOptions): Channel;
  /** Says how the part is doing, beside what its hooks say. */
  reportStateChange(state: PartState, error?: unknown): void;
}

/** A hook; what it throws is the part's error. */
export type Hook = (context: PartContext, run: HookRun) => void | Promise<void>;

/** What a part does when. All hooks are optional. */
export interface Part {
  /** Once, when there is a connection. Where it fails, it is tried again at the next connection. */
  readonly init?: Hook;
  /** After each reconnect: events are turned on again already. */
  readonly afterReconnect?: Hook;
  /** After each reconnect where `resyncAfterReconnect` is on, and whenever `Mux.resync` is called. */
  readonly resync?: Hook;
  /** When the mux is closed, while the connection may still be there. */
  readonly close?: Hook;
}

export interface PartOptions {
  /** Milliseconds for each hook; otherwise as the mux has it. */
  readonly timeoutMs?: number;
}

/** What `register` gives. */
export interface RegisteredPart {
  readonly name: string;
  /** The part is closed and forgotten. */
  unregister(): Promise<void>;
}

export interface PartsHost {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly status: StatusBoard;
  readonly hookTimeoutMs: number;
  newAPIChannel(options: ChannelOptions, closed: (channel: Channel) => void): Channel;
  /** Runs a hook as an event of the trace. */
  traced<T>(event: string, act: () => Promise<T>): Promise<T>;
}

/** Why the hooks run. */
export interface Arrival {
  /** Whether there was a connection before. */
  readonly reconnect: boolean;
  readonly restarted: boolean;
  /** Whether the resync is part of it. */
  readonly resync: boolean;
}

/** All parts of a mux, in order of registration. */
export class Parts {
  readonly #host: PartsHost;
  readonly #parts = new Map<string, PartRunner>();
  /** While there is a connection whose arrival is through: aborted at its end. */
  #present: AbortSignal | undefined;
  /** The parts that were registered meanwhile begin one after the other. */
  #latecomers: Promise<unknown> = Promise.resolve();

  constructor(host: PartsHost) {
    this.#host = host;
  }

  /**
   * Adds a part; where there is a connection, its `init` runs now.
   *
   * @throws VppError code PART where there is one of this name
   */
  register(name: string, part: Part, options: PartOptions): RegisteredPart {
    if (this.#parts.has(name)) {
      throw new VppError("PART", `Cannot register ${name}: there is a part of this name already`);
    }
    const runner = new PartRunner(name, part, this.#host, options);
    this.#parts.set(name, runner);
    const present = this.#present;
    if (present !== undefined) {
      const arrival = { reconnect: false, restarted: false, resync: false };
      this.#latecomers = this.#latecomers.then(() => runner.arrive(arrival, present));
    }
    return { name, unregister: () => this.#unregister(runner) };
  }

  has(name: string): boolean {
    return this.#parts.has(name);
  }

  /** There is a connection: runs what is due, one part after the other, then the resync. */
  async arrive(arrival: Arrival, signal: AbortSignal): Promise<Problem[]> {
    this.#present = undefined;
    const problems: Problem[] = [];
    // A part that is registered meanwhile has its turn as well.
    for (const part of this.#parts.values()) problems.push(...await part.arrive(arrival, signal));
    this.#present = signal;
    if (!arrival.resync) return problems;
    // Whose init has just failed has nothing to resync.
    const ready = [...this.#parts.values()].filter((part) => part.initialized);
    problems.push(...await this.#resync(ready, arrival.restarted, signal));
    return problems;
  }

  /** Runs the resync of all parts, one after the other; first `init`, where it has not succeeded yet. */
  async resync(signal: AbortSignal): Promise<Problem[]> {
    await this.#latecomers;
    return await this.#resync([...this.#parts.values()], false, signal);
  }

  #resync(
    parts: readonly PartRunner[],
    restarted: boolean,
    signal: AbortSignal,
  ): Promise<Problem[]> {
    return this.#host.traced("resync", async () => {
      const problems: Problem[] = [];
      for (const part of parts) problems.push(...await part.resync({ restarted, signal }));
      return problems;
    });
  }

  /** Closes them in reverse order. */
  async close(): Promise<void> {
    this.#present = undefined;
    for (const part of [...this.#parts.values()].reverse()) await part.close();
    this.#parts.clear();
  }

  async #unregister(runner: PartRunner): Promise<void> {
    if (this.#parts.get(runner.name) === runner) this.#parts.delete(runner.name);
    await runner.close();
  }
}
