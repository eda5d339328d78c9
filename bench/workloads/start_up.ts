import process from "node:process";
import { type SwInterfaceDetails, SwInterfaceDump } from "../../src/binapi/interface.ts";
import { ControlPing } from "../../src/binapi/memclnt.ts";
import type { Mux } from "../../src/mod.ts";
import { keep } from "../keep.ts";
import type { Figures } from "../parameters.ts";

/**
 * The first reply, which is told to the runner by a line, since it knows when it started the process;
 * then memory, before and after all interfaces are dumped and held.
 */
export async function startUp(mux: Mux): Promise<Figures> {
  const channel = mux.newAPIChannel();
  await channel.request(ControlPing, {});
  console.log("first reply");
  const { rss: rssAtFirst } = process.memoryUsage();
  const held: SwInterfaceDetails[] = [];
  for await (const one of channel.sendMultiRequest(SwInterfaceDump, {})) held.push(one);
  const { rss: rssWithDump } = process.memoryUsage();
  keep(held);
  return { firstMegabytes: rssAtFirst / 1e6, dumpMegabytes: rssWithDump / 1e6 };
}
