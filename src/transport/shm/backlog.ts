/**
 * Bytes on their way from one thread to another: one writes, one reads, neither waits. Memory is used
 * in blocks. A block that has been read is the next to be written, so that two threads that keep up
 * with each other stay within two blocks, and within the processor's cache; the others hold what has
 * piled up.
 *
 * @module
 */
import { copyBytes } from "./copy_bytes.ts";

/** Words of the shared control block; behind them `order`, then `freed`. */
const writtenWord = 0;
const freedWord = 1;
const firstList = 2;

/** The shared memory of a backlog; given to both threads. */
export interface BacklogMemory {
  readonly control: SharedArrayBuffer;
  readonly bytes: SharedArrayBuffer;
  /** A power of two. */
  readonly blockBytes: number;
  /** A power of two. */
  readonly blocks: number;
}

/**
 * Memory that is not touched costs nothing, so `capacity` may be generous.
 *
 * @param capacity bytes, at most 2 GiB; rounded up to a power of two.
 * @param blockBytes a power of two; less is used where two blocks would be more than the capacity.
 */
export function createBacklog(capacity: number, blockBytes: number): BacklogMemory {
  const byteLength = 2 ** Math.ceil(Math.log2(capacity));
  const block = Math.min(blockBytes, byteLength / 2);
  const blocks = byteLength / block;
  return {
    control: new SharedArrayBuffer((firstList + 2 * blocks) * 4),
    bytes: new SharedArrayBuffer(byteLength),
    blockBytes: block,
    blocks,
  };
}

/** Both ends count bytes, and blocks, modulo 2^32: the lists' lengths divide that. */
class BacklogEnd {
  readonly bytes: Uint8Array;
  readonly blockBytes: number;
  readonly blocks: number;
  readonly control: Int32Array;
  /** The blocks in the order in which they were written. */
  readonly order: Int32Array;
  /** The blocks in the order in which they were read to their end. */
  readonly freed: Int32Array;

  constructor({ control, bytes, blockBytes, blocks }: BacklogMemory) {
    this.bytes = new Uint8Array(bytes);
    this.blockBytes = blockBytes;
    this.blocks = blocks;
    this.control = new Int32Array(control);
    this.order = this.control.subarray(firstList, firstList + blocks);
    this.freed = this.control.subarray(firstList + blocks);
  }
}

/** The writing end. */
export class BacklogWriter extends BacklogEnd {
  #written = 0;
  /** Where the current block begins, and how much of it is in use; full before the first. */
  #start = 0;
  #used: number;
  #startedBlocks = 0;
  #freedSeen = 0;
  /** Blocks without content; the last one is the next. */
  readonly #free: number[];

  constructor(memory: BacklogMemory) {
    super(memory);
    this.#used = this.blockBytes;
    this.#free = Array.from({ length: this.blocks }, (_, i) => this.blocks - 1 - i);
  }

  /** Writes `from[start…end)`. False, and nothing is written, where there is no room for all of it. */
  write(from: Uint8Array, start: number, end: number): boolean {
    if (end - start > this.blockBytes - this.#used && !this.#hasRoom(end - start)) return false;
    for (let at = start; at < end;) {
      if (this.#used === this.blockBytes) this.#nextBlock();
      const step = Math.min(end - at, this.blockBytes - this.#used);
      copyBytes(from, at, at + step, this.bytes, this.#start + this.#used);
      this.#used += step;
      at += step;
    }
    this.#written = (this.#written + end - start) | 0;
    Atomics.store(this.control, writtenWord, this.#written);
    return true;
  }

  #hasRoom(count: number): boolean {
    const freed = Atomics.load(this.control, freedWord);
    while (this.#freedSeen !== freed) {
      this.#free.push(this.freed[this.#freedSeen & (this.blocks - 1)]!);
      this.#freedSeen = (this.#freedSeen + 1) | 0;
    }
    return count <= this.blockBytes - this.#used + this.#free.length * this.blockBytes;
  }

  /** There is one: `write` has made sure. */
  #nextBlock(): void {
    const block = this.#free.pop()!;
    this.order[this.#startedBlocks & (this.blocks - 1)] = block;
    this.#startedBlocks = (this.#startedBlocks + 1) | 0;
    this.#start = block * this.blockBytes;
    this.#used = 0;
  }
}

/** The reading end. */
export class BacklogReader extends BacklogEnd {
  #read = 0;
  #readBlocks = 0;
  #at = 0;

  get isEmpty(): boolean {
    return Atomics.load(this.control, writtenWord) === this.#read;
  }

  /**
   * Hands what is there to `take`, a block or a part of one at a time, and gives its memory back when
   * `take` returns; at most about `maxBytes` altogether.
   */
  drain(take: (piece: Uint8Array) => void, maxBytes = Infinity): void {
    const written = Atomics.load(this.control, writtenWord);
    for (let taken = 0; this.#read !== written && taken < maxBytes;) {
      const left = (written - this.#read) >>> 0;
      const piece = this.#piece(Math.min(left, this.blockBytes - this.#at));
      take(piece);
      taken += piece.length;
      this.#give(piece.length);
    }
  }

  #piece(length: number): Uint8Array {
    const block = this.order[this.#readBlocks & (this.blocks - 1)]!;
    const from = block * this.blockBytes + this.#at;
    return this.bytes.subarray(from, from + length);
  }

  #give(length: number): void {
    this.#read = (this.#read + length) | 0;
    this.#at += length;
    if (this.#at < this.blockBytes) return;
    this.#at = 0;
    const slot = this.#readBlocks & (this.blocks - 1);
    this.freed[slot] = this.order[slot]!;
    this.#readBlocks = (this.#readBlocks + 1) | 0;
    Atomics.store(this.control, freedWord, this.#readBlocks);
  }
}
