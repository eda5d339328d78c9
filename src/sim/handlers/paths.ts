/**
 * Paths of routes as clients give them: what VPP does in `vnet/fib/fib_api.c`.
 *
 * @module
 */
import { NO_MATCHING_INTERFACE, NO_SUCH_FIB } from "../retvals.ts";
import { type FibPath, PATH_DROP, PATH_NORMAL } from "../state/fib.ts";
import type { SimState } from "../state/state.ts";
import { NO_INDEX } from "./common.ts";

/** Further values of `fib_path_type`. */
const PATH_ICMP_UNREACH = 5;
const PATH_ICMP_PROHIBIT = 6;
const PATH_SOURCE_LOOKUP = 7;
const PATH_CLASSIFY = 9;
/** `FIB_API_PATH_NH_PROTO_IP6`; below it IPv4, above it what is not IP. */
const PROTO_IP6 = 1;

/** The retval with which VPP refuses the paths; 0 where it takes them. */
export function checkPaths(paths: readonly FibPath[], state: SimState): number {
  for (const path of paths) {
    const refusal = hasNextHop(path) && path.proto <= PROTO_IP6 ? checkNextHop(path, state) : 0;
    if (refusal !== 0) return refusal;
  }
  return 0;
}

/** The paths as VPP keeps them. */
export function keptPaths(paths: readonly FibPath[]): readonly FibPath[] {
  return paths.map((path) => hasNextHop(path) ? pathToNextHop(path) : pathWithout(path));
}

function hasNextHop({ type }: FibPath): boolean {
  return type === PATH_NORMAL || type === PATH_SOURCE_LOOKUP || type === PATH_CLASSIFY;
}

function pathWithout(path: FibPath): FibPath {
  const isRefusal = path.type === PATH_DROP || path.type === PATH_ICMP_UNREACH ||
    path.type === PATH_ICMP_PROHIBIT;
  return pathOf(path, path.type, isRefusal ? NO_INDEX : path.swIfIndex);
}

/** A path without a next hop. */
function pathOf(path: FibPath, type: number, swIfIndex: number): FibPath {
  const { proto, weight = 1, preference = 0 } = path;
  return { type, swIfIndex, proto, weight: Math.max(1, weight), preference };
}

/** A copy of what counts: the request's own objects may hold on to more. */
function pathToNextHop(path: FibPath): FibPath {
  const { swIfIndex, proto, weight = 1, preference = 0, nLabels = 0 } = path;
  const { ip4, ip6, $union } = path.nh?.address ?? {};
  return {
    type: PATH_NORMAL,
    swIfIndex,
    proto,
    weight: Math.max(1, weight),
    preference,
    tableId: swIfIndex === NO_INDEX ? path.tableId ?? 0 : 0,
    nh: { address: { ip4, ip6, $union } },
    nLabels,
    labelStack: nLabels === 0 ? undefined : path.labelStack?.slice(0, nLabels),
  };
}

/** Where the next hop is to be found: on an interface, or through a table. Returns the retval. */
function checkNextHop(path: FibPath, state: SimState): number {
  if (path.swIfIndex !== NO_INDEX) {
    return state.interfaces.get(path.swIfIndex) === undefined ? NO_MATCHING_INTERFACE : 0;
  }
  const isIp6 = path.proto === PROTO_IP6;
  return state.tables.get(path.tableId ?? 0, isIp6) === undefined ? NO_SUCH_FIB : 0;
}
