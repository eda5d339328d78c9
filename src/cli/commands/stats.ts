/**
 * `govppmux stats`: VPP's counters.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import process from "node:process";
import { gunzipSync } from "node:zlib";
import { type Command, Option } from "commander";
import { parseDuration } from "../../config/duration.ts";
import { VppError } from "../../errors.ts";
import {
  connectStats,
  defaultStatsSocketPath,
  openStatsImage,
  type ReusedCounter,
  type Stats,
  type StatsPattern,
  type StatsRates,
} from "../../stats/mod.ts";
import { printError, printLine } from "../output.ts";
import { type IndexNames, rowsOf } from "../stats/counter_rows.ts";
import { counterJson } from "../stats/counter_json.ts";
import { counterTable } from "../stats/counter_table.ts";

interface StatsOptions {
  readonly socket: string;
  readonly file?: string;
  readonly vppVersion?: string;
  readonly allowUnsealed?: boolean;
  readonly regex?: boolean;
  readonly list?: boolean;
  readonly json?: boolean;
  readonly rates?: boolean;
  readonly perThread?: boolean;
  readonly zeros: boolean;
  /** Milliseconds. */
  readonly watch?: number;
  readonly count?: number;
}

/** Adds `govppmux stats`. */
export function registerStats(program: Command): void {
  program.command("stats")
    .description("print VPP's counters")
    .argument("[patterns...]", 'names, folders or globs: /if/rx, /if, "/err/**"; without, all')
    .option("--socket <path>", "VPP's stats socket", defaultStatsSocketPath)
    .addOption(
      new Option("--file <image>", "a copy of a stats segment instead (also gzip)")
        .conflicts(["socket", "watch", "rates"]),
    )
    .option("--vpp-version <release>", "VPP's release, for example 26.06 (default: found out)")
    .option("--allow-unsealed", "read a segment in huge pages, which VPP does not seal")
    .option("--regex", "the patterns are regular expressions")
    .option("--list", "print the names and types only")
    .option("--json", "one JSON object for each reading")
    .option("--rates", "changes per second too")
    .option("--per-thread", "each thread's counters instead of their sums")
    .option("--no-zeros", "leave out what is 0")
    .option("--watch <interval>", "read again and again, for example every 1s", interval)
    .option("--count <n>", "end after so many readings", positiveInteger)
    .action(printStats);
}

async function printStats(texts: string[], options: StatsOptions): Promise<void> {
  const patterns = options.regex ? texts.map(regularExpression) : texts;
  const stats = await openStats(options);
  const interrupt = new AbortController();
  const stop = () => interrupt.abort();
  process.once("SIGINT", stop);
  try {
    if (options.list) await printList(stats, patterns);
    else if (options.rates || options.watch) {
      await printReadings(stats, patterns, options, interrupt.signal);
    } else await printOnce(stats, patterns, options);
  } finally {
    process.removeListener("SIGINT", stop);
    await stats.close();
  }
}

async function openStats(options: StatsOptions): Promise<Stats> {
  const { socket, file, vppVersion, watch, allowUnsealed = false } = options;
  const version = vppVersion === undefined ? {} : { vppVersion };
  if (file !== undefined) {
    return openStatsImage(await readImage(file), { name: file, ...version });
  }
  return connectStats({
    socketPath: socket,
    allowUnsealed,
    ...version,
    onState: (state) => {
      if (watch === undefined) return;
      if (state.state === "disconnected") printError(`${state.error.message}; waiting for it`);
      else if (state.restarted) printError("VPP has restarted");
    },
  });
}

async function readImage(file: string): Promise<Uint8Array> {
  try {
    const bytes = await readFile(file);
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return new Uint8Array(isGzip ? gunzipSync(bytes) : bytes);
  } catch (cause) {
    throw new VppError(
      "STATS",
      `Cannot read the image "${file}": ${cause instanceof Error ? cause.message : cause}`,
      { cause },
    );
  }
}

async function printList(stats: Stats, patterns: StatsPattern[]): Promise<void> {
  const entries = await stats.ls(...patterns);
  const width = Math.max(0, ...entries.map(({ type }) => type.length));
  for (const { name, type } of entries) printLine(`${type.padEnd(width)}  ${name}`);
}

async function printOnce(
  stats: Stats,
  patterns: StatsPattern[],
  options: StatsOptions,
): Promise<void> {
  const values = await stats.dump(...patterns);
  const counters = [...values].map(([name, value]) => ({ name, value }));
  printReading(counters, undefined, await indexNames(stats), options);
}

/** The first reading has no rates, and is not printed where rates are wanted. */
async function printReadings(
  stats: Stats,
  patterns: StatsPattern[],
  options: StatsOptions,
  signal: AbortSignal,
): Promise<void> {
  const { watch, count = watch === undefined ? 1 : Infinity } = options;
  const samples = stats.watch(patterns, { intervalMs: watch ?? 1000, signal });
  let printed = 0;
  let first = true;
  for await (const { counters, rates, restarted } of samples) {
    const isReference = options.rates && (first || restarted);
    first = false;
    if (isReference) continue;
    printReading(counters, options.rates ? rates : undefined, await indexNames(stats), options);
    if (++printed >= count) return;
    if (!options.json) printLine("");
  }
}

async function indexNames(stats: Stats): Promise<IndexNames> {
  const values = await stats.dump("/if/names", "/sys/node/names");
  const names = (name: string) => {
    const value = values.get(name);
    return value?.type === "names" ? value.names : [];
  };
  return { interfaces: names("/if/names"), nodes: names("/sys/node/names") };
}

function printReading(
  counters: readonly ReusedCounter[],
  rates: StatsRates | undefined,
  names: IndexNames,
  { json, perThread = false, zeros }: StatsOptions,
): void {
  if (json) {
    const values = counters.map(({ name, value }) =>
      [name, counterJson(value, perThread, rates?.get(name))] as const
    );
    printLine(JSON.stringify(Object.fromEntries(values)));
    return;
  }
  const options = { perThread, noZeros: !zeros, rates };
  const rows = counters.flatMap(({ name, value }) => rowsOf(name, value, names, options));
  printLine(rows.length === 0 ? "no counters" : counterTable(rows));
}

function regularExpression(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (cause) {
    throw new VppError(
      "CONFIG",
      `Cannot use "${text}" as a regular expression: ${
        cause instanceof Error ? cause.message : cause
      }`,
      { cause },
    );
  }
}

function interval(text: string): number {
  const ms = parseDuration(text);
  if (ms > 0) return ms;
  throw new VppError("CONFIG", `Cannot watch every "${text}": expected more than 0, such as 1s`);
}

function positiveInteger(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new VppError("CONFIG", `Cannot use "${text}" as a count: expected 1 or more`);
}
