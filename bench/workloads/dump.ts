import { type SwInterfaceDetails, SwInterfaceDump } from "../../src/binapi/interface.ts";
import { IpRouteDump } from "../../src/binapi/ip.ts";
import type { MessageView, Mux } from "../../src/mod.ts";
import { keep } from "../keep.ts";
import type { Figures, Parameters } from "../parameters.ts";
import { rate } from "../timing.ts";

/** `sw_interface_dump`, again and again, by generated bindings or by name. */
export function dumpInterfaces(mux: Mux, parameters: Parameters): Promise<Figures> {
  return rate(parameters, interfaceDump(mux, parameters));
}

/** One `sw_interface_dump`, which returns how many interfaces there were. */
export function interfaceDump(
  mux: Mux,
  { style, fields }: Pick<Parameters, "style" | "fields">,
): () => Promise<number> {
  const channel = mux.newAPIChannel({ replyBufferBytes: 1 << 30 });
  const isThree = fields === "three";
  if (style === "named") {
    const read = isThree ? readThreeNamed : readAllNamed;
    return () => readEach(channel.sendMultiRequest("sw_interface_dump"), read);
  }
  const read = isThree ? readThree : readAll;
  return () => readEach(channel.sendMultiRequest(SwInterfaceDump, {}), read);
}

/** `ip_route_dump` of table 0: the prefix and the first next hop of each route are read. */
export function dumpRoutes(mux: Mux, parameters: Parameters): Promise<Figures> {
  const channel = mux.newAPIChannel({ replyBufferBytes: 1 << 30 });
  const table = { tableId: 0, isIp6: false, name: "" };
  return rate(
    parameters,
    () =>
      readEach(channel.sendMultiRequest(IpRouteDump, { table }), ({ route }) => {
        keep(route.prefix);
        keep(route.paths[0]?.nh.address);
      }),
  );
}

/** Returns how many there were. */
async function readEach<Details>(
  details: AsyncIterable<Details>,
  read: (details: Details) => void,
): Promise<number> {
  let count = 0;
  for await (const one of details) {
    read(one);
    count++;
  }
  return count;
}

function readThree({ swIfIndex, flags, interfaceName }: SwInterfaceDetails): void {
  keep(swIfIndex);
  keep(flags);
  keep(interfaceName);
}

function readThreeNamed({ swIfIndex, flags, interfaceName }: MessageView): void {
  keep(swIfIndex);
  keep(flags);
  keep(interfaceName);
}

function readAll(details: SwInterfaceDetails): void {
  keep({ ...details });
}

function readAllNamed(details: MessageView): void {
  keep(details.toObject());
}
