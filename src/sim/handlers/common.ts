/**
 * What handlers of several modules share.
 *
 * @module
 */
import type { Call } from "../call.ts";
import { INVALID_SW_IF_INDEX } from "../retvals.ts";
import type { Interface } from "../state/interfaces.ts";

/** VPP's ~0: "any", "none" or "choose one". */
export const NO_INDEX = 0xffffffff;

/** A request about one interface. */
export interface InterfaceFields {
  readonly swIfIndex: number;
}

/**
 * The interface that a request is about; where there is none, the request is answered with
 * INVALID_SW_IF_INDEX.
 */
export function interfaceOf(call: Call<InterfaceFields>): Interface | undefined {
  const itf = call.vpp.state.interfaces.get(call.fields.swIfIndex);
  if (itf === undefined) call.replyRetval(INVALID_SW_IF_INDEX);
  return itf;
}
