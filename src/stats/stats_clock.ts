import { VppError } from "../errors.ts";

/** The time that reading the segment needs, narrow enough to be faked in tests. */
export interface StatsClock {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Milliseconds since 1970, for people. */
  wallTime(): number;
  /** @throws {VppError} `ABORTED`, at once, where the signal aborts; no timer is left then. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The platform's own time. */
export const systemStatsClock: StatsClock = {
  now: () => performance.now(),
  wallTime: () => Date.now(),
  sleep,
};

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(aborted(signal));
    const abort = () => {
      clearTimeout(timer);
      reject(aborted(signal));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", abort, { once: true });
  });
}

/** What reading throws where the caller's signal has aborted it. */
export function aborted(signal: AbortSignal | undefined): VppError {
  return new VppError("ABORTED", "Reading the stats segment was aborted", {
    cause: signal?.reason,
  });
}
