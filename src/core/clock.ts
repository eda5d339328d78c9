/** The timers that the core needs, narrow enough to be faked in tests. */
export interface Clock {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Milliseconds since 1970, for people. */
  wallTime(): number;
  setTimeout(callback: () => void, ms: number): TimerHandle;
  clearTimeout(handle: TimerHandle): void;
}

/** Opaque; belongs to the clock that made it. */
export type TimerHandle = ReturnType<typeof setTimeout> | number;

/** Node looks its global up by a getter at each use; every call reads this clock. */
const { performance } = globalThis;

/** The platform's own timers. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wallTime: () => Date.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout>),
};
