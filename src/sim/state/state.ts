/**
 * What the simulated VPP is configured with.
 *
 * @module
 */
import type { Frame } from "../outbox.ts";
import { Acls } from "./acls.ts";
import { BridgeDomains } from "./bridge_domains.ts";
import { ADMIN_UP, type Interface, Interfaces, LINK_UP } from "./interfaces.ts";
import { IpInterfaces } from "./ip_interfaces.ts";
import { IpTables } from "./ip_tables.ts";
import { Neighbors } from "./neighbors.ts";

/** An event that is to be told to whoever wants it. */
export interface PendingEvent {
  readonly event: string;
  readonly fields: object;
}

/** Encodes a message by name and fields, in camelCase; its context is still to be written. */
export type FrameEncoder = (message: string, fields: object) => Frame;

export class SimState {
  readonly interfaces: Interfaces;
  readonly tables: IpTables;
  readonly ip: IpInterfaces;
  readonly neighbors: Neighbors;
  readonly acls: Acls;
  readonly bridgeDomains: BridgeDomains = new BridgeDomains();
  /** Interfaces that use the addresses of another one. */
  readonly unnumbered: Map<Interface, Interface> = new Map();
  #events: PendingEvent[] = [];

  constructor(frame: FrameEncoder) {
    this.interfaces = new Interfaces(frame, (change) => {
      this.#events.push({ event: "sw_interface_event", fields: change });
    });
    this.tables = new IpTables(frame);
    this.ip = new IpInterfaces(this.tables);
    this.neighbors = new Neighbors(this.tables, this.ip);
    this.acls = new Acls(frame);
  }

  /** The events since the last call. */
  takeEvents(): readonly PendingEvent[] {
    if (this.#events.length === 0) return NO_EVENTS;
    const events = this.#events;
    this.#events = [];
    return events;
  }

  /**
   * Sets an interface up or down. A loopback's link follows, and with it that of its VLANs.
   *
   * @returns false where a VLAN cannot go up because its parent is down
   */
  setAdminUp(itf: Interface, up: boolean): boolean {
    const { interfaces } = this;
    const parentFlags = itf.parent?.settings.flags ?? ADMIN_UP;
    if (up && (parentFlags & ADMIN_UP) === 0) return false;
    interfaces.setFlags(itf, flagsOf(itf, up));
    for (const vlan of interfaces.vlans(itf)) {
      const isUp = (vlan.settings.flags & ADMIN_UP) !== 0;
      interfaces.set(vlan, { flags: flagsOf(vlan, isUp) });
    }
    this.ip.flagsChanged(itf);
    return true;
  }

  /** Deletes an interface, its VLANs, and whatever refers to them. */
  removeInterface(itf: Interface): void {
    for (const vlan of this.interfaces.vlans(itf)) this.removeInterface(vlan);
    this.ip.forget(itf);
    this.neighbors.flush(false, itf);
    this.neighbors.flush(true, itf);
    this.acls.forget(itf);
    this.bridgeDomains.leave(itf);
    this.unnumbered.delete(itf);
    this.interfaces.remove(itf);
  }
}

const NO_EVENTS: readonly PendingEvent[] = [];

/** The link of `local0` is never up; that of a VLAN is its parent's. */
function flagsOf(itf: Interface, up: boolean): number {
  const admin = up ? ADMIN_UP : 0;
  if (itf.parent !== undefined) return admin | (itf.parent.settings.flags & LINK_UP);
  return itf.kind === "loopback" && up ? admin | LINK_UP : admin;
}
