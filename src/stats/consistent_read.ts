/**
 * VPP's protocol for readers without a lock: while it changes the layout, `in_progress` is set;
 * each change ends with a new epoch. What was read is whole where `in_progress` was clear and the
 * epoch the same before and after. Counters change all the time and need no such protection.
 *
 * @module
 */
import type { Segment } from "./segment.ts";

/** What one attempt gave. */
export type Attempt<T> =
  | { readonly ok: true; readonly value: T }
  /** `consistent`: the layout did not change meanwhile, so the error is not one of timing alone. */
  | { readonly ok: false; readonly consistent: boolean; readonly error?: unknown };

/** Reads once; never waits. What `read` throws is part of the outcome. */
export function attemptRead<T>(segment: Segment, read: () => T): Attempt<T> {
  const epoch = segment.epoch();
  if (segment.inProgress()) return { ok: false, consistent: false };
  const outcome = outcomeOf(read);
  segment.fence();
  const consistent = !segment.inProgress() && segment.epoch() === epoch;
  if (!outcome.ok) return { ...outcome, consistent };
  return consistent ? outcome : { ok: false, consistent };
}

function outcomeOf<T>(read: () => T) {
  try {
    return { ok: true, value: read() } as const;
  } catch (error) {
    return { ok: false, error } as const;
  }
}
