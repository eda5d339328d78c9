/**
 * The entries of a segment that is being written. Setting a number takes no lock, as in VPP; whatever
 * changes the layout does (`StatsSegmentBuilder.change`).
 *
 * @module
 */
import { GrowingVector, type SegmentHeap } from "./segment_heap.ts";

/** Runs what changes the layout. */
export type LayoutChange = <T>(action: () => T) => T;

/** What an entry needs of the segment that it is in. */
export interface EntryPlace {
  readonly heap: SegmentHeap;
  readonly change: LayoutChange;
  /** The entry's offset, which moves when the directory grows. */
  entry(): number;
  /** Makes the entry point to its vector of rows; `rows` has moved. */
  setRows(rows: GrowingVector): void;
}

/** A number in the entry itself. */
export class NumberCell {
  readonly #write: (value: bigint) => void;

  constructor(write: (value: bigint) => void) {
    this.#write = write;
  }

  set(value: bigint): void {
    this.#write(value);
  }
}

/** Counters by thread and index. `width` 2: packets and bytes. */
export class CounterCells {
  readonly #place: EntryPlace;
  readonly #width: number;
  readonly #pointers: GrowingVector;
  readonly #rows: GrowingVector[] = [];

  constructor(place: EntryPlace, width: number) {
    this.#place = place;
    this.#width = width;
    this.#pointers = new GrowingVector(place.heap, 8);
  }

  /** Gives every thread a row of `length` counters. */
  resize(threads: number, length: number): void {
    for (let thread = 0; thread < threads; thread++) this.resizeRow(thread, length);
  }

  /** Gives one thread a row of `length` counters. */
  resizeRow(thread: number, length: number): void {
    const { heap, change, setRows } = this.#place;
    change(() => {
      while (this.#rows.length <= thread) {
        this.#rows.push(new GrowingVector(heap, 8 * this.#width));
      }
      if (this.#pointers.length < this.#rows.length) this.#pointers.resize(this.#rows.length);
      this.#row(thread).resize(length);
      this.#rows.forEach((row, i) => heap.setPointer(this.#pointers.at(i), row.offset));
      setRows(this.#pointers);
    });
  }

  /** Sets a counter of the width 1, or the packets of one of the width 2. */
  set(thread: number, index: number, value: bigint, bytes?: bigint): void {
    const { heap } = this.#place;
    const at = this.#at(thread, index);
    heap.u64(at, value);
    if (bytes !== undefined) heap.u64(at + 8, bytes);
  }

  /** Adds to a counter, as `set` sets it. */
  add(thread: number, index: number, value: bigint, bytes?: bigint): void {
    const { view } = this.#place.heap;
    const at = this.#at(thread, index);
    const plus = (offset: number, more = 0n) => view.getBigUint64(offset, true) + more;
    this.set(
      thread,
      index,
      plus(at, value),
      bytes === undefined ? undefined : plus(at + 8, bytes),
    );
  }

  #at(thread: number, index: number): number {
    const row = this.#row(thread);
    if (index < row.length) return row.at(index);
    throw new RangeError(`No counter ${index} in a row of ${row.length}`);
  }

  #row(thread: number): GrowingVector {
    const row = this.#rows[thread];
    if (row === undefined) throw new RangeError(`No thread ${thread} of ${this.#rows.length}`);
    return row;
  }
}

/** Names by index. */
export class NameCells {
  readonly #place: EntryPlace;
  readonly #pointers: GrowingVector;
  readonly #texts: (GrowingVector | undefined)[] = [];

  constructor(place: EntryPlace) {
    this.#place = place;
    this.#pointers = new GrowingVector(place.heap, 8);
  }

  /** Sets a name; undefined takes it away. */
  set(index: number, name: string | undefined): void {
    const { heap, change, setRows } = this.#place;
    change(() => {
      if (index >= this.#pointers.length) this.#pointers.resize(index + 1);
      heap.setPointer(this.#pointers.at(index), name === undefined ? 0 : this.#write(index, name));
      setRows(this.#pointers);
    });
  }

  /** @returns the offset of the text, whose length counts its NUL. */
  #write(index: number, name: string): number {
    const { heap } = this.#place;
    const text = new TextEncoder().encode(`${name}\0`);
    const vector = this.#texts[index] ??= new GrowingVector(heap, 1);
    vector.resize(text.byteLength);
    heap.bytes.set(text, vector.offset);
    return vector.offset;
  }
}

/** How a ring is made. */
export interface RingShape {
  /** In bytes. */
  readonly entrySize: number;
  /** In entries. */
  readonly ringSize: number;
  readonly threads: number;
  readonly schema?: Uint8Array;
  readonly schemaVersion?: number;
}

const ringHeaderBytes = 28;
const ringMetadataBytes = 64;

/** Rings of entries, one for each thread (`vlib_stats_add_ring_buffer`). */
export class RingCells {
  readonly #heap: SegmentHeap;
  readonly #shape: RingShape;
  readonly #metadata: number;
  readonly #data: number;
  /** Of the ring's header. */
  readonly offset: number;

  constructor(heap: SegmentHeap, shape: RingShape) {
    const { entrySize, ringSize, threads, schema = new Uint8Array(0), schemaVersion = 0 } = shape;
    const dataBytes = threads * ringSize * entrySize;
    const metadata = Math.ceil((ringHeaderBytes + dataBytes) / 64) * 64;
    const schemaAt = metadata + threads * ringMetadataBytes;
    this.offset = heap.allocate(schemaAt + schema.byteLength);
    this.#heap = heap;
    this.#shape = shape;
    this.#data = this.offset + ringHeaderBytes;
    this.#metadata = this.offset + metadata;
    const header = [
      entrySize,
      ringSize,
      threads,
      schema.byteLength,
      schemaVersion,
      metadata,
      ringHeaderBytes,
    ];
    header.forEach((value, i) => heap.u32(this.offset + 4 * i, value));
    heap.bytes.set(schema, this.offset + schemaAt);
    for (let thread = 0; thread < threads; thread++) {
      const at = this.#metadata + thread * ringMetadataBytes;
      heap.u32(at + 4, schemaVersion);
      heap.u32(at + 16, schema.byteLength === 0 ? 0 : schemaAt);
      heap.u32(at + 20, schema.byteLength);
    }
  }

  /** Writes an entry over the oldest one. */
  push(thread: number, entry: Uint8Array): void {
    const { entrySize, ringSize } = this.#shape;
    const at = this.#metadata + thread * ringMetadataBytes;
    const sequence = this.#heap.view.getBigUint64(at + 8, true);
    const place = Number(sequence % BigInt(ringSize));
    const target = this.#data + (thread * ringSize + place) * entrySize;
    this.#heap.bytes.set(entry.subarray(0, entrySize), target);
    this.#heap.u32(at, (place + 1) % ringSize);
    this.#heap.u64(at + 8, sequence + 1n);
  }
}
