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
import {
  entryNameBytes,
  entryType,
  entryValue,
  type Segment,
  type SegmentLayout,
} from "./segment.ts";

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
  readonly #numberingIsKnown: boolean;
  readonly #places: readonly (StatsEntry | undefined)[];
  /** The entries as the segment had them, to find out which have changed. */
  readonly #words: Uint32Array;
  readonly #heartbeat: number | undefined;
  readonly #selections = new Map<string, readonly StatsEntry[]>();
  readonly #names = new Map<StatsEntry, readonly (string | undefined)[]>();
  #byName: Map<string, StatsEntry> | undefined;
  #stamp: DirectoryStamp;

  /**
   * @param numbering undefined: found out from the entries.
   * @param before an earlier directory of this segment, whose entries are used again.
   * @throws {VppError} `STATS`: the directory does not lie in the segment.
   */
  constructor(segment: Segment, numbering: TypeNumbering | undefined, before?: Directory) {
    const found = findDirectory(segment);
    this.#words = segment.words(found.offset, found.length * segment.layout.entryBytes / 4).slice();
    const known = numbering ?? before?.knownNumbering ?? numberingOf(segment, found);
    this.#numberingIsKnown = known !== undefined;
    this.numbering = known ?? guessNumbering(segment);
    this.#places = this.#readPlaces(segment, found, before);
    this.entries = this.#places.filter((place) => place !== undefined);
    this.#heartbeat = this.entries.find((entry) => entry.name === "/sys/heartbeat")?.index;
    this.#stamp = { ...found, heartbeat: this.heartbeat(segment) };
  }

  /** undefined where the numbering was guessed, because the entries that tell are not there yet. */
  get knownNumbering(): TypeNumbering | undefined {
    return this.#numberingIsKnown ? this.numbering : undefined;
  }

  #readPlaces(segment: Segment, { offset, length }: DirectoryPlace, before: Directory | undefined) {
    const { entryBytes, entryName } = segment.layout;
    const old = before?.numbering === this.numbering ? before : undefined;
    const places: (StatsEntry | undefined)[] = [];
    for (let index = 0; index < length; index++) {
      const same = old !== undefined && index < old.#places.length &&
        sameEntry(this.#words, old.#words, index, segment.layout);
      places.push(
        same ? old.#places[index] : this.#readEntry(
          index,
          this.#words[index * entryBytes / 4] ?? 0,
          segment.text(offset + index * entryBytes + entryName, entryNameBytes),
        ),
      );
    }
    return places;
  }

  #readEntry(index: number, typeCode: number, name: string): StatsEntry | undefined {
    const type = entryTypeOf(this.numbering, typeCode);
    return name === "" || type === "empty" ? undefined : { name, type, typeCode, index };
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

  /** Looks at every entry; true where all are as they were. */
  isUnchanged(segment: Segment): boolean {
    const found = findDirectory(segment);
    if (found.length !== this.#places.length) return false;
    const live = segment.words(found.offset, this.#words.length);
    for (let index = 0; index < found.length; index++) {
      if (!sameEntry(live, this.#words, index, segment.layout)) return false;
    }
    this.#restamp(segment, found);
    return true;
  }

  /** The epoch at which the entries were read last. */
  get epoch(): bigint {
    return this.#stamp.epoch;
  }

  #restamp(segment: Segment, found: DirectoryPlace): void {
    if (found.epoch !== this.#stamp.epoch) this.#names.clear();
    this.#stamp = { ...found, heartbeat: this.heartbeat(segment) };
  }
}

/** The directory as it is now: `before`, where that has the same entries. */
export function currentDirectory(
  segment: Segment,
  numbering: TypeNumbering | undefined,
  before: Directory | undefined,
): Directory {
  if (before?.isCurrent(segment) || before?.isUnchanged(segment)) return before;
  return new Directory(segment, numbering, before);
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

/** Compares type and name; the values between them change all the time. */
function sameEntry(a: Uint32Array, b: Uint32Array, index: number, layout: SegmentLayout): boolean {
  const entry = index * layout.entryBytes / 4;
  if (a[entry] !== b[entry]) return false;
  const end = entry + layout.entryBytes / 4;
  for (let word = entry + layout.entryName / 4; word < end; word++) {
    if (a[word] !== b[word]) return false;
  }
  return true;
}

/** Version 1 has the old numbering; in version 2 the names tell. */
function numberingOf(segment: Segment, found: DirectoryPlace): TypeNumbering | undefined {
  if (segment.layout.version === 1) return "until 22.02";
  return numberingOfNames(rawEntries(segment, found));
}

function* rawEntries(segment: Segment, { offset, length }: DirectoryPlace) {
  const { entryBytes, entryName } = segment.layout;
  for (let place = offset; place < offset + length * entryBytes; place += entryBytes) {
    const name = segment.text(place + entryName, entryNameBytes);
    yield { name, code: segment.u32(place + entryType) };
  }
}

/** The old numbering came with a vector of error counters in the header, which 22.06 removed. */
function guessNumbering(segment: Segment): TypeNumbering {
  try {
    const errors = segment.vectorLength(segment.pointer(segment.layout.errors), 8);
    return errors > 0 ? "until 22.02" : "since 22.06";
  } catch {
    return "since 22.06"; // What lies there is no pointer.
  }
}
