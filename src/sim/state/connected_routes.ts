/**
 * The routes that follow from the addresses of an interface that is up (VPP's `ip4_forward.c`,
 * `ip6_forward.c`).
 *
 * @module
 */
import { type FibPath, PATH_DROP, PATH_LOCAL, PATH_NORMAL } from "./fib.ts";
import type { Prefix } from "./prefix.ts";

export interface ConnectedRoute {
  readonly prefix: Prefix;
  readonly path: FibPath;
}

const NO_INTERFACE = 0xffffffff;

/** By the text of their network, in the order in which VPP makes them. */
export function connectedRoutes(
  swIfIndex: number,
  addresses: readonly Prefix[],
): Map<string, ConnectedRoute> {
  const routes = new Map<string, ConnectedRoute>();
  const add = (prefix: Prefix, path: FibPath) => {
    const key = prefix.network().text;
    if (!routes.has(key)) routes.set(key, { prefix, path });
  };
  for (const address of addresses) {
    const host = address.host();
    add(host, { ...pathOf(host, PATH_LOCAL, swIfIndex), nh: nextHop(host) });
  }
  for (const address of addresses) {
    if (address.length === address.addressBits) continue;
    const network = address.network();
    // The route of an IPv4 network keeps the address's own bits.
    add(address.isIp6 ? network : address, pathOf(network, PATH_NORMAL, swIfIndex));
    if (address.isIp6) continue;
    if (address.length === 31) {
      const other = address.neighbour();
      add(other, { ...pathOf(other, PATH_NORMAL, swIfIndex), nh: nextHop(other) });
    } else {
      add(network.host(), pathOf(network, PATH_DROP, NO_INTERFACE));
      add(network.broadcast(), pathOf(network, PATH_DROP, NO_INTERFACE));
    }
  }
  return routes;
}

function pathOf(prefix: Prefix, type: number, swIfIndex: number): FibPath {
  return { type, swIfIndex, proto: Number(prefix.isIp6), weight: 1 };
}

/** A path's next hop. */
export function nextHop(host: Prefix): NonNullable<FibPath["nh"]> {
  return { address: host.isIp6 ? { ip6: host.address } : { ip4: host.address } };
}
