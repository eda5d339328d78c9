/**
 * What went wrong without ending anything.
 *
 * @module
 */

/** A failure that is reported beside a success. */
export interface Problem {
  /** Whose it is: a registered part, a `want_…` message, an event. */
  readonly name: string;
  readonly error: Error;
}
