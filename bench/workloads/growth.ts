/**
 * What a message costs in dumps of different sizes: tables of 10 to 100,000 routes, dumped in turns.
 *
 * @module
 */
import process from "node:process";
import { IpRouteDump, IpTableAddDel } from "../../src/binapi/ip.ts";
import type { Channel, Mux } from "../../src/mod.ts";
import { keep } from "../keep.ts";
import { median } from "../measure.ts";
import type { Figures, Parameters } from "../parameters.ts";
import { changeRoutes, tableOf } from "./routes.ts";

const SIZES = [10, 100, 1000, 10_000, 100_000] as const;
/** Table `FIRST_TABLE + n` has the routes of the nth size; the one behind the last has none of ours. */
const FIRST_TABLE = 100;
const EMPTY = SIZES.length;
/** Messages of each size in a round: one dump of the largest. */
const MESSAGES_A_ROUND = 100_000;
const EMPTY_DUMPS = 10_000;
const AT_ONCE = 256;

/** Dumps one table; resolves to the number of messages. */
type Dump = (tableId: number) => Promise<number>;

/**
 * Milliseconds of the largest dump, and microseconds of processor time: `request` of a dump of an empty
 * table, and for each size what a message costs beyond that. Medians of the rounds.
 */
export async function growth(mux: Mux, parameters: Parameters): Promise<Figures> {
  const channel = mux.newAPIChannel({ replyBufferBytes: 1 << 30, requestBuffer: AT_ONCE });
  await changeTables(channel, true);
  const dump = parameters.style === "columns" ? columnsOf(channel) : objectsOf(channel);
  await inRounds(parameters.warmUp, dump);
  const rounds = await inRounds(parameters.seconds, dump);
  await changeTables(channel, false);
  const names = Object.keys(rounds[0] ?? {});
  return Object.fromEntries(
    names.map((name) => [name, median(rounds.map((round) => round[name] ?? Number.NaN))]),
  );
}

function objectsOf(channel: Channel): Dump {
  return async (tableId) => {
    let count = 0;
    const table = tableOf(tableId);
    for await (const { route } of channel.sendMultiRequest(IpRouteDump, { table })) {
      keep(route.prefix);
      count++;
    }
    return count;
  };
}

function columnsOf(channel: Channel): Dump {
  return async (tableId) => {
    const table = tableOf(tableId);
    const { length } = await channel.dumpColumns(IpRouteDump, { table }, [
      "route.prefix",
      "route.statsIndex",
    ]);
    return length;
  };
}

async function inRounds(seconds: number, dump: Dump): Promise<Figures[]> {
  const rounds: Figures[] = [];
  const start = performance.now();
  do {
    rounds.push(await round(dump, rounds.length));
  } while (performance.now() - start < seconds * 1000);
  return rounds;
}

/** @param first whose turn it is: what garbage one size leaves is collected in the time of the next */
async function round(dump: Dump, first: number): Promise<Figures> {
  const costs = new Map<number, DumpCost>();
  for (let turn = 0; turn <= SIZES.length; turn++) {
    const n = (first + turn) % (SIZES.length + 1);
    const times = n === EMPTY ? EMPTY_DUMPS : MESSAGES_A_ROUND / SIZES[n]!;
    costs.set(n, await cost(times, () => dump(FIRST_TABLE + n)));
  }
  const empty = costs.get(EMPTY)!;
  const figures: Record<string, number> = { request: empty.microseconds };
  for (const [n, size] of SIZES.entries()) {
    const { messages, milliseconds, microseconds } = costs.get(n)!;
    figures["milliseconds"] = milliseconds;
    // Also an empty table has a few routes, VPP's own.
    figures[`of ${size}`] = (microseconds - empty.microseconds) / (messages - empty.messages);
  }
  return figures;
}

/** What one dump of several brings and costs. */
interface DumpCost {
  readonly messages: number;
  readonly milliseconds: number;
  readonly microseconds: number;
}

async function cost(times: number, dump: () => Promise<number>): Promise<DumpCost> {
  const start = performance.now();
  const before = process.cpuUsage();
  let messages = 0;
  for (let i = 0; i < times; i++) messages += await dump();
  const { user, system } = process.cpuUsage(before);
  return {
    messages: messages / times,
    milliseconds: (performance.now() - start) / times,
    microseconds: (user + system) / times,
  };
}

async function changeTables(channel: Channel, isAdd: boolean): Promise<void> {
  for (const [n, count] of [...SIZES, 0].entries()) {
    const tableId = FIRST_TABLE + n;
    const table = tableOf(tableId);
    const change = () => channel.request(IpTableAddDel, { isAdd, table });
    if (isAdd) await change();
    await changeRoutes(channel, { count, window: AT_ONCE }, isAdd, tableId);
    if (!isAdd) await change();
  }
}
