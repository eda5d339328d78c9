import process from "node:process";
import { hasDenoFfi } from "../../../native/ffi_deno.ts";
import type { Libc } from "../../../native/libc.ts";

/** How long the end of the program waits for VPP, in milliseconds. */
const graceMs = 100;

/**
 * Leaves VPP when the program ends with the connection open, and sees to it that the end does not
 * wait for a thread that is inside of the library: Node joins its workers, and `vac_read` may wait
 * for ever.
 */
export class ExitGuard {
  readonly #libc: Libc;
  readonly #leave: (timeoutMs: number) => boolean;
  /** What came of leaving; undefined as long as the program goes on. */
  #hasLeft: boolean | undefined;

  /** @param leave leaves VPP within so many milliseconds; false where it could not. */
  constructor(libc: Libc, leave: (timeoutMs: number) => boolean) {
    this.#libc = libc;
    this.#leave = leave;
    process.on("exit", this.#exit);
    if (hasDenoFfi()) globalThis.addEventListener("unload", this.#unload);
  }

  remove(): void {
    process.off("exit", this.#exit);
    if (hasDenoFfi()) globalThis.removeEventListener("unload", this.#unload);
  }

  readonly #exit = (code: number): void => {
    this.#hasLeft ??= this.#leave(graceMs);
    // Deno does not wait for its workers.
    if (!this.#hasLeft && !hasDenoFfi()) this.#libc.symbols._exit(code);
  };

  /** `Deno.exit` tells nobody else. */
  readonly #unload = (): void => {
    this.#hasLeft ??= this.#leave(graceMs);
  };
}
