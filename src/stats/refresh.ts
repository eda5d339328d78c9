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

/**
 * Makes what reads counters again, for as long as the segment and the directory stay. Symlinks to
 * the same entry share where its rows lie; that is found once for each reading.
 */
export class RefreshFactory {
  readonly #segment: Segment;
  readonly #directory: Directory;
  readonly #targets = new Map<StatsEntry, TargetRows>();

  constructor(segment: Segment, directory: Directory) {
    this.#segment = segment;
    this.#directory = directory;
  }

  /** Has to run, and give true, before the symlinks are read again. */
  readonly locateTargets: Refresh = () => {
    for (const target of this.#targets.values()) target.locate();
    return true;
  };

  refresh(counter: RefreshedCounter): Refresh {
    const segment = this.#segment;
    const directory = this.#directory;
    const { entry, value } = counter;
    switch (value.type) {
      case "simple":
      case "combined":
        if (entry.type === "symlink") return this.#refreshLink(entry, value.rows);
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

  #refreshLink(entry: StatsEntry, cells: CounterRows): Refresh {
    const segment = this.#segment;
    const directory = this.#directory;
    const { target, index } = linkOf(segment, directory, directory.offsetOf(segment, entry));
    const rows = this.#targetRows(target);
    return () => {
      const value = directory.offsetOf(segment, entry) + entryValue;
      if (segment.u32(value) !== target.index || segment.u32(value + 4) !== index) return false;
      return rows.copyCells(index, cells);
    };
  }

  #targetRows(target: StatsEntry): TargetRows {
    let rows = this.#targets.get(target);
    if (rows === undefined) {
      rows = new TargetRows(this.#segment, this.#directory, target);
      this.#targets.set(target, rows);
    }
    return rows;
  }
}

/** The rows of an entry that symlinks lead to. */
class TargetRows {
  readonly #segment: Segment;
  readonly #directory: Directory;
  readonly #target: StatsEntry;
  readonly #rows: ThreadRows;
  readonly #offsets: number[] = [];
  readonly #lengths: number[] = [];

  constructor(segment: Segment, directory: Directory, target: StatsEntry) {
    this.#segment = segment;
    this.#directory = directory;
    this.#target = target;
    this.#rows = new ThreadRows(segment, counterWidth(target));
  }

  locate(): void {
    this.#rows.locate(this.#directory.offsetOf(this.#segment, this.#target));
    for (let thread = 0; thread < this.#rows.threads; thread++) {
      this.#offsets[thread] = this.#rows.offset(thread);
      this.#lengths[thread] = this.#rows.length(thread);
    }
  }

  /** False where there are more or fewer threads than before. */
  copyCells(index: number, cells: CounterRows): boolean {
    const { threads, width } = this.#rows;
    if (threads !== cells.length) return false;
    for (let thread = 0; thread < threads; thread++) {
      const present = (index + 1) * width <= (this.#lengths[thread] ?? 0);
      const offset = present ? (this.#offsets[thread] ?? 0) + index * width * 8 : 0;
      copyCell(this.#segment, offset, cells[thread]);
    }
    return true;
  }
}

/** @param offset of the counter; 0 where the thread does not have it. */
function copyCell(segment: Segment, offset: number, cell: BigUint64Array | undefined): void {
  if (cell === undefined) return;
  if (offset === 0) cell.fill(0n);
  else segment.copyCounters(offset, cell);
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

/** One of the error counters of every thread. */
function refreshError(
  segment: Segment,
  directory: Directory,
  entry: StatsEntry,
  cells: CounterRows,
): Refresh {
  const rows = new ThreadRows(segment, 1);
  return () => {
    const index = Number(segment.u64(directory.offsetOf(segment, entry) + entryValue));
    if (rows.locateErrors().threads !== cells.length) return false;
    for (let thread = 0; thread < cells.length; thread++) {
      copyCell(segment, rows.cell(thread, index), cells[thread]);
    }
    return true;
  };
}
