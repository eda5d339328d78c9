/**
 * Counters at an interval, with rates.
 *
 * @module
 */
import { VppError } from "../errors.ts";
import { RateMeter, type StatsRates } from "./rates.ts";
import type { StatsClock } from "./stats_clock.ts";
import type { ReusedCounter, StatsReader } from "./stats_reader.ts";

export interface WatchOptions {
  /** Milliseconds from one reading to the next. */
  readonly intervalMs: number;
  /** Ends the iteration. */
  readonly signal?: AbortSignal;
}

/** One reading. Valid until the next one is asked for. */
export interface StatsSample {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** In the order of the segment. The arrays are used again for the next sample. */
  readonly counters: readonly ReusedCounter[];
  /**
   * Change per second since the sample before, by name; empty for the first sample, and the first
   * of a VPP that has restarted.
   */
  readonly rates: StatsRates;
  /** True for the first sample of another VPP than before. */
  readonly restarted: boolean;
}

/** For `Stats.watch`. */
export async function* watchStats(
  reader: StatsReader,
  clock: StatsClock,
  { intervalMs, signal }: WatchOptions,
): AsyncGenerator<StatsSample, void, void> {
  requireInterval(intervalMs);
  const meter = new RateMeter();
  let identity: string | undefined;
  for (let due = clock.now();; due = nextDue(due, clock.now(), intervalMs)) {
    try {
      await clock.sleep(Math.max(due - clock.now(), 0), signal);
      const reading = await reader.read(signal);
      const restarted = identity !== undefined && identity !== reading.identity;
      identity = reading.identity;
      const rates = meter.measure(reading, clock.now());
      yield { time: clock.wallTime(), counters: reading.counters, rates, restarted };
    } catch (error) {
      if (signal?.aborted) return;
      if (!isAway(error)) throw error;
    }
  }
}

/** VPP has gone, or has not been there yet. */
function isAway(error: unknown): boolean {
  return error instanceof VppError && (error.code === "DISCONNECTED" || error.code === "CONNECT");
}

/** Readings stay on their grid: one that comes late is not followed by a burst. */
function nextDue(due: number, now: number, intervalMs: number): number {
  const missed = Math.floor((now - due) / intervalMs);
  return due + (Math.max(missed, 0) + 1) * intervalMs;
}

function requireInterval(intervalMs: number): void {
  if (intervalMs > 0 && Number.isFinite(intervalMs)) return;
  throw new VppError(
    "CONFIG",
    `Cannot watch counters every ${intervalMs} ms: expected a positive number`,
  );
}
