/** A part of the agent: the interfaces that it wants, each known by its tag. */
import type { Channel, Part } from "govppmux";
import {
  CreateLoopback,
  SwInterfaceDump,
  SwInterfaceEvent,
  SwInterfaceSetFlags,
  SwInterfaceTagAddDel,
  WantInterfaceEvents,
} from "govppmux/binapi/interface";
import { IfStatusFlags } from "govppmux/binapi/interface_types";

/** The tags of the interfaces, with their sw_if_index once they are there. */
export type Interfaces = Map<string, number>;

export function interfacesPart(
  tags: readonly string[],
  interfaces: Interfaces,
  tell: (line: string) => void,
): Part {
  return {
    init: async (context) => {
      const channel = context.newAPIChannel();
      // Both outlive reconnects: the subscription, and that VPP was asked for these events.
      void tellEvents(channel, tell);
      await channel.request(WantInterfaceEvents, { enableDisable: 1 });
      await bringUp(channel, tags, interfaces);
    },
    resync: async (context, { restarted }) => {
      tell(`interfaces: resync, VPP was ${restarted ? "started anew" : "there all the time"}`);
      const channel = context.newAPIChannel();
      await bringUp(channel, tags, interfaces);
      await channel.close();
    },
    close: () => tell("interfaces: closed"),
  };
}

async function tellEvents(channel: Channel, tell: (line: string) => void): Promise<void> {
  for await (const event of channel.subscribeNotification(SwInterfaceEvent)) {
    const up = (event.flags & IfStatusFlags.ADMIN_UP) !== 0;
    tell(`interfaces: event: sw_if_index ${event.swIfIndex} is ${up ? "up" : "down"}`);
  }
}

/** Creates what is missing and sets up what is down; what is right already stays as it is. */
async function bringUp(
  channel: Channel,
  tags: readonly string[],
  interfaces: Interfaces,
): Promise<void> {
  interfaces.clear();
  for await (const { tag, swIfIndex } of channel.sendMultiRequest(SwInterfaceDump, {})) {
    if (tag !== "") interfaces.set(tag, swIfIndex);
  }
  for (const tag of tags) {
    let swIfIndex = interfaces.get(tag);
    if (swIfIndex === undefined) {
      ({ swIfIndex } = await channel.request(CreateLoopback, { macAddress: "00:00:00:00:00:00" }));
      await channel.request(SwInterfaceTagAddDel, { isAdd: true, swIfIndex, tag });
      interfaces.set(tag, swIfIndex);
    }
    await channel.request(SwInterfaceSetFlags, { swIfIndex, flags: IfStatusFlags.ADMIN_UP });
  }
}
