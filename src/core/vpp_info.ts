/**
 * What VPP says of itself.
 *
 * @module
 */
import { readCommand, readPid, readUptime } from "./vpp_identity.ts";
import type { Ask } from "./vpp_identity.ts";

export interface VppInfo {
  /** Whether there is a connection; without one, nothing else is known. */
  readonly connected: boolean;
  /** For example `26.06-release`. */
  readonly version?: string;
  /** When this VPP was compiled, as its build says it: `2026-06-24T00:00:00`. */
  readonly buildDate?: string;
  /** VPP's process id. */
  readonly pid?: number;
  /** Seconds since VPP's start. */
  readonly uptime?: number;
  /** Our index in VPP's table of clients. */
  readonly clientIndex?: number;
  /** Loaded plugins. */
  readonly plugins?: readonly VppPlugin[];
}

/** A plugin that VPP has loaded. */
export interface VppPlugin {
  /** Without ending: `acl`. */
  readonly name: string;
  /** For example `26.06-release`. */
  readonly version: string;
  readonly description: string;
}

/** Asks VPP; `plugins` are those that are known already. */
export async function readVppInfo(
  ask: Ask,
  clientIndex: number,
  plugins: Promise<readonly VppPlugin[]>,
): Promise<VppInfo> {
  const [version, pid, uptime, loaded] = await Promise.all([
    ask("show_version"),
    readPid(ask),
    readUptime(ask),
    plugins,
  ]);
  return {
    connected: true,
    version: String(version["version"]),
    buildDate: String(version["buildDate"]),
    pid,
    ...(uptime === undefined ? {} : { uptime }),
    clientIndex,
    plugins: loaded,
  };
}

/**
 * The loaded plugins, from the command `show plugins`: no API message lists them. Each has a line such as
 * ` 2. acl_plugin.so    26.06-release    Access Control Lists (ACL)`.
 */
export async function readPlugins(ask: Ask): Promise<readonly VppPlugin[]> {
  const text = await readCommand(ask, "show plugins");
  return [...text.matchAll(/^ *\d+\. +(\S+?)(?:_plugin)?\.so +(\S+) *(.*?) *$/gm)].map(
    ([, name = "", version = "", description = ""]) => ({ name, version, description }),
  );
}
