/**
 * What VPP says of itself.
 *
 * @module
 */
import type { Line } from "./line.ts";
import type { Session } from "./session.ts";
import { type Ask, readCommand, readPid, readUptime } from "./vpp_identity.ts";

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

/** Asks the VPP of a session. */
export class VppFacts {
  readonly #line: Line;
  readonly #timeoutMs: number;
  /** Plugins are loaded when VPP starts and never after, so they are asked for once a session. */
  readonly #plugins = new WeakMap<Session, Promise<readonly VppPlugin[]>>();

  constructor(line: Line, timeoutMs: number) {
    this.#line = line;
    this.#timeoutMs = timeoutMs;
  }

  async info(session: Session): Promise<VppInfo> {
    const ask = this.#askOn(session);
    const [version, pid, uptime, plugins] = await Promise.all([
      ask("show_version"),
      readPid(ask),
      readUptime(ask),
      this.plugins(session),
    ]);
    return {
      connected: true,
      version: String(version["version"]),
      buildDate: String(version["buildDate"]),
      pid,
      ...(uptime === undefined ? {} : { uptime }),
      clientIndex: session.clientIndex,
      plugins,
    };
  }

  plugins(session: Session): Promise<readonly VppPlugin[]> {
    let plugins = this.#plugins.get(session);
    if (plugins === undefined) {
      plugins = readPlugins(this.#askOn(session));
      this.#plugins.set(session, plugins);
      plugins.catch(() => this.#plugins.delete(session));
    }
    return plugins;
  }

  #askOn(session: Session): Ask {
    return (name, fields) => this.#line.ask(session, name, this.#timeoutMs, fields);
  }
}

/**
 * The loaded plugins, from the command `show plugins`: no API message lists them. Each has a line such as
 * ` 2. acl_plugin.so    26.06-release    Access Control Lists (ACL)`.
 */
async function readPlugins(ask: Ask): Promise<readonly VppPlugin[]> {
  const text = await readCommand(ask, "show plugins");
  return [...text.matchAll(/^ *\d+\. +(\S+?)(?:_plugin)?\.so +(\S+) *(.*?) *$/gm)].map(
    ([, name = "", version = "", description = ""]) => ({ name, version, description }),
  );
}

/** `acl` and `acl_plugin.so` are the same plugin. */
export function isPlugin(plugin: VppPlugin, name: string): boolean {
  return plugin.name === name.replace(/(_plugin)?(\.so)?$/, "");
}
