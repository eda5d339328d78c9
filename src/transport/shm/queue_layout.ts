/**
 * A queue of messages in shared memory, as far as it can be looked at without its lock.
 *
 * Structure (native byte order, 64 bit): `svm_queue_t` (svm/queue.h), alike since VPP 18. Behind it lie
 * the slots, each with the address of a message.
 *
 * @module
 */
import process from "node:process";

/** `sizeof (pthread_mutex_t)` and `sizeof (pthread_cond_t)` of glibc. */
export const mutexBytes = process.arch === "arm64" ? 48 : 40;
export const conditionBytes = 48;

/** Byte offsets; the mutex is at 0, the condition behind it. */
export const queueLayout = layoutAfter(mutexBytes + conditionBytes, {
  head: 0,
  tail: 4,
  currentSize: 8,
  maximumSize: 12,
  elementSize: 16,
  consumerPid: 20,
  end: 32,
});

/** `offsets`, each of which counts from `start`. */
export function layoutAfter<T extends Record<string, number>>(start: number, offsets: T): T {
  return Object.fromEntries(
    Object.entries(offsets).map(([name, offset]) => [name, start + offset]),
  ) as T;
}

/** How full a queue is, read without touching its lock. */
export class QueueGauge {
  readonly #words: Int32Array;
  /** Slots that the queue has. */
  readonly maximum: number;

  /** @param buffer the mapped segment, in which the queue begins at `offset`. */
  constructor(buffer: ArrayBuffer, offset: number) {
    this.#words = new Int32Array(buffer, offset, queueLayout.end / 4);
    this.maximum = this.#words[queueLayout.maximumSize / 4] ?? 0;
  }

  /** undefined where it is not known where the queue is. */
  static at(buffer: ArrayBuffer, offset: number | undefined): QueueGauge | undefined {
    return offset === undefined ? undefined : new QueueGauge(buffer, offset);
  }

  /** Messages in it at this moment. */
  get size(): number {
    return Atomics.load(this.#words, queueLayout.currentSize / 4);
  }

  /** Free slots at this moment: other clients use the same queue. */
  room(): number {
    return this.maximum - this.size;
  }

  /**
   * True where more slots than `reserved` are free, and nobody holds the lock. No atomic access, which is
   * a call of its own in engines: not for a loop, where nothing makes them look again.
   */
  isOpen(reserved: number): boolean {
    const words = this.#words;
    return this.maximum - words[queueLayout.currentSize / 4]! > reserved && words[0] === 0;
  }

  get isEmpty(): boolean {
    return this.size === 0;
  }

  /** True while a thread, of whichever process, holds the queue's lock (glibc keeps its id here). */
  isLocked(): boolean {
    return Atomics.load(this.#words, 0) !== 0;
  }
}
