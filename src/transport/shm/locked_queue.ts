/**
 * Takes many messages from a queue under one lock. The library takes one at a time: each time VPP may
 * meet the lock, and a full queue wakes VPP for room of a single message.
 *
 * @module
 */
import { QueueGauge, queueLayout } from "./queue_layout.ts";
import { type LockFunctions, QueueLock } from "./queue_lock.ts";

const headWord = queueLayout.head / 4;
const sizeWord = queueLayout.currentSize / 4;

/** Where a queue is. */
export interface QueuePlace {
  /** The segment, mapped by us for writing. */
  readonly segment: ArrayBuffer;
  /** Of the queue, in bytes from the segment's start. */
  readonly offset: number;
  /** The library's address of the segment's first byte. */
  readonly virtualBase: number;
}

/** The consumer's end of a queue of messages' addresses. */
export class LockedQueue {
  readonly gauge: QueueGauge;
  readonly #lock: QueueLock;
  readonly #words: Int32Array;
  /** Two words a slot: the low half of an address, then the high one. */
  readonly #slots: Uint32Array;

  constructor(functions: LockFunctions, { segment, offset, virtualBase }: QueuePlace) {
    this.gauge = new QueueGauge(segment, offset);
    this.#lock = new QueueLock(functions, virtualBase + offset);
    this.#words = new Int32Array(segment, offset, queueLayout.end / 4);
    this.#slots = new Uint32Array(segment, offset + queueLayout.end, 2 * this.gauge.maximum);
  }

  /**
   * Writes the addresses of the oldest messages to `into`, as many as it holds. Returns how many: 0 where
   * there are none, or where somebody keeps the lock.
   */
  take(into: Float64Array): number {
    const seen = this.gauge.size;
    if (seen === 0) return 0;
    // Before the lock is taken, for which VPP would have to wait: all but the newest are whole, since the
    // lock was released behind each of them; and nobody else takes any.
    const copied = this.#copy(into, 0, seen - 1);
    if (!this.#lock.acquire()) return 0;
    const size = this.#words[sizeWord]!;
    const count = this.#copy(into, copied, size);
    if (count > 0) this.#advance(count);
    // Who waits for room has found none.
    if (count > 0 && size === this.gauge.maximum) this.#lock.signal();
    this.#lock.release();
    return count;
  }

  /** Copies the addresses from the `from`th to the `to`th; returns how many there are then in all. */
  #copy(into: Float64Array, from: number, to: number): number {
    const { maximum } = this.gauge;
    const head = this.#words[headWord]!;
    const count = Math.min(to, into.length);
    if (head < 0 || head >= maximum || count > maximum) return 0;
    for (let i = from; i < count; i++) {
      const slot = head + i < maximum ? head + i : head + i - maximum;
      into[i] = this.#slots[2 * slot + 1]! * 0x1_0000_0000 + this.#slots[2 * slot]!;
    }
    return count;
  }

  #advance(count: number): void {
    const { maximum } = this.gauge;
    const head = this.#words[headWord]! + count;
    this.#words[headWord] = head < maximum ? head : head - maximum;
    this.#words[sizeWord] = this.#words[sizeWord]! - count;
  }
}
