/**
 * Which fields of a request may be left out. Those are the fields that have a default in the
 * definition, and those for which zero, which is what stands for an absent field, is what VPP expects.
 *
 * @module
 */
import type { Field, Message } from "../schema/model.ts";
import { resolveAlias } from "../schema/model.ts";

/**
 * Fields of types for which zero means "none", "unset" or VPP's own default, by type and field.
 * Source: fib_api_path_decode in VPP's vnet/fib/fib_api.c (a weight of 0 is taken as 1; an rpf_id of 0
 * is unset), and ip_route, whose stats_index VPP fills in.
 */
const zeroIsExpected: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    "fib_path",
    new Set([
      "table_id",
      "rpf_id",
      "weight",
      "preference",
      "type",
      "flags",
      "nh",
      "n_labels",
      "label_stack",
    ]),
  ],
  ["fib_path_nh", new Set(["address", "via_label", "obj_id", "classify_table_index"])],
  ["ip_route", new Set(["stats_index"])],
  ["ip_route_v2", new Set(["stats_index"])],
  ["ip_mroute", new Set(["stats_index"])],
  ["mpls_route", new Set(["mr_stats_index"])],
]);

/** Whether a field of a type may be left out. */
export function isOptionalInType(type: string, field: Field): boolean {
  return hasOwnValue(field) || zeroIsExpected.get(type)?.has(field.name) === true;
}

/** Whether a field of a request may be left out. */
export function isOptionalInRequest(request: Message, field: Field): boolean {
  if (hasOwnValue(field)) return true;
  const { service } = request;
  // The first round of a cursor request begins at 0; the following ones are the mux's.
  if (field.name === "cursor" && service?.details !== undefined) return true;
  if (field.name === "pid" && request.name.startsWith("want_")) return true;
  return service?.details !== undefined && isFilter(field);
}

function hasOwnValue(field: Field): boolean {
  return field.default !== undefined || /^_?(reserved|pad|padding|unused)\d*$/.test(field.name);
}

/** A flag or a text of a dump: a filter, off when absent. */
function isFilter(field: Field): boolean {
  const type = resolveAlias(field.type);
  return type.kind === "string" || (type.kind === "scalar" && type.scalar === "bool");
}
