/**
 * Neighbours: which MAC an address on a link has.
 *
 * @module
 */
import { INVALID_SW_IF_INDEX, NO_SUCH_ENTRY } from "../retvals.ts";
import { nextHop } from "./connected_routes.ts";
import { PATH_NORMAL, SOURCE_ADJACENCY } from "./fib.ts";
import type { Interface } from "./interfaces.ts";
import type { IpInterfaces } from "./ip_interfaces.ts";
import type { IpTables } from "./ip_tables.ts";
import { Prefix } from "./prefix.ts";

/** `ip_neighbor_flags`: entries that are not learned, and those without a route of their own. */
const STATIC = 1;
const NO_FIB_ENTRY = 4;

export interface Neighbor {
  readonly itf: Interface;
  /** As a prefix of one address. */
  readonly host: Prefix;
  readonly mac: string;
  readonly flags: number;
  readonly statsIndex: number;
  /** Milliseconds of the simulator's clock. */
  readonly updatedAt: number;
}

/** What a client gives. */
export interface NeighborFields {
  readonly flags: number;
  readonly macAddress: string;
  readonly ipAddress: string;
}

export class Neighbors {
  readonly #tables: IpTables;
  readonly #ip: IpInterfaces;
  readonly #neighbors = new Map<string, Neighbor>();

  constructor(tables: IpTables, ip: IpInterfaces) {
    this.#tables = tables;
    this.#ip = ip;
  }

  [Symbol.iterator](): Iterator<Neighbor> {
    return this.#neighbors.values();
  }

  /** Adds or replaces; an entry that is learned does not replace a static one. */
  add(
    itf: Interface,
    fields: NeighborFields,
    now: number,
  ): { readonly retval: number; readonly statsIndex?: number } {
    const host = hostOf(fields.ipAddress);
    if (host === undefined) return { retval: NO_SUCH_ENTRY };
    const known = this.#neighbors.get(key(itf, host));
    if (known !== undefined && (known.flags & STATIC) !== 0 && (fields.flags & STATIC) === 0) {
      return { retval: INVALID_SW_IF_INDEX };
    }
    const statsIndex = known?.statsIndex ?? this.#tables.nextStatsIndex();
    const { flags, macAddress: mac } = fields;
    this.#neighbors.set(key(itf, host), { itf, host, mac, flags, statsIndex, updatedAt: now });
    if ((flags & NO_FIB_ENTRY) === 0) this.#addRoute(itf, host);
    return { retval: 0, statsIndex };
  }

  /** Returns the retval. */
  remove(itf: Interface, ipAddress: string): number {
    const host = hostOf(ipAddress);
    const known = host === undefined ? undefined : this.#neighbors.get(key(itf, host));
    if (known === undefined) return NO_SUCH_ENTRY;
    this.#forget(known);
    return 0;
  }

  /** Removes those of one family, on one interface or, without it, on all. */
  flush(isIp6: boolean, itf: Interface | undefined): void {
    for (const neighbor of [...this.#neighbors.values()]) {
      if (neighbor.host.isIp6 === isIp6 && (itf === undefined || neighbor.itf === itf)) {
        this.#forget(neighbor);
      }
    }
  }

  #addRoute(itf: Interface, host: Prefix): void {
    const table = this.#tables.get(this.#ip.tableId(itf, host.isIp6), host.isIp6);
    table?.set(host, SOURCE_ADJACENCY, [{
      swIfIndex: itf.swIfIndex,
      type: PATH_NORMAL,
      proto: Number(host.isIp6),
      weight: 1,
      nh: nextHop(host),
    }]);
  }

  #forget({ itf, host }: Neighbor): void {
    this.#neighbors.delete(key(itf, host));
    const table = this.#tables.get(this.#ip.tableId(itf, host.isIp6), host.isIp6);
    table?.remove(host, SOURCE_ADJACENCY);
  }
}

function key(itf: Interface, host: Prefix): string {
  return `${itf.swIfIndex} ${host.text}`;
}

function hostOf(address: unknown): Prefix | undefined {
  const text = String(address);
  return Prefix.parse(`${text}/${text.includes(":") ? 128 : 32}`);
}
