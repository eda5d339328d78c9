/**
 * The directory of a stats segment: which entries exist, and what each is.
 *
 * @module
 */
import {
  entryTypeOf,
  numberingOfNames,
  type StatsEntryType,
  type TypeNumbering,
} from "./entry_types.ts";
import { nameMatcher, patternKey, type StatsPattern } from "./patterns.ts";
import { entryNameBytes, entryType, entryValue, type Segment } from "./segment.ts";

/** One entry of the directory. */
export interface StatsEntry {
  /** For example `/if/rx`. */
  readonly name: string;
  readonly type: StatsEntryType;
  /** The number of the type in this VPP's numbering. */
  readonly typeCode: number;
  /** Its place in the directory. Places are used again after an entry has gone. */
  readonly index: number;
}

/** Selections that are remembered; a program has a few patterns, which it uses again and again. */
const maxSelections = 32;

/** All entries of a segment at one time. */
export class Directory {
  /** In the order of the segment, without the empty ones. */
  readonly entries: readonly StatsEntry[];
  readonly numbering: TypeNumbering;
  readonly #places: readonly (StatsEntry | undefined)[];
  readonly #heartbeat: number | undefined;
  readonly #selections = new Map<string, readonly StatsEntry[]>();
  readonly #names = new Map<StatsEntry, readonly (string | undefined)[]>();
  #byName: Map<string, StatsEntry> | undefined;
  #stamp: DirectoryStamp;

  /**
   * @param numbering undefined: found out from the entries.
   * @throws {VppError} `STATS`: the directory does not lie in the segment.
   */
  constructor(segment: Segment, numbering: TypeNumbering | undefined) {
    const found = findDirectory(segment);
    const places = readPlaces(segment, found);
    this.numbering = numbering ?? detectNumbering(segment, places);
    this.#places = places.map(({ name, code, index }) => {
      const type = entryTypeOf(this.numbering, code);
      return name === "" || type === "empty" ? undefined : { name, type, typeCode: code, index };
    });
    this.entries = this.#places.filter((place) => place !== undefined);
    this.#heartbeat = this.entries.find((entry) => entry.name === "/sys/heartbeat")?.index;
    this.#stamp = { ...found, heartbeat: this.heartbeat(segment) };
  }

  /** The entry at a place; undefined for an empty place, or none. */
  at(index: number): StatsEntry | undefined {
    return this.#places[index];
  }

  /** The entry of this name. */
  find(name: string): StatsEntry | undefined {
    this.#byName ??= new Map(this.entries.map((entry) => [entry.name, entry]));
    return this.#byName.get(name);
  }

  /** The entries whose names match one of the patterns; all of them without one. */
  select(patterns: readonly StatsPattern[]): readonly StatsEntry[] {
    if (patterns.length === 0) return this.entries;
    const key = patterns.map(patternKey).join("\0");
    let selection = this.#selections.get(key);
    if (selection === undefined) {
      const matches = nameMatcher(patterns);
      selection = this.entries.filter(({ name }) => matches(name));
      if (this.#selections.size >= maxSelections) this.#selections.clear();
      this.#selections.set(key, selection);
    }
    return selection;
  }

  /**
   * What a vector of names holds, read once in an epoch: names change under VPP's lock only, and so
   * with a new epoch.
   */
  names(
    entry: StatsEntry,
    read: () => readonly (string | undefined)[],
  ): readonly (string | undefined)[] {
    let names = this.#names.get(entry);
    if (names === undefined) this.#names.set(entry, names = read());
    return names;
  }

  /** Where an entry lies in the segment. */
  offsetOf(segment: Segment, entry: StatsEntry): number {
    return this.#stamp.offset + entry.index * segment.layout.entryBytes;
  }

  /** Counts VPP's updates (every 10 s by default); undefined in a segment without it. */
  heartbeat(segment: Segment): bigint | undefined {
    if (this.#heartbeat === undefined) return undefined;
    const { offset } = findDirectory(segment);
    return segment.u64(offset + this.#heartbeat * segment.layout.entryBytes + entryValue);
  }

  /**
   * False where the segment may have other entries by now. VPP adds and renames symlinks without a
   * new epoch, which is why the heartbeat counts too: they are seen with VPP's next update.
   */
  isCurrent(segment: Segment): boolean {
    const { offset, length, epoch } = findDirectory(segment);
    return epoch === this.#stamp.epoch && offset === this.#stamp.offset &&
      length === this.#stamp.length && this.heartbeat(segment) === this.#stamp.heartbeat;
  }

  /** The epoch at which the entries were read last. */
  get epoch(): bigint {
    return this.#stamp.epoch;
  }

  /** Takes over the state of a later directory, where that has the same entries. */
  adopt(later: Directory): boolean {
    const same = later.#places.length === this.#places.length &&
      later.#places.every((entry, index) => sameEntry(entry, this.#places[index]));
    if (!same) return false;
    if (later.#stamp.epoch !== this.#stamp.epoch) this.#names.clear();
    this.#stamp = later.#stamp;
    return true;
  }
}

/** The directory as it is now: `before`, where that has the same entries. */
export function currentDirectory(
  segment: Segment,
  numbering: TypeNumbering | undefined,
  before: Directory | undefined,
): Directory {
  if (before?.isCurrent(segment)) return before;
  const now = new Directory(segment, numbering);
  return before?.adopt(now) ? before : now;
}

interface DirectoryPlace {
  readonly offset: number;
  readonly length: number;
  readonly epoch: bigint;
}

interface DirectoryStamp extends DirectoryPlace {
  readonly heartbeat: bigint | undefined;
}

function findDirectory(segment: Segment): DirectoryPlace {
  const { directory, entryBytes } = segment.layout;
  const epoch = segment.epoch();
  const offset = segment.pointer(directory);
  return { offset, length: segment.vectorLength(offset, entryBytes), epoch };
}

function sameEntry(a: StatsEntry | undefined, b: StatsEntry | undefined): boolean {
  return a?.name === b?.name && a?.typeCode === b?.typeCode;
}

interface RawEntry {
  readonly name: string;
  readonly code: number;
  readonly index: number;
}

function readPlaces(segment: Segment, { offset, length }: DirectoryPlace): RawEntry[] {
  const { entryBytes, entryName } = segment.layout;
  const places: RawEntry[] = [];
  for (let index = 0; index < length; index++) {
    const place = offset + index * entryBytes;
    const name = segment.text(place + entryName, entryNameBytes);
    places.push({ name, code: segment.u32(place + entryType), index });
  }
  return places;
}

/**
 * Version 1 has the old numbering. In version 2 the names decide; a segment that has none yet is of
 * the old numbering where its header has a vector of error counters, which 22.06 removed.
 */
function detectNumbering(segment: Segment, places: readonly RawEntry[]): TypeNumbering {
  if (segment.layout.version === 1) return "until 22.02";
  return numberingOfNames(places) ?? (hasErrorVector(segment) ? "until 22.02" : "since 22.06");
}

function hasErrorVector(segment: Segment): boolean {
  try {
    return segment.vectorLength(segment.pointer(segment.layout.errors), 8) > 0;
  } catch {
    return false; // What lies there is no pointer.
  }
}
