/**
 * Interfaces of the simulated VPP.
 *
 * @module
 */
import { DetailsCache } from "../details_cache.ts";
import type { FrameEncoder } from "./state.ts";

/** `if_status_flags` of VPP's interface_types.api. */
export const ADMIN_UP = 1;
export const LINK_UP = 2;

/** VPP has room for so many loopback instances (`LOOPBACK_MAX_INSTANCE`). */
const MAX_INSTANCES = 16 * 1024;
const LOOPBACK_MTU = 9000;
const NO_MAC = "00:00:00:00:00:00";
/** `IF_API_TYPE_SUB` of `if_type`. */
const TYPE_SUB = 1;
/** `SUB_IF_API_FLAG_ONE_TAG` and `SUB_IF_API_FLAG_EXACT_MATCH` of `sub_if_flags`. */
const ONE_TAG_EXACT = 2 | 16;

/** What a client may set. */
export interface InterfaceSettings {
  readonly name: string;
  readonly mac: string;
  /** ADMIN_UP and LINK_UP. */
  readonly flags: number;
  readonly tag: string;
  /** Bytes, for packets of layer 3, IPv4, IPv6 and MPLS; 0: as layer 3. */
  readonly mtu: readonly number[];
}

export interface Interface {
  readonly swIfIndex: number;
  readonly kind: "local" | "loopback" | "vlan";
  /** The number in `loop7`; of a VLAN its id. */
  readonly instance: number;
  /** The interface that a VLAN is on; otherwise undefined. */
  readonly parent: Interface | undefined;
  readonly deviceType: string;
  /** Bytes that the link carries at most. */
  readonly linkMtu: number;
  /** Changed by `Interfaces` only. */
  settings: InterfaceSettings;
}

/** The fields of `sw_interface_event` that an interface decides. */
export interface InterfaceChange {
  readonly swIfIndex: number;
  readonly flags: number;
  readonly deleted: boolean;
}

export class Interfaces {
  readonly details: DetailsCache<Interface>;
  readonly #changed: (change: InterfaceChange) => void;
  readonly #byIndex: (Interface | undefined)[] = [local0()];
  /** Freed indices; VPP's pools hand out the one that was freed last. */
  readonly #freeIndices: number[] = [];
  readonly #instances = new Set<number>();
  readonly #vlans = new Map<Interface, readonly Interface[]>();
  #lowestFreeInstance = 0;

  /** @param changed hears of what `want_interface_events` is about */
  constructor(frame: FrameEncoder, changed: (change: InterfaceChange) => void) {
    this.details = new DetailsCache((itf) => frame("sw_interface_details", detailsOf(itf)));
    this.#changed = changed;
  }

  get(swIfIndex: number): Interface | undefined {
    return this.#byIndex[swIfIndex];
  }

  /** In the order of their index. */
  *[Symbol.iterator](): Iterator<Interface> {
    for (const itf of this.#byIndex) {
      if (itf !== undefined) yield itf;
    }
  }

  /**
   * Creates a loopback.
   *
   * @param instance the number in its name; undefined: the lowest that is free
   * @param mac all zero: VPP's own, dead:0000:0000 plus the instance's lowest byte
   * @returns undefined where the instance is taken or too high
   */
  createLoopback(instance?: number, mac: string = NO_MAC): Interface | undefined {
    const number = instance ?? this.#freeInstance();
    if (number >= MAX_INSTANCES || this.#instances.has(number)) return undefined;
    this.#instances.add(number);
    return this.#add({
      swIfIndex: this.#freeIndex(),
      kind: "loopback",
      instance: number,
      parent: undefined,
      deviceType: "Loopback",
      linkMtu: LOOPBACK_MTU,
      settings: {
        name: `loop${number}`,
        mac: mac === NO_MAC ? loopbackMac(number) : mac,
        flags: 0,
        tag: "",
        mtu: [LOOPBACK_MTU, 0, 0, 0],
      },
    });
  }

  /** Creates a VLAN on an interface; undefined where it has that VLAN already. */
  createVlan(parent: Interface, id: number): Interface | undefined {
    if (this.vlans(parent).some((vlan) => vlan.instance === id)) return undefined;
    const vlan = this.#add({
      swIfIndex: this.#freeIndex(),
      kind: "vlan",
      instance: id,
      parent,
      deviceType: parent.deviceType,
      linkMtu: parent.linkMtu,
      settings: {
        name: `${parent.settings.name}.${id}`,
        mac: NO_MAC,
        flags: parent.settings.flags & LINK_UP,
        tag: "",
        mtu: [0, 0, 0, 0],
      },
    });
    this.#vlans.set(parent, [...this.vlans(parent), vlan]);
    return vlan;
  }

  /** The VLANs on an interface. */
  vlans(parent: Interface): readonly Interface[] {
    return this.#vlans.get(parent) ?? [];
  }

  remove(itf: Interface): void {
    this.#byIndex[itf.swIfIndex] = undefined;
    this.#freeIndices.push(itf.swIfIndex);
    if (itf.kind === "loopback") {
      this.#instances.delete(itf.instance);
      this.#lowestFreeInstance = Math.min(this.#lowestFreeInstance, itf.instance);
    }
    if (itf.parent !== undefined) {
      this.#vlans.set(itf.parent, this.vlans(itf.parent).filter((vlan) => vlan !== itf));
    }
    this.#vlans.delete(itf);
    this.details.changed(itf);
    this.#changed({ swIfIndex: itf.swIfIndex, flags: 0, deleted: true });
  }

  set(itf: Interface, settings: Partial<InterfaceSettings>): void {
    itf.settings = { ...itf.settings, ...settings };
    this.details.changed(itf);
  }

  /**
   * Sets ADMIN_UP and LINK_UP; tells of it where that is a change. VPP's event says only what has
   * changed, and of a VLAN that is never the link.
   */
  setFlags(itf: Interface, flags: number): void {
    if (flags === itf.settings.flags) return;
    this.set(itf, { flags });
    const told = itf.kind === "vlan" ? flags & ADMIN_UP : flags;
    this.#changed({ swIfIndex: itf.swIfIndex, flags: told, deleted: false });
  }

  #add(itf: Interface): Interface {
    this.#byIndex[itf.swIfIndex] = itf;
    this.details.changed(itf);
    this.#changed({ swIfIndex: itf.swIfIndex, flags: 0, deleted: false });
    return itf;
  }

  #freeIndex(): number {
    return this.#freeIndices.pop() ?? this.#byIndex.length;
  }

  #freeInstance(): number {
    while (this.#instances.has(this.#lowestFreeInstance)) this.#lowestFreeInstance++;
    return this.#lowestFreeInstance;
  }
}

function local0(): Interface {
  return {
    swIfIndex: 0,
    kind: "local",
    instance: 0,
    parent: undefined,
    deviceType: "local",
    linkMtu: 0,
    settings: { name: "local0", mac: NO_MAC, flags: 0, tag: "", mtu: [0, 0, 0, 0] },
  };
}

function loopbackMac(instance: number): string {
  return `de:ad:00:00:00:${(instance & 0xff).toString(16).padStart(2, "0")}`;
}

/** The fields of `sw_interface_details`; those of tag rewriting stay 0. */
function detailsOf({ swIfIndex, parent, instance, deviceType, linkMtu, settings }: Interface) {
  const { name, mac, flags, tag, mtu } = settings;
  const common = {
    swIfIndex,
    supSwIfIndex: parent?.swIfIndex ?? swIfIndex,
    l2Address: mac,
    flags,
    linkMtu,
    mtu,
    interfaceName: name,
    interfaceDevType: deviceType,
    tag,
  };
  if (parent === undefined) return common;
  return {
    ...common,
    type: TYPE_SUB,
    subId: instance,
    subNumberOfTags: 1,
    subOuterVlanId: instance,
    subIfFlags: ONE_TAG_EXACT,
  };
}
