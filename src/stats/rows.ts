/**
 * Where counters lie: a vector of pointers, one for each thread, to vectors of 64-bit numbers.
 *
 * @module
 */
import type { Directory, StatsEntry } from "./directory.ts";
import { entryRows, entryValue, type Segment } from "./segment.ts";
import { statsError } from "./stats_error.ts";

/**
 * The rows of an entry, one for each thread. After `locate`, every number is read from the segment
 * when asked for. One of these serves many entries and many reads, so that reading makes no garbage.
 */
export class ThreadRows {
  /** 64-bit numbers in a counter. */
  readonly width: number;
  readonly #segment: Segment;
  /** Where the pointers to the rows begin. */
  #pointers = 0;
  #threads = 0;

  constructor(segment: Segment, width: number) {
    this.#segment = segment;
    this.width = width;
  }

  get threads(): number {
    return this.#threads;
  }

  /** Turns to the rows of the entry at an offset. */
  locate(entry: number): this {
    const segment = this.#segment;
    this.#pointers = segment.pointer(entry + entryValue);
    this.#threads = segment.vectorLength(this.#pointers, 8);
    if (segment.layout.version === 1 && this.#threads > 0) {
      this.#pointers = segment.pointer(entry + entryRows);
      segment.require(this.#pointers, this.#threads * 8);
    }
    return this;
  }

  /** Turns to the rows of error counters that VPP had until 22.02. */
  locateErrors(): this {
    this.#pointers = this.#segment.pointer(this.#segment.layout.errors);
    this.#threads = this.#segment.vectorLength(this.#pointers, 8);
    return this;
  }

  /** Where a thread's row begins; 0 where the thread has none. */
  offset(thread: number): number {
    return this.#segment.pointer(this.#pointers + thread * 8);
  }

  /** The 64-bit numbers in a thread's row, all of which lie in the segment. */
  length(thread: number): number {
    return this.#segment.vectorLength(this.offset(thread), this.width * 8) * this.width;
  }

  /** Where a counter of a thread lies; 0 where the thread does not have it. */
  cell(thread: number, index: number): number {
    const present = (index + 1) * this.width <= this.length(thread);
    return present ? this.offset(thread) + index * this.width * 8 : 0;
  }
}

/** The entry and the index that a symlink leads to. */
export interface Link {
  readonly target: StatsEntry;
  readonly index: number;
}

/**
 * @param entry the offset of the symlink
 * @throws {VppError} `STATS`: it leads to nothing that has rows.
 */
export function linkOf(segment: Segment, directory: Directory, entry: number): Link {
  const place = segment.u32(entry + entryValue);
  const target = directory.at(place);
  if (target?.type === "simple" || target?.type === "combined") {
    return { target, index: segment.u32(entry + entryValue + 4) };
  }
  throw statsError(
    `Expected a symlink to counters, got one to place ${place} of the directory, which holds ` +
      (target === undefined ? "nothing" : `"${target.name}" (${target.type})`),
  );
}

/** 64-bit numbers in a counter. */
export function counterWidth(entry: StatsEntry): number {
  return entry.type === "combined" ? 2 : 1;
}
