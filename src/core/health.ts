/**
 * Health probes: a `control_ping` at an interval.
 *
 * @module
 */
import type { Clock, TimerHandle } from "./clock.ts";

export interface HealthOptions {
  readonly clock: Clock;
  /** Milliseconds between probes. */
  readonly intervalMs: number;
  /** Milliseconds for the reply to a probe. */
  readonly replyTimeoutMs: number;
  /** Failed probes in a row until VPP is reported as not responding. */
  readonly threshold: number;
  /** Milliseconds without any word from VPP until the connection is given up; 0: never. */
  readonly disconnectAfterMs: number;
  /** Sends a probe; resolves with its reply. */
  readonly ping: (timeoutMs: number) => Promise<unknown>;
  /** When VPP was last heard, on the clock. */
  readonly lastHeard: () => number;
  readonly notResponding: (failed: number) => void;
  readonly responding: () => void;
  readonly giveUp: (silentMs: number) => void;
}

/** Watches one session. Probes never queue up: the next one is planned when the last one is over. */
export class HealthCheck {
  readonly #options: HealthOptions;
  #timer: TimerHandle | undefined;
  #failed = 0;
  #stopped = false;

  constructor(options: HealthOptions) {
    this.#options = options;
    this.#plan();
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== undefined) this.#options.clock.clearTimeout(this.#timer);
  }

  #plan(): void {
    if (this.#stopped) return;
    const { clock, intervalMs } = this.#options;
    this.#timer = clock.setTimeout(() => void this.#probe(), intervalMs);
  }

  async #probe(): Promise<void> {
    const { clock, replyTimeoutMs, lastHeard, ping } = this.#options;
    const start = clock.now();
    try {
      await ping(replyTimeoutMs);
      this.#succeeded();
    } catch {
      // A VPP that answers others is alive, however long our turn takes.
      if (lastHeard() >= start) this.#succeeded();
      else this.#failedProbe();
    }
    this.#plan();
  }

  #succeeded(): void {
    if (this.#stopped) return;
    const wasSilent = this.#failed >= this.#options.threshold;
    this.#failed = 0;
    if (wasSilent) this.#options.responding();
  }

  #failedProbe(): void {
    if (this.#stopped) return;
    const { threshold, disconnectAfterMs, clock, lastHeard } = this.#options;
    this.#failed++;
    if (this.#failed === threshold) this.#options.notResponding(this.#failed);
    const silentMs = clock.now() - lastHeard();
    if (disconnectAfterMs > 0 && silentMs >= disconnectAfterMs) this.#options.giveUp(silentMs);
  }
}
