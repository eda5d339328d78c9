/**
 * Access control lists: what VPP does in `plugins/acl/acl.c`.
 *
 * @module
 */
import type { Call, RegisterHandler } from "../call.ts";
import {
  ACL_IN_USE_INBOUND,
  ACL_IN_USE_OUTBOUND,
  ENTRY_ALREADY_EXISTS,
  INVALID_DST_ADDRESS,
  INVALID_SRC_ADDRESS,
  INVALID_VALUE_2,
  NO_SUCH_ENTRY,
} from "../retvals.ts";
import type { AppliedAcls } from "../state/acls.ts";
import { Prefix } from "../state/prefix.ts";
import { type InterfaceFields, interfaceOf, NO_INDEX } from "./common.ts";

export function registerAclHandlers(on: RegisterHandler): void {
  on("acl_plugin_get_version", (call) => call.reply({ major: 1, minor: 4 }));
  on("acl_plugin_control_ping", (call) => call.reply({ vpePid: call.vpp.pid }));
  on("acl_add_replace", addReplace);
  on("acl_del", remove);
  on("acl_dump", dump);
  on("acl_interface_add_del", applyOne);
  on("acl_interface_set_acl_list", applyList);
  on("acl_interface_list_dump", dumpApplied);
}

interface RuleFields {
  /** Text, or its parts where it has none. */
  readonly srcPrefix: unknown;
  readonly dstPrefix: unknown;
  readonly srcportOrIcmptypeFirst: number;
  readonly srcportOrIcmptypeLast: number;
  readonly dstportOrIcmpcodeFirst: number;
  readonly dstportOrIcmpcodeLast: number;
}

function addReplace(
  call: Call<
    { readonly aclIndex: number; readonly tag: string; readonly r: readonly RuleFields[] }
  >,
): void {
  const { acls } = call.vpp.state;
  const { aclIndex, tag, r: rules } = call.fields;
  const isNew = aclIndex === NO_INDEX;
  let retval = rules.map(checkRule).find((refusal) => refusal !== 0) ?? 0;
  if (retval === 0 && !isNew && acls.get(aclIndex) === undefined) retval = NO_SUCH_ENTRY;
  if (retval !== 0) return call.reply({ retval, aclIndex });
  call.reply({ aclIndex: acls.put(isNew ? undefined : aclIndex, tag, rules).index });
}

/** Returns the retval. */
function checkRule(rule: RuleFields): number {
  const source = networkOf(rule.srcPrefix);
  const destination = networkOf(rule.dstPrefix);
  if (source === undefined) return INVALID_SRC_ADDRESS;
  if (destination === undefined) return INVALID_DST_ADDRESS;
  if (source.isIp6 !== destination.isIp6) return INVALID_SRC_ADDRESS;
  const isOrdered = rule.srcportOrIcmptypeFirst <= rule.srcportOrIcmptypeLast &&
    rule.dstportOrIcmpcodeFirst <= rule.dstportOrIcmpcodeLast;
  return isOrdered ? 0 : INVALID_VALUE_2;
}

/** A prefix that has no bits set beyond its length. */
function networkOf(prefix: unknown): Prefix | undefined {
  const parsed = Prefix.parse(prefix);
  return parsed?.network().text === parsed?.text ? parsed : undefined;
}

function remove(call: Call<{ readonly aclIndex: number }>): void {
  call.replyRetval(call.vpp.state.acls.remove(call.fields.aclIndex));
}

function dump(call: Call<{ readonly aclIndex: number }>): void {
  const { acls } = call.vpp.state;
  if (call.fields.aclIndex === NO_INDEX) return call.sendBlock(acls.details.all(acls));
  const acl = acls.get(call.fields.aclIndex);
  if (acl !== undefined) call.send(acls.details.of(acl));
}

function applyOne(
  call: Call<
    InterfaceFields & {
      readonly isAdd: boolean;
      readonly isInput: boolean;
      readonly aclIndex: number;
    }
  >,
): void {
  const itf = interfaceOf(call);
  if (itf === undefined) return;
  const { acls } = call.vpp.state;
  const { isAdd, isInput, aclIndex } = call.fields;
  const applied = acls.applied(itf);
  const list = isInput ? applied.input : applied.output;
  if (list.includes(aclIndex) === isAdd) {
    const inUse = isInput ? ACL_IN_USE_INBOUND : ACL_IN_USE_OUTBOUND;
    return call.replyRetval(isAdd ? inUse : NO_SUCH_ENTRY);
  }
  const changed = isAdd ? [...list, aclIndex] : list.filter((index) => index !== aclIndex);
  const next: AppliedAcls = isInput
    ? { ...applied, input: changed }
    : { ...applied, output: changed };
  call.replyRetval(acls.apply(itf, next));
}

/** The first `nInput` of the lists apply to what comes in, the rest to what goes out. */
function applyList(
  call: Call<InterfaceFields & { readonly nInput: number; readonly acls: readonly number[] }>,
): void {
  const itf = interfaceOf(call);
  if (itf === undefined) return;
  const { nInput, acls: indices } = call.fields;
  const next = { input: indices.slice(0, nInput), output: indices.slice(nInput) };
  const retval = call.vpp.state.acls.apply(itf, next);
  call.replyRetval(retval === ENTRY_ALREADY_EXISTS ? TWICE_IN_LIST : retval);
}

/** What VPP answers where a list is named twice: it takes the error for a truth value. */
const TWICE_IN_LIST = 1;

function dumpApplied(call: Call<InterfaceFields>): void {
  const { interfaces, acls } = call.vpp.state;
  for (const itf of interfaces) {
    if (call.fields.swIfIndex !== NO_INDEX && call.fields.swIfIndex !== itf.swIfIndex) continue;
    const { input, output } = acls.applied(itf);
    call.details({
      swIfIndex: itf.swIfIndex,
      nInput: input.length,
      acls: [...input, ...output],
    });
  }
}
