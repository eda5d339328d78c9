/**
 * Transmit queues, and with them the cursor request: details, then the request's own reply, which says
 * EAGAIN and where to go on while there is more.
 *
 * @module
 */
import type { Call, RegisterHandler } from "../call.ts";
import {
  EAGAIN,
  INVALID_INTERFACE,
  INVALID_SW_IF_INDEX,
  INVALID_VALUE,
  NO_SUCH_ENTRY,
} from "../retvals.ts";
import type { Interface } from "../state/interfaces.ts";
import { type InterfaceFields, NO_INDEX } from "./common.ts";

export function registerPlacementHandlers(on: RegisterHandler): void {
  on("sw_interface_tx_placement_get", getTxPlacement);
}

interface TxQueue {
  readonly swIfIndex: number;
  readonly queueId: number;
}

function getTxPlacement(call: Call<InterfaceFields & { readonly cursor: number }>): void {
  const queues = queuesOf(call);
  if (typeof queues === "number") return call.replyRetval(queues);
  const { cursor } = call.fields;
  const start = cursor === NO_INDEX ? 0 : cursor;
  const end = Math.min(queues.length, start + call.vpp.settings.cursorPage);
  for (const queue of queues.slice(start, end)) {
    call.details({ ...queue, shared: 1, threads: [0] });
  }
  if (queues.length === 0) call.reply({ retval: INVALID_VALUE, cursor: NO_INDEX });
  else call.reply({ retval: end < queues.length ? EAGAIN : 0, cursor: Math.max(start, end) });
}

/** The queues that are asked for, or the retval. */
function queuesOf(call: Call<InterfaceFields>): readonly TxQueue[] | number {
  const { interfaces } = call.vpp.state;
  const { txQueues } = call.vpp.settings;
  const { swIfIndex } = call.fields;
  const all = [...interfaces].filter((itf) => itf.kind === "loopback");
  if (txQueues === 0 || all.length === 0) return NO_SUCH_ENTRY;
  if (swIfIndex === NO_INDEX) return all.flatMap((itf) => queues(itf, txQueues));
  const itf = interfaces.get(swIfIndex);
  if (itf === undefined) return INVALID_SW_IF_INDEX;
  if (itf.kind === "vlan") return INVALID_INTERFACE;
  return itf.kind === "loopback" ? queues(itf, txQueues) : [];
}

function queues(itf: Interface, count: number): TxQueue[] {
  return Array.from({ length: count }, (_, queueId) => ({ swIfIndex: itf.swIfIndex, queueId }));
}
