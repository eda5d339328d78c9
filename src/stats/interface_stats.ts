import type { SegmentView } from "./stats_connection.ts";
import type { CombinedCounters, PacketsAndBytes, SimpleCounters } from "./values.ts";
import { ViewReader } from "./view_reader.ts";

/** What VPP writes in the place of the name of an interface that was deleted. */
export const deletedName = "deleted";

/** The counters that an interface has, one number each. */
export const simpleNames = {
  rxErrors: "/if/rx-error",
  txErrors: "/if/tx-error",
  drops: "/if/drops",
  punts: "/if/punt",
  ip4: "/if/ip4",
  ip6: "/if/ip6",
  rxNoBuf: "/if/rx-no-buf",
  rxMiss: "/if/rx-miss",
  mpls: "/if/mpls",
} as const;

/** The counters that an interface has, packets and bytes each. */
export const combinedNames = {
  rx: "/if/rx",
  rxUnicast: "/if/rx-unicast",
  rxMulticast: "/if/rx-multicast",
  rxBroadcast: "/if/rx-broadcast",
  tx: "/if/tx",
  txUnicast: "/if/tx-unicast",
  txMulticast: "/if/tx-multicast",
  txBroadcast: "/if/tx-broadcast",
} as const;

/** How old releases spell `/if/tx-unicast`. */
const oldTxUnicast = "/if/tx-unicast-miss";

type SimpleName = keyof typeof simpleNames;
type CombinedName = keyof typeof combinedNames;

/** The counters of all interfaces at one time. */
interface InterfaceTable {
  readonly simple: Readonly<Record<SimpleName, ThreadChoice>>;
  readonly combined: Readonly<Record<CombinedName, ThreadChoice>>;
}

/** By `sw_if_index`. @param thread of this thread only; undefined: the sum of all. */
export function readInterfaces(
  view: SegmentView,
  thread: number | undefined,
): InterfaceCounters[] {
  const reader = new ViewReader(view);
  const hasTxUnicast = view.directory.find(combinedNames.txUnicast) !== undefined;
  const spelled = (name: string) =>
    name === combinedNames.txUnicast && !hasTxUnicast ? oldTxUnicast : name;
  const table: InterfaceTable = {
    simple: mapValues(simpleNames, (name) => new ThreadChoice(reader.simple(name), thread)),
    combined: mapValues(
      combinedNames,
      (name) => new ThreadChoice(reader.combined(spelled(name)), thread),
    ),
  };
  const interfaces: InterfaceCounters[] = [];
  reader.names("/if/names").forEach((name, index) => {
    if (name === undefined || name === deletedName) return;
    interfaces.push(new InterfaceCounters(table, index, name));
  });
  return interfaces;
}

/** The counters of one thread, or the sums of all, which are made when first looked at. */
class ThreadChoice {
  readonly #counters: SimpleCounters | CombinedCounters;
  #values: BigUint64Array | undefined;

  constructor(counters: SimpleCounters | CombinedCounters, thread: number | undefined) {
    this.#counters = counters;
    if (thread !== undefined) this.#values = counters.rows[thread] ?? new BigUint64Array(0);
    else if (counters.rows.length === 1) this.#values = counters.rows[0];
  }

  at(place: number): bigint {
    const values = this.#values ??= this.#counters.sums();
    return values[place] ?? 0n;
  }
}

/**
 * The counters of one interface, as they were when they were read. A field costs something only
 * when it is looked at. `toJSON` gives all of them, numbers as decimal strings.
 */
export class InterfaceCounters {
  /** The `sw_if_index`. */
  readonly index: number;
  readonly name: string;
  readonly #table: InterfaceTable;

  /** For `readInterfaces` only. */
  constructor(table: InterfaceTable, index: number, name: string) {
    this.#table = table;
    this.index = index;
    this.name = name;
  }

  get rx(): PacketsAndBytes {
    return this.#combined("rx");
  }
  get rxUnicast(): PacketsAndBytes {
    return this.#combined("rxUnicast");
  }
  get rxMulticast(): PacketsAndBytes {
    return this.#combined("rxMulticast");
  }
  get rxBroadcast(): PacketsAndBytes {
    return this.#combined("rxBroadcast");
  }
  get tx(): PacketsAndBytes {
    return this.#combined("tx");
  }
  get txUnicast(): PacketsAndBytes {
    return this.#combined("txUnicast");
  }
  get txMulticast(): PacketsAndBytes {
    return this.#combined("txMulticast");
  }
  get txBroadcast(): PacketsAndBytes {
    return this.#combined("txBroadcast");
  }
  get rxErrors(): bigint {
    return this.#simple("rxErrors");
  }
  get txErrors(): bigint {
    return this.#simple("txErrors");
  }
  get drops(): bigint {
    return this.#simple("drops");
  }
  get punts(): bigint {
    return this.#simple("punts");
  }
  get ip4(): bigint {
    return this.#simple("ip4");
  }
  get ip6(): bigint {
    return this.#simple("ip6");
  }
  get rxNoBuf(): bigint {
    return this.#simple("rxNoBuf");
  }
  get rxMiss(): bigint {
    return this.#simple("rxMiss");
  }
  get mpls(): bigint {
    return this.#simple("mpls");
  }

  toJSON(): Record<string, unknown> {
    return {
      index: this.index,
      name: this.name,
      ...mapValues(combinedNames, (_, field) => {
        const { packets, bytes } = this.#combined(field);
        return { packets: `${packets}`, bytes: `${bytes}` };
      }),
      ...mapValues(simpleNames, (_, field) => `${this.#simple(field)}`),
    };
  }

  #simple(field: SimpleName): bigint {
    return this.#table.simple[field].at(this.index);
  }

  #combined(field: CombinedName): PacketsAndBytes {
    const counters = this.#table.combined[field];
    return { packets: counters.at(2 * this.index), bytes: counters.at(2 * this.index + 1) };
  }
}

function mapValues<K extends string, V, R>(
  record: Readonly<Record<K, V>>,
  map: (value: V, key: K) => R,
): Record<K, R> {
  const keys = Object.keys(record) as K[]; // The records here have no other keys.
  return Object.fromEntries(keys.map((key) => [key, map(record[key], key)])) as Record<K, R>;
}
