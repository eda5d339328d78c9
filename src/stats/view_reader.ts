import { EntryReader } from "./decode.ts";
import type { SegmentView } from "./stats_connection.ts";
import { CombinedCounters, SimpleCounters, type StatsValue } from "./values.ts";

const noSimple = new SimpleCounters([]);
const noCombined = new CombinedCounters([]);

/** Reads counters by name. What this VPP does not have, or has as another type, is empty or 0. */
export class ViewReader {
  readonly #view: SegmentView;
  readonly #reader: EntryReader;

  constructor(view: SegmentView) {
    this.#view = view;
    this.#reader = new EntryReader(view.segment, view.directory);
  }

  value(name: string): StatsValue | undefined {
    const entry = this.#view.directory.find(name);
    return entry && this.#reader.read(entry);
  }

  /** All counters below a folder, which ends with a slash, by what follows it in their names. */
  *folder(folder: string): Generator<[name: string, value: StatsValue]> {
    for (const entry of this.#view.directory.select([folder])) {
      yield [entry.name.slice(folder.length), this.#reader.read(entry)];
    }
  }

  scalar(name: string): bigint {
    return scalarOf(this.value(name));
  }

  simple(name: string): SimpleCounters {
    const value = this.value(name);
    return value?.type === "simple" ? value : noSimple;
  }

  combined(name: string): CombinedCounters {
    const value = this.value(name);
    return value?.type === "combined" ? value : noCombined;
  }

  names(name: string): readonly (string | undefined)[] {
    const value = this.value(name);
    return value?.type === "names" ? value.names : [];
  }
}

/** Gauges are scalars in VPP before 26.02. */
export function scalarOf(value: StatsValue | undefined): bigint {
  return value?.type === "scalar" || value?.type === "gauge" ? value.value : 0n;
}
