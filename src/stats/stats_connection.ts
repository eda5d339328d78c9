/**
 * Keeps the segment of the VPP that runs now: opens it, notices that VPP has gone, opens that of the
 * next VPP. Nothing happens in the background: all of it is part of a read.
 *
 * @module
 */
import { DisconnectedError, VppError } from "../errors.ts";
import { attemptRead } from "./consistent_read.ts";
import { currentDirectory, type Directory } from "./directory.ts";
import type { TypeNumbering } from "./entry_types.ts";
import type { Segment } from "./segment.ts";
import type { OpenSegment, SegmentSource } from "./segment_source.ts";
import type { StatsClock } from "./stats_clock.ts";
import { aborted } from "./stats_clock.ts";
import { statsError } from "./stats_error.ts";

/** A segment with its directory, valid during one attempt to read. */
export interface SegmentView {
  readonly segment: Segment;
  readonly directory: Directory;
  /** Differs between two runs of VPP. */
  readonly identity: string;
}

/** Whether there is a VPP to read from. */
export type StatsState =
  | { readonly state: "connected"; readonly restarted: boolean }
  | { readonly state: "disconnected"; readonly error: VppError };

/** Times in milliseconds. */
export interface StatsConnectionOptions {
  readonly source: SegmentSource;
  readonly clock: StatsClock;
  /** undefined: found out from the segment. */
  readonly numbering: TypeNumbering | undefined;
  /** For a read that finds the layout changing, and for opening a segment. */
  readonly timeoutMs: number;
  /** Without a heartbeat for so long, the socket is asked for VPP's present segment. */
  readonly stallMs: number;
  /** While VPP is away, the least time between two attempts to open its segment. */
  readonly retryMs: number;
  readonly onState: ((state: StatsState) => void) | undefined;
}

/** Attempts without a pause, before the reader begins to wait for the writer. */
const eagerAttempts = 8;
/** A whole look at a damaged entry may still meet a writer that takes no lock. */
const damagedAttempts = 3;
const pauseMs = 1;
/** How often VPP's process is looked at, at most. */
const aliveCheckMs = 100;

/** Reads from the VPP of the moment. */
export class StatsConnection {
  readonly #options: StatsConnectionOptions;
  #open: OpenSegment | undefined;
  #opening: Promise<OpenSegment> | undefined;
  #directory: Directory | undefined;
  #closed = false;
  #lastIdentity: string | undefined;
  #heartbeat: { value: bigint | undefined; since: number } = { value: undefined, since: 0 };
  #aliveCheckedAt = -Infinity;
  #failure: { error: VppError; at: number } | undefined;

  constructor(options: StatsConnectionOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.source.name;
  }

  /**
   * Runs `read` until it saw a whole state of the segment. It runs without a pause inside, may run
   * several times, and must not keep anything that points into the segment.
   *
   * @throws {VppError} `STATS`: the segment is damaged, or was being changed for all of `timeoutMs`;
   * `DISCONNECTED`: VPP is away; `CLOSED`; `ABORTED`.
   */
  async read<T>(read: (view: SegmentView) => T, signal?: AbortSignal): Promise<T> {
    const { clock, timeoutMs } = this.#options;
    const deadline = clock.now() + timeoutMs;
    for (let attempt = 1, damaged = 0;; attempt++) {
      if (signal?.aborted) throw aborted(signal);
      const open = this.#current();
      if (open === undefined) {
        await this.#reopen(signal);
        continue; // Meanwhile it may have been closed again.
      }
      const outcome = attemptRead(open.segment, () => this.#readWhole(open, read));
      if (outcome.ok) return outcome.value;
      const late = clock.now() >= deadline;
      if (outcome.consistent && (late || ++damaged >= damagedAttempts)) throw outcome.error;
      if (late) throw this.#busy();
      if (attempt >= eagerAttempts) await clock.sleep(pauseMs, signal);
    }
  }

  /** Opens the segment now, where the caller wants to know. */
  async connect(signal?: AbortSignal): Promise<void> {
    await this.#reopen(signal);
  }

  /** Lets go of the segment. Reads that wait end with `CLOSED`. Harmless when repeated. */
  close(): void {
    this.#closed = true;
    this.#drop();
  }

  #readWhole<T>(open: OpenSegment, read: (view: SegmentView) => T): T {
    const { segment, identity } = open;
    const directory = currentDirectory(segment, this.#options.numbering, this.#directory);
    this.#directory = directory;
    this.#noteHeartbeat(directory.heartbeat(segment));
    return read({ segment, directory, identity });
  }

  #noteHeartbeat(value: bigint | undefined): void {
    if (value === this.#heartbeat.value) return;
    this.#heartbeat = { value, since: this.#options.clock.now() };
  }

  /** The open segment, unless VPP seems to have gone. */
  #current(): OpenSegment | undefined {
    if (this.#closed) throw new VppError("CLOSED", `Cannot read ${this.name}: it has been closed`);
    if (this.#open === undefined) return undefined;
    const now = this.#options.clock.now();
    if (now - this.#aliveCheckedAt >= aliveCheckMs) {
      this.#aliveCheckedAt = now;
      if (!this.#open.isAlive()) return undefined;
    }
    return this.#isStalled(this.#open.segment, now) ? undefined : this.#open;
  }

  #isStalled(segment: Segment, now: number): boolean {
    if (now - this.#heartbeat.since < this.#options.stallMs) return false;
    const before = this.#heartbeat;
    try {
      this.#noteHeartbeat(this.#directory?.heartbeat(segment));
    } catch {
      return false; // The directory is being changed, so VPP is alive.
    }
    return before === this.#heartbeat && before.value !== undefined;
  }

  /** One attempt at a time, however many reads wait for it. */
  #reopen(signal: AbortSignal | undefined): Promise<OpenSegment> {
    const { clock, retryMs } = this.#options;
    if (this.#failure !== undefined && clock.now() - this.#failure.at < retryMs) {
      return Promise.reject(this.#failure.error);
    }
    this.#opening ??= this.#openSegment().finally(() => this.#opening = undefined);
    return abortable(this.#opening, signal);
  }

  async #openSegment(): Promise<OpenSegment> {
    const { source, clock, timeoutMs } = this.#options;
    try {
      const open = await source.open({ timeoutMs });
      this.#drop();
      if (this.#closed) {
        open.close();
        throw new VppError("CLOSED", `Cannot read ${this.name}: it has been closed`);
      }
      this.#open = open;
      this.#connected(open.identity);
      return open;
    } catch (cause) {
      if (this.#closed) throw cause;
      throw this.#disconnected(cause, clock.now());
    }
  }

  #connected(identity: string): void {
    const now = this.#options.clock.now();
    const wasAway = this.#failure !== undefined;
    const restarted = this.#lastIdentity !== undefined && this.#lastIdentity !== identity;
    const first = this.#lastIdentity === undefined;
    this.#lastIdentity = identity;
    this.#failure = undefined;
    this.#aliveCheckedAt = now;
    this.#heartbeat = { value: undefined, since: now };
    if (first || restarted || wasAway) this.#report({ state: "connected", restarted });
  }

  #disconnected(cause: unknown, now: number): VppError {
    this.#drop();
    const reason = cause instanceof Error ? cause.message : String(cause);
    const error = this.#lastIdentity === undefined && cause instanceof VppError
      ? cause
      : new DisconnectedError(`VPP has gone from ${this.name}: ${reason}`, false, { cause });
    const known = this.#failure !== undefined;
    this.#failure = { error, at: now };
    if (!known) this.#report({ state: "disconnected", error });
    return error;
  }

  /** Outside of the read, so that what the callback throws is its own affair. */
  #report(state: StatsState): void {
    const { onState } = this.#options;
    if (onState !== undefined) queueMicrotask(() => onState(state));
  }

  #drop(): void {
    this.#directory = undefined;
    this.#open?.close();
    this.#open = undefined;
  }

  #busy(): VppError {
    return statsError(
      `Cannot read ${this.name}: its layout was being changed for all of ` +
        `${this.#options.timeoutMs} ms. VPP is creating many counters, or died or hangs in a change`,
    );
  }
}

function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(aborted(signal));
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
