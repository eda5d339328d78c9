import type { SegmentView } from "./stats_connection.ts";
import type { SimpleCounters } from "./values.ts";
import { ViewReader } from "./view_reader.ts";

/** What VPP tells of itself, as of its last update (every 10 s by default). */
export interface SystemStats {
  /** Vectors per call of a node, on average over the threads; rounded down by VPP. */
  readonly vectorRate: bigint;
  /** The same by thread, the main thread first. */
  readonly vectorRatePerWorker: readonly bigint[];
  readonly numWorkerThreads: bigint;
  /** Packets per second. */
  readonly inputRate: bigint;
  /** Seconds since VPP started. */
  readonly lastUpdate: bigint;
  /** Seconds since VPP started; 0 where counters were never cleared. */
  readonly lastStatsClear: bigint;
  /** Counts the updates. */
  readonly heartbeat: bigint;
  /** Seconds since 1970; 0 in releases that do not say. */
  readonly bootTime: bigint;
}

export function readSystem(view: SegmentView): SystemStats {
  const reader = new ViewReader(view);
  const numWorkerThreads = reader.scalar("/sys/num_worker_threads");
  const rates = threadValues(reader.simple("/sys/vector_rate_per_worker"));
  return {
    vectorRate: reader.scalar("/sys/vector_rate"),
    vectorRatePerWorker: rates.slice(0, Number(numWorkerThreads) + 1),
    numWorkerThreads,
    inputRate: reader.scalar("/sys/input_rate"),
    lastUpdate: reader.scalar("/sys/last_update"),
    lastStatsClear: reader.scalar("/sys/last_stats_clear"),
    heartbeat: reader.scalar("/sys/heartbeat"),
    bootTime: reader.scalar("/sys/boottime"),
  };
}

/** One row with a value for each thread since VPP 22.06, a row for each thread before. */
function threadValues(counters: SimpleCounters): bigint[] {
  const [first, ...others] = counters.rows;
  if (first === undefined) return [];
  return others.length === 0 ? [...first] : counters.rows.map((row) => row[0] ?? 0n);
}
