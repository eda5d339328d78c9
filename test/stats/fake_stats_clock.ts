import { aborted, type StatsClock } from "../../src/stats/stats_clock.ts";

/** Time that passes only while something sleeps. */
export class FakeStatsClock implements StatsClock {
  #now = 0;
  /** Runs whenever time passes. */
  onSleep: ((now: number) => void) | undefined;

  now(): number {
    return this.#now;
  }

  wallTime(): number {
    return 1_700_000_000_000 + this.#now;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await Promise.resolve();
    if (signal?.aborted) throw aborted(signal);
    this.#now += Math.max(ms, 0);
    this.onSleep?.(this.#now);
  }
}
