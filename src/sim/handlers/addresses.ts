/**
 * Addresses and tables of interfaces: what VPP does in `vnet/interface_api.c` and `vnet/ip/ip_api.c`.
 *
 * @module
 */
import type { Call, RegisterHandler } from "../call.ts";
import { ADDRESS_LENGTH_MISMATCH, INVALID_SW_IF_INDEX, INVALID_SW_IF_INDEX_2 } from "../retvals.ts";
import { Prefix } from "../state/prefix.ts";
import { type InterfaceFields, interfaceOf, NO_INDEX } from "./common.ts";

export function registerAddressHandlers(on: RegisterHandler): void {
  on("sw_interface_add_del_address", changeAddress);
  on("ip_address_dump", dumpAddresses);
  on("ip_dump", dumpInterfaces);
  on("sw_interface_set_table", setTable);
  on("sw_interface_get_table", getTable);
  on("sw_interface_set_unnumbered", setUnnumbered);
  on("ip_unnumbered_dump", dumpUnnumbered);
  on("sw_interface_ip6_enable_disable", enableIp6);
}

function changeAddress(
  call: Call<
    InterfaceFields & {
      readonly isAdd: boolean;
      readonly delAll: boolean;
      /** Text, or its parts where it has none. */
      readonly prefix: unknown;
    }
  >,
): void {
  const itf = interfaceOf(call);
  if (itf === undefined) return;
  const { ip } = call.vpp.state;
  if (call.fields.delAll) {
    ip.removeAllAddresses(itf);
    return call.reply();
  }
  const prefix = Prefix.parse(call.fields.prefix);
  if (prefix === undefined) return call.replyRetval(ADDRESS_LENGTH_MISMATCH);
  call.replyRetval(call.fields.isAdd ? ip.addAddress(itf, prefix) : ip.removeAddress(itf, prefix));
}

function dumpAddresses(call: Call<InterfaceFields & { readonly isIpv6: boolean }>): void {
  const { interfaces, ip } = call.vpp.state;
  const itf = interfaces.get(call.fields.swIfIndex);
  if (itf === undefined) return;
  for (const { text } of ip.addresses(itf, call.fields.isIpv6)) {
    call.details({ swIfIndex: itf.swIfIndex, prefix: text });
  }
}

/** Every interface that has addresses of its own, or could have. */
function dumpInterfaces(call: Call<{ readonly isIpv6: boolean }>): void {
  const { interfaces, unnumbered } = call.vpp.state;
  for (const itf of interfaces) {
    if (unnumbered.has(itf)) continue;
    call.details({ swIfIndex: itf.swIfIndex, isIpv6: call.fields.isIpv6 });
  }
}

interface TableFields extends InterfaceFields {
  readonly isIpv6: boolean;
  readonly vrfId: number;
}

function setTable(call: Call<TableFields>): void {
  const itf = interfaceOf(call);
  if (itf === undefined) return;
  const { isIpv6, vrfId } = call.fields;
  call.replyRetval(call.vpp.state.ip.bind(itf, isIpv6, vrfId));
}

function getTable(call: Call<TableFields>): void {
  const { interfaces, ip } = call.vpp.state;
  const itf = interfaces.get(call.fields.swIfIndex);
  call.reply(
    itf === undefined
      ? { retval: INVALID_SW_IF_INDEX, vrfId: NO_INDEX }
      : { vrfId: ip.tableId(itf, call.fields.isIpv6) },
  );
}

/** The interface `unnumberedSwIfIndex` uses the addresses of `swIfIndex`. */
function setUnnumbered(
  call: Call<InterfaceFields & { readonly unnumberedSwIfIndex: number; readonly isAdd: boolean }>,
): void {
  const { interfaces, unnumbered } = call.vpp.state;
  const { swIfIndex, unnumberedSwIfIndex, isAdd } = call.fields;
  const user = interfaces.get(unnumberedSwIfIndex);
  if (user === undefined) return call.replyRetval(INVALID_SW_IF_INDEX);
  const lender = interfaces.get(swIfIndex);
  if (!isAdd) unnumbered.delete(user);
  else if (lender === undefined) return call.replyRetval(INVALID_SW_IF_INDEX_2);
  else unnumbered.set(user, lender);
  call.reply();
}

function dumpUnnumbered(call: Call<InterfaceFields>): void {
  for (const [user, lender] of call.vpp.state.unnumbered) {
    if (call.fields.swIfIndex !== NO_INDEX && call.fields.swIfIndex !== user.swIfIndex) continue;
    call.details({ swIfIndex: user.swIfIndex, ipSwIfIndex: lender.swIfIndex });
  }
}

function enableIp6(call: Call<InterfaceFields>): void {
  if (interfaceOf(call) !== undefined) call.reply();
}
