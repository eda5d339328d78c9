import { IpRouteAddDel, type IpTable } from "../../src/binapi/ip.ts";
import { AddressFamily } from "../../src/binapi/ip_types.ts";
import type { Channel, Mux } from "../../src/mod.ts";
import type { Figures, Parameters } from "../parameters.ts";

/**
 * Adds `count` routes with `window` requests under way, and takes them away again; only the adding
 * counts.
 */
export async function addRoutes(mux: Mux, parameters: Parameters): Promise<Figures> {
  const { count, warmUp, seconds } = parameters;
  const channel = mux.newAPIChannel({ requestBuffer: parameters.window });
  let added = 0;
  let adding = 0;
  const start = performance.now();
  do {
    const isWarm = performance.now() - start >= warmUp * 1000;
    const begin = performance.now();
    await changeRoutes(channel, parameters, true);
    if (isWarm) {
      added += count;
      adding += performance.now() - begin;
    }
    await changeRoutes(channel, parameters, false);
  } while (performance.now() - start < (warmUp + seconds) * 1000 || added === 0);
  return { perSecond: (added * 1000) / adding, milliseconds: (adding / added) * count };
}

/** Adds or deletes routes 0 to `count`, `window` at a time; with `requestAll` as many as the request buffer has places. */
export async function changeRoutes(
  channel: Channel,
  { count, window, style }: Pick<Parameters, "count" | "window" | "style">,
  isAdd: boolean,
  tableId = 0,
): Promise<void> {
  if (style === "all") {
    await channel.requestAll(IpRouteAddDel, routeRequests(count, isAdd, tableId));
    return;
  }
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) await channel.request(IpRouteAddDel, routeRequest(next++, isAdd, tableId));
  };
  await Promise.all(Array.from({ length: window }, work));
}

function* routeRequests(count: number, isAdd: boolean, tableId: number): Generator<IpRouteAddDel> {
  for (let n = 0; n < count; n++) yield routeRequest(n, isAdd, tableId);
}

/** The `n`th of the benchmark's routes: 16.0.0.1/32 and on, by one next hop on interface 1. */
export function routeRequest(n: number, isAdd: boolean, tableId = 0): IpRouteAddDel {
  const address = (n >>> 16) + 16 + "." + (n >>> 8 & 255) + "." + (n & 255) + ".1";
  return {
    isAdd,
    isMultipath: false,
    route: {
      tableId,
      prefix: `${address}/32`,
      paths: [{ swIfIndex: 1, weight: 1, proto: 0, nh: { address: { ip4: "10.0.0.2" } } }],
    },
  };
}

/** The same request with its addresses as bytes, as GoVPP has them. */
export function routeOfBytes(n: number, isAdd: boolean): IpRouteAddDel {
  const ip4 = Uint8Array.of((n >>> 16) + 16, n >>> 8, n, 1);
  return {
    isAdd,
    isMultipath: false,
    route: {
      tableId: 0,
      prefix: { address: { af: AddressFamily.IP4, un: { ip4 } }, len: 32 },
      paths: [{
        swIfIndex: 1,
        weight: 1,
        proto: 0,
        nh: { address: { ip4: Uint8Array.of(10, 0, 0, 2) } },
      }],
    },
  };
}

/** An IPv4 table, as requests name it. */
export function tableOf(tableId: number): IpTable {
  return { tableId, isIp6: false, name: "" };
}
