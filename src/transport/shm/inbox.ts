import { availableParallelism } from "node:os";
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
  /** Lets another thread have this processor, where one waits for it. */
  yield(): void;
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
/** Looks at an empty queue before the program gets its turn; less than a microsecond. */
const looksAtOnce = 50;
/** Microtasks that the program gets at most before the next look. */
const maxHops = 128;
/** Its reactions are microtasks; `queueMicrotask` of Node takes three times as long. */
const settled = Promise.resolve();
/** How long the event loop waits, in milliseconds: a turn of it takes 50 µs on Deno, so looks are many. */
const microtaskMs = 0.5;

/**
 * The main thread's end of what VPP sends. While replies are due it looks for them between the
 * program's own steps, which costs less than being woken; and while requests follow each other it reads
 * the queue by itself. Otherwise the reader wakes it.
 */
export class Inbox {
  readonly #sources: InboxSources;
  readonly #effects: InboxEffects;
  readonly #policy: WakePolicy;
  /** One is VPP's, one is this thread's. */
  readonly #readerHasProcessor = availableParallelism() > 2;
  #turn: NodeJS.Immediate | undefined;
  #isScheduled = false;
  /** Microtasks until the next look. */
  #hops = 0;
  /** True while one is queued; it cannot be cancelled. */
  #isHopping = false;
  #turnStart = 0;
  /** The look behind a call that was answered. */
  #afterCall: NodeJS.Immediate | undefined;
  /** Looks whether VPP was asleep, once after the last request. */
  #late: ReturnType<typeof setTimeout> | undefined;
  #hasLookedLate = false;
  #framesSeen = 0;
  #isStopped = false;

  constructor(sources: InboxSources, effects: InboxEffects, timing: ShmTiming) {
    this.#sources = sources;
    this.#effects = effects;
    this.#policy = new WakePolicy(timing);
    this.#sleep(performance.now());
  }

  /** To be called when frames are about to be handed to VPP; see {@linkcode WakePolicy.sending}. */
  sending(isVppBusy: boolean): void {
    if (this.#policy.sending(performance.now(), isVppBusy)) this.#effects.wake();
  }

  /** To be called when frames have been handed to VPP. */
  sent(frames: number): void {
    const now = performance.now();
    if (this.#policy.isActive(now)) this.#sources.own?.borrower.request();
    this.#policy.sent(frames, now);
    this.#letVppRun(now);
    this.#hasLookedLate = false;
    if (this.#isScheduled) return;
    this.#turnStart = now;
    if (this.#isWorthLooking(now)) this.#schedule(now);
    else this.#lookLate();
  }

  /** To be called when the reader reports frames. */
  frames(): void {
    this.#startTurn();
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
    this.#cancel();
    clearTimeout(this.#late);
    if (this.#afterCall !== undefined) clearImmediate(this.#afterCall);
    this.#sources.own?.borrower.giveBack();
  }

  /** Where the reader has the queue and no processor of its own, looking would keep it from reading. */
  #isWorthLooking(now: number): boolean {
    const mayLook = this.#readerHasProcessor || this.#sources.own?.borrower.isOwner === true;
    return mayLook && this.#policy.isWorthLooking(now);
  }

  /**
   * Looks again behind what the program does now; every now and then behind the event loop, too.
   *
   * @param frames how many the program has just been given: it takes at least a microtask for each, and
   * what comes meanwhile is read at once.
   */
  #schedule(now: number, frames = 0): void {
    if (this.#isScheduled || this.#isStopped) return;
    this.#isScheduled = true;
    Atomics.store(this.#sources.control, controlWords.mainSleeps, 0);
    if (now - this.#turnStart > microtaskMs) {
      this.#turn = setImmediate(() => this.#startTurn());
      return;
    }
    this.#hops = Math.min(frames, maxHops);
    if (!this.#isHopping) this.#hop();
  }

  #hop(): void {
    this.#isHopping = true;
    void settled.then(this.#hopped);
  }

  readonly #hopped = (): void => {
    this.#isHopping = false;
    if (!this.#isScheduled || this.#turn !== undefined) return;
    if (--this.#hops > 0) this.#hop();
    else this.#look();
  };

  #lookLate(): void {
    if (this.#hasLookedLate || this.#late !== undefined || this.#isStopped) return;
    this.#late = setTimeout(() => {
      this.#late = undefined;
      this.#hasLookedLate = true;
      if (this.#policy.waited(performance.now())) this.#effects.wake();
    }, this.#policy.patience);
  }

  #cancel(): void {
    this.#isScheduled = false;
    if (this.#turn !== undefined) clearImmediate(this.#turn);
    this.#turn = undefined;
  }

  #startTurn(): void {
    this.#turnStart = performance.now();
    this.#look();
  }

  #look(): void {
    if (this.#isStopped) return;
    this.#cancel();
    const frames = this.#receive();
    const now = performance.now();
    if (frames > 0) this.#policy.received(frames, now);
    else this.#waitOn(now);
    const hasMore = !this.#sources.backlog.isEmpty;
    if (!hasMore && !this.#isWorthLooking(now)) this.#sleep(now);
    else if (!hasMore && this.#policy.isAnswered) this.#lookAfterCall();
    else this.#schedule(now, frames);
  }

  /**
   * Looks again when the program has nothing more to do: what came may have been an event, and the reply
   * comes yet. Looks before its next request would take as long as VPP needs for an answer.
   */
  #lookAfterCall(): void {
    this.#afterCall ??= setImmediate(() => {
      this.#afterCall = undefined;
      if (!this.#isScheduled) this.#startTurn();
    });
  }

  /** Nothing has come. */
  #waitOn(now: number): void {
    if (this.#policy.waited(now)) this.#effects.wake();
    this.#letVppRun(now);
  }

  /**
   * VPP may have been put on this processor, where looking for its reply would keep it from writing one,
   * until the system takes the processor away.
   */
  #letVppRun(now: number): void {
    if (this.#policy.mayLackProcessor(now)) this.#effects.yield();
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
    let frames = 0;
    for (let bytes = 0; bytes < turnBytes;) {
      const batch = borrower.run(() => queue.read(), undefined);
      if (batch === undefined || batch.frames === 0) break;
      this.#effects.chunk(batch.bytes);
      frames += batch.frames;
      bytes += batch.bytes.length;
      // VPP has other requests to work on while the program gets these replies; but a dump is read as
      // fast as VPP writes it, which costs VPP least.
      if (!batch.isFlow || this.#policy.isReplyDueAfter(frames)) break;
    }
    return frames;
  }

  /**
   * Asks to be woken, and looks once more: the reader may have been faster. It gets the queue where a
   * reply is due; otherwise it takes the queue as soon as it finds something there.
   */
  #sleep(now: number): void {
    if (this.#policy.isReplyDue) {
      this.#sources.own?.borrower.giveBack();
      this.#lookLate();
    }
    Atomics.store(this.#sources.control, controlWords.mainSleeps, 1);
    if (!this.#sources.backlog.isEmpty) this.#schedule(now);
  }
}
