/**
 * Reads one counter again, into the arrays that it has.
 *
 * @module
 */
import { EntryReader } from "./decode.ts";
import type { Directory, StatsEntry } from "./directory.ts";
import { counterWidth, linkOf, ThreadRows } from "./rows.ts";
import { entryValue, type Segment } from "./segment.ts";
import type { CounterRows, StatsValue } from "./values.ts";

/** False where the counter has another shape by now. */
export type Refresh = () => boolean;

/** A counter whose value is overwritten, or replaced. */
export interface RefreshedCounter {
  readonly entry: StatsEntry;
  value: StatsValue;
}

/** What reads this counter again, for as long as the segment and the directory stay. */
export function refreshOf(
  segment: Segment,
  directory: Directory,
  counter: RefreshedCounter,
): Refresh {
  const { entry, value } = counter;
  switch (value.type) {
    case "simple":
    case "combined":
      if (entry.type === "symlink") return refreshLink(segment, directory, entry, value.rows);
      if (entry.type === "error") return refreshError(segment, directory, entry, value.rows);
      return refreshRows(segment, directory, entry, value.rows);
    case "histogram":
      return refreshRows(segment, directory, entry, value.rows);
    case "names":
      return refreshAfterChange(segment, directory, counter);
    default:
      return () => replaceValue(segment, directory, counter);
  }
}

function replaceValue(segment: Segment, directory: Directory, counter: RefreshedCounter): true {
  counter.value = new EntryReader(segment, directory).read(counter.entry);
  return true;
}

/** Names change under VPP's lock only, and so with a new epoch. */
function refreshAfterChange(
  segment: Segment,
  directory: Directory,
  counter: RefreshedCounter,
): Refresh {
  let epoch = directory.epoch;
  return () => {
    if (directory.epoch === epoch) return true;
    epoch = directory.epoch;
    return replaceValue(segment, directory, counter);
  };
}

/** Whole rows: one copy of memory for each, from a view that is made anew when the row moves. */
function refreshRows(
  segment: Segment,
  directory: Directory,
  entry: StatsEntry,
  rows: CounterRows,
): Refresh {
  const now = new ThreadRows(segment, counterWidth(entry));
  const copies = rows.map((row) => new RowCopy(segment, row));
  return () => {
    now.locate(directory.offsetOf(segment, entry));
    if (now.threads !== copies.length) return false;
    for (let thread = 0; thread < copies.length; thread++) {
      const offset = now.offset(thread);
      if (!copies[thread]?.from(offset, now.length(thread))) return false;
    }
    return true;
  };
}

class RowCopy {
  readonly #segment: Segment;
  readonly #target: BigUint64Array;
  #offset = -1;
  #source: BigUint64Array = new BigUint64Array(0);

  constructor(segment: Segment, target: BigUint64Array) {
    this.#segment = segment;
    this.#target = target;
  }

  /** False where the row has another length than its copy. */
  from(offset: number, length: number): boolean {
    if (length !== this.#target.length) return false;
    if (offset !== this.#offset) {
      this.#source = this.#segment.counters(offset, length);
      this.#offset = offset;
    }
    this.#target.set(this.#source);
    return true;
  }
}

function refreshLink(
  segment: Segment,
  directory: Directory,
  entry: StatsEntry,
  cells: CounterRows,
): Refresh {
  const { target, index } = linkOf(segment, directory, directory.offsetOf(segment, entry));
  const rows = new ThreadRows(segment, counterWidth(target));
  return () => {
    const value = directory.offsetOf(segment, entry) + entryValue;
    if (segment.u32(value) !== target.index || segment.u32(value + 4) !== index) return false;
    return copyCells(segment, rows.locate(directory.offsetOf(segment, target)), index, cells);
  };
}

function refreshError(
  segment: Segment,
  directory: Directory,
  entry: StatsEntry,
  cells: CounterRows,
): Refresh {
  const rows = new ThreadRows(segment, 1);
  return () => {
    const index = Number(segment.u64(directory.offsetOf(segment, entry) + entryValue));
    return copyCells(segment, rows.locateErrors(), index, cells);
  };
}

/** One counter of each thread. */
function copyCells(
  segment: Segment,
  rows: ThreadRows,
  index: number,
  cells: CounterRows,
): boolean {
  if (rows.threads !== cells.length) return false;
  for (let thread = 0; thread < cells.length; thread++) {
    const cell = rows.cell(thread, index);
    const target = cells[thread];
    if (target === undefined) return false;
    if (cell === 0) target.fill(0n);
    else segment.copyCounters(cell, target);
  }
  return true;
}
