/**
 * Reads the same counters again and again into the same arrays: a poll of thousands of counters
 * copies memory and leaves no garbage that grows with their number.
 *
 * @module
 */
import { EntryReader } from "./decode.ts";
import type { Directory } from "./directory.ts";
import type { StatsPattern } from "./patterns.ts";
import { type Refresh, RefreshFactory } from "./refresh.ts";
import type { Segment } from "./segment.ts";
import type { SegmentView, StatsConnection } from "./stats_connection.ts";
import type { StatsValue } from "./values.ts";

/** One counter of a reading. */
export interface ReusedCounter {
  readonly name: string;
  /** Its `rows` are filled anew by each read, as long as their number and lengths stay. */
  readonly value: StatsValue;
}

/** What a {@link StatsReader} read last. Valid until its next read. */
export interface StatsReading {
  /** In the order of the segment. */
  readonly counters: readonly ReusedCounter[];
  /** Changes when counters came, went or changed their shape: `counters` is then another list. */
  readonly generation: number;
  /** Differs between two runs of VPP. */
  readonly identity: string;
}

/** Made by `Stats.reader`. */
export class StatsReader {
  readonly #connection: StatsConnection;
  readonly #patterns: readonly StatsPattern[];
  #plan: ReadingPlan | undefined;
  #generation = 0;

  /** For `Stats` only. */
  constructor(connection: StatsConnection, patterns: readonly StatsPattern[]) {
    this.#connection = connection;
    this.#patterns = patterns;
  }

  /**
   * Reads all counters anew. Where nothing but the numbers changed, the arrays are those of the
   * read before.
   *
   * @throws {VppError} as `Stats.dump`
   */
  read(signal?: AbortSignal): Promise<StatsReading> {
    return this.#connection.read((view) => this.#read(view), signal);
  }

  #read(view: SegmentView): StatsReading {
    if (!this.#plan?.refresh(view)) {
      this.#plan = new ReadingPlan(view, this.#patterns, ++this.#generation);
    }
    return this.#plan.reading;
  }
}

/** The counters of one state of the directory, with what it takes to read them again. */
class ReadingPlan {
  readonly reading: StatsReading;
  readonly #directory: Directory;
  readonly #segment: Segment;
  readonly #refreshes: readonly Refresh[];

  constructor(view: SegmentView, patterns: readonly StatsPattern[], generation: number) {
    const { segment, directory, identity } = view;
    const reader = new EntryReader(segment, directory);
    const entries = directory.select(patterns);
    const counters = entries.map((entry) => ({
      entry,
      name: entry.name,
      value: reader.read(entry),
    }));
    this.#segment = segment;
    this.#directory = directory;
    const factory = new RefreshFactory(segment, directory);
    const refreshes = counters.map((counter) => factory.refresh(counter));
    this.#refreshes = [factory.locateTargets, ...refreshes];
    this.reading = { counters, generation, identity };
  }

  /** False where this plan no longer fits; some counters may have been read by then. */
  refresh(view: SegmentView): boolean {
    if (view.segment !== this.#segment || view.directory !== this.#directory) return false;
    for (const refresh of this.#refreshes) {
      if (!refresh()) return false;
    }
    return true;
  }
}
