/**
 * What one remote client, and all of them together, may take.
 *
 * @module
 */
import { VppError } from "../errors.ts";

export interface ProxyLimits {
  /** Sessions at once. */
  readonly sessions: number;
  /**
   * Messages a second of one session, and as many at once after a pause. Beyond it requests are refused;
   * a session that sends twice as many is closed.
   */
  readonly messagesPerSecond: number;
  /** Requests of one session that wait for an answer; beyond it requests are refused. */
  readonly outstanding: number;
  /** Bytes of the longest message that a client may send; the session is closed beyond it. */
  readonly frameBytes: number;
  /** Bytes that may wait for a client that does not read; the session is ended beyond it. */
  readonly bufferBytes: number;
  /** Milliseconds from the first byte to the end of VPP's handshake. */
  readonly handshakeMs: number;
  /** Milliseconds without a message of the client, after which the session is closed. */
  readonly idleMs: number;
  /** Milliseconds without an answer of VPP, after which a request is forgotten. */
  readonly answerMs: number;
}

export const defaultLimits: ProxyLimits = {
  sessions: 256,
  messagesPerSecond: 50_000,
  outstanding: 16_384,
  frameBytes: 1 << 20,
  bufferBytes: 32 << 20,
  handshakeMs: 5000,
  idleMs: 120_000,
  answerMs: 60_000,
};

/** @throws VppError code CONFIG where a limit is not a number above 0 */
export function withDefaults(limits: Partial<ProxyLimits> = {}): ProxyLimits {
  for (const [name, value] of Object.entries(limits)) {
    if (value > 0) continue;
    throw new VppError(
      "CONFIG",
      `Cannot start the proxy: the limit ${name} must be a number above 0, and is ${value}`,
    );
  }
  return { ...defaultLimits, ...limits };
}

/** What to do with a message, by how many came before it. */
export type RateVerdict = "pass" | "refuse" | "close";

/** A token bucket that goes into debt: see `ProxyLimits.messagesPerSecond`. */
export class RateLimiter {
  readonly #perSecond: number;
  #tokens: number;
  #at: number;

  /** @param now milliseconds, as in `take` */
  constructor(perSecond: number, now: number) {
    this.#perSecond = perSecond;
    this.#tokens = perSecond;
    this.#at = now;
  }

  take(now: number): RateVerdict {
    const gained = ((now - this.#at) * this.#perSecond) / 1000;
    this.#tokens = Math.min(this.#perSecond, this.#tokens + gained) - 1;
    this.#at = now;
    if (this.#tokens >= 0) return "pass";
    return this.#tokens > -this.#perSecond ? "refuse" : "close";
  }
}
