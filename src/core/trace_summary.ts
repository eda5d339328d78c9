/**
 * Times of calls, by message.
 *
 * @module
 */

/** The calls of one message that are over; times in milliseconds. */
export interface CallTimes {
  readonly message: string;
  readonly count: number;
  /** How many of them failed. */
  readonly errors: number;
  readonly averageMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly totalMs: number;
}

/** Percentiles take every single time, so they are known of the calls only that are kept. */
export interface CallSummary extends CallTimes {
  /** Half of the calls took no longer. */
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
}

/** What is needed of a call. */
export interface TimedCall {
  readonly message: string;
  /** Milliseconds; undefined while it is open. */
  readonly durationMs: number | undefined;
  readonly error?: Error;
}

/** Adds up calls by message without keeping them. */
export class TimesByMessage {
  readonly #messages = new Map<string, Sum>();

  add(message: string, ms: number, failed: boolean): void {
    let sum = this.#messages.get(message);
    if (sum === undefined) {
      this.#messages.set(message, sum = { count: 0, errors: 0, min: Infinity, max: 0, total: 0 });
    }
    sum.count++;
    if (failed) sum.errors++;
    sum.min = Math.min(sum.min, ms);
    sum.max = Math.max(sum.max, ms);
    sum.total += ms;
  }

  /** The message that took longest in all first. */
  list(): CallTimes[] {
    return [...this.#messages]
      .map(([message, { count, errors, min, max, total }]) => ({
        message,
        count,
        errors,
        averageMs: total / count,
        minMs: min,
        maxMs: max,
        totalMs: total,
      }))
      .sort((a, b) => b.totalMs - a.totalMs);
  }
}

interface Sum {
  count: number;
  errors: number;
  min: number;
  max: number;
  total: number;
}

/** With percentiles; the message that took longest in all first. */
export function summarize(calls: readonly TimedCall[]): CallSummary[] {
  const sums = new TimesByMessage();
  const times = new Map<string, number[]>();
  for (const { message, durationMs, error } of calls) {
    if (durationMs === undefined) continue;
    sums.add(message, durationMs, error !== undefined);
    const list = times.get(message) ?? [];
    if (list.push(durationMs) === 1) times.set(message, list);
  }
  return sums.list().map((sum) => {
    const sorted = (times.get(sum.message) ?? []).sort((a, b) => a - b);
    return {
      ...sum,
      p50Ms: percentile(sorted, 0.5),
      p90Ms: percentile(sorted, 0.9),
      p99Ms: percentile(sorted, 0.99),
    };
  });
}

/** The least of the sorted times that the given share of them does not exceed. */
function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
