/**
 * Interfaces of the simulated VPP.
 *
 * @module
 */
import type { Frame } from "../outbox.ts";

/** `if_status_flags` of VPP's interface_types.api. */
export const ADMIN_UP = 1;
export const LINK_UP = 2;

/** VPP has room for so many loopback instances (`LOOPBACK_MAX_INSTANCE`). */
const MAX_INSTANCES = 16 * 1024;
const LOOPBACK_MTU = 9000;
const NO_MAC = "00:00:00:00:00:00";

export type InterfaceKind = "local" | "loopback";

export class Interface {
  readonly swIfIndex: number;
  readonly kind: InterfaceKind;
  /** The number in `loop7`. */
  readonly instance: number;
  readonly name: string;
  readonly deviceType: string;
  #mac: string;
  #flags = 0;
  #tag = "";
  #mtu: readonly number[];
  #linkMtu: number;
  #details: Frame | undefined;

  constructor(swIfIndex: number, kind: InterfaceKind, instance: number, mac: string) {
    const isLocal = kind === "local";
    this.swIfIndex = swIfIndex;
    this.kind = kind;
    this.instance = instance;
    this.name = isLocal ? "local0" : `loop${instance}`;
    this.deviceType = isLocal ? "local" : "Loopback";
    this.#mac = mac;
    this.#linkMtu = isLocal ? 0 : LOOPBACK_MTU;
    this.#mtu = [this.#linkMtu, 0, 0, 0];
  }

  get mac(): string {
    return this.#mac;
  }
  set mac(mac: string) {
    this.#mac = mac;
    this.#details = undefined;
  }

  /** ADMIN_UP and LINK_UP. */
  get flags(): number {
    return this.#flags;
  }
  set flags(flags: number) {
    this.#flags = flags;
    this.#details = undefined;
  }

  get tag(): string {
    return this.#tag;
  }
  set tag(tag: string) {
    this.#tag = tag;
    this.#details = undefined;
  }

  /** Bytes, for packets of layer 3, IPv4, IPv6 and MPLS; 0: as layer 3. */
  get mtu(): readonly number[] {
    return this.#mtu;
  }
  set mtu(mtu: readonly number[]) {
    this.#mtu = mtu;
    this.#details = undefined;
  }

  /** Bytes that the link carries at most. */
  get linkMtu(): number {
    return this.#linkMtu;
  }
  set linkMtu(mtu: number) {
    this.#linkMtu = mtu;
    this.#details = undefined;
  }

  /** The interface as `sw_interface_details`; encoded anew only after a change. */
  details(encode: (fields: object) => Frame): Frame {
    return this.#details ??= encode({
      swIfIndex: this.swIfIndex,
      supSwIfIndex: this.swIfIndex,
      l2Address: this.#mac,
      flags: this.#flags,
      linkMtu: this.#linkMtu,
      mtu: this.#mtu,
      interfaceName: this.name,
      interfaceDevType: this.deviceType,
      tag: this.#tag,
    });
  }
}

/** The fields of `sw_interface_event` that an interface decides. */
export interface InterfaceChange {
  readonly swIfIndex: number;
  readonly flags: number;
  readonly deleted: boolean;
}

export class Interfaces {
  readonly #changed: (change: InterfaceChange) => void;
  readonly #byIndex: (Interface | undefined)[] = [];
  /** Freed indices; VPP's pools hand out the one that was freed last. */
  readonly #freeIndices: number[] = [];
  readonly #instances = new Set<number>();
  #lowestFreeInstance = 0;

  constructor(changed: (change: InterfaceChange) => void) {
    this.#changed = changed;
    this.#byIndex.push(new Interface(0, "local", 0, NO_MAC));
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
   * @param mac undefined or all zero: VPP's own, dead:0000:0000 plus the instance's lowest byte
   * @returns undefined where the instance is taken or too high
   */
  createLoopback(instance?: number, mac?: string): Interface | undefined {
    const number = instance ?? this.#freeInstance();
    if (number >= MAX_INSTANCES || this.#instances.has(number)) return undefined;
    this.#instances.add(number);
    const swIfIndex = this.#freeIndices.pop() ?? this.#byIndex.length;
    const address = mac === undefined || mac === NO_MAC ? loopbackMac(number) : mac;
    const itf = new Interface(swIfIndex, "loopback", number, address);
    this.#byIndex[swIfIndex] = itf;
    this.#changed({ swIfIndex, flags: 0, deleted: false });
    return itf;
  }

  deleteLoopback(itf: Interface): void {
    this.#byIndex[itf.swIfIndex] = undefined;
    this.#freeIndices.push(itf.swIfIndex);
    this.#instances.delete(itf.instance);
    this.#lowestFreeInstance = Math.min(this.#lowestFreeInstance, itf.instance);
    this.#changed({ swIfIndex: itf.swIfIndex, flags: 0, deleted: true });
  }

  /** Sets an interface up or down; a loopback's link follows. */
  setAdminUp(itf: Interface, up: boolean): void {
    if (up === ((itf.flags & ADMIN_UP) !== 0)) return;
    itf.flags = up ? ADMIN_UP | LINK_UP : 0;
    this.#changed({ swIfIndex: itf.swIfIndex, flags: itf.flags, deleted: false });
  }

  #freeInstance(): number {
    while (this.#instances.has(this.#lowestFreeInstance)) this.#lowestFreeInstance++;
    return this.#lowestFreeInstance;
  }
}

function loopbackMac(instance: number): string {
  return `de:ad:00:00:00:${(instance & 0xff).toString(16).padStart(2, "0")}`;
}
