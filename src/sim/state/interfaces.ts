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

/** What a client may set. */
export interface InterfaceSettings {
  readonly mac: string;
  /** ADMIN_UP and LINK_UP. */
  readonly flags: number;
  readonly tag: string;
  /** Bytes, for packets of layer 3, IPv4, IPv6 and MPLS; 0: as layer 3. */
  readonly mtu: readonly number[];
  /** Bytes that the link carries at most. */
  readonly linkMtu: number;
}

export interface Interface {
  readonly swIfIndex: number;
  readonly kind: "local" | "loopback";
  /** The number in `loop7`. */
  readonly instance: number;
  readonly name: string;
  readonly deviceType: string;
  /** Changed by `Interfaces.set` only. */
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
    const swIfIndex = this.#freeIndices.pop() ?? this.#byIndex.length;
    const itf = loopback(swIfIndex, number, mac === NO_MAC ? loopbackMac(number) : mac);
    this.#byIndex[swIfIndex] = itf;
    this.details.changed(itf);
    this.#changed({ swIfIndex, flags: 0, deleted: false });
    return itf;
  }

  deleteLoopback(itf: Interface): void {
    this.#byIndex[itf.swIfIndex] = undefined;
    this.#freeIndices.push(itf.swIfIndex);
    this.#instances.delete(itf.instance);
    this.#lowestFreeInstance = Math.min(this.#lowestFreeInstance, itf.instance);
    this.details.changed(itf);
    this.#changed({ swIfIndex: itf.swIfIndex, flags: 0, deleted: true });
  }

  set(itf: Interface, settings: Partial<InterfaceSettings>): void {
    itf.settings = { ...itf.settings, ...settings };
    this.details.changed(itf);
  }

  /** Sets an interface up or down; a loopback's link follows. */
  setAdminUp(itf: Interface, up: boolean): void {
    if (up === ((itf.settings.flags & ADMIN_UP) !== 0)) return;
    const flags = up ? ADMIN_UP | LINK_UP : 0;
    this.set(itf, { flags });
    this.#changed({ swIfIndex: itf.swIfIndex, flags, deleted: false });
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
    name: "local0",
    deviceType: "local",
    settings: { mac: NO_MAC, flags: 0, tag: "", mtu: [0, 0, 0, 0], linkMtu: 0 },
  };
}

function loopback(swIfIndex: number, instance: number, mac: string): Interface {
  return {
    swIfIndex,
    kind: "loopback",
    instance,
    name: `loop${instance}`,
    deviceType: "Loopback",
    settings: { mac, flags: 0, tag: "", mtu: [LOOPBACK_MTU, 0, 0, 0], linkMtu: LOOPBACK_MTU },
  };
}

function loopbackMac(instance: number): string {
  return `de:ad:00:00:00:${(instance & 0xff).toString(16).padStart(2, "0")}`;
}

/** The fields of `sw_interface_details`; those of subinterfaces and tag rewriting stay 0. */
function detailsOf({ swIfIndex, name, deviceType, settings }: Interface): object {
  return {
    swIfIndex,
    supSwIfIndex: swIfIndex,
    l2Address: settings.mac,
    flags: settings.flags,
    linkMtu: settings.linkMtu,
    mtu: settings.mtu,
    interfaceName: name,
    interfaceDevType: deviceType,
    tag: settings.tag,
  };
}
