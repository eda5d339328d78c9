/**
 * VPP's stats segment: counters, gauges, names, histograms and rings, read from shared memory.
 *
 * ```ts
 * import { connectStats } from "govppmux/stats";
 *
 * const stats = await connectStats();
 * console.log(await stats.system());
 * for await (const { rates } of stats.watch("/if/rx", { intervalMs: 1000 })) {
 *   console.log(rates.get("/if/rx"));
 * }
 * ```
 *
 * @module
 */
export type { BufferPool } from "./buffer_stats.ts";
export {
  connectStats,
  type ConnectStatsOptions,
  defaultStatsSocketPath,
  openStatsImage,
} from "./connect_stats.ts";
export type { StatsEntryType } from "./entry_types.ts";
export type { ErrorCounter } from "./error_stats.ts";
export type { InterfaceCounters } from "./interface_stats.ts";
export type { HeapUsage } from "./memory_stats.ts";
export type { NodeCounters } from "./node_stats.ts";
export type { StatsPattern } from "./patterns.ts";
export type { CounterRates, StatsRates } from "./rates.ts";
export type { ReadOptions, Stats, StatsListing, ThreadOptions } from "./stats.ts";
export type { StatsState } from "./stats_connection.ts";
export type { ReusedCounter, StatsReader, StatsReading } from "./stats_reader.ts";
export type { SystemStats } from "./system_stats.ts";
export type {
  CombinedCounters,
  CounterRows,
  Histogram,
  PacketsAndBytes,
  Ring,
  RingThread,
  SimpleCounters,
  StatsLink,
  StatsNames,
  StatsScalar,
  StatsUnknown,
  StatsValue,
} from "./values.ts";
export type { StatsSample, WatchOptions } from "./watch.ts";
