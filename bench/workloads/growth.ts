/**
 * What a message costs in dumps of different sizes: tables of 10 to 100,000 routes, dumped in turns.
 *
 * @module
 */
import process from "node:process";
import { IpRouteDump, IpTableAddDel } from "../../src/binapi/ip.ts";
import type { Channel, Mux } from "../../src/mod.ts";
import { keep } from "../keep.ts";
import type { Figures, Parameters } from "../parameters.ts";
import { changeRoutes, tableOf } from "./routes.ts";

const SIZES = [10, 100, 1000, 10_000, 100_000] as const;
/** Table `FIRST_TABLE + n` has the routes of the nth size; the one behind the last has none of ours. */
const FIRST_TABLE = 100;
const EMPTY = SIZES.length;
/**
 * Messages of each size in a turn, some milliseconds: what makes the machine faster or slower for longer
 * than that counts for all sizes alike, and so it does for the difference to the empty dump.
 */
const MESSAGES_A_TURN = 10_000;
const EMPTY_DUMPS_A_TURN = 1000;
/** Turns in which each size has brought the same number of messages: one dump of the largest. */
const TURNS_A_ROUND = 10;
const AT_ONCE = 256;

/** Dumps one table; resolves to the number of messages. */
type Dump = (tableId: number) => Promise<number>;

/**
 * Milliseconds of the largest dump, and microseconds of processor time: `request` of a dump of an empty
 * table, and for each size what a message costs beyond that. Means, so that the garbage counts of which
 * one dump in many is interrupted to be rid.
 */
export async function growth(mux: Mux, parameters: Parameters): Promise<Figures> {
  const channel = mux.newAPIChannel({ replyBufferBytes: 1 << 30, requestBuffer: AT_ONCE });
  await changeTables(channel, true);
  const dump = parameters.style === "columns" ? columnsOf(channel) : objectsOf(channel);
  await inTurns(parameters.warmUp, dump);
  const costs = await inTurns(parameters.seconds, dump);
  await changeTables(channel, false);
  return figuresOf(costs);
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

/** What all dumps of one table have brought and cost. */
interface Cost {
  dumps: number;
  messages: number;
  milliseconds: number;
  microseconds: number;
}

/** Dumps all tables in turns, in whole rounds; what the dumps of each have cost. */
async function inTurns(seconds: number, dump: Dump): Promise<Cost[]> {
  const costs = Array.from(
    { length: SIZES.length + 1 },
    (): Cost => ({ dumps: 0, messages: 0, milliseconds: 0, microseconds: 0 }),
  );
  const start = performance.now();
  for (
    let turn = 0;
    turn % TURNS_A_ROUND > 0 || performance.now() - start < seconds * 1000;
    turn++
  ) {
    // What garbage one size leaves is collected in the time of the next, which is not always the same.
    for (let i = 0; i < costs.length; i++) {
      const n = (turn + i) % costs.length;
      await add(costs[n]!, dumpsOf(n, turn), () => dump(FIRST_TABLE + n));
    }
  }
  return costs;
}

/** Dumps of the `n`th table in a turn: of the largest, one in the last turn of a round. */
function dumpsOf(n: number, turn: number): number {
  const size = SIZES[n];
  if (size === undefined) return EMPTY_DUMPS_A_TURN;
  const until = (turns: number): number => Math.floor((turns * MESSAGES_A_TURN) / size);
  return until(turn + 1) - until(turn);
}

async function add(cost: Cost, dumps: number, dump: () => Promise<number>): Promise<void> {
  const start = performance.now();
  const before = process.cpuUsage();
  for (let i = 0; i < dumps; i++) cost.messages += await dump();
  const { user, system } = process.cpuUsage(before);
  cost.dumps += dumps;
  cost.milliseconds += performance.now() - start;
  cost.microseconds += user + system;
}

function figuresOf(costs: readonly Cost[]): Figures {
  const empty = costs[EMPTY]!;
  const request = empty.microseconds / empty.dumps;
  const figures: Record<string, number> = { request };
  for (const [n, size] of SIZES.entries()) {
    const { dumps, messages, milliseconds, microseconds } = costs[n]!;
    figures["milliseconds"] = milliseconds / dumps;
    // Also an empty table has a few routes, VPP's own.
    const beyond = messages - dumps * (empty.messages / empty.dumps);
    figures[`of ${size}`] = (microseconds - dumps * request) / beyond;
  }
  return figures;
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
