/**
 * Tables and routes: what VPP does in `vnet/ip/ip_api.c`.
 *
 * @module
 */
import type { Message } from "../../schema/model.ts";
import { putU32 } from "../../transport/bytes.ts";
import type { Call, RegisterHandler } from "../call.ts";
import type { Frame } from "../outbox.ts";
import { INVALID_PREFIX_LENGTH, NO_SUCH_ENTRY, NO_SUCH_FIB } from "../retvals.ts";
import { type FibTable, pathsOf, routeFields, routeFieldsV2, SOURCE_API } from "../state/fib.ts";
import { Prefix } from "../state/prefix.ts";
import type { VppRun } from "../run.ts";
import { NO_INDEX } from "./common.ts";
import { checkPaths } from "./paths.ts";
import { type RouteFields, RouteReader } from "./route_request.ts";

export function registerRouteHandlers(on: RegisterHandler): void {
  on("ip_table_add_del", changeTable);
  on("ip_table_add_del_v2", changeTable);
  on("ip_table_allocate", allocateTable);
  on("ip_table_dump", dumpTables);
  on("ip_table_flush", flushTable);
  on("ip_route_add_del", routeChanger());
  on("ip_route_add_del_v2", routeChanger());
  on("ip_route_dump", dumpRoutes);
  on("ip_route_v2_dump", dumpRoutesV2);
  on("ip_route_lookup", lookup);
  on("ip_route_lookup_v2", lookup);
}

/** Which table, and for a new one its name. */
interface TableFields {
  readonly table: { readonly tableId: number; readonly isIp6: boolean; readonly name: string };
}

function tableOf<Fields extends TableFields>(call: Call<Fields>): FibTable | undefined {
  const { tableId, isIp6 } = call.fields.table;
  return call.vpp.state.tables.get(tableId, isIp6);
}

function changeTable(call: Call<TableFields & { readonly isAdd: boolean }>): void {
  const { tables, ip } = call.vpp.state;
  const { tableId, isIp6, name } = call.fields.table;
  if (call.fields.isAdd) tables.create(tableId, isIp6, name);
  else if (!ip.uses(tableId, isIp6)) tables.remove(tableId, isIp6);
  call.reply();
}

function allocateTable(call: Call<TableFields>): void {
  const { tables } = call.vpp.state;
  const { tableId, isIp6, name } = call.fields.table;
  const id = tableId === NO_INDEX ? tables.unusedId(isIp6) : tableId;
  tables.create(id, isIp6, name);
  call.reply({ table: { tableId: id, isIp6, name } });
}

function dumpTables<Fields>(call: Call<Fields>): void {
  for (const { id, isIp6, name } of call.vpp.state.tables) {
    call.details({ table: { tableId: id, isIp6, name } });
  }
}

function flushTable(call: Call<TableFields>): void {
  const { state } = call.vpp;
  const table = tableOf(call);
  if (table === undefined) return call.replyRetval(NO_SUCH_FIB);
  for (const itf of state.interfaces) {
    if (state.ip.tableId(itf, table.isIp6) === table.id) state.setAdminUp(itf, false);
  }
  table.flush(SOURCE_API);
  call.reply();
}

/** What changes routes, made anew for each start of VPP: definitions and message ids may be others then. */
function routeChanger(): (call: Call<RouteFields>) => void {
  let changer: RouteChanger | undefined;
  return (call) => {
    if (changer?.vpp !== call.vpp) changer = new RouteChanger(call.vpp, call.request);
    changer.change(call);
  };
}

class RouteChanger {
  readonly vpp: VppRun;
  readonly #reader: RouteReader;
  readonly #reply: Frame;
  readonly #retvalAt: number;
  readonly #statsIndexAt: number;

  constructor(vpp: VppRun, request: Message) {
    const { encoder } = vpp;
    const reply = request.service?.reply ?? "";
    this.vpp = vpp;
    this.#reader = new RouteReader(request);
    this.#reply = encoder.frame(reply, {});
    this.#retvalAt = encoder.offsetOf(reply, "retval");
    this.#statsIndexAt = encoder.offsetOf(reply, "stats_index");
  }

  change(call: Call<RouteFields>): void {
    const { state } = this.vpp;
    const { tableId, prefix, source, paths } = this.#reader.read(call);
    // VPP takes a prefix of an impossible length for one, and looks at the table first.
    const table = state.tables.get(tableId, prefix?.isIp6 ?? false);
    if (table === undefined) return this.#answer(call, NO_SUCH_FIB);
    if (prefix === undefined) return this.#answer(call, INVALID_PREFIX_LENGTH);
    const refusal = checkPaths(paths.asked, state);
    if (refusal !== 0) return this.#answer(call, refusal);
    const { isAdd, isMultipath } = call.fields;
    const { retval, statsIndex } = table.change(prefix, paths.kept, {
      isAdd,
      isMultipath,
      source: source === 0 ? SOURCE_API : source,
    });
    this.#answer(call, retval, statsIndex);
  }

  #answer(call: Call<RouteFields>, retval: number, statsIndex = NO_INDEX): void {
    const { bytes } = this.#reply;
    putU32(bytes, this.#retvalAt, retval);
    putU32(bytes, this.#statsIndexAt, statsIndex);
    call.send(this.#reply);
  }
}

function dumpRoutes(call: Call<TableFields>): void {
  const table = tableOf(call);
  if (table !== undefined) call.sendBlock(table.details.all(table));
}

function dumpRoutesV2(call: Call<TableFields & { readonly src: number }>): void {
  const table = tableOf(call);
  if (table === undefined) return;
  const { src } = call.fields;
  if (src === 0) return call.sendBlock(table.detailsV2.all(table));
  for (const route of table) {
    if (pathsOf(src, route) !== undefined) call.send(table.detailsV2.of(route));
  }
}

/** Both versions of the message; they differ in the form of the route only. */
function lookup(
  call: Call<{ readonly tableId: number; readonly exact: number; readonly prefix: unknown }>,
): void {
  const prefix = Prefix.parse(call.fields.prefix);
  const isIp6 = prefix?.isIp6 ?? false;
  const table = call.vpp.state.tables.get(call.fields.tableId, isIp6);
  if (table === undefined) return call.replyRetval(NO_SUCH_FIB);
  if (prefix === undefined) return call.replyRetval(NO_SUCH_ENTRY);
  const route = call.fields.exact === 0 ? table.lookup(prefix) : table.exact(prefix);
  if (route === undefined) return call.replyRetval(NO_SUCH_ENTRY);
  const isV2 = call.request.name.endsWith("_v2");
  call.reply({ route: isV2 ? routeFieldsV2(route) : routeFields(route) });
}
