/**
 * Reads the value of an entry: a copy of what the segment holds at this moment.
 *
 * @module
 */
import type { Directory, StatsEntry } from "./directory.ts";
import { readRing } from "./ring.ts";
import { counterWidth, linkOf, ThreadRows } from "./rows.ts";
import { entryValue, type Segment } from "./segment.ts";
import { statsError } from "./stats_error.ts";
import { CombinedCounters, Histogram, SimpleCounters, type StatsValue } from "./values.ts";

/**
 * Reads entries of one segment. It counts what it copies: in a real segment no two entries share
 * their counters, so that all of them together, directly and through symlinks and with a pointer
 * for each row, are less than four times the segment's size. A damaged segment, whose pointers all
 * lead to one large vector, would else take time and memory without a bound.
 */
export class EntryReader {
  readonly #segment: Segment;
  readonly #directory: Directory;
  #bytesLeft: number;

  constructor(segment: Segment, directory: Directory) {
    this.#segment = segment;
    this.#directory = directory;
    this.#bytesLeft = 4 * segment.byteLength;
  }

  /** @throws {VppError} `STATS`: names the entry and what is wrong with it. */
  read(entry: StatsEntry): StatsValue {
    try {
      return this.#read(entry);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : cause;
      throw statsError(`Cannot read the counter "${entry.name}": ${reason}`, { cause });
    }
  }

  #read(entry: StatsEntry): StatsValue {
    const segment = this.#segment;
    const offset = this.#directory.offsetOf(segment, entry);
    switch (entry.type) {
      case "scalar":
      case "gauge":
        return { type: entry.type, value: segment.u64(offset + entryValue) };
      case "simple":
        return new SimpleCounters(this.#rows(offset, 1));
      case "combined":
        return new CombinedCounters(this.#rows(offset, 2));
      case "histogram":
        return new Histogram(this.#rows(offset, 1));
      case "error":
        return this.#readError(Number(segment.u64(offset + entryValue)));
      case "symlink":
        return this.#readLink(offset);
      case "names":
        return {
          type: "names",
          names: this.#directory.names(entry, () => this.#readNames(offset)),
        };
      case "ring":
        return readRing(segment, segment.pointer(offset + entryValue), (n) => this.#spend(n));
      default:
        return {
          type: "unknown",
          typeCode: entry.typeCode,
          value: segment.u64(offset + entryValue),
        };
    }
  }

  #readError(index: number): StatsValue {
    return new SimpleCounters(this.#cells(new ThreadRows(this.#segment, 1).locateErrors(), index));
  }

  #readLink(offset: number): StatsValue {
    const { target, index } = linkOf(this.#segment, this.#directory, offset);
    const width = counterWidth(target);
    const rows = new ThreadRows(this.#segment, width);
    const cells = this.#cells(rows.locate(this.#directory.offsetOf(this.#segment, target)), index);
    const link = { target: target.name, index };
    return width === 1 ? new SimpleCounters(cells, link) : new CombinedCounters(cells, link);
  }

  #rows(entry: number, width: number): BigUint64Array[] {
    const rows = new ThreadRows(this.#segment, width).locate(entry);
    const copies: BigUint64Array[] = [];
    for (let thread = 0; thread < rows.threads; thread++) {
      const length = rows.length(thread);
      this.#spend(8 + length * 8);
      copies.push(this.#segment.counters(rows.offset(thread), length).slice());
    }
    return copies;
  }

  #cells(rows: ThreadRows, index: number): BigUint64Array[] {
    const copies: BigUint64Array[] = [];
    for (let thread = 0; thread < rows.threads; thread++) {
      this.#spend(8 + rows.width * 8);
      const copy = new BigUint64Array(rows.width);
      const cell = rows.cell(thread, index);
      if (cell !== 0) this.#segment.copyCounters(cell, copy);
      copies.push(copy);
    }
    return copies;
  }

  /** Names lie as rows do: a vector of pointers, here to texts whose length counts their NUL. */
  #readNames(entry: number): (string | undefined)[] {
    const texts = new ThreadRows(this.#segment, 1).locate(entry);
    const names: (string | undefined)[] = [];
    for (let i = 0; i < texts.threads; i++) {
      const text = texts.offset(i);
      const length = this.#segment.vectorLength(text, 1);
      this.#spend(8 + length);
      names.push(text === 0 ? undefined : this.#segment.text(text, length));
    }
    return names;
  }

  #spend(bytes: number): void {
    this.#bytesLeft -= bytes;
    if (this.#bytesLeft < 0) {
      throw statsError("The stats segment is damaged: its entries hold more than its size");
    }
  }
}
