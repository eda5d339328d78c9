/** When to look for replies, and when to wake VPP. All in milliseconds. */
export interface ShmTiming {
  /** How long to look for a reply in every turn of the event loop, before waiting to be told. */
  readonly spin: number;
  /** The same where no reply is due, as far as frames tell: what came may be part of a dump, or an event. */
  readonly linger: number;
  /** A request that VPP has not answered for so long has met it asleep. */
  readonly patience: number;
  /** After a pause of so long VPP is asleep. */
  readonly pause: number;
  /** After a pause of so long nobody expects more requests, and replies are read by the reader. */
  readonly rest: number;
}

/** Requests that follow one that met VPP asleep, each of which wakes it again. */
const eagerRequests = 64;

/**
 * Decides when VPP has to be woken. Its main loop sleeps when it finds nothing to do, and shared memory
 * does not wake it. `now` is milliseconds of any clock that does not go back.
 */
export class WakePolicy {
  readonly #timing: ShmTiming;
  /** Frames sent and not answered, by count: a dump has more answers, so it errs downwards only. */
  #due = 0;
  /** One frame was sent when none was due, and nothing has come since. */
  #isSingle = false;
  #isAnswered = false;
  /** When VPP was last heard of or written to. */
  #lastSign = -Infinity;
  #wakeAt = Infinity;
  #eager = 0;
  /** Whether nothing has come since the first request after a pause. */
  #hasToWakeUp = false;

  constructor(timing: ShmTiming) {
    this.#timing = timing;
  }

  get patience(): number {
    return this.#timing.patience;
  }

  /** True where requests follow each other, if not without a pause. */
  isActive(now: number): boolean {
    return now - this.#lastSign <= this.#timing.rest;
  }

  get isReplyDue(): boolean {
    return this.#due > 0;
  }

  /**
   * One frame was sent and one has come: a dump sends two, so it was a call, and the next step is the
   * program's.
   */
  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  /** What {@linkcode isReplyDue} will be when so many frames more have come. */
  isReplyDueAfter(frames: number): boolean {
    return this.#due > frames;
  }

  /**
   * Frames are about to be written. True: wake VPP, which takes longer than the writing.
   *
   * @param isVppBusy it has not taken all of the requests before.
   */
  sending(now: number, isVppBusy: boolean): boolean {
    const isAfterPause = now - this.#lastSign > this.#timing.pause;
    const isAsleep = !isVppBusy && (this.#eager > 0 || isAfterPause);
    if (isAfterPause) this.#hasToWakeUp = true;
    if (isAsleep && this.#eager > 0) this.#eager--;
    return isAsleep;
  }

  /** Frames are written. */
  sent(frames: number, now: number): void {
    this.#isSingle = this.#due === 0 && frames === 1;
    this.#isAnswered = false;
    this.#due += frames;
    this.#lastSign = now;
    this.#wakeAt = now + this.#timing.patience;
  }

  received(frames: number, now: number): void {
    this.#isAnswered = this.#isSingle && frames === 1;
    this.#isSingle = false;
    this.#due = Math.max(0, this.#due - frames);
    this.#hasToWakeUp = false;
    this.#lastSign = now;
    this.#wakeAt = this.#due > 0 ? now + this.#timing.patience : Infinity;
  }

  /** Nothing has come yet. True: wake VPP. */
  waited(now: number): boolean {
    if (now < this.#wakeAt) return false;
    this.#wakeAt = now + this.#timing.patience;
    this.#eager = eagerRequests;
    return true;
  }

  /**
   * True where a reply is due from a VPP that may have no processor: for longer than one takes that is
   * awake, and from the beginning where it has to wake up.
   */
  mayLackProcessor(now: number): boolean {
    return this.#due > 0 &&
      (this.#hasToWakeUp || now - this.#lastSign >= this.#timing.patience);
  }

  /** True while looking in every turn of the event loop is worth it. */
  isWorthLooking(now: number): boolean {
    const { spin, linger } = this.#timing;
    return now - this.#lastSign < (this.#due > 0 ? spin : linger);
  }
}
