/**
 * A queue of bytes between two threads: one writes, one reads, neither waits. What is written at
 * once lies at one place, so that it is copied in by one call.
 *
 * The writer keeps to the first `nearBytes` of the memory as long as the reader keeps up, so that it
 * stays in the processor's cache, and uses the rest only for what has piled up.
 *
 * @module
 */

/** Words of the shared control block. */
const headWord = 0;
const tailWord = 1;
const wrapWord = 2;
const controlBytes = 64;

/** The shared memory of a ring; given to both threads. */
export interface RingMemory {
  readonly control: SharedArrayBuffer;
  readonly bytes: SharedArrayBuffer;
  readonly nearBytes: number;
}

/** Memory that is not touched costs nothing, so `capacity` may be generous. */
export function createRing(capacity: number, nearBytes: number): RingMemory {
  return {
    control: new SharedArrayBuffer(controlBytes),
    bytes: new SharedArrayBuffer(capacity),
    nearBytes,
  };
}

/** The writing end. */
export class RingWriter {
  readonly bytes: Uint8Array;
  readonly #control: Int32Array;
  readonly #nearBytes: number;
  #head = 0;

  constructor(memory: RingMemory) {
    this.bytes = new Uint8Array(memory.bytes);
    this.#control = new Int32Array(memory.control);
    this.#nearBytes = memory.nearBytes;
  }

  /** Where `count` (at least 1) bytes may be written, or -1 where there is no room for them. */
  reserve(count: number): number {
    const head = this.#head;
    const tail = Atomics.load(this.#control, tailWord);
    // The head may never reach the tail from behind: equal means empty.
    if (head < tail) return head + count < tail ? head : -1;
    const fitsAhead = head + count <= this.bytes.length;
    if (count < tail && (head >= this.#nearBytes || !fitsAhead)) return this.#wrap();
    return fitsAhead ? head : -1;
  }

  /** Hands over what was written at the place that `reserve` gave. */
  commit(position: number, count: number): void {
    this.#head = position + count;
    Atomics.store(this.#control, headWord, this.#head);
  }

  /** The reader learns of it with the next commit, whose head is below its tail. */
  #wrap(): number {
    Atomics.store(this.#control, wrapWord, this.#head);
    return 0;
  }
}

/** The reading end. */
export class RingReader {
  readonly #bytes: Uint8Array;
  readonly #control: Int32Array;

  constructor(memory: RingMemory) {
    this.#bytes = new Uint8Array(memory.bytes);
    this.#control = new Int32Array(memory.control);
  }

  get isEmpty(): boolean {
    return Atomics.load(this.#control, headWord) === Atomics.load(this.#control, tailWord);
  }

  /**
   * Calls `take` with all that is there now, in pieces of at most `maxBytes`; the memory of a piece
   * is given back when `take` returns.
   */
  drain(take: (piece: Uint8Array) => void, maxBytes: number): void {
    const head = Atomics.load(this.#control, headWord);
    const tail = Atomics.load(this.#control, tailWord);
    if (head >= tail) return this.#pass(tail, head, take, maxBytes);
    this.#pass(tail, Atomics.load(this.#control, wrapWord), take, maxBytes);
    this.#pass(0, head, take, maxBytes);
  }

  #pass(from: number, to: number, take: (piece: Uint8Array) => void, maxBytes: number): void {
    for (let at = from; at < to;) {
      const end = Math.min(at + maxBytes, to);
      take(this.#bytes.subarray(at, end));
      at = end;
      Atomics.store(this.#control, tailWord, at);
    }
  }
}
