import { constants } from "node:os";
import process from "node:process";
import { hasDenoFfi } from "../../../native/ffi_deno.ts";
import type { Libc } from "../../../native/libc.ts";

/** How long the end of the program waits for VPP, in milliseconds. */
const graceMs = 100;
/** Events that end a Deno program where no listener prevents it. */
const uncaught = ["error", "unhandledrejection"];
/** Signals that end a program that does not listen to them. */
const endings = ["SIGHUP", "SIGINT", "SIGTERM"] as const;
/** The listeners of all guards: who else listens decides by himself what a signal means. */
const ours = new WeakSet<NodeJS.SignalsListener>();

/**
 * Leaves VPP when the program ends with the connection open, by a signal as well: VPP's main thread waits
 * for ever for room in the queue of a client that is no more, and what lies there is lost to its pools. And
 * sees to it that the end does not wait for a thread that is inside of the library: Node joins its workers,
 * and `vac_read` may wait for ever.
 */
export class ExitGuard {
  readonly #libc: Libc;
  readonly #leave: (timeoutMs: number) => boolean;
  readonly #survived: () => void;
  /** What came of leaving; undefined as long as the program goes on. */
  #hasLeft: boolean | undefined;

  /**
   * @param leave leaves VPP within so many milliseconds; false where it could not.
   * @param survived is called where VPP was left and the program goes on.
   */
  constructor(libc: Libc, leave: (timeoutMs: number) => boolean, survived: () => void) {
    this.#libc = libc;
    this.#leave = leave;
    this.#survived = survived;
    ours.add(this.#signalled);
    process.on("exit", this.#exit);
    for (const signal of endings) process.on(signal, this.#signalled);
    if (!hasDenoFfi()) return;
    globalThis.addEventListener("unload", this.#unload);
    for (const type of uncaught) globalThis.addEventListener(type, this.#uncaught);
  }

  remove(): void {
    process.off("exit", this.#exit);
    for (const signal of endings) process.off(signal, this.#signalled);
    if (!hasDenoFfi()) return;
    globalThis.removeEventListener("unload", this.#unload);
    for (const type of uncaught) globalThis.removeEventListener(type, this.#uncaught);
  }

  readonly #exit = (code: number): void => {
    this.#hasLeft ??= this.#leave(graceMs);
    // Deno does not wait for its workers.
    if (!this.#hasLeft && !hasDenoFfi()) this.#libc.symbols._exit(code);
  };

  /** Without another listener the signal does what it does to every program: it comes once more. */
  readonly #signalled: NodeJS.SignalsListener = (signal) => {
    if (process.listeners(signal).some((listener) => !ours.has(listener))) return;
    this.#hasLeft ??= this.#leave(graceMs);
    process.off(signal, this.#signalled);
    this.#libc.symbols.kill(process.pid, constants.signals[signal]);
  };

  /**
   * Deno tells nobody else of an end by an error. Where a listener that comes later saves the program
   * after all, it learns of the connection's end.
   */
  readonly #uncaught = (event: Event): void => {
    if (event.defaultPrevented) return;
    this.#hasLeft ??= this.#leave(graceMs);
    setTimeout(this.#survived, 0);
  };

  /** `Deno.exit` tells nobody else. */
  readonly #unload = (): void => {
    this.#hasLeft ??= this.#leave(graceMs);
  };
}
