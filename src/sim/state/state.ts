/**
 * What the simulated VPP is configured with.
 *
 * @module
 */
import type { Frame } from "../outbox.ts";
import { Interfaces } from "./interfaces.ts";

/** An event that is to be told to whoever wants it. */
export interface PendingEvent {
  readonly event: string;
  readonly fields: object;
}

/** Encodes a message by name and fields, in camelCase. */
export type FrameEncoder = (message: string, fields: object) => Frame;

export class SimState {
  readonly interfaces: Interfaces;
  #events: PendingEvent[] = [];

  /**
   * @param loopbacks the number of loopbacks that are there from the start
   * @param frame encodes a message for which only the context is still to be written
   */
  constructor(loopbacks: number, frame: FrameEncoder) {
    this.interfaces = new Interfaces(frame, (change) => {
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
