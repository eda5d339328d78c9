import { combinedNames, deletedName, simpleNames } from "./interface_stats.ts";
import type { StatsSegmentBuilder } from "./segment_builder.ts";
import type { CounterCells, NameCells } from "./segment_cells.ts";

/**
 * Writes what VPP writes for its interfaces (`vnet/interface/stats.c`): `/if/names`, a vector for each
 * counter, and `/interfaces/<name>/<counter>` as symlinks.
 */
export class InterfaceWriter {
  readonly #builder: StatsSegmentBuilder;
  readonly #threads: number;
  readonly #names: NameCells;
  readonly #cells = new Map<string, CounterCells>();
  /** By `sw_if_index`; undefined where there is no interface. */
  readonly #present: (string | undefined)[] = [];

  constructor(builder: StatsSegmentBuilder, threads = 1) {
    this.#builder = builder;
    this.#threads = threads;
    this.#names = builder.names("/if/names");
    for (const name of Object.values(simpleNames)) {
      this.#cells.set(name, builder.simple(name, threads, 0));
    }
    for (const name of Object.values(combinedNames)) {
      this.#cells.set(name, builder.combined(name, threads, 0));
    }
  }

  /** A new interface; one that had this `sw_if_index` before is replaced. Its counters are 0. */
  add(swIfIndex: number, name: string): void {
    this.#builder.change(() => {
      if (this.#present[swIfIndex] !== undefined) this.remove(swIfIndex);
      const isNew = swIfIndex >= this.#present.length;
      this.#present[swIfIndex] = name;
      this.#names.set(swIfIndex, name);
      for (const [path, cells] of this.#cells) {
        if (isNew) cells.resize(this.#threads, swIfIndex + 1);
        this.#clear(path, cells, swIfIndex);
        this.#builder.symlink(linkName(name, path), path, swIfIndex);
      }
    });
  }

  /** Leaves a tombstone in the place of the name, as VPP does. */
  remove(swIfIndex: number): void {
    const name = this.#present[swIfIndex];
    if (name === undefined) return;
    this.#builder.change(() => {
      this.#present[swIfIndex] = undefined;
      this.#names.set(swIfIndex, deletedName);
      for (const path of this.#cells.keys()) this.#builder.remove(linkName(name, path));
    });
  }

  /** Adds to a counter of one number. */
  count(counter: keyof typeof simpleNames, swIfIndex: number, count: bigint, thread = 0): void {
    this.#cells.get(simpleNames[counter])?.add(thread, swIfIndex, count);
  }

  /** Adds to a counter of packets and bytes. */
  countPackets(
    counter: keyof typeof combinedNames,
    swIfIndex: number,
    packets: bigint,
    bytes: bigint,
    thread = 0,
  ): void {
    this.#cells.get(combinedNames[counter])?.add(thread, swIfIndex, packets, bytes);
  }

  #clear(path: string, cells: CounterCells, swIfIndex: number): void {
    const isCombined = Object.values(combinedNames).some((each) => each === path);
    for (let thread = 0; thread < this.#threads; thread++) {
      cells.set(thread, swIfIndex, 0n, isCombined ? 0n : undefined);
    }
  }
}

/** VPP writes "_" for "/" in the interface's name. */
function linkName(name: string, path: string): string {
  return `/interfaces/${name.replaceAll("/", "_")}/${path.slice("/if/".length)}`;
}
