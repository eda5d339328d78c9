/**
 * Counters as lines for people: one for each number, with the name of what it counts for.
 *
 * @module
 */
import type { CounterRates, StatsRates, StatsValue } from "../../stats/mod.ts";

/** Names by index, for the counters that have one for each interface or node. */
export interface IndexNames {
  readonly interfaces: readonly (string | undefined)[];
  readonly nodes: readonly (string | undefined)[];
}

/** What is shown. */
export interface RowOptions {
  /** A line for each thread instead of the sum of all. */
  readonly perThread: boolean;
  /** Leave out what is 0. */
  readonly noZeros: boolean;
  /** undefined: without rates. */
  readonly rates: StatsRates | undefined;
}

/** The cells of one line: counter, what it counts for, thread, value, change per second. */
export interface CounterRow {
  readonly name: string;
  readonly of: string;
  readonly thread: string;
  readonly value: string;
  readonly rate: string;
}

/** The lines of one counter. */
export function rowsOf(
  name: string,
  value: StatsValue,
  names: IndexNames,
  options: RowOptions,
): CounterRow[] {
  const row = (of: string, thread: string, text: string, rate = ""): CounterRow => ({
    name,
    of,
    thread,
    value: text,
    rate,
  });
  const rates = options.rates?.get(name);
  switch (value.type) {
    case "scalar":
    case "gauge":
      return options.noZeros && value.value === 0n
        ? []
        : [row("", "", `${value.value}`, perSecond(rates?.[0]))];
    case "simple":
    case "combined":
      return counterRows(
        value,
        indexLabel(name, value.link !== undefined, names),
        options,
        rates,
        row,
      );
    case "names":
      return value.names.flatMap((each, i) => each === undefined ? [] : [row(`${i}`, "", each)]);
    case "histogram":
      return [...value.sums()].map((count, i) =>
        row(`<= 2^${value.minExponent + i}`, "", `${count}`)
      );
    case "ring":
      return value.threads.map(({ sequence }, i) => row("", `${i}`, `${sequence} entries written`));
    case "unknown":
      return [row("", "", `type ${value.typeCode} is not known`)];
  }
}

type RowMaker = (of: string, thread: string, text: string, rate?: string) => CounterRow;
type Counters = Extract<StatsValue, { type: "simple" | "combined" }>;

function counterRows(
  value: Counters,
  label: (index: number) => string,
  options: RowOptions,
  rates: CounterRates | undefined,
  row: RowMaker,
): CounterRow[] {
  const rows: CounterRow[] = [];
  for (let index = 0; index < value.length; index++) {
    const of = label(index);
    if (!options.perThread) {
      const rate = value.type === "simple"
        ? perSecond(rates?.[index])
        : packetRate(rates?.[2 * index], rates?.[2 * index + 1]);
      const text = textOf(value.sum(index), options.noZeros);
      if (text !== undefined) rows.push(row(of, "", text, rate));
      continue;
    }
    for (let thread = 0; thread < value.threads; thread++) {
      const text = textOf(value.at(thread, index), options.noZeros);
      if (text !== undefined) rows.push(row(of, `${thread}`, text));
    }
  }
  return rows;
}

/** undefined where it is 0 and zeros are left out. */
function textOf(
  count: bigint | { packets: bigint; bytes: bigint },
  noZeros: boolean,
): string | undefined {
  if (typeof count === "bigint") return noZeros && count === 0n ? undefined : `${count}`;
  if (noZeros && count.packets === 0n && count.bytes === 0n) return undefined;
  return `${count.packets} packets, ${count.bytes} bytes`;
}

/** What the index of a counter stands for. A symlink's counter has it in its name already. */
function indexLabel(name: string, isLink: boolean, names: IndexNames): (index: number) => string {
  if (isLink) return () => "";
  const list = name.startsWith("/if/")
    ? names.interfaces
    : name.startsWith("/sys/node/")
    ? names.nodes
    : [];
  return (index) => list[index] ?? `${index}`;
}

function perSecond(rate: number | undefined): string {
  return rate === undefined ? "" : `${round(rate)}/s`;
}

function packetRate(packets: number | undefined, bytes: number | undefined): string {
  if (packets === undefined || bytes === undefined) return "";
  return `${round(packets)} packets/s, ${round(bytes)} bytes/s`;
}

function round(rate: number): string {
  return `${Math.round(rate * 100) / 100}`;
}
