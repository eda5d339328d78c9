import { clearImmediate, setImmediate } from "node:timers";
import { controlWords } from "./protocol.ts";
import type { RingReader } from "./ring.ts";

/** When to look for replies, and when to wake VPP. All in milliseconds. */
export interface InboxTiming {
  /** How long to look in every turn of the event loop after the last sign of life, before sleeping. */
  readonly spin: number;
  /** A request that VPP has not answered for so long has met it asleep. */
  readonly patience: number;
  /** After a pause of so long VPP is asleep. */
  readonly pause: number;
}

/** What the inbox does to the rest of the transport. */
export interface InboxEffects {
  /** See `TransportSink.chunk`. */
  chunk(bytes: Uint8Array): void;
  /** Wakes VPP, where it can be woken. */
  wake(): void;
}

/** The largest piece handed on at once. */
const maxChunkBytes = 256 * 1024;
/** A VPP that fell asleep between two requests is woken with each of so many that follow. */
const eagerWrites = 64;

/**
 * The main thread's end of the ring. While replies are due it looks into the ring once a turn of the
 * event loop, which costs less than being woken, and watches for a VPP that has gone to sleep over
 * its shared memory. After `spin` without a sign of life it asks the reader to wake it.
 */
export class Inbox {
  readonly #ring: RingReader;
  readonly #control: Int32Array;
  readonly #effects: InboxEffects;
  readonly #timing: InboxTiming;
  #turn: NodeJS.Immediate | undefined;
  #framesSeen = 0;
  /** Frames sent and not answered, by count: dumps answer more, so it only errs downwards. */
  #due = 0;
  /** When VPP was last known to be awake, or was written to. */
  #lastSign = 0;
  #wakeAt = 0;
  #eager = 0;
  #isStopped = false;

  constructor(
    ring: RingReader,
    control: Int32Array,
    effects: InboxEffects,
    timing: InboxTiming,
  ) {
    this.#ring = ring;
    this.#control = control;
    this.#effects = effects;
    this.#timing = timing;
    this.#sleep();
  }

  /** To be called when frames have been handed to VPP. */
  sent(frames: number): void {
    const now = performance.now();
    const isAsleep = this.#eager > 0 || now - this.#lastSign > this.#timing.pause;
    if (this.#eager > 0) this.#eager--;
    if (isAsleep) this.#effects.wake();
    this.#wakeAt = now + this.#timing.patience;
    this.#lastSign = now;
    this.#due += frames;
    this.#schedule();
  }

  /** To be called when the reader reports frames. */
  frames(): void {
    this.#look();
  }

  /** Hands on what is there. True where there was something. */
  drain(): boolean {
    const seen = Atomics.load(this.#control, controlWords.framesRead);
    const count = (seen - this.#framesSeen) | 0;
    if (count === 0) return false;
    this.#framesSeen = seen;
    this.#due = Math.max(0, this.#due - count);
    this.#ring.drain((piece) => this.#effects.chunk(piece), maxChunkBytes);
    return true;
  }

  /** Stops looking. */
  stop(): void {
    this.#isStopped = true;
    this.#cancelTurn();
  }

  #schedule(): void {
    if (this.#turn !== undefined || this.#isStopped) return;
    Atomics.store(this.#control, controlWords.mainSleeps, 0);
    this.#turn = setImmediate(() => this.#look());
  }

  #cancelTurn(): void {
    if (this.#turn !== undefined) clearImmediate(this.#turn);
    this.#turn = undefined;
  }

  #look(): void {
    if (this.#isStopped) return;
    this.#cancelTurn();
    const now = performance.now();
    if (this.drain()) this.#gotSign(now);
    else if (this.#due > 0 && now >= this.#wakeAt) {
      this.#effects.wake();
      this.#wakeAt = now + this.#timing.patience;
      this.#eager = eagerWrites;
    }
    if (this.#due > 0 && now - this.#lastSign < this.#timing.spin) this.#schedule();
    else this.#sleep();
  }

  #gotSign(now: number): void {
    this.#lastSign = now;
    this.#wakeAt = now + this.#timing.patience;
  }

  /** Asks to be woken, and looks once more: the reader may have been faster. */
  #sleep(): void {
    Atomics.store(this.#control, controlWords.mainSleeps, 1);
    if (!this.#ring.isEmpty) this.#schedule();
  }
}
