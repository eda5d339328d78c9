/**
 * Deadlines of many requests with few timers: requests with the same timeout expire in the order in
 * which they were sent, so a list for each timeout and one timer a list are enough. Entering, renewing
 * and leaving cost the same however many wait.
 *
 * @module
 */
import type { Clock, TimerHandle } from "./clock.ts";

/** When those expire that entered together, in milliseconds of the clock. */
interface Due {
  /** Infinity until it is known. */
  at: number;
}

/** A reaction to it is a microtask. */
const settled = Promise.resolve();

/**
 * Something that expires; the links belong to the list that it is in.
 *
 * There is one for each request, and the constructor sets the fields: V8 calls a function of its own for
 * the class fields of a base class, which doubles the time that an object takes.
 */
export abstract class Expiring {
  declare due: Due | undefined;
  declare list: DeadlineList | undefined;
  declare before: Expiring | undefined;
  declare after: Expiring | undefined;

  constructor() {
    this.due = undefined;
    this.list = undefined;
    this.before = undefined;
    this.after = undefined;
  }

  /** Has its whole time again; harmless where it does not expire any more. */
  renew(): void {
    const { list } = this;
    if (list === undefined) return;
    list.remove(this);
    list.append(this);
  }

  abstract expire(timeoutMs: number): void;
}

/**
 * A timer that fires so many milliseconds late says that this process was busy: what VPP answered
 * meanwhile lies unread, and gets one turn of the event loop before anything expires.
 */
const LATE_MS = 20;

/** The longest that a platform's timer can wait. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export class Deadlines {
  readonly #clock: Clock;
  readonly #lists = new Map<number, DeadlineList>();
  /** The list that was used last: most requests have the timeout of the one before. */
  #recent: DeadlineList | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Expires `item` in `timeoutMs`, unless it leaves before; Infinity never. */
  enter(item: Expiring, timeoutMs: number): void {
    if (this.#recent?.timeoutMs !== timeoutMs) this.#recent = this.#listOf(timeoutMs);
    this.#recent.append(item);
  }

  leave(item: Expiring): void {
    item.list?.remove(item);
  }

  /** All that have entered and not left. */
  *[Symbol.iterator](): IterableIterator<Expiring> {
    for (const list of this.#lists.values()) yield* list;
  }

  /** Stops all timers; nothing that is left expires any more. */
  close(): void {
    for (const list of this.#lists.values()) list.stop();
    this.#lists.clear();
    this.#recent = undefined;
  }

  #listOf(timeoutMs: number): DeadlineList {
    let list = this.#lists.get(timeoutMs);
    if (list === undefined) {
      list = new DeadlineList(this.#clock, timeoutMs, () => this.#retire(timeoutMs));
      this.#lists.set(timeoutMs, list);
    }
    return list;
  }

  #retire(timeoutMs: number): void {
    this.#lists.delete(timeoutMs);
    this.#recent = undefined;
  }
}

export class DeadlineList {
  readonly timeoutMs: number;
  readonly #clock: Clock;
  readonly #retire: () => void;
  #first: Expiring | undefined;
  #last: Expiring | undefined;
  #timer: TimerHandle | undefined;
  /** When the timer is to fire. */
  #firesAt = 0;
  /** Of those that have entered since the clock was read. */
  #entering: Due | undefined;
  /** Whether what lay unread has had its turn. */
  #readFirst = false;

  constructor(clock: Clock, timeoutMs: number, retire: () => void) {
    this.#clock = clock;
    this.timeoutMs = timeoutMs;
    this.#retire = retire;
  }

  append(item: Expiring): void {
    item.list = this;
    item.due = this.#entering ?? this.#enterTogether();
    item.before = this.#last;
    item.after = undefined;
    if (this.#last === undefined) this.#first = item;
    else this.#last.after = item;
    this.#last = item;
    if (this.#timer === undefined && this.timeoutMs !== Infinity) {
      this.#arm(this.#clock.now(), this.timeoutMs);
    }
  }

  /** In the order in which they expire. */
  *[Symbol.iterator](): IterableIterator<Expiring> {
    for (let item = this.#first; item !== undefined; item = item.after) yield item;
  }

  /**
   * What enters before the next microtask has the same time, from then on: to read the clock takes a
   * virtual machine 50 to 120 ns, a quarter of what a request takes.
   */
  #enterTogether(): Due {
    this.#entering = { at: Infinity };
    void settled.then(this.#setDue);
    return this.#entering;
  }

  readonly #setDue = (): void => {
    if (this.#entering !== undefined) this.#entering.at = this.#clock.now() + this.timeoutMs;
    this.#entering = undefined;
  };

  remove(item: Expiring): void {
    if (item.before === undefined) this.#first = item.after;
    else item.before.after = item.after;
    if (item.after === undefined) this.#last = item.before;
    else item.after.before = item.before;
    item.list = undefined;
    item.before = undefined;
    item.after = undefined;
  }

  stop(): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #arm(now: number, ms: number): void {
    const wait = Math.min(ms, MAX_TIMER_MS);
    this.#firesAt = now + wait;
    this.#timer = this.#clock.setTimeout(this.#fire, wait);
  }

  readonly #fire = (): void => {
    this.#timer = undefined;
    this.#setDue();
    const now = this.#clock.now();
    this.#readFirst = !this.#readFirst && now - this.#firesAt > LATE_MS;
    if (this.#readFirst) return this.#arm(now, 0);
    // A timer may fire a fraction of a millisecond early.
    while (isDue(this.#first, now + 1)) {
      const item = this.#first;
      this.remove(item);
      item.expire(this.timeoutMs);
    }
    if (this.#timer !== undefined) return;
    if (this.#first === undefined) this.#retire();
    else this.#arm(now, dueOf(this.#first) - now);
  };
}

function isDue(item: Expiring | undefined, now: number): item is Expiring {
  return item !== undefined && dueOf(item) <= now;
}

function dueOf(item: Expiring): number {
  return item.due?.at ?? Infinity;
}
