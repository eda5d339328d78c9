/**
 * How long it takes to read the counters of all interfaces of a running VPP.
 *
 *     node dist/bench/stats_read.js [stats socket]
 *     deno run -A bench/stats_read.ts [stats socket]
 *
 * @module
 */
import process from "node:process";
import { connectStats, defaultStatsSocketPath, type InterfaceCounters } from "../src/stats/mod.ts";

const WARM_UP = 300;
const READINGS = 1000;

const [socketPath = defaultStatsSocketPath] = process.argv.slice(2);
const stats = await connectStats({ socketPath });
const interfaces = stats.reader("/if");
const everything = stats.reader();
const { length } = await stats.interfaces();
const counters = (await everything.read()).counters.length;

await measure(`reader("/if") into the same arrays, ${length} interfaces`, () => interfaces.read());
await measure('dump("/if")', () => stats.dump("/if"));
await measure("interfaces(), no field looked at", () => stats.interfaces());
await measure("interfaces(), rx and tx looked at", async () => {
  for (const each of await stats.interfaces()) look(each.rx, each.tx);
});
await measure("interfaces(), every field looked at", async () => {
  for (const each of await stats.interfaces()) lookAtAll(each);
});
await measure(
  `reader() into the same arrays, all ${counters} counters`,
  () => everything.read(),
  100,
);
await stats.close();

async function measure(what: string, read: () => Promise<unknown>, readings = READINGS) {
  for (let i = 0; i < WARM_UP * readings / READINGS; i++) await read();
  const started = performance.now();
  for (let i = 0; i < readings; i++) await read();
  const microseconds = (performance.now() - started) / readings * 1000;
  console.log(`${microseconds.toFixed(1).padStart(9)} µs  ${what}`);
}

function lookAtAll(each: InterfaceCounters): void {
  look(each.rx, each.rxUnicast, each.rxMulticast, each.rxBroadcast);
  look(each.tx, each.txUnicast, each.txMulticast, each.txBroadcast);
  look(each.rxErrors, each.txErrors, each.drops, each.punts, each.ip4, each.ip6);
  look(each.rxNoBuf, each.rxMiss, each.mpls);
}

/** Keeps the engine from leaving out what nobody uses. */
function look(...values: unknown[]): void {
  if (values.includes(undefined)) throw new Error("a counter is missing");
}
