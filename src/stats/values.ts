/**
 * What entries hold, copied out of the segment: nothing here points into it.
 *
 * @module
 */

/** The value of one entry. */
export type StatsValue =
  | StatsScalar
  | SimpleCounters
  | CombinedCounters
  | StatsNames
  | Histogram
  | Ring
  | StatsUnknown;

/** One number: a timestamp or a gauge. */
export interface StatsScalar {
  readonly type: "scalar" | "gauge";
  readonly value: bigint;
}

/** Names by index, for example of interfaces by `sw_if_index`; undefined where there is none. */
export interface StatsNames {
  readonly type: "names";
  readonly names: readonly (string | undefined)[];
}

/** An entry of a type that a later VPP introduced. */
export interface StatsUnknown {
  readonly type: "unknown";
  readonly typeCode: number;
  /** The value, pointer or pair of indexes, as the entry has it. */
  readonly value: bigint;
}

/** Where a symlink points to. */
export interface StatsLink {
  /** The name of the entry that has the counters, for example `/if/rx`. */
  readonly target: string;
  /** The index in that entry, for example a `sw_if_index`. */
  readonly index: number;
}

/** A row for each thread: the main thread first, then the workers. Rows may differ in length. */
export type CounterRows = readonly BigUint64Array[];

/**
 * Counters by thread and index. A counter that a thread does not have (yet) counts as 0.
 */
export class SimpleCounters {
  readonly type = "simple";
  readonly rows: CounterRows;
  /** Where this was read through a symlink: the rows then have the one counter at index 0. */
  readonly link: StatsLink | undefined;

  constructor(rows: CounterRows, link?: StatsLink) {
    this.rows = rows;
    this.link = link;
  }

  get threads(): number {
    return this.rows.length;
  }

  /** The number of indexes, for example of interfaces. */
  get length(): number {
    return longestRow(this.rows);
  }

  /** The counter of one thread. */
  at(thread: number, index: number): bigint {
    return this.rows[thread]?.[index] ?? 0n;
  }

  /** The sum over all threads, modulo 2^64. */
  sum(index: number): bigint {
    return sumColumn(this.rows, index);
  }

  /** The sums over all threads, by index. `target` is filled where it has the right length. */
  sums(target?: BigUint64Array): BigUint64Array {
    return sumRows(this.rows, target);
  }
}

/** Packets and bytes of a combined counter. */
export interface PacketsAndBytes {
  readonly packets: bigint;
  readonly bytes: bigint;
}

/** Packets and bytes by thread and index. What a thread does not have (yet) counts as 0. */
export class CombinedCounters {
  readonly type = "combined";
  /** Packets at the even, bytes at the odd places: `[packets 0, bytes 0, packets 1, …]`. */
  readonly rows: CounterRows;
  readonly link: StatsLink | undefined;

  constructor(rows: CounterRows, link?: StatsLink) {
    this.rows = rows;
    this.link = link;
  }

  get threads(): number {
    return this.rows.length;
  }

  /** The number of indexes, for example of interfaces. */
  get length(): number {
    return Math.floor(longestRow(this.rows) / 2);
  }

  /** The counter of one thread. */
  at(thread: number, index: number): PacketsAndBytes {
    const row = this.rows[thread];
    return { packets: row?.[2 * index] ?? 0n, bytes: row?.[2 * index + 1] ?? 0n };
  }

  /** The sum over all threads, modulo 2^64. */
  sum(index: number): PacketsAndBytes {
    return {
      packets: sumColumn(this.rows, 2 * index),
      bytes: sumColumn(this.rows, 2 * index + 1),
    };
  }

  /** The sums over all threads, packets and bytes in turn as in `rows`. */
  sums(target?: BigUint64Array): BigUint64Array {
    return sumRows(this.rows, target);
  }
}

/** How often a value fell between powers of two, by thread. */
export class Histogram {
  readonly type = "histogram";
  /** As the segment has them: the exponent of the first bin, then the bins' counts. */
  readonly rows: CounterRows;

  constructor(rows: CounterRows) {
    this.rows = rows;
  }

  get threads(): number {
    return this.rows.length;
  }

  /** The first bin counts values up to 2 to this power, each further bin up to twice as much. */
  get minExponent(): number {
    const row = this.rows.find((each) => each.length > 0);
    return Number(row?.[0] ?? 0n);
  }

  /** The counts of one thread's bins. */
  bins(thread: number): BigUint64Array {
    return this.rows[thread]?.slice(1) ?? new BigUint64Array(0);
  }

  /** The counts of the bins over all threads. */
  sums(): BigUint64Array {
    return sumRows(this.rows).slice(1);
  }
}

/** Rings into which VPP's threads write entries, the oldest being overwritten. */
export interface Ring {
  readonly type: "ring";
  /** In bytes. */
  readonly entrySize: number;
  /** In entries, for each thread. */
  readonly ringSize: number;
  readonly schemaVersion: number;
  readonly threads: readonly RingThread[];
}

/** One thread's ring. */
export class RingThread {
  /** How many entries the thread has written since the ring was made. */
  readonly sequence: bigint;
  /** What describes the entries (VPP writes text such as CDDL or JSON); empty where it has none. */
  readonly schema: Uint8Array;
  readonly #entrySize: number;
  readonly #oldest: bigint;
  readonly #data: Uint8Array;

  /**
   * @param ring `oldest` is the sequence number of the oldest entry that is whole in `data`, at most
   * as many entries back as `data` holds.
   */
  constructor(ring: {
    sequence: bigint;
    oldest: bigint;
    schema: Uint8Array;
    entrySize: number;
    data: Uint8Array;
  }) {
    this.sequence = ring.sequence;
    this.schema = ring.schema;
    this.#entrySize = ring.entrySize;
    this.#oldest = ring.oldest;
    this.#data = ring.data;
  }

  /**
   * The entries that were written after the first `sequence` ones, oldest first: pass the
   * `sequence` of the last reading to get what is new. `lost` counts those that were overwritten
   * before they were read. The oldest entry of a full ring is the one that VPP may be overwriting.
   */
  entriesSince(sequence = 0n): { readonly entries: Uint8Array[]; readonly lost: bigint } {
    const from = sequence > this.#oldest ? sequence : this.#oldest;
    const entries: Uint8Array[] = [];
    for (let number = from; number < this.sequence; number++) entries.push(this.#entry(number));
    return { entries, lost: from - sequence };
  }

  /** Entry n lies at place n modulo the ring's size: VPP moves head and sequence together. */
  #entry(number: bigint): Uint8Array {
    const ringSize = this.#data.byteLength / this.#entrySize;
    const place = Number(number % BigInt(ringSize));
    return this.#data.subarray(place * this.#entrySize, (place + 1) * this.#entrySize);
  }
}

function longestRow(rows: CounterRows): number {
  return rows.reduce((longest, row) => Math.max(longest, row.length), 0);
}

function sumColumn(rows: CounterRows, place: number): bigint {
  let sum = 0n;
  for (const row of rows) sum += row[place] ?? 0n;
  return BigInt.asUintN(64, sum);
}

/** `BigInt.asUintN` lets the engine add in machine words, without a bigint for each sum. */
function sumRows(rows: CounterRows, target?: BigUint64Array): BigUint64Array {
  const length = longestRow(rows);
  const sums = target?.length === length ? target : new BigUint64Array(length);
  sums.fill(0n);
  for (const row of rows) {
    for (let i = 0; i < row.length; i++) {
      sums[i] = BigInt.asUintN(64, (sums[i] ?? 0n) + (row[i] ?? 0n));
    }
  }
  return sums;
}
