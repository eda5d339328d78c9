/**
 * The few commands that the simulator's command line has.
 *
 * @module
 */
import { UNSPECIFIED } from "./retvals.ts";
import type { VppRun } from "./run.ts";
import { ADMIN_UP, type Interface } from "./state/interfaces.ts";

/** What `cli_inband` replies. */
export interface CommandResult {
  readonly retval: number;
  readonly reply: string;
}

type Command = (vpp: VppRun, words: readonly string[]) => string | undefined;

/** A command gets the words behind its own; undefined where it cannot use the first of them. */
const commands: readonly (readonly [words: string, command: Command])[] = [
  ["show version", showVersion],
  ["show interface", showInterface],
  ["show clock", showClock],
  ["show plugins", showPlugins],
];

/** Runs a command line. Words may be shortened, as in VPP. */
export function runCommand(line: string, vpp: VppRun): CommandResult {
  const words = line.split(/\s+/).filter((word) => word !== "");
  for (const [name, command] of commands) {
    const own = name.split(" ");
    if (words.length < own.length || !own.every((word, i) => word.startsWith(words[i]!))) continue;
    const rest = words.slice(own.length);
    const reply = command(vpp, rest);
    return reply === undefined ? unknownInput(`${name}: `, rest[0]) : { retval: 0, reply };
  }
  const isShow = words[0] !== undefined && "show".startsWith(words[0]);
  return isShow ? unknownInput("show: ", words[1]) : unknownInput("", words[0]);
}

function unknownInput(where: string, word = ""): CommandResult {
  return { retval: UNSPECIFIED, reply: `${where}unknown input \`${word}'\n` };
}

function showVersion(vpp: VppRun, words: readonly string[]): string | undefined {
  const { version, buildDate, buildDirectory } = vpp.settings;
  if (words.length === 0) return `vpp v${version} built by govppmux at ${buildDate}\n`;
  if (!"verbose".startsWith(words[0]!)) return undefined;
  const lines: readonly (readonly [string, string])[] = [
    ["Version", `v${version}`],
    ["Compiled by", "govppmux"],
    ["Compile host", "simulator"],
    ["Compile date", buildDate],
    ["Compile location", buildDirectory],
    ["Compiler", "none"],
    ["Current PID", String(vpp.pid)],
  ];
  return lines.map(([name, value]) => `${`${name}:`.padEnd(26)}${value}\n`).join("");
}

/** VPP's own time begins with VPP, in seconds. */
function showClock(vpp: VppRun): string {
  const now = vpp.clock.wallTime();
  const seconds = ((now - vpp.startedAt) / 1000).toFixed(6);
  return `Time now ${seconds}, ${
    new Date(now).toUTCString()
  }\nTime last barrier release 0.000000000\n`;
}

/** The modules of the API that are plugins in VPP. */
function showPlugins(vpp: VppRun): string {
  const loaded = PLUGINS.filter(([name]) => vpp.api.schema.modules.has(name));
  const lines = loaded.map(([name, description], i) =>
    `${`${i + 1}.`.padStart(4)} ${`${name}_plugin.so`.padEnd(40)} ${
      vpp.settings.version.padEnd(32)
    } ${description}\n`
  );
  const title = `     ${"Plugin".padEnd(40)} ${"Version".padEnd(32)} Description\n`;
  return ` Plugin path is: /simulator, plugins shown in load order\n\n${title}${lines.join("")}`;
}

const PLUGINS = [["acl", "Access Control Lists (ACL)"]] as const;

/** All interfaces, or those that are named. */
function showInterface(vpp: VppRun, words: readonly string[]): string | undefined {
  const all = [...vpp.state.interfaces];
  const named = words.map((word) => all.find((itf) => itf.settings.name === word));
  if (named.includes(undefined)) return undefined;
  const shown = words.length === 0 ? all : named.filter((itf) => itf !== undefined);
  return [HEADER, ...shown.toSorted(byName).map(interfaceRow)].join("");
}

function interfaceRow({ swIfIndex, settings }: Interface): string {
  const state = (settings.flags & ADMIN_UP) === 0 ? "down" : "up";
  return settings.name.padEnd(32) + center(String(swIfIndex), 5) + center(state, 10) +
    center(settings.mtu.join("/"), 21) + "\n";
}

const HEADER = center("Name", 32) + center("Idx", 5) + center("State", 10) +
  center("MTU (L3/IP4/IP6/MPLS)", 21) + center("Counter", 16) + center("Count", 16) + "\n";

/** As VPP's format `%=N` does: the larger half of the blanks goes to the left. */
function center(text: string, width: number): string {
  const left = Math.max(0, Math.ceil((width - text.length) / 2));
  return (" ".repeat(left) + text).padEnd(width);
}

function byName(one: Interface, other: Interface): number {
  return one.settings.name.localeCompare(other.settings.name, "en", { numeric: true });
}
