import process from "node:process";
import { hasDenoFfi } from "../../../native/ffi_deno.ts";
import type { Libc } from "../../../native/libc.ts";

/** How long the end of the program waits for VPP, in milliseconds. */
const graceMs = 100;
/** Events that end a Deno program where no listener prevents it. */
const uncaught = ["error", "unhandledrejection"];

/**
 * Leaves VPP when the program ends with the connection open, and sees to it that the end does not
 * wait for a thread that is inside of the library: Node joins its workers, and `vac_read` may wait
 * for ever.
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
    process.on("exit", this.#exit);
    if (!hasDenoFfi()) return;
    globalThis.addEventListener("unload", this.#unload);
    for (const type of uncaught) globalThis.addEventListener(type, this.#uncaught);
  }

  remove(): void {
    process.off("exit", this.#exit);
    if (!hasDenoFfi()) return;
    globalThis.removeEventListener("unload", this.#unload);
    for (const type of uncaught) globalThis.removeEventListener(type, this.#uncaught);
  }

  readonly #exit = (code: number): void => {
    this.#hasLeft ??= this.#leave(graceMs);
    // Deno does not wait for its workers.
    if (!this.#hasLeft && !hasDenoFfi()) this.#libc.symbols._exit(code);
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
