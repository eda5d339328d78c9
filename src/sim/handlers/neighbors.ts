/**
 * Neighbours: what VPP does in `vnet/ip-neighbor/ip_neighbor_api.c`.
 *
 * @module
 */
import type { Call, RegisterHandler } from "../call.ts";
import { INVALID_SW_IF_INDEX } from "../retvals.ts";
import type { NeighborFields } from "../state/neighbors.ts";
import { type InterfaceFields, NO_INDEX } from "./common.ts";

export function registerNeighborHandlers(on: RegisterHandler): void {
  on("ip_neighbor_add_del", change);
  on("ip_neighbor_dump", dump);
  on("ip_neighbor_flush", flush);
}

function change(
  call: Call<{ readonly isAdd: boolean; readonly neighbor: InterfaceFields & NeighborFields }>,
): void {
  const { state, clock } = call.vpp;
  const { isAdd, neighbor } = call.fields;
  const itf = state.interfaces.get(neighbor.swIfIndex);
  if (itf === undefined) {
    return call.reply({ retval: INVALID_SW_IF_INDEX, statsIndex: NO_INDEX });
  }
  if (isAdd) {
    const { retval, statsIndex = NO_INDEX } = state.neighbors.add(itf, neighbor, clock.now());
    return call.reply({ retval, statsIndex });
  }
  const retval = state.neighbors.remove(itf, neighbor.ipAddress);
  call.reply({ retval, statsIndex: NO_INDEX });
}

interface FamilyFields extends InterfaceFields {
  /** 0: IPv4, 1: IPv6. */
  readonly af: number;
}

function dump(call: Call<FamilyFields>): void {
  const { swIfIndex, af } = call.fields;
  const now = call.vpp.clock.now();
  for (const { itf, host, mac, flags, updatedAt } of call.vpp.state.neighbors) {
    if (Number(host.isIp6) !== af) continue;
    if (swIfIndex !== NO_INDEX && swIfIndex !== itf.swIfIndex) continue;
    call.details({
      age: (now - updatedAt) / 1000,
      neighbor: { swIfIndex: itf.swIfIndex, flags, macAddress: mac, ipAddress: host.address },
    });
  }
}

function flush(call: Call<FamilyFields>): void {
  const { state } = call.vpp;
  const { swIfIndex, af } = call.fields;
  const itf = state.interfaces.get(swIfIndex);
  if (itf === undefined && swIfIndex !== NO_INDEX) return call.replyRetval(INVALID_SW_IF_INDEX);
  state.neighbors.flush(af === 1, itf);
  call.reply();
}
