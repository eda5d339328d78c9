import { type SwInterfaceDetails, SwInterfaceDump } from "../../src/binapi/interface.ts";
import { IpRouteDump } from "../../src/binapi/ip.ts";
import type { Channel, MessageView, MultiRequestContext, Mux } from "../../src/mod.ts";
import { keep } from "../keep.ts";
import type { Figures, Parameters } from "../parameters.ts";
import { rate } from "../timing.ts";
import { bytesHeld } from "./held.ts";
import { tableOf } from "./routes.ts";

/** One dump. */
export interface Dump {
  /** Reads it; resolves to the number of messages. */
  readonly read: () => Promise<number>;
  /** Resolves to all that it gives. */
  readonly hold: () => Promise<{ readonly length: number }>;
}

/** `sw_interface_dump`, again and again. */
export function dumpInterfaces(mux: Mux, parameters: Parameters): Promise<Figures> {
  return measured(parameters, interfaceDump(mux, parameters));
}

/**
 * `ip_route_dump` of table 0, again and again: the prefix and the first next hop of each route are read; of
 * columns, which have no paths, the prefix, as text, and the route's index in the stats segment.
 */
export function dumpRoutes(mux: Mux, parameters: Parameters): Promise<Figures> {
  const channel = channelOf(mux);
  return measured(
    parameters,
    parameters.style === "columns" ? routeColumns(channel) : routeObjects(channel),
  );
}

async function measured(parameters: Parameters, { read, hold }: Dump): Promise<Figures> {
  const figures = await rate(parameters, read);
  return { ...figures, ...await bytesHeld(hold) };
}

/** `sw_interface_dump` by generated bindings, by name, or into columns. */
export function interfaceDump(
  mux: Mux,
  { style, fields }: Pick<Parameters, "style" | "fields">,
): Dump {
  const channel = channelOf(mux);
  const isThree = fields === "three";
  if (style === "columns") return interfaceColumns(channel);
  if (style === "named") {
    return dumpOf(
      () => channel.sendMultiRequest("sw_interface_dump"),
      isThree ? readThreeNamed : readAllNamed,
    );
  }
  return dumpOf(
    () => channel.sendMultiRequest(SwInterfaceDump, {}),
    isThree ? readThree : readAll,
  );
}

function channelOf(mux: Mux): Channel {
  return mux.newAPIChannel({ replyBufferBytes: 1 << 30 });
}

function dumpOf<Details>(
  send: () => MultiRequestContext<Details, unknown>,
  read: (details: Details) => void,
): Dump {
  return { read: () => readEach(send(), read), hold: () => send().toArray() };
}

function interfaceColumns(channel: Channel): Dump {
  const hold = () =>
    channel.dumpColumns(SwInterfaceDump, {}, ["swIfIndex", "flags", "interfaceName"]);
  const read = async (): Promise<number> => {
    const { length, columns: { swIfIndex, flags, interfaceName } } = await hold();
    for (let row = 0; row < length; row++) {
      keep(swIfIndex[row]);
      keep(flags[row]);
      keep(interfaceName.at(row));
    }
    return length;
  };
  return { read, hold };
}

function routeObjects(channel: Channel): Dump {
  return dumpOf(() => channel.sendMultiRequest(IpRouteDump, { table: tableOf(0) }), ({ route }) => {
    keep(route.prefix);
    keep(route.paths[0]?.nh.address);
  });
}

function routeColumns(channel: Channel): Dump {
  const hold = () =>
    channel.dumpColumns(IpRouteDump, { table: tableOf(0) }, ["route.prefix", "route.statsIndex"]);
  const read = async (): Promise<number> => {
    const { length, columns } = await hold();
    const prefixes = columns["route.prefix"];
    const indices = columns["route.statsIndex"];
    for (let row = 0; row < length; row++) {
      keep(prefixes.at(row));
      keep(indices[row]);
    }
    return length;
  };
  return { read, hold };
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
