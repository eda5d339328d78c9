/**
 * Tables and routes: what VPP does in `vnet/ip/ip_api.c`.
 *
 * @module
 */
import type { Call, RegisterHandler } from "../call.ts";
import { INVALID_PREFIX_LENGTH, NO_SUCH_ENTRY, NO_SUCH_FIB } from "../retvals.ts";
import {
  type FibPath,
  type FibTable,
  pathsOf,
  routeFields,
  routeFieldsV2,
  SOURCE_API,
} from "../state/fib.ts";
import { Prefix } from "../state/prefix.ts";
import { NO_INDEX } from "./common.ts";
import { decodePaths } from "./paths.ts";

export function registerRouteHandlers(on: RegisterHandler): void {
  on("ip_table_add_del", changeTable);
  on("ip_table_add_del_v2", changeTable);
  on("ip_table_allocate", allocateTable);
  on("ip_table_dump", dumpTables);
  on("ip_table_flush", flushTable);
  on("ip_route_add_del", changeRoute);
  on("ip_route_add_del_v2", changeRoute);
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

function changeRoute(
  call: Call<{
    readonly isAdd: boolean;
    readonly isMultipath: boolean;
    readonly route: {
      readonly tableId: number;
      /** Text, or its parts where it has none. */
      readonly prefix: unknown;
      /** The source, in the second version of the message; 0: the API itself. */
      readonly src?: number;
      readonly paths: readonly FibPath[];
    };
  }>,
): void {
  const { isAdd, isMultipath, route } = call.fields;
  const prefix = Prefix.parse(route.prefix);
  // VPP takes a prefix of an impossible length for one, and looks at the table first.
  const table = call.vpp.state.tables.get(route.tableId, prefix?.isIp6 ?? false);
  if (table === undefined) return failRoute(call, NO_SUCH_FIB);
  if (prefix === undefined) return failRoute(call, INVALID_PREFIX_LENGTH);
  const paths = decodePaths(route.paths, call.vpp.state);
  if (typeof paths === "number") return failRoute(call, paths);
  const source = route.src === undefined || route.src === 0 ? SOURCE_API : route.src;
  const { retval, statsIndex = NO_INDEX } = table.change(prefix, paths, {
    isAdd,
    isMultipath,
    source,
  });
  call.reply({ retval, statsIndex });
}

function failRoute<Fields>(call: Call<Fields>, retval: number): void {
  call.reply({ retval, statsIndex: NO_INDEX });
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
