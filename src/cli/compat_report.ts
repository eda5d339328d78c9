/**
 * What `govppmux compat` prints.
 *
 * @module
 */
import type { CompatibilityState, MessageCompatibility } from "../core/compatibility.ts";
import { formatTable } from "./table.ts";

/** One JSON line a message, with VPP's way of writing names. */
export function compatJson(result: MessageCompatibility): string {
  const { message, module, plugin = null, state, crc, vppCrc } = result;
  const vpp_crc = vppCrc === undefined ? null : `0x${vppCrc}`;
  return JSON.stringify({ message, module, plugin, state, crc: `0x${crc}`, vpp_crc });
}

/** The messages that were asked for, one by one. */
export function messageTable(results: readonly MessageCompatibility[]): string {
  const rows = results.map((result) => [
    result.message,
    result.state,
    `0x${result.crc}`,
    result.vppCrc === undefined ? "" : `0x${result.vppCrc}`,
    result.module,
    result.plugin ?? "",
  ]);
  return formatTable(["message", "state", "CRC", "VPP's CRC", "module", "plugin"], rows);
}

/** The counts of each module, then what is not the same. */
export function moduleReport(results: readonly MessageCompatibility[]): string[] {
  const modules = [...byModule(results)].sort(([a], [b]) => a < b ? -1 : 1);
  const rows = modules.map(([module, messages]) => [
    module,
    messages[0]?.plugin ?? "",
    ...states.map((state) => inState(messages, state).length),
  ]);
  const totals = states.map((state) => inState(results, state).length);
  return [
    formatTable(["module", "plugin", ...states], [...rows, ["all", "", ...totals]]),
    ...changedLines(inState(results, "changed")),
    ...missingLines(modules),
  ];
}

const states = ["same", "changed", "missing"] as const satisfies CompatibilityState[];

function changedLines(changed: readonly MessageCompatibility[]): string[] {
  if (changed.length === 0) return [];
  const lines = changed.map(({ message, module, crc, vppCrc }) =>
    `  ${message} (${module}): 0x${crc}, VPP has 0x${vppCrc}`
  );
  return ["", "changed", ...lines];
}

function missingLines(
  modules: readonly (readonly [string, readonly MessageCompatibility[]])[],
): string[] {
  const lines = modules.flatMap(([module, messages]) => {
    const missing = inState(messages, "missing");
    const plugin = messages[0]?.plugin;
    const from = plugin === undefined ? "VPP itself" : `plugin ${plugin}`;
    if (missing.length === 0) return [];
    if (missing.length === messages.length) {
      return [`  ${module} (${from}): all ${missing.length} messages`];
    }
    return [`  ${module} (${from})`, ...missing.map(({ message }) => `    ${message}`)];
  });
  return lines.length === 0 ? [] : ["", "missing", ...lines];
}

function inState(
  results: readonly MessageCompatibility[],
  state: CompatibilityState,
): MessageCompatibility[] {
  return results.filter((result) => result.state === state);
}

function byModule(
  results: readonly MessageCompatibility[],
): ReadonlyMap<string, readonly MessageCompatibility[]> {
  const modules = new Map<string, MessageCompatibility[]>();
  for (const result of results) {
    const messages = modules.get(result.module);
    if (messages === undefined) modules.set(result.module, [result]);
    else messages.push(result);
  }
  return modules;
}
