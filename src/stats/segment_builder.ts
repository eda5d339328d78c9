/**
 * Writes a stats segment into memory, as VPP does: for the simulator, and for tests of the reader.
 *
 * @module
 */
import { type StatsEntryType, typeCodeOf, type TypeNumbering } from "./entry_types.ts";
import { entryNameBytes, entryRows, entryType, entryValue, layouts } from "./segment.ts";
import {
  CounterCells,
  type EntryPlace,
  NameCells,
  NumberCell,
  RingCells,
  type RingShape,
} from "./segment_cells.ts";
import { GrowingVector, SegmentHeap } from "./segment_heap.ts";
import { statsError } from "./stats_error.ts";

/** How the segment is laid out. */
export interface SegmentFormat {
  /** Default 2. */
  readonly version?: 1 | 2;
  /** Default `since 22.06`; version 1 has the old one. */
  readonly numbering?: TypeNumbering;
  /** The address that pointers are relative to; default is one where VPP's might be. */
  readonly base?: bigint;
}

const defaultBase = 0x7f12_3400_0000n;

/** A segment that is being written. Readers may read it at any time. */
export class StatsSegmentBuilder {
  readonly #heap: SegmentHeap;
  readonly #layout: (typeof layouts)[1 | 2];
  readonly #numbering: TypeNumbering;
  readonly #directory: GrowingVector;
  readonly #places = new Map<string, number>();
  readonly #free: number[] = [];
  readonly #heartbeat: NumberCell;
  #beats = 0n;
  #changes = 0;

  /** Begins an empty segment with `/sys/{heartbeat,last_stats_clear,boottime}`, as VPP does. */
  constructor(buffer: ArrayBuffer, format: SegmentFormat = {}) {
    const { version = 2, base = version === 1 ? 0n : defaultBase } = format;
    this.#layout = layouts[version];
    this.#numbering = version === 1 ? "until 22.02" : format.numbering ?? "since 22.06";
    this.#heap = new SegmentHeap(buffer, base);
    this.#directory = new GrowingVector(this.#heap, this.#layout.entryBytes);
    this.#heap.u64(0, BigInt(version));
    if (version === 2) this.#heap.u64(8, base);
    this.#heartbeat = this.scalar("/sys/heartbeat");
    this.scalar("/sys/last_stats_clear");
    this.scalar("/sys/boottime", BigInt(Math.floor(Date.now() / 1000)));
  }

  /**
   * Runs what changes the layout: readers wait meanwhile, and see a new epoch afterwards. May be
   * nested.
   */
  readonly change = <T>(action: () => T): T => {
    const { epoch, inProgress } = this.#layout;
    const { counters } = this.#heap;
    if (this.#changes++ === 0) Atomics.store(counters, inProgress / 8, 1n);
    try {
      return action();
    } finally {
      if (--this.#changes === 0) {
        Atomics.add(counters, epoch / 8, 1n);
        Atomics.store(counters, inProgress / 8, 0n);
      }
    }
  };

  /** What VPP does with every update: readers see that it is alive. */
  beat(): void {
    this.#heartbeat.set(++this.#beats);
  }

  /** Lets go of the memory, which may then be unmapped: later writes are a RangeError. */
  detach(): void {
    this.#heap.detach();
  }

  scalar(name: string, value = 0n): NumberCell {
    return this.#number("scalar", name, value);
  }

  /** A scalar where the numbering has no gauges. */
  gauge(name: string, value = 0n): NumberCell {
    const known = typeCodeOf(this.#numbering, "gauge") !== -1;
    return this.#number(known ? "gauge" : "scalar", name, value);
  }

  simple(name: string, threads: number, length: number): CounterCells {
    return this.#counters("simple", name, 1, threads, length);
  }

  combined(name: string, threads: number, length: number): CounterCells {
    return this.#counters("combined", name, 2, threads, length);
  }

  /** @param bins of each thread, without the exponent that precedes them. */
  histogram(name: string, minExponent: number, threads: number, bins: number): CounterCells {
    const cells = this.#counters("histogram", name, 1, threads, bins + 1);
    for (let thread = 0; thread < threads; thread++) cells.set(thread, 0, BigInt(minExponent));
    return cells;
  }

  names(name: string, names: readonly (string | undefined)[] = []): NameCells {
    return this.change(() => {
      const cells = new NameCells(this.#add("names", name));
      names.forEach((each, index) => cells.set(index, each));
      return cells;
    });
  }

  /** @throws {VppError} `STATS`: there is no such target. */
  symlink(name: string, target: string, index: number): void {
    const place = this.#places.get(target);
    if (place === undefined) throw statsError(`Cannot link to "${target}": there is no such entry`);
    this.change(() => {
      const at = this.#add("symlink", name).entry() + entryValue;
      this.#heap.u32(at, place);
      this.#heap.u32(at + 4, index);
    });
  }

  ring(name: string, shape: RingShape): RingCells {
    return this.change(() => {
      const place = this.#add("ring", name);
      const ring = new RingCells(this.#heap, shape);
      this.#heap.setPointer(place.entry() + entryValue, ring.offset);
      return ring;
    });
  }

  /** The counters behind entries of the type `error`, which VPP has until 22.02. */
  errorCounters(threads: number, length: number): CounterCells {
    const cells = new CounterCells({
      heap: this.#heap,
      change: this.change,
      entry: () => 0,
      setRows: (rows) => this.#heap.setPointer(this.#layout.errors, rows.offset),
    }, 1);
    cells.resize(threads, length);
    return cells;
  }

  /** An entry for one of the error counters; VPP until 22.02. */
  error(name: string, index: number): void {
    this.#number("error", name, BigInt(index));
  }

  /** Takes an entry away. Its place is used again. */
  remove(name: string): void {
    const place = this.#places.get(name);
    if (place === undefined) return;
    this.change(() => {
      const at = this.#directory.at(place);
      this.#heap.bytes.fill(0, at, at + this.#layout.entryBytes);
      this.#heap.u32(at + entryType, typeCodeOf(this.#numbering, "empty"));
      this.#places.delete(name);
      this.#free.push(place);
    });
  }

  #number(type: StatsEntryType, name: string, value: bigint): NumberCell {
    return this.change(() => {
      const place = this.#add(type, name);
      const cell = new NumberCell((now) => this.#heap.u64(place.entry() + entryValue, now));
      cell.set(value);
      return cell;
    });
  }

  #counters(
    type: StatsEntryType,
    name: string,
    width: number,
    threads: number,
    length: number,
  ): CounterCells {
    return this.change(() => {
      const cells = new CounterCells(this.#add(type, name), width);
      cells.resize(threads, length);
      return cells;
    });
  }

  #add(type: StatsEntryType, name: string): EntryPlace {
    const code = typeCodeOf(this.#numbering, type);
    if (code === -1) {
      throw statsError(`Cannot add "${name}": VPP ${this.#numbering} has no ${type}`);
    }
    if (this.#places.has(name)) throw statsError(`Cannot add "${name}": it exists`);
    const place = this.#free.pop() ?? this.#grow();
    this.#places.set(name, place);
    const entry = () => this.#directory.at(place);
    this.#writeName(entry() + this.#layout.entryName, name);
    this.#heap.u32(entry() + entryType, code);
    const setRows = (rows: GrowingVector) => this.#setRows(entry(), rows);
    return { heap: this.#heap, change: this.change, entry, setRows };
  }

  #grow(): number {
    const place = this.#directory.length;
    this.#directory.resize(place + 1);
    this.#heap.setPointer(this.#layout.directory, this.#directory.offset);
    return place;
  }

  #setRows(entry: number, rows: GrowingVector): void {
    this.#heap.setPointer(entry + entryValue, rows.offset);
    if (this.#layout.version === 1) this.#heap.setPointer(entry + entryRows, rows.offset);
  }

  /** VPP cuts longer names too. */
  #writeName(at: number, name: string): void {
    const text = new TextEncoder().encode(name).subarray(0, entryNameBytes - 1);
    this.#heap.bytes.fill(0, at, at + entryNameBytes);
    this.#heap.bytes.set(text, at);
  }
}
