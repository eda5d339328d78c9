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
  readonly #listener: (code: number) => void;

  /** @param leave leaves VPP within so many milliseconds; false where it could not. */
  constructor(libc: Libc, leave: (timeoutMs: number) => boolean) {
    this.#listener = (code) => {
      // Deno does not wait for its workers.
      if (!leave(graceMs) && !hasDenoFfi()) libc.symbols._exit(code);
    };
    process.on("exit", this.#listener);
  }

  remove(): void {
    process.off("exit", this.#listener);
  }
}
