import { SwInterfaceEvent, WantInterfaceEvents } from "../../src/binapi/interface.ts";
import { CliInband } from "../../src/binapi/vlib.ts";
import type { Mux } from "../../src/mod.ts";
import { keep } from "../keep.ts";
import type { Figures, Parameters } from "../parameters.ts";
import { rate } from "../timing.ts";

/** The command at which the benchmark's server sends so many interface events. */
export function eventsCommand(count: number): string {
  return `bench events ${count}`;
}

/** Interface events through a subscription; only the benchmark's own server sends them so fast. */
export async function events(mux: Mux, parameters: Parameters): Promise<Figures> {
  const { count } = parameters;
  const channel = mux.newAPIChannel({ replyBuffer: count });
  await channel.request(WantInterfaceEvents, { enableDisable: 1, pid: 1 });
  const subscription = channel.subscribeNotification(SwInterfaceEvent);
  const figures = await rate(parameters, async () => {
    const sent = channel.request(CliInband, { cmd: eventsCommand(count) });
    for (let received = 0; received < count; received++) {
      const { value } = await subscription.next();
      keep(value?.swIfIndex);
    }
    await sent;
    return count;
  });
  return { ...figures, dropped: subscription.droppedCount };
}
