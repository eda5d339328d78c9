/**
 * The bytes of a stats segment: header, pointers, vectors. Every access is checked against the
 * mapping, so that whatever the segment holds, reading it gives a value or an error.
 *
 * Integers are in the byte order of VPP's machine, which is this machine. Layouts are those of VPP's
 * `stat_segment_shared.h` (19.08 to 22.02) and `vlib/stats/shared.h` (since 22.06).
 *
 * @module
 */
import { statsError } from "./stats_error.ts";

/** Where things lie in one version of the segment; offsets in bytes. */
export interface SegmentLayout {
  readonly version: 1 | 2;
  readonly epoch: number;
  readonly inProgress: number;
  readonly directory: number;
  /** The vector of error counters, which version 2 has until VPP 22.02 only. */
  readonly errors: number;
  readonly headerBytes: number;
  /** The size of an entry of the directory, and where its name begins. */
  readonly entryBytes: number;
  readonly entryName: number;
}

/** Where the type of an entry lies, and its value, pointer or pair of indexes: in every version. */
export const entryType = 0;
export const entryValue = 8;
/** Version 1 only: the offset of the rows; `entryValue` then points to the counters' vector. */
export const entryRows = 16;
export const entryNameBytes = 128;

/** By version. */
export const layouts: Readonly<Record<1 | 2, SegmentLayout>> = {
  // VPP 19.08 to 20.05: offsets from the segment's start in the place of pointers.
  1: {
    version: 1,
    epoch: 8,
    inProgress: 16,
    directory: 24,
    errors: 32,
    headerBytes: 48,
    entryBytes: 152,
    entryName: 24,
  },
  // VPP 20.09 and later: pointers of VPP's address space, relative to the base at byte 8.
  2: {
    version: 2,
    epoch: 16,
    inProgress: 24,
    directory: 32,
    errors: 40,
    headerBytes: 40,
    entryBytes: 144,
    entryName: 16,
  },
};
const baseV2 = 8;

const maxSegmentBytes = 2 ** 32;
const decoder = new TextDecoder();

/** A mapped segment, or an image of one. */
export class Segment {
  readonly layout: SegmentLayout;
  /** The address of the segment in VPP, which tells one run of VPP from the next; 0n in version 1. */
  readonly base: bigint;
  readonly #baseLow: number;
  readonly #baseHigh: number;
  #bytes: Uint8Array;
  #words: Uint32Array;
  #counters: BigUint64Array;
  readonly #fence = new Int32Array(1);

  /**
   * @param buffer must stay mapped until `detach` is called.
   * @throws {VppError} `STATS`: too small, too large, or of an unknown version.
   */
  constructor(buffer: ArrayBuffer) {
    if (buffer.byteLength > maxSegmentBytes) {
      throw statsError(`The stats segment has ${buffer.byteLength} bytes, more than 4 GiB`);
    }
    this.#bytes = new Uint8Array(buffer);
    this.#words = new Uint32Array(buffer, 0, Math.floor(buffer.byteLength / 4));
    this.#counters = new BigUint64Array(buffer, 0, Math.floor(buffer.byteLength / 8));
    this.layout = layoutOf(this.u64(0));
    this.require(0, this.layout.headerBytes);
    this.base = this.layout.version === 1 ? 0n : this.u64(baseV2);
    this.#baseLow = Number(this.base & 0xffff_ffffn);
    this.#baseHigh = Number(this.base >> 32n);
  }

  get byteLength(): number {
    return this.#bytes.byteLength;
  }

  /** True after `detach`. */
  get detached(): boolean {
    return this.#bytes.byteLength === 0;
  }

  /** Lets go of the memory: every later access is an error, and the memory may be unmapped. */
  detach(): void {
    this.#bytes = new Uint8Array(0);
    this.#words = new Uint32Array(0);
    this.#counters = new BigUint64Array(0);
  }

  /** Changes with every change of the layout. */
  epoch(): bigint {
    return this.#atomic(this.layout.epoch);
  }

  /** True while VPP changes the layout. */
  inProgress(): boolean {
    return this.#atomic(this.layout.inProgress) !== 0n;
  }

  /**
   * Separates what was read before from what is read after. Atomic operations keep their order, and
   * no earlier read sinks below an atomic write.
   */
  fence(): void {
    Atomics.add(this.#fence, 0, 1);
  }

  /** An atomic read, so that it happens where it stands in the program. */
  #atomic(offset: number): bigint {
    this.require(offset, 8);
    return Atomics.load(this.#counters, offset / 8);
  }

  u32(offset: number): number {
    const word = offset % 4 === 0 ? this.#words[offset / 4] : undefined;
    if (word === undefined) throw outside(offset, 4, this.byteLength);
    return word;
  }

  u64(offset: number): bigint {
    const value = offset % 8 === 0 ? this.#counters[offset / 8] : undefined;
    if (value === undefined) throw outside(offset, 8, this.byteLength);
    return value;
  }

  /**
   * Follows the pointer that lies at an offset.
   *
   * @returns the offset of what it points to, or 0 for NULL.
   */
  pointer(offset: number): number {
    const low = this.#words[offset / 4];
    const high = this.#words[offset / 4 + 1];
    if (low === undefined || high === undefined) throw outside(offset, 8, this.byteLength);
    if (low === 0 && high === 0) return 0;
    // Exact below 2^53; beyond that it is far outside the segment in any case.
    const target = (high - this.#baseHigh) * 2 ** 32 + (low - this.#baseLow);
    if (target < this.layout.headerBytes || target >= this.byteLength) {
      throw statsError(
        `The pointer at byte ${offset} of the stats segment points to byte ${target}, outside of ` +
          `the segment's ${this.byteLength} bytes`,
      );
    }
    return target;
  }

  /**
   * The number of elements of a vector, after a check that all of them lie in the segment. VPP
   * stores it in the 8 bytes before the first element.
   *
   * @param vector an offset, or 0 for NULL, which is empty.
   */
  vectorLength(vector: number, elementBytes: number): number {
    if (vector === 0) return 0;
    const length = this.u32(vector - 8);
    this.require(vector, length * elementBytes);
    return length;
  }

  /** @throws {VppError} `STATS`: these bytes do not all lie in the segment. */
  require(offset: number, byteLength: number): void {
    if (offset < 0 || offset + byteLength > this.byteLength) {
      throw outside(offset, byteLength, this.byteLength);
    }
  }

  /** A view of 64-bit counters in the segment; not to be used after `detach`. */
  counters(offset: number, count: number): BigUint64Array {
    if (count === 0) return this.#counters.subarray(0, 0);
    this.require(offset, count * 8);
    if (offset % 8 !== 0) throw outside(offset, 8, this.byteLength);
    return this.#counters.subarray(offset / 8, offset / 8 + count);
  }

  /** Fills `target` with counters of the segment. */
  copyCounters(offset: number, target: BigUint64Array): void {
    this.require(offset, target.length * 8);
    if (offset % 8 !== 0) throw outside(offset, 8, this.byteLength);
    const first = offset / 8;
    // The engine copies machine words here; a `u64` for each would make bigints.
    for (let i = 0; i < target.length; i++) target[i] = this.#counters[first + i]!;
  }

  /** A view of 32-bit words in the segment; not to be used after `detach`. */
  words(offset: number, count: number): Uint32Array {
    if (count === 0) return new Uint32Array(0);
    this.require(offset, count * 4);
    if (offset % 4 !== 0) throw outside(offset, 4, this.byteLength);
    return this.#words.subarray(offset / 4, offset / 4 + count);
  }

  /** A copy of bytes of the segment. */
  copy(offset: number, byteLength: number): Uint8Array {
    this.require(offset, byteLength);
    return this.#bytes.slice(offset, offset + byteLength);
  }

  /** Text up to a NUL, or up to `maxBytes`. */
  text(offset: number, maxBytes: number): string {
    this.require(offset, maxBytes);
    const field = this.#bytes.subarray(offset, offset + maxBytes);
    const end = field.indexOf(0);
    return decoder.decode(end === -1 ? field : field.subarray(0, end));
  }
}

function layoutOf(version: bigint): SegmentLayout {
  if (version === 1n) return layouts[1];
  if (version === 2n) return layouts[2];
  throw statsError(
    `Expected a stats segment of version 1 or 2, got version ${version}: this is no stats ` +
      "segment, or one of a VPP that is newer than this program",
  );
}

function outside(offset: number, byteLength: number, size: number) {
  return statsError(
    `Expected ${byteLength} aligned bytes at byte ${offset} of the stats segment, which has ` +
      `${size} bytes`,
  );
}
