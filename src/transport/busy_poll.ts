/**
 * Replies that are looked for instead of waited for: to be woken by the event loop takes longer than a
 * VPP that is not busy needs for an answer.
 *
 * @module
 */
import type { Socket } from "node:net";
import { setImmediate } from "node:timers";
import type { Libc } from "../../native/libc.ts";
import { receiveAtOnce, RESET, sendAtOnce } from "../../native/socket_bytes.ts";
import type { BusyPollPolicy } from "./busy_poll_policy.ts";
import type { TransportSink } from "./transport.ts";

/** How long the event loop waits at most for a program that calls and calls, in milliseconds. */
const turnMs = 1;

/** What a poller works with. */
export interface PollerParts {
  readonly libc: Libc;
  /** Owns the descriptor, and reads whenever the event loop runs: bytes are taken by whoever is first. */
  readonly socket: Socket;
  readonly descriptor: number;
  /** Where bytes are received, valid until the next ones. */
  readonly buffer: Uint8Array;
  readonly sink: Pick<TransportSink, "chunk">;
  readonly policy: BusyPollPolicy;
}

/**
 * Writes requests at once, and looks for their replies between the program's own steps for a bounded
 * time. The rest, ends and failures among it, is the socket's.
 */
export class BusyPoller {
  readonly #parts: PollerParts;
  #lookUntil = -Infinity;
  #isScheduled = false;
  /** When the event loop last ran, as far as is known. */
  #turnStart = -Infinity;

  constructor(parts: PollerParts) {
    this.#parts = parts;
  }

  /** Sends what the system takes at once, and returns what is left. */
  send(frames: Uint8Array): Uint8Array {
    const { libc, socket, descriptor, policy } = this.#parts;
    // What waits in the socket comes first.
    const sent = socket.writableLength > 0 ? 0 : sendAtOnce(libc, descriptor, frames);
    const now = performance.now();
    this.#lookUntil = policy.sent(now);
    if (this.#lookUntil > now) this.#schedule(now);
    return sent === 0 ? frames : frames.subarray(sent);
  }

  /** To be called when the event loop brings bytes, before they are handed on. */
  heard(): void {
    const now = performance.now();
    this.#turnStart = now;
    this.#received(now);
  }

  /** Looks behind what the program does now; every now and then behind the event loop, too. */
  #schedule(now: number): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    if (now - this.#turnStart < turnMs) void settled.then(this.#look);
    else setImmediate(this.#lookInTurn);
  }

  readonly #lookInTurn = (): void => {
    this.#turnStart = performance.now();
    this.#look();
  };

  readonly #look = (): void => {
    this.#isScheduled = false;
    const { libc, socket, descriptor, buffer, sink } = this.#parts;
    // Behind its end the descriptor may be another file's.
    if (this.#lookUntil === -Infinity || socket.destroyed) return;
    const length = receiveAtOnce(libc, descriptor, buffer);
    const now = performance.now();
    if (length > 0) {
      this.#received(now);
      sink.chunk(buffer.subarray(0, length));
    } else if (length === RESET) {
      socket.destroy(new Error("read ECONNRESET"));
    } else if (now < this.#lookUntil) {
      this.#schedule(now);
    }
  };

  #received(now: number): void {
    this.#lookUntil = -Infinity;
    this.#parts.policy.received(now);
  }
}

/** A reaction to a promise is a microtask for a fifth of what Node's `queueMicrotask` costs. */
const settled = Promise.resolve();
