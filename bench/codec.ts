/**
 * How many messages a second the codec decodes, encodes and demultiplexes, against the oracle of plain
 * TypeScript in the same run, and what a million messages leave in memory.
 *
 *     npx deno run -A bench/codec.ts [--rounds N] [--ms N] [--json FILE]
 *     node dist/bench/codec.js
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import process from "node:process";
import { parseArgs } from "node:util";
import { formatTable } from "../src/cli/table.ts";
import { heapGrowth } from "./codec_heap.ts";
import { receiver, worksOf } from "./codec_works.ts";
import { measure, type MeasureOptions, median, ratio } from "./measure.ts";
import { type Sample, samples } from "./samples.ts";

/** A line of the table. */
interface Result {
  readonly message: string;
  /** Bytes of one message on the wire. */
  readonly bytes: number;
  readonly work: string;
  /** Messages a second: the median of the rounds. */
  readonly perSecond: number;
  readonly oraclePerSecond: number;
  /** The median of the rounds' ratios. */
  readonly ratio: number;
}

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "25" },
    ms: { type: "string", default: "20" },
    json: { type: "string" },
  },
});
const options = { rounds: Number(values.rounds), milliseconds: Number(values.ms) };
const to = receiver();
const all = samples(to.context);
const results = all.flatMap((sample) => resultsOf(sample, options));
const heap = all.map((sample) => ({ message: sample.message.name, ...heapGrowth(sample, to) }));

console.log(`${runtime()}, ${cpus()[0]?.model ?? "an unknown processor"}`);
console.log(formatTable(
  ["message", "bytes", "work", "messages/s", "oracle/s", "ratio"],
  results.map(({ message, bytes, work, perSecond, oraclePerSecond, ratio }) => [
    message,
    bytes,
    work,
    perSecond,
    oraclePerSecond,
    `${ratio.toFixed(1)} x`,
  ]),
));
console.log(formatTable(
  ["message", "received and read", "bytes more of WASM", "bytes more of JavaScript"],
  heap.map(({ message, messages, wasm, javascript }) => [message, messages, wasm, javascript]),
));
if (values.json !== undefined) {
  const report = { runtime: runtime(), ...options, results, heap };
  writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
}

function resultsOf(sample: Sample, options: MeasureOptions): Result[] {
  const { core, oracle } = worksOf(sample, to);
  const others = oracle.map((work) => ({ ...work, name: oracleName(work.name) }));
  const rates = measure([...core, ...others], options);
  const ratesOf = (name: string): readonly number[] => rates.get(name) ?? [];
  return core.map(({ name }) => {
    const own = ratesOf(name);
    const reference = ratesOf(oracleName(name));
    return {
      message: sample.message.name,
      bytes: sample.bytes,
      work: name,
      perSecond: Math.round(median(own)),
      oraclePerSecond: Math.round(median(reference)),
      ratio: ratio(own, reference),
    };
  });
}

/** The oracle decodes in one way only, whatever is read of the message. */
function oracleName(work: string): string {
  return `oracle: ${work.split(",")[0]}`;
}

function runtime(): string {
  const { deno, node } = process.versions;
  return deno === undefined ? `Node ${node}` : `Deno ${deno}`;
}
