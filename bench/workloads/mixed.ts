import { SwInterfaceDump, SwInterfaceSetFlags } from "../../src/binapi/interface.ts";
import { ControlPing } from "../../src/binapi/memclnt.ts";
import { ShowVersion } from "../../src/binapi/vpe.ts";
import type { Channel, Mux } from "../../src/mod.ts";
import { keep } from "../keep.ts";
import type { Figures, Parameters } from "../parameters.ts";
import { rate } from "../timing.ts";

const ROUNDS = 20;
const CALLS_A_ROUND = 4;

/** `window` channels at once, each with one call at a time: a ping, a version, flags, a dump of one. */
export function mixed(mux: Mux, parameters: Parameters): Promise<Figures> {
  const channels = Array.from({ length: parameters.window }, () => mux.newAPIChannel());
  return rate(parameters, async () => {
    await Promise.all(channels.map(work));
    return channels.length * ROUNDS * CALLS_A_ROUND;
  });
}

async function work(channel: Channel): Promise<void> {
  const swIfIndex = 1 + channel.id % 10;
  for (let i = 0; i < ROUNDS; i++) {
    await channel.request(ControlPing, {});
    keep((await channel.request(ShowVersion, {})).version);
    await channel.request(SwInterfaceSetFlags, { swIfIndex, flags: 1 });
    for await (
      const { interfaceName } of channel.sendMultiRequest(SwInterfaceDump, { swIfIndex })
    ) {
      keep(interfaceName);
    }
  }
}
