/**
 * Waiting that can be given up.
 *
 * @module
 */
import { VppError } from "../errors.ts";

/** The error for something that was given up through an AbortSignal. */
export function abortError(action: string, signal: AbortSignal): VppError {
  return new VppError("ABORTED", `Gave up: ${action} was aborted`, { cause: signal.reason });
}

/** Calls `give` when the signal is aborted, at once where it is; returns how to stop listening. */
export function onAbort(signal: AbortSignal | undefined, give: () => void): () => void {
  if (signal === undefined) return nothing;
  if (signal.aborted) {
    give();
    return nothing;
  }
  signal.addEventListener("abort", give, { once: true });
  return () => signal.removeEventListener("abort", give);
}

function nothing(): void {}
