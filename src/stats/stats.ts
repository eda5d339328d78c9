/// <reference lib="esnext.disposable" preserve="true" />
/**
 * Reading VPP's counters.
 *
 * @module
 */
import { EntryReader } from "./decode.ts";
import type { StatsEntryType } from "./entry_types.ts";
import { type BufferPool, readBuffers } from "./buffer_stats.ts";
import { type ErrorCounter, readErrors } from "./error_stats.ts";
import { type InterfaceCounters, readInterfaces } from "./interface_stats.ts";
import { type HeapUsage, readHeaps } from "./memory_stats.ts";
import { type NodeCounters, readNodes } from "./node_stats.ts";
import type { StatsPattern } from "./patterns.ts";
import type { StatsConnection } from "./stats_connection.ts";
import { StatsReader } from "./stats_reader.ts";
import type { StatsClock } from "./stats_clock.ts";
import { readSystem, type SystemStats } from "./system_stats.ts";
import type { StatsValue } from "./values.ts";
import { type StatsSample, type WatchOptions, watchStats } from "./watch.ts";

/** What `ls` tells of a counter. */
export interface StatsListing {
  /** For example `/if/rx`. */
  readonly name: string;
  readonly type: StatsEntryType;
  /** The number of the type in this VPP's numbering. */
  readonly typeCode: number;
}

/** Which of the threads' counters count. */
export interface ThreadOptions {
  /** Of this thread only: 0 is the main thread, 1 the first worker. Without it, the sum of all. */
  readonly thread?: number;
  readonly signal?: AbortSignal;
}

/** Ends a read that waits. */
export interface ReadOptions {
  readonly signal?: AbortSignal;
}

/**
 * The counters of one VPP, or of an image of its segment. Every read gives one consistent state, and
 * copies: what it returns stays as it is.
 *
 * Every read throws a `VppError`: `STATS` where the segment is damaged or changes all the time,
 * `DISCONNECTED` while VPP is away (the next read tries again), `ABORTED`, and `CLOSED`.
 */
export class Stats implements AsyncDisposable {
  readonly #connection: StatsConnection;
  readonly #clock: StatsClock;

  /** Use `connectStats` or `openStatsImage`. */
  constructor(connection: StatsConnection, clock: StatsClock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  /** The counters that match one of the patterns; all of them without one. */
  ls(...patterns: StatsPattern[]): Promise<StatsListing[]> {
    return this.#connection.read(({ directory }) =>
      directory.select(patterns).map(({ name, type, typeCode }) => ({ name, type, typeCode }))
    );
  }

  /** The values of the counters that match one of the patterns, by name. */
  dump(...patterns: StatsPattern[]): Promise<Map<string, StatsValue>> {
    return this.#connection.read(({ segment, directory }) => {
      const reader = new EntryReader(segment, directory);
      return new Map(
        directory.select(patterns).map((entry) => [entry.name, reader.read(entry)]),
      );
    });
  }

  /** Reads the same counters again and again into the same arrays. */
  reader(...patterns: StatsPattern[]): StatsReader {
    return new StatsReader(this.#connection, patterns);
  }

  /**
   * Reads the counters at an interval, with rates. It ends when the signal aborts, or the loop is
   * left. While VPP is away nothing comes; the first sample of the next VPP says so.
   */
  watch(
    patterns: StatsPattern | readonly StatsPattern[],
    options: WatchOptions,
  ): AsyncIterable<StatsSample> {
    const list = typeof patterns === "string" || patterns instanceof RegExp ? [patterns] : patterns;
    return watchStats(new StatsReader(this.#connection, list), this.#clock, options);
  }

  system(options: ReadOptions = {}): Promise<SystemStats> {
    return this.#connection.read(readSystem, options.signal);
  }

  /** Needs `statseg { per-node-counters on }` in VPP's configuration; empty without. */
  nodes(options: ThreadOptions = {}): Promise<NodeCounters[]> {
    return this.#connection.read((view) => readNodes(view, options.thread), options.signal);
  }

  /** By `sw_if_index`; interfaces that were deleted are left out. */
  interfaces(options: ThreadOptions = {}): Promise<InterfaceCounters[]> {
    return this.#connection.read((view) => readInterfaces(view, options.thread), options.signal);
  }

  errors(options: ReadOptions = {}): Promise<ErrorCounter[]> {
    return this.#connection.read(readErrors, options.signal);
  }

  /** By the name of the pool, for example `default-numa-0`. */
  buffers(options: ReadOptions = {}): Promise<Map<string, BufferPool>> {
    return this.#connection.read(readBuffers, options.signal);
  }

  /** By the name of the heap, for example `main heap`. */
  memory(options: ReadOptions = {}): Promise<Map<string, HeapUsage>> {
    return this.#connection.read(readHeaps, options.signal);
  }

  /** Unmaps the segment. Reads that wait end with `CLOSED`. Harmless when repeated. */
  close(): Promise<void> {
    this.#connection.close();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
