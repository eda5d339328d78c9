/**
 * What the sandboxes run: a dump, then an event that the task brings about itself. Imports nothing but
 * what a program at the edge would.
 *
 * @module
 */
import {
  SwInterfaceDump,
  SwInterfaceEvent,
  SwInterfaceSetFlags,
  WantInterfaceEvents,
} from "../../src/binapi/interface.ts";
import { connect, type EdgeOptions } from "../../src/edge.ts";

export interface TaskResult {
  readonly names: readonly string[];
  /** The index in the event, and the flags. */
  readonly event: readonly [swIfIndex: number, flags: number];
}

export async function runTask(options: EdgeOptions): Promise<TaskResult> {
  const mux = await connect({ replyTimeoutMs: 20_000, ...options });
  try {
    const channel = mux.newAPIChannel();
    const details = await channel.sendMultiRequest(SwInterfaceDump, {}).toArray();
    const events = channel.subscribeNotification(SwInterfaceEvent);
    await channel.request(WantInterfaceEvents, { enableDisable: 1, pid: 7 });
    await channel.request(SwInterfaceSetFlags, { swIfIndex: 2, flags: 1 });
    const { value: event } = await events.next();
    return {
      names: details.map((itf) => itf.interfaceName),
      event: [event?.swIfIndex ?? -1, event?.flags ?? -1],
    };
  } finally {
    await mux.close();
  }
}
