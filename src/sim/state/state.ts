/**
 * What the simulated VPP is configured with.
 *
 * @module
 */
import { Interfaces } from "./interfaces.ts";

/** An event that is to be told to whoever wants it. */
export interface PendingEvent {
  readonly event: string;
  readonly fields: object;
}

export class SimState {
  readonly interfaces: Interfaces;
  #events: PendingEvent[] = [];

  /** @param loopbacks the number of loopbacks that are there from the start */
  constructor(loopbacks: number) {
    this.interfaces = new Interfaces((change) => {
      this.#events.push({ event: "sw_interface_event", fields: change });
    });
    for (let i = 0; i < loopbacks; i++) this.interfaces.createLoopback();
    this.takeEvents();
  }

  /** The events since the last call. */
  takeEvents(): readonly PendingEvent[] {
    if (this.#events.length === 0) return NO_EVENTS;
    const events = this.#events;
    this.#events = [];
    return events;
  }
}

const NO_EVENTS: readonly PendingEvent[] = [];
