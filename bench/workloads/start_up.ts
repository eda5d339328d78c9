import process from "node:process";
import { SwInterfaceDump } from "../../src/binapi/interface.ts";
import { ControlPing } from "../../src/binapi/memclnt.ts";
import type { Mux } from "../../src/mod.ts";
import { keep } from "../keep.ts";
import type { Figures, Parameters } from "../parameters.ts";

/**
 * The first reply, which is told to the runner by a line, since it knows when it started the process;
 * then memory, before and after all interfaces are dumped and held.
 */
export async function startUp(mux: Mux, { style }: Parameters): Promise<Figures> {
  const channel = mux.newAPIChannel();
  await channel.request(ControlPing, {});
  console.log("first reply");
  const first = process.memoryUsage().rss;
  const held = style === "named"
    ? await channel.sendMultiRequest("sw_interface_dump").toArray()
    : await channel.sendMultiRequest(SwInterfaceDump, {}).toArray();
  const dumped = process.memoryUsage().rss;
  keep(held);
  return { firstMegabytes: first / 1e6, dumpMegabytes: dumped / 1e6 };
}
