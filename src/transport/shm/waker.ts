import type { Libc } from "../../../native/libc.ts";
import { VppError } from "../../errors.ts";
import { WakeSocket } from "./wake_socket.ts";

/** How often to look whether the connection stands, in milliseconds. */
const lookMs = 100;
/** How long to wait before connecting again, in milliseconds. */
const retryMs = 1000;

/** What the waker finds out. */
export interface WakerEvents {
  /** VPP cannot be woken, and why. */
  unable(reason: string): void;
  /** Nobody listens any more where VPP did: it has ended. */
  gone(reason: string): void;
}

/** Keeps a connection to VPP's API socket for as long as there is one to be had. */
export class Waker {
  readonly #libc: Libc;
  readonly #path: string;
  readonly #vppPid: number;
  readonly #events: WakerEvents;
  readonly #timer: NodeJS.Timeout;
  #socket: WakeSocket | undefined;
  #wasReady = false;
  #isStopped = false;
  #retryAt = 0;

  constructor(libc: Libc, path: string, vppPid: number, events: WakerEvents) {
    this.#libc = libc;
    this.#path = path;
    this.#vppPid = vppPid;
    this.#events = events;
    this.#timer = setInterval(() => this.#look(), lookMs);
    this.#timer.unref();
    this.#connect();
  }

  /** Wakes VPP, where it can be woken now. */
  wake(): void {
    this.#socket?.wake();
  }

  /** What {@linkcode close} does, as far as that needs no waiting. For the end of the program. */
  sayFarewell(): void {
    this.#socket?.sayFarewell();
  }

  /** Takes leave of VPP. Resolves when nothing is left of the connection. */
  async close(): Promise<void> {
    const socket = this.#stop();
    await socket?.leave();
  }

  /** From here on nothing happens by itself. */
  #stop(): WakeSocket | undefined {
    clearInterval(this.#timer);
    const socket = this.#socket;
    this.#socket = undefined;
    this.#isStopped = true;
    return socket;
  }

  #look(): void {
    this.#socket?.look();
    if (this.#socket === undefined && performance.now() >= this.#retryAt) this.#connect();
  }

  #connect(): void {
    try {
      this.#socket = new WakeSocket(this.#libc, this.#path, this.#vppPid, {
        ready: () => void (this.#wasReady = true),
        lost: (reason) => this.#lost(reason),
      });
    } catch (error) {
      if (!(error instanceof VppError)) throw error;
      this.#unconnected(error.message);
    }
  }

  #unconnected(reason: string): void {
    const nobodyListens = reason === "ECONNREFUSED" || reason === "ENOENT";
    if (this.#wasReady && nobodyListens) {
      this.#stop();
      return this.#events.gone(`nobody listens at ${this.#path} any more`);
    }
    this.#lost(reason);
  }

  #lost(reason: string): void {
    if (this.#isStopped) return;
    this.#socket = undefined;
    if (this.#wasReady) {
      this.#retryAt = performance.now() + retryMs;
      return;
    }
    this.#stop();
    this.#events.unable(reason);
  }
}
