/**
 * Waiting that can be given up.
 *
 * @module
 */
import { VppError } from "../errors.ts";
import type { Clock } from "./clock.ts";

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

/** Several reasons to give up as one signal. */
export interface JoinedSignals {
  readonly signal: AbortSignal;
  /** Lets go of the sources; nothing of the joined signal is left with them. */
  release(): void;
}

/**
 * A signal that is aborted as soon as one of the given is. Unlike `AbortSignal.any`, which leaves a trace
 * in a source that lives long, it can be taken back.
 */
export function joinSignals(...sources: readonly (AbortSignal | undefined)[]): JoinedSignals {
  const joined = new AbortController();
  const stops = sources.map((source) => onAbort(source, () => joined.abort(source?.reason)));
  return {
    signal: joined.signal,
    release: () => {
      for (const stop of stops) stop();
    },
  };
}

/** Waits for `ms` milliseconds; rejects with the signal's reason where that is aborted before. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const timer = clock.setTimeout(() => {
      unlisten();
      resolve();
    }, ms);
    const unlisten = onAbort(signal, () => {
      clock.clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

/** What `promise` gives, unless the signal is aborted first: then its reason is thrown. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const unlisten = onAbort(signal, () => reject(signal.reason));
    promise.then(resolve, reject).finally(unlisten);
  });
}
