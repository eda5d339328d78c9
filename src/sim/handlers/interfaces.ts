/**
 * Interfaces: what VPP does in `vnet/interface_api.c`.
 *
 * @module
 */
import type { Call, RegisterHandler } from "../call.ts";
import {
  FEATURE_DISABLED,
  INVALID_REGISTRATION,
  INVALID_SW_IF_INDEX,
  INVALID_VALUE,
  INVALID_VLAN,
  UNIMPLEMENTED,
  UNSPECIFIED,
  UNSUPPORTED,
  VLAN_ALREADY_EXISTS,
} from "../retvals.ts";
import { ADMIN_UP, type Interface } from "../state/interfaces.ts";
import { type InterfaceFields, interfaceOf, NO_INDEX } from "./common.ts";

export function registerInterfaceHandlers(on: RegisterHandler): void {
  on("create_loopback", createLoopback);
  on("create_loopback_instance", createLoopbackInstance);
  on("delete_loopback", deleteLoopback);
  on("create_vlan_subif", createVlan);
  on("delete_subif", deleteVlan);
  on("create_subif", refuseCreate);
  on("sw_interface_dump", dump);
  on("sw_interface_set_flags", setFlags);
  on("sw_interface_set_mtu", setMtu);
  on("hw_interface_set_mtu", setLinkMtu);
  on("sw_interface_tag_add_del", setTag);
  on("sw_interface_set_mac_address", setMac);
  on("sw_interface_get_mac_address", getMac);
  on("sw_interface_set_interface_name", setName);
  for (const message of NOTHING_TO_DO) on(message, acceptIfInterface);
}

/** Requests that need a known interface and have no effect here. */
const NOTHING_TO_DO: readonly string[] = [
  "interface_name_renumber",
  "sw_interface_add_del_mac_address",
  "sw_interface_clear_stats",
  "sw_interface_set_ip_directed_broadcast",
  "sw_interface_set_promisc",
  "sw_interface_set_rx_mode",
  "sw_interface_set_rx_placement",
  "sw_interface_set_tx_placement",
];

/** Where the request takes ~0 for every interface, so does this. */
function acceptIfInterface(call: Call<InterfaceFields>): void {
  if (call.fields.swIfIndex === NO_INDEX || interfaceOf(call) !== undefined) call.reply();
}

function createLoopback(call: Call<{ readonly macAddress: string }>): void {
  replyCreated(
    call,
    call.vpp.state.interfaces.createLoopback(undefined, call.fields.macAddress),
    INVALID_REGISTRATION,
  );
}

function createLoopbackInstance(
  call: Call<
    { readonly macAddress: string; readonly isSpecified: boolean; readonly userInstance: number }
  >,
): void {
  const { macAddress, isSpecified, userInstance } = call.fields;
  const instance = isSpecified ? userInstance : undefined;
  const itf = call.vpp.state.interfaces.createLoopback(instance, macAddress);
  replyCreated(call, itf, INVALID_REGISTRATION);
}

function createVlan(call: Call<InterfaceFields & { readonly vlanId: number }>): void {
  const { interfaces } = call.vpp.state;
  const { swIfIndex, vlanId } = call.fields;
  const itf = interfaces.get(swIfIndex);
  if (itf === undefined) return replyCreated(call, undefined, INVALID_SW_IF_INDEX);
  if (vlanId === 0 || vlanId > 4095) return replyCreated(call, undefined, INVALID_VLAN);
  replyCreated(call, interfaces.createVlan(itf.parent ?? itf, vlanId), VLAN_ALREADY_EXISTS);
}

function refuseCreate(call: Call<InterfaceFields>): void {
  const isKnown = call.vpp.state.interfaces.get(call.fields.swIfIndex) !== undefined;
  replyCreated(call, undefined, isKnown ? UNIMPLEMENTED : INVALID_SW_IF_INDEX);
}

/** The reply says which interface was made, or why none was. */
function replyCreated<Fields>(
  call: Call<Fields>,
  itf: Interface | undefined,
  refusal: number,
): void {
  call.reply(
    itf === undefined ? { retval: refusal, swIfIndex: NO_INDEX } : { swIfIndex: itf.swIfIndex },
  );
}

/** VPP takes the index of a VLAN for that of its parent. */
function deleteLoopback(call: Call<InterfaceFields>): void {
  const itf = interfaceOf(call);
  if (itf === undefined) return;
  const loopback = itf.parent ?? itf;
  if (loopback.kind !== "loopback") return call.replyRetval(INVALID_SW_IF_INDEX);
  call.vpp.state.removeInterface(loopback);
  call.reply();
}

function deleteVlan(call: Call<InterfaceFields>): void {
  const itf = interfaceOf(call);
  if (itf === undefined) return;
  if (itf.kind !== "vlan") return call.replyRetval(INVALID_SW_IF_INDEX);
  call.vpp.state.removeInterface(itf);
  call.reply();
}

/** 0 and ~0 stand for every interface; a name filter is any part of the name, in any case. */
function dump(
  call: Call<
    InterfaceFields & { readonly nameFilterValid: boolean; readonly nameFilter: string }
  >,
): void {
  const { swIfIndex, nameFilterValid, nameFilter } = call.fields;
  const { interfaces } = call.vpp.state;
  if (nameFilterValid) {
    const part = nameFilter.toLowerCase();
    for (const itf of interfaces) {
      if (itf.settings.name.toLowerCase().includes(part)) call.send(interfaces.details.of(itf));
    }
  } else if (swIfIndex === NO_INDEX || swIfIndex === 0) {
    call.sendBlock(interfaces.details.all(interfaces));
  } else {
    const itf = interfaces.get(swIfIndex);
    if (itf !== undefined) call.send(interfaces.details.of(itf));
  }
}

function setFlags(call: Call<InterfaceFields & { readonly flags: number }>): void {
  const itf = interfaceOf(call);
  if (itf === undefined) return;
  const up = (call.fields.flags & ADMIN_UP) !== 0;
  if (call.vpp.state.setAdminUp(itf, up)) call.reply();
  else call.replyRetval(UNSPECIFIED);
}

function setMtu(call: Call<InterfaceFields & { readonly mtu: readonly number[] }>): void {
  const itf = interfaceOf(call);
  if (itf === undefined) return;
  call.vpp.state.interfaces.set(itf, { mtu: call.fields.mtu });
  call.reply();
}

/** No interface that the simulator has can do this, as in VPP. */
function setLinkMtu(call: Call<InterfaceFields>): void {
  const itf = interfaceOf(call);
  if (itf === undefined) return;
  if (itf.kind === "vlan") return call.replyRetval(INVALID_VALUE);
  call.replyRetval(itf.kind === "local" ? FEATURE_DISABLED : UNSUPPORTED);
}

function setTag(
  call: Call<InterfaceFields & { readonly isAdd: boolean; readonly tag: string }>,
): void {
  const itf = interfaceOf(call);
  if (itf === undefined) return;
  const { isAdd, tag } = call.fields;
  if (isAdd && tag === "") return call.replyRetval(INVALID_VALUE);
  call.vpp.state.interfaces.set(itf, { tag: isAdd ? tag : "" });
  call.reply();
}

function setMac(call: Call<InterfaceFields & { readonly macAddress: string }>): void {
  const itf = interfaceOf(call);
  if (itf === undefined) return;
  if (itf.kind !== "loopback") return call.replyRetval(UNIMPLEMENTED);
  call.vpp.state.interfaces.set(itf, { mac: call.fields.macAddress });
  call.reply();
}

function getMac(call: Call<InterfaceFields>): void {
  const itf = interfaceOf(call);
  if (itf !== undefined) call.reply({ macAddress: (itf.parent ?? itf).settings.mac });
}

function setName(call: Call<InterfaceFields & { readonly name: string }>): void {
  const itf = interfaceOf(call);
  if (itf === undefined) return;
  if (call.fields.name === "") return call.replyRetval(INVALID_VALUE);
  call.vpp.state.interfaces.set(itf, { name: call.fields.name });
  call.reply();
}
