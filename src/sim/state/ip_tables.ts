/**
 * The forwarding tables of both families.
 *
 * @module
 */
import { FibTable } from "./fib.ts";
import type { FrameEncoder } from "./state.ts";

export class IpTables {
  readonly #frame: FrameEncoder;
  readonly #tables = new Map<number, FibTable>();
  #statsIndex = 0;

  constructor(frame: FrameEncoder) {
    this.#frame = frame;
    this.create(0, false, "");
    this.create(0, true, "");
  }

  get(id: number, isIp6: boolean): FibTable | undefined {
    return this.#tables.get(key(id, isIp6));
  }

  /** Those of IPv4 first. */
  *[Symbol.iterator](): Iterator<FibTable> {
    for (const isIp6 of [false, true]) {
      for (const table of this.#tables.values()) {
        if (table.isIp6 === isIp6) yield table;
      }
    }
  }

  /** Creates a table; harmless where it exists. */
  create(id: number, isIp6: boolean, name: string): FibTable {
    const known = this.get(id, isIp6);
    if (known !== undefined) return known;
    const table = new FibTable(id, isIp6, name, () => this.nextStatsIndex(), this.#frame);
    this.#tables.set(key(id, isIp6), table);
    return table;
  }

  /** Deletes a table; table 0 always stays. */
  remove(id: number, isIp6: boolean): void {
    if (id !== 0) this.#tables.delete(key(id, isIp6));
  }

  /** The lowest id that no table has. */
  unusedId(isIp6: boolean): number {
    let id = 1;
    while (this.get(id, isIp6) !== undefined) id++;
    return id;
  }

  /** The next index of a counter in the statistics. */
  nextStatsIndex(): number {
    return ++this.#statsIndex;
  }
}

function key(id: number, isIp6: boolean): number {
  return 2 * id + Number(isIp6);
}
