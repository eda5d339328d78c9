/**
 * Bridge domains and cross-connects: what VPP does in `vnet/l2/l2_api.c`.
 *
 * @module
 */
import type { Call, RegisterHandler } from "../call.ts";
import { BD_NOT_MODIFIABLE, INVALID_SW_IF_INDEX, NO_SUCH_ENTRY } from "../retvals.ts";
import type { BridgeDomain, BridgeDomainSettings, L2FibEntry } from "../state/bridge_domains.ts";
import { NO_INDEX } from "./common.ts";

export function registerBridgeDomainHandlers(on: RegisterHandler): void {
  on("bridge_domain_add_del", addDel);
  on("bridge_domain_add_del_v2", addDelV2);
  on("bridge_domain_dump", dump);
  on("bridge_domain_set_mac_age", setMacAge);
  on("bridge_flags", setFlags);
  on("sw_interface_set_l2_bridge", setBridge);
  on("sw_interface_set_l2_xconnect", setCrossConnect);
  on("l2_xconnect_dump", dumpCrossConnects);
  on("l2fib_add_del", changeFib);
  on("l2_fib_table_dump", dumpFib);
  on("l2fib_flush_bd", flushDomain);
  on("l2fib_flush_all", flushAll);
}

interface DomainFields {
  readonly bdId: number;
}

interface AddDelFields extends DomainFields, BridgeDomainSettings {
  readonly isAdd: boolean;
}

function addDel(call: Call<AddDelFields>): void {
  call.replyRetval(changeDomain(call, call.fields.bdId));
}

/** As the first version, and ~0 lets VPP choose the id. */
function addDelV2(call: Call<AddDelFields>): void {
  const { bdId, isAdd } = call.fields;
  const id = isAdd && bdId === NO_INDEX ? call.vpp.state.bridgeDomains.unusedId() : bdId;
  const retval = changeDomain(call, id);
  call.reply({ retval, bdId: id });
}

/** Returns the retval. */
function changeDomain(call: Call<AddDelFields>, id: number): number {
  const { bridgeDomains } = call.vpp.state;
  const { isAdd, flood, uuFlood, forward, learn, arpTerm, arpUfwd, macAge, bdTag } = call.fields;
  return isAdd
    ? bridgeDomains.add(id, {
      flood,
      uuFlood,
      forward,
      learn,
      arpTerm,
      arpUfwd: arpUfwd ?? false,
      macAge,
      bdTag,
    })
    : bridgeDomains.remove(id);
}

/** With an interface given VPP answers nothing. */
function dump(call: Call<DomainFields & { readonly swIfIndex: number }>): void {
  const { bdId, swIfIndex } = call.fields;
  if (swIfIndex !== NO_INDEX) return;
  for (const domain of call.vpp.state.bridgeDomains) {
    if (bdId === NO_INDEX || bdId === domain.id) call.details(domainFields(domain));
  }
}

function domainFields(domain: BridgeDomain): object {
  return {
    bdId: domain.id,
    ...domain.settings,
    bviSwIfIndex: domain.bvi?.swIfIndex ?? NO_INDEX,
    uuFwdSwIfIndex: domain.uuForward?.swIfIndex ?? NO_INDEX,
    swIfDetails: domain.members.map(({ itf, shg }) => ({ swIfIndex: itf.swIfIndex, shg })),
  };
}

function setMacAge(call: Call<DomainFields & { readonly macAge: number }>): void {
  const domain = domainOf(call);
  if (domain === undefined) return;
  domain.settings = { ...domain.settings, macAge: call.fields.macAge };
  call.reply();
}

/** `bd_flags`, in the order of its bits. */
const FLAGS = ["learn", "forward", "flood", "uuFlood", "arpTerm", "arpUfwd"] as const;

/** VPP replies its own bits of features; here they are those of the request. */
function setFlags(
  call: Call<DomainFields & { readonly isSet: boolean; readonly flags: number }>,
): void {
  const domain = domainOf(call);
  if (domain === undefined) return;
  const { isSet, flags } = call.fields;
  const changed = FLAGS.filter((_, bit) => (flags & (1 << bit)) !== 0);
  domain.settings = {
    ...domain.settings,
    ...Object.fromEntries(changed.map((name) => [name, isSet])),
  };
  const bits = FLAGS.map((name, bit) => Number(domain.settings[name]) << bit);
  call.reply({ resultingFeatureBitmap: bits.reduce((sum, bit) => sum | bit, 0) });
}

/** The domain that a request changes; where it cannot, the request is answered. */
function domainOf(call: Call<DomainFields>): BridgeDomain | undefined {
  const { bdId } = call.fields;
  const domain = call.vpp.state.bridgeDomains.get(bdId);
  if (domain === undefined) call.replyRetval(bdId === 0 ? BD_NOT_MODIFIABLE : NO_SUCH_ENTRY);
  return domain;
}

function setBridge(
  call: Call<
    DomainFields & {
      readonly rxSwIfIndex: number;
      readonly portType: number;
      readonly shg: number;
      readonly enable: boolean;
    }
  >,
): void {
  const { interfaces, bridgeDomains } = call.vpp.state;
  const { rxSwIfIndex, bdId, portType, shg, enable } = call.fields;
  const itf = interfaces.get(rxSwIfIndex);
  if (itf === undefined) return call.replyRetval(INVALID_SW_IF_INDEX);
  if (enable) return call.replyRetval(bridgeDomains.join(bdId, { itf, shg }, portType));
  bridgeDomains.leave(itf);
  call.reply();
}

function setCrossConnect(
  call: Call<
    { readonly rxSwIfIndex: number; readonly txSwIfIndex: number; readonly enable: boolean }
  >,
): void {
  const { interfaces, bridgeDomains } = call.vpp.state;
  const { rxSwIfIndex, txSwIfIndex, enable } = call.fields;
  const from = interfaces.get(rxSwIfIndex);
  const to = interfaces.get(txSwIfIndex);
  if (from === undefined || (enable && to === undefined)) {
    return call.replyRetval(INVALID_SW_IF_INDEX);
  }
  if (enable && to !== undefined) bridgeDomains.crossConnect(from, to);
  else bridgeDomains.leave(from);
  call.reply();
}

function dumpCrossConnects<Fields>(call: Call<Fields>): void {
  for (const [from, to] of call.vpp.state.bridgeDomains.crossConnects()) {
    call.details({ rxSwIfIndex: from.swIfIndex, txSwIfIndex: to.swIfIndex });
  }
}

function changeFib(
  call: Call<DomainFields & L2FibEntry & { readonly isAdd: boolean }>,
): void {
  const { bdId, isAdd, mac, swIfIndex, staticMac, filterMac, bviMac } = call.fields;
  const domain = call.vpp.state.bridgeDomains.get(bdId);
  if (domain === undefined) return call.replyRetval(NO_SUCH_ENTRY);
  if (!isAdd) return call.replyRetval(domain.fib.delete(mac) ? 0 : NO_SUCH_ENTRY);
  const isMember = domain.members.some(({ itf }) => itf.swIfIndex === swIfIndex);
  if (!filterMac && !isMember) return call.replyRetval(INVALID_SW_IF_INDEX);
  domain.fib.set(mac, {
    mac,
    swIfIndex: filterMac ? NO_INDEX : swIfIndex,
    staticMac: staticMac || filterMac,
    filterMac,
    bviMac,
  });
  call.reply();
}

function dumpFib(call: Call<DomainFields>): void {
  const { bdId } = call.fields;
  for (const domain of call.vpp.state.bridgeDomains) {
    if (bdId !== NO_INDEX && bdId !== domain.id) continue;
    for (const entry of domain.fib.values()) call.details({ bdId: domain.id, ...entry });
  }
}

function flushDomain(call: Call<DomainFields>): void {
  const { bridgeDomains } = call.vpp.state;
  const domain = bridgeDomains.get(call.fields.bdId);
  if (domain === undefined) return call.replyRetval(NO_SUCH_ENTRY);
  bridgeDomains.flush(domain);
  call.reply();
}

function flushAll<Fields>(call: Call<Fields>): void {
  const { bridgeDomains } = call.vpp.state;
  for (const domain of bridgeDomains) bridgeDomains.flush(domain);
  call.reply();
}
