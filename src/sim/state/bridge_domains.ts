/**
 * Bridge domains and the interfaces in them (VPP's `vnet/l2`).
 *
 * @module
 */
import {
  BD_ALREADY_EXISTS,
  BD_ALREADY_HAS_BVI,
  BD_ID_EXCEED_MAX,
  BD_IN_USE,
  BD_NOT_MODIFIABLE,
  INVALID_VALUE,
  NO_SUCH_ENTRY,
} from "../retvals.ts";
import type { Interface } from "./interfaces.ts";

const MAX_ID = (1 << 24) - 1;

/** `l2_port_type`: a plain port, the domain's way to layer 3, where unknown addresses go. */
const PORT_NORMAL = 0;
const PORT_BVI = 1;
const PORT_UU_FWD = 2;

/** What `bridge_domain_add_del` sets. */
export interface BridgeDomainSettings {
  readonly flood: boolean;
  readonly uuFlood: boolean;
  readonly forward: boolean;
  readonly learn: boolean;
  readonly arpTerm: boolean;
  readonly arpUfwd: boolean;
  /** Minutes; 0: entries stay. */
  readonly macAge: number;
  readonly bdTag: string;
}

export interface BridgeMember {
  readonly itf: Interface;
  /** Split horizon group. */
  readonly shg: number;
}

/** An entry of a bridge domain's forwarding table. */
export interface L2FibEntry {
  readonly mac: string;
  readonly swIfIndex: number;
  readonly staticMac: boolean;
  readonly filterMac: boolean;
  readonly bviMac: boolean;
}

export interface BridgeDomain {
  readonly id: number;
  settings: BridgeDomainSettings;
  members: readonly BridgeMember[];
  /** The domain's way to layer 3, one of the members. */
  bvi: Interface | undefined;
  /** Where frames to unknown addresses go; no member. */
  uuForward: Interface | undefined;
  /** By MAC. */
  readonly fib: Map<string, L2FibEntry>;
}

/** As of a domain that comes to be because an interface is put into it. */
const DEFAULTS: BridgeDomainSettings = {
  flood: true,
  uuFlood: true,
  forward: true,
  learn: true,
  arpTerm: false,
  arpUfwd: false,
  macAge: 0,
  bdTag: "",
};

export class BridgeDomains {
  readonly #domains = new Map<number, BridgeDomain>();
  /** Where the packets of cross-connected interfaces go. */
  readonly #crossConnects = new Map<Interface, Interface>();

  get(id: number): BridgeDomain | undefined {
    return this.#domains.get(id);
  }

  [Symbol.iterator](): Iterator<BridgeDomain> {
    return this.#domains.values();
  }

  /** Returns the retval. */
  add(id: number, settings: BridgeDomainSettings): number {
    if (id === 0 || this.#domains.has(id)) return BD_ALREADY_EXISTS;
    if (id > MAX_ID) return BD_ID_EXCEED_MAX;
    this.#domains.set(id, {
      id,
      settings,
      members: [],
      bvi: undefined,
      uuForward: undefined,
      fib: new Map(),
    });
    return 0;
  }

  /** Returns the retval. */
  remove(id: number): number {
    if (id === 0) return BD_NOT_MODIFIABLE;
    const domain = this.#domains.get(id);
    if (domain === undefined) return NO_SUCH_ENTRY;
    if (domain.members.length > 0) return BD_IN_USE;
    this.#domains.delete(id);
    return 0;
  }

  /** The lowest id that no bridge domain has. */
  unusedId(): number {
    let id = 1;
    while (this.#domains.has(id)) id++;
    return id;
  }

  /**
   * Puts an interface into a domain, which comes to be where needed.
   *
   * @returns the retval; domain 0 swallows what is put into it
   */
  join(id: number, member: BridgeMember, portType: number): number {
    if (portType < PORT_NORMAL || portType > PORT_UU_FWD) return INVALID_VALUE;
    if (id > MAX_ID) return BD_ID_EXCEED_MAX;
    this.leave(member.itf);
    if (!this.#domains.has(id)) this.add(id, DEFAULTS);
    const domain = this.#domains.get(id);
    return domain === undefined ? 0 : join(domain, member, portType);
  }

  /** Takes an interface out of whatever forwards its frames in layer 2. */
  leave(itf: Interface): void {
    this.#crossConnects.delete(itf);
    for (const domain of this.#domains.values()) {
      domain.members = domain.members.filter((member) => member.itf !== itf);
      if (domain.uuForward === itf) domain.uuForward = undefined;
      if (domain.bvi === itf) domain.bvi = undefined;
      for (const entry of [...domain.fib.values()]) {
        if (entry.swIfIndex === itf.swIfIndex && (!entry.staticMac || entry.bviMac)) {
          domain.fib.delete(entry.mac);
        }
      }
    }
  }

  crossConnect(from: Interface, to: Interface): void {
    this.leave(from);
    this.#crossConnects.set(from, to);
  }

  crossConnects(): Iterable<readonly [from: Interface, to: Interface]> {
    return this.#crossConnects;
  }

  /** Forgets the MACs that are not static. */
  flush(domain: BridgeDomain): void {
    for (const entry of [...domain.fib.values()]) {
      if (!entry.staticMac && !entry.bviMac) domain.fib.delete(entry.mac);
    }
  }
}

/** Returns the retval. */
function join(domain: BridgeDomain, member: BridgeMember, portType: number): number {
  switch (portType) {
    case PORT_UU_FWD:
      domain.uuForward = member.itf;
      return 0;
    case PORT_BVI:
      if (domain.bvi !== undefined) return BD_ALREADY_HAS_BVI;
      domain.bvi = member.itf;
      domain.members = [member, ...domain.members];
      domain.fib.set(member.itf.settings.mac, bviEntry(member.itf));
      return 0;
    default:
      domain.members = [...domain.members, member];
      return 0;
  }
}

function bviEntry(itf: Interface): L2FibEntry {
  return {
    mac: itf.settings.mac,
    swIfIndex: itf.swIfIndex,
    staticMac: true,
    filterMac: false,
    bviMac: true,
  };
}
