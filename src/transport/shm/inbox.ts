import { clearImmediate, setImmediate } from "node:timers";
import type { BacklogReader } from "./backlog.ts";
import type { OwnQueue } from "./own_queue.ts";
import { controlWords } from "./protocol.ts";
import type { QueueBorrower } from "./queue_owner.ts";
import { type ShmTiming, WakePolicy } from "./wake_policy.ts";

/** What the inbox does to the rest of the transport. */
export interface InboxEffects {
  /** See `TransportSink.chunk`. */
  chunk(bytes: Uint8Array): void;
  /** Wakes VPP, where it can be woken. */
  wake(): void;
}

/** Where frames come from. */
export interface InboxSources {
  /** What the reader has read. */
  readonly backlog: BacklogReader;
  readonly control: Int32Array;
  /** The queue itself, where it can be read past the library. */
  readonly own?: { readonly queue: OwnQueue; readonly borrower: QueueBorrower };
}

/** About how much is handed on before the program gets its turn, and works it off. */
const turnBytes = 256 * 1024;
/** Looks at an empty queue before the event loop gets its turn; some microseconds. */
const looksAtOnce = 500;

/**
 * The main thread's end of what VPP sends. While replies are due it looks for them once a turn of the
 * event loop, which costs less than being woken; and while requests follow each other it reads the
 * queue by itself. Otherwise the reader wakes it.
 */
export class Inbox {
  readonly #sources: InboxSources;
  readonly #effects: InboxEffects;
  readonly #policy: WakePolicy;
  #turn: NodeJS.Immediate | undefined;
  #framesSeen = 0;
  #isStopped = false;

  constructor(sources: InboxSources, effects: InboxEffects, timing: ShmTiming) {
    this.#sources = sources;
    this.#effects = effects;
    this.#policy = new WakePolicy(timing);
    this.#sleep();
  }

  /** To be called when frames have been handed to VPP. */
  sent(frames: number): void {
    const now = performance.now();
    if (this.#policy.isFlowing(now)) this.#sources.own?.borrower.request();
    if (this.#policy.sent(frames, now)) this.#effects.wake();
    this.#schedule();
  }

  /** To be called when the reader reports frames. */
  frames(): void {
    this.#look();
  }

  /** Hands on what the reader has read, or the first part of it. Returns how many frames it has read. */
  drain(maxBytes = Infinity): number {
    const { control, backlog } = this.#sources;
    const seen = Atomics.load(control, controlWords.framesRead);
    const count = (seen - this.#framesSeen) | 0;
    this.#framesSeen = seen;
    if (!backlog.isEmpty) backlog.drain((piece) => this.#effects.chunk(piece), maxBytes);
    return count;
  }

  /** Stops looking. The queue is the reader's again. */
  stop(): void {
    this.#isStopped = true;
    this.#cancelTurn();
    this.#sources.own?.borrower.giveBack();
  }

  #schedule(): void {
    if (this.#turn !== undefined || this.#isStopped) return;
    Atomics.store(this.#sources.control, controlWords.mainSleeps, 0);
    this.#turn = setImmediate(() => this.#look());
  }

  #cancelTurn(): void {
    if (this.#turn !== undefined) clearImmediate(this.#turn);
    this.#turn = undefined;
  }

  #look(): void {
    if (this.#isStopped) return;
    this.#cancelTurn();
    const frames = this.#receive();
    const now = performance.now();
    if (frames > 0) this.#policy.received(frames, now);
    else if (this.#policy.waited(now)) this.#effects.wake();
    if (!this.#sources.backlog.isEmpty || this.#policy.isWorthLooking(now)) this.#schedule();
    else this.#sleep();
  }

  /** What was read by the reader comes first: it is older than what is still in the queue. */
  #receive(): number {
    const { backlog, own } = this.#sources;
    if (own === undefined) return this.drain(turnBytes);
    own.borrower.look();
    const isOwner = own.borrower.isOwner;
    const frames = this.drain(turnBytes);
    if (backlog.isEmpty) return isOwner ? frames + this.#readQueue(own) : frames;
    own.borrower.giveBack(); // VPP must not wait until all of this is worked off.
    return frames;
  }

  #readQueue({ queue, borrower }: NonNullable<InboxSources["own"]>): number {
    for (let look = 0; queue.isEmpty; look++) if (look === looksAtOnce) return 0;
    const batch = borrower.run(() => queue.read(), undefined);
    if (batch === undefined || batch.frames === 0) return 0;
    // So much may come faster than it is worked off, and VPP must not wait for that.
    if (batch.isFull) borrower.giveBack();
    this.#effects.chunk(batch.bytes);
    return batch.frames;
  }

  /** Asks to be woken, and looks once more: the reader may have been faster. */
  #sleep(): void {
    this.#sources.own?.borrower.giveBack();
    Atomics.store(this.#sources.control, controlWords.mainSleeps, 1);
    if (!this.#sources.backlog.isEmpty) this.#schedule();
  }
}
