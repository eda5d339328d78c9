/**
 * Requests that a channel holds back while VPP takes none: what would otherwise pile up in the transport.
 *
 * @module
 */
import { DisconnectedError, VppError } from "../errors.ts";
import { toError } from "./error_text.ts";
import type { HoldsRequests, Line } from "./line.ts";
import type { PendingRequest } from "./pending.ts";

/** What `sendRequest` does when the request buffer is full. */
export type WhenFull = "wait" | "fail";

/** As many as can be outstanding: beyond this, also those who wait are refused. */
const MOST = 131_072;

export class RequestBuffer implements HoldsRequests {
  readonly #line: Line;
  readonly #size: number;
  readonly #whenFull: WhenFull;
  /** In the order in which they are to be sent. */
  readonly #held = new Map<PendingRequest, () => void>();
  #waiters: (() => void)[] = [];

  /** @param size requests that may be held */
  constructor(line: Line, size: number, whenFull: WhenFull) {
    this.#line = line;
    this.#size = size;
    this.#whenFull = whenFull;
  }

  /** Whether a request has to wait; one that follows others always does. */
  get holds(): boolean {
    return this.#held.size > 0 || this.#line.congested;
  }

  /**
   * Holds a request until there is room.
   *
   * @param send sends it; what it throws is the request's error
   * @throws VppError code BUFFER_FULL where the buffer is full and must not wait
   */
  hold(request: PendingRequest, send: () => void): void {
    if (this.#held.size >= (this.#whenFull === "fail" ? this.#size : MOST)) {
      throw new VppError(
        "BUFFER_FULL",
        `Cannot send ${request.name}: VPP takes no requests at the moment, and ${this.#held.size} wait in this channel already; wait for replies, or for ready() of the channel`,
      );
    }
    this.#held.set(request, send);
    this.#line.waitForRoom(this);
  }

  /** The request is over; harmless where it is not held. */
  remove(request: PendingRequest): void {
    if (!this.#held.delete(request)) return;
    if (this.#held.size === 0) this.#line.stopWaiting(this);
    this.#wake();
  }

  /** Resolves when the buffer has room. */
  ready(): Promise<void> {
    if (this.#held.size < this.#size) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  drain(): void {
    for (const [request, send] of this.#held) {
      if (this.#line.congested) break;
      this.#held.delete(request);
      try {
        send();
      } catch (thrown) {
        request.fail(toError(thrown));
      }
    }
    if (this.#held.size > 0) this.#line.waitForRoom(this);
    this.#wake();
  }

  lost(reason: string): void {
    for (const request of [...this.#held.keys()]) {
      request.fail(
        new DisconnectedError(
          `Cannot send ${request.name}: ${reason}; the request had not been sent`,
          false,
        ),
      );
    }
  }

  /** Lets everybody go who waits for room; the channel is closed. */
  close(): void {
    this.#line.stopWaiting(this);
    for (const wake of this.#waiters.splice(0)) wake();
  }

  #wake(): void {
    if (this.#waiters.length === 0 || this.#held.size >= this.#size) return;
    for (const wake of this.#waiters.splice(0)) wake();
  }
}
