/** A clock that stands still until a test moves it. */
import type { Clock, TimerHandle } from "../src/core/clock.ts";

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

export class FakeClock implements Clock {
  readonly #timers = new Map<number, Timer>();
  #now = 0;
  #nextHandle = 1;

  /** Timers that are still to fire. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Milliseconds until the next timer fires; undefined where none is set. */
  get untilNext(): number | undefined {
    const next = this.#next(Infinity);
    return next === undefined ? undefined : Math.max(0, next[1].at - this.#now);
  }

  now(): number {
    return this.#now;
  }

  /** 2026-01-01T00:00:00Z, and what has passed since. */
  wallTime(): number {
    return 1_767_225_600_000 + this.#now;
  }

  setTimeout(callback: () => void, ms: number): TimerHandle {
    const handle = this.#nextHandle++;
    this.#timers.set(handle, { at: this.#now + ms, callback });
    return handle;
  }

  clearTimeout(handle: TimerHandle): void {
    if (typeof handle === "number") this.#timers.delete(handle);
  }

  /** Moves the clock on by `ms`; timers fire in the order of their time, those that they set included. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let due = this.#next(end); due !== undefined; due = this.#next(end)) {
      const [handle, timer] = due;
      this.#timers.delete(handle);
      this.#now = Math.max(this.#now, timer.at);
      timer.callback();
    }
    this.#now = end;
  }

  /** Moves the clock on at once; timers fire afterwards, late, as where the event loop was blocked. */
  jump(ms: number): void {
    this.#now += ms;
    const due = [...this.#timers].filter(([, timer]) => timer.at <= this.#now);
    for (const [handle, timer] of due.sort(([, a], [, b]) => a.at - b.at)) {
      if (this.#timers.delete(handle)) timer.callback();
    }
  }

  /** The timer that fires next, up to `end`; of several at one time, the one that was set first. */
  #next(end: number): [handle: number, timer: Timer] | undefined {
    let first: [number, Timer] | undefined;
    for (const entry of this.#timers) {
      if (entry[1].at <= end && (first === undefined || entry[1].at < first[1].at)) first = entry;
    }
    return first;
  }
}
