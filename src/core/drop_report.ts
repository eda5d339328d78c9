/**
 * Says in the log that events are dropped: at once, then once a second at most, however many there are.
 *
 * @module
 */
import type { Clock, TimerHandle } from "./clock.ts";
import type { Logger } from "./logger.ts";

const QUIET_MS = 1000;

interface Drops {
  readonly channel: number;
  readonly event: string;
  dropped: number;
}

export class DropReport {
  readonly #clock: Clock;
  readonly #logger: Logger;
  /** What has not been said yet, by channel and event. */
  readonly #unsaid = new Map<string, Drops>();
  /** Runs while nothing must be said. */
  #quiet: TimerHandle | undefined;

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** An event was dropped. */
  dropped(channel: number, event: string): void {
    const key = `${channel} ${event}`;
    const drops = this.#unsaid.get(key);
    if (drops !== undefined) drops.dropped++;
    else this.#unsaid.set(key, { channel, event, dropped: 1 });
    if (this.#quiet === undefined) this.#say();
  }

  close(): void {
    if (this.#quiet !== undefined) this.#clock.clearTimeout(this.#quiet);
    this.#quiet = undefined;
  }

  #say(): void {
    this.#logger.warn("Events were dropped: their readers are too slow", {
      drops: [...this.#unsaid.values()],
    });
    this.#unsaid.clear();
    this.#quiet = this.#clock.setTimeout(() => {
      this.#quiet = undefined;
      if (this.#unsaid.size > 0) this.#say();
    }, QUIET_MS);
  }
}
