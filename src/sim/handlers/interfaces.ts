/**
 * Interfaces: what VPP does in `vnet/interface_api.c`.
 *
 * @module
 */
import type { Call, RegisterHandler } from "../call.ts";
import { INVALID_REGISTRATION, INVALID_SW_IF_INDEX, INVALID_VALUE } from "../retvals.ts";
import { ADMIN_UP, type Interface } from "../state/interfaces.ts";

const NO_INDEX = 0xffffffff;

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
  if (itf === undefined) call.fail(INVALID_SW_IF_INDEX);
  return itf;
}

export function registerInterfaceHandlers(on: RegisterHandler): void {
  on("create_loopback", createLoopback);
  on("create_loopback_instance", createLoopbackInstance);
  on("delete_loopback", deleteLoopback);
  on("sw_interface_dump", dump);
  on("sw_interface_set_flags", setFlags);
  on("sw_interface_set_mtu", setMtu);
  on("hw_interface_set_mtu", setLinkMtu);
  on("sw_interface_tag_add_del", setTag);
  on("sw_interface_set_mac_address", setMac);
  on("sw_interface_get_mac_address", getMac);
}

function createLoopback(call: Call<{ readonly macAddress: string }>): void {
  replyCreated(call, call.vpp.state.interfaces.createLoopback(undefined, call.fields.macAddress));
}

function createLoopbackInstance(
  call: Call<
    { readonly macAddress: string; readonly isSpecified: boolean; readonly userInstance: number }
  >,
): void {
  const { macAddress, isSpecified, userInstance } = call.fields;
  const instance = isSpecified ? userInstance : undefined;
  replyCreated(call, call.vpp.state.interfaces.createLoopback(instance, macAddress));
}

function replyCreated<Fields>(call: Call<Fields>, itf: Interface | undefined): void {
  call.reply(
    itf === undefined
      ? { retval: INVALID_REGISTRATION, swIfIndex: NO_INDEX }
      : { swIfIndex: itf.swIfIndex },
  );
}

function deleteLoopback(call: Call<InterfaceFields>): void {
  const itf = interfaceOf(call);
  if (itf === undefined) return;
  if (itf.kind !== "loopback") return call.fail(INVALID_SW_IF_INDEX);
  call.vpp.state.interfaces.deleteLoopback(itf);
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
      if (itf.name.toLowerCase().includes(part)) call.send(interfaces.details.of(itf));
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
  call.vpp.state.interfaces.setAdminUp(itf, (call.fields.flags & ADMIN_UP) !== 0);
  call.reply();
}

function setMtu(call: Call<InterfaceFields & { readonly mtu: readonly number[] }>): void {
  const itf = interfaceOf(call);
  if (itf === undefined) return;
  call.vpp.state.interfaces.set(itf, { mtu: call.fields.mtu });
  call.reply();
}

function setLinkMtu(call: Call<InterfaceFields & { readonly mtu: number }>): void {
  const itf = interfaceOf(call);
  if (itf === undefined) return;
  if (itf.kind === "local") return call.fail(INVALID_VALUE);
  call.vpp.state.interfaces.set(itf, { linkMtu: call.fields.mtu });
  call.reply();
}

function setTag(
  call: Call<InterfaceFields & { readonly isAdd: boolean; readonly tag: string }>,
): void {
  const itf = interfaceOf(call);
  if (itf === undefined) return;
  const { isAdd, tag } = call.fields;
  if (isAdd && tag === "") return call.fail(INVALID_VALUE);
  call.vpp.state.interfaces.set(itf, { tag: isAdd ? tag : "" });
  call.reply();
}

function setMac(call: Call<InterfaceFields & { readonly macAddress: string }>): void {
  const itf = interfaceOf(call);
  if (itf === undefined) return;
  call.vpp.state.interfaces.set(itf, { mac: call.fields.macAddress });
  call.reply();
}

function getMac(call: Call<InterfaceFields>): void {
  const itf = interfaceOf(call);
  if (itf !== undefined) call.reply({ macAddress: itf.settings.mac });
}
