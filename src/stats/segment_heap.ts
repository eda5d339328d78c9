/**
 * Memory for those who write a segment: vectors and pointers as VPP lays them out. Memory is never
 * given back, so vectors grow by doubling, which bounds what is lost.
 *
 * @module
 */
import { statsError } from "./stats_error.ts";

/** What lies before a vector: its length in the last 8 bytes. VPP aligns vectors to cache lines. */
const vectorHeaderBytes = 16;
const alignment = 16;
/** VPP's heap begins one page behind the header. */
const heapStart = 4096;

/** The memory of a segment that is being written. */
export class SegmentHeap {
  #bytes: Uint8Array;
  #view: DataView;
  #counters: BigUint64Array;
  /** Added to an offset, it gives a pointer. */
  readonly base: bigint;
  #next = heapStart;

  constructor(buffer: ArrayBuffer, base: bigint) {
    this.#bytes = new Uint8Array(buffer);
    this.#view = new DataView(buffer);
    this.#counters = new BigUint64Array(buffer, 0, Math.floor(buffer.byteLength / 8));
    this.base = base;
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  get view(): DataView {
    return this.#view;
  }

  /** 64-bit numbers, for atomic writes. */
  get counters(): BigUint64Array {
    return this.#counters;
  }

  /** Lets go of the memory, which may then be unmapped: later writes are a RangeError. */
  detach(): void {
    const nothing = new ArrayBuffer(0);
    this.#bytes = new Uint8Array(nothing);
    this.#view = new DataView(nothing);
    this.#counters = new BigUint64Array(nothing);
  }

  /** @returns the offset of zeroed memory. @throws {VppError} `STATS`: the segment is full. */
  allocate(byteLength: number): number {
    const offset = this.#next;
    const end = offset + Math.ceil(byteLength / alignment) * alignment;
    if (end > this.#bytes.byteLength) {
      throw statsError(
        `Cannot add ${byteLength} bytes to a stats segment of ${this.#bytes.byteLength} bytes: ` +
          `${offset} are in use. Make it larger`,
      );
    }
    this.#next = end;
    return offset;
  }

  setPointer(at: number, target: number): void {
    this.u64(at, target === 0 ? 0n : this.base + BigInt(target));
  }

  u32(at: number, value: number): void {
    this.#view.setUint32(at, value, true);
  }

  u64(at: number, value: bigint): void {
    this.#view.setBigUint64(at, value, true);
  }
}

/** A vector that grows: of counters, pointers, characters or entries. */
export class GrowingVector {
  readonly #heap: SegmentHeap;
  readonly #elementBytes: number;
  #offset = 0;
  #length = 0;
  #capacity = 0;

  constructor(heap: SegmentHeap, elementBytes: number) {
    this.#heap = heap;
    this.#elementBytes = elementBytes;
  }

  /** Of the first element; 0 for a vector that never had one. Changes when the vector grows. */
  get offset(): number {
    return this.#offset;
  }

  get length(): number {
    return this.#length;
  }

  /** Where an element lies. */
  at(index: number): number {
    return this.#offset + index * this.#elementBytes;
  }

  /** New elements are zero. Whoever points to the vector must set the pointer anew. */
  resize(length: number): void {
    if (length > this.#capacity) this.#move(Math.max(length, 2 * this.#capacity));
    else if (length < this.#length) this.#clear(length, this.#length);
    this.#length = length;
    if (this.#offset !== 0) this.#heap.u32(this.#offset - 8, length);
  }

  #move(capacity: number): void {
    const size = vectorHeaderBytes + capacity * this.#elementBytes;
    const offset = this.#heap.allocate(size) + vectorHeaderBytes;
    this.#heap.bytes.copyWithin(offset, this.#offset, this.at(this.#length));
    this.#offset = offset;
    this.#capacity = capacity;
  }

  #clear(from: number, to: number): void {
    this.#heap.bytes.fill(0, this.at(from), this.at(to));
  }
}
