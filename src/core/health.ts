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
  /** Milliseconds as not responding until the connection is given up; 0: never. */
  readonly disconnectAfterMs: number;
  /** Sends a probe; resolves with its reply. */
  readonly ping: (timeoutMs: number) => Promise<unknown>;
  /** Whether earlier bytes still wait to leave: a probe would only queue up behind them. */
  readonly isStuck: () => boolean;
  /** When VPP was last heard, on the clock. */
  readonly lastHeard: () => number;
  readonly notResponding: (failed: number) => void;
  readonly responding: () => void;
  readonly giveUp: () => void;
}

/** Watches one session. Probes never queue up: the next one is planned when the last one is over. */
export class HealthCheck {
  readonly #options: HealthOptions;
  #timer: TimerHandle | undefined;
  #giveUpTimer: TimerHandle | undefined;
  #failed = 0;
  #stopped = false;

  constructor(options: HealthOptions) {
    this.#options = options;
    this.#plan();
  }

  stop(): void {
    this.#stopped = true;
    this.#clear(this.#timer);
    this.#clear(this.#giveUpTimer);
  }

  #plan(): void {
    if (this.#stopped) return;
    const { clock, intervalMs } = this.#options;
    this.#timer = clock.setTimeout(() => void this.#probe(), intervalMs);
  }

  async #probe(): Promise<void> {
    const { clock, lastHeard } = this.#options;
    const start = clock.now();
    const answered = await this.#ping();
    if (this.#stopped) return;
    // A VPP that answers others is alive, however long our turn takes.
    if (answered || lastHeard() >= start) this.#succeeded();
    else this.#failedProbe();
    this.#plan();
  }

  async #ping(): Promise<boolean> {
    const { isStuck, ping, replyTimeoutMs } = this.#options;
    if (isStuck()) return await this.#wait(replyTimeoutMs);
    try {
      await ping(replyTimeoutMs);
      return true;
    } catch {
      return false;
    }
  }

  /** Gives VPP the time of a probe to say anything. */
  #wait(ms: number): Promise<false> {
    return new Promise((resolve) => {
      this.#timer = this.#options.clock.setTimeout(() => resolve(false), ms);
    });
  }

  #succeeded(): void {
    const wasSilent = this.#failed >= this.#options.threshold;
    this.#failed = 0;
    this.#clear(this.#giveUpTimer);
    if (wasSilent) this.#options.responding();
  }

  #failedProbe(): void {
    const { clock, threshold, disconnectAfterMs, notResponding, giveUp } = this.#options;
    this.#failed++;
    if (this.#failed !== threshold) return;
    if (disconnectAfterMs > 0) this.#giveUpTimer = clock.setTimeout(giveUp, disconnectAfterMs);
    notResponding(this.#failed);
  }

  #clear(timer: TimerHandle | undefined): void {
    if (timer !== undefined) this.#options.clock.clearTimeout(timer);
  }
}
