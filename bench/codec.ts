/**
 * How many messages a second the codec decodes, encodes and demultiplexes, against the oracle of plain
 * TypeScript in the same run.
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
    rounds: { type: "string", default: "7" },
    ms: { type: "string", default: "60" },
    json: { type: "string" },
  },
});
const options = { rounds: Number(values.rounds), milliseconds: Number(values.ms) };
const to = receiver();
const results = samples(to.context).flatMap((sample) => resultsOf(sample, options));

console.log(`${runtime()}, ${cpus()[0]?.model ?? "an unknown processor"}; messages a second`);
console.table(results.map(tableRow));
if (values.json !== undefined) {
  writeFileSync(values.json, JSON.stringify({ runtime: runtime(), ...options, results }, null, 2));
}

function resultsOf(sample: Sample, options: MeasureOptions): Result[] {
  const { core, oracle } = worksOf(sample, to);
  // The same names stand on both sides.
  const all = [...core, ...oracle.map((work) => ({ ...work, name: `oracle: ${work.name}` }))];
  const rates = measure(all, options);
  return core.map(({ name }) => {
    const own = rates.get(name) ?? [];
    const others = rates.get(`oracle: ${name.split(",")[0]}`) ?? [];
    return {
      message: sample.message.name,
      bytes: sample.chunk.length / sample.raw.length - 16,
      work: name,
      perSecond: Math.round(median(own)),
      oraclePerSecond: Math.round(median(others)),
      ratio: ratio(own, others),
    };
  });
}

function tableRow({ message, bytes, work, perSecond, oraclePerSecond, ratio }: Result): object {
  return {
    message: `${message} (${bytes} B)`,
    work,
    "messages/s": perSecond.toLocaleString("en"),
    "oracle/s": oraclePerSecond.toLocaleString("en"),
    ratio: `${ratio.toFixed(1)} x`,
  };
}

function runtime(): string {
  const { deno, node } = process.versions;
  return deno === undefined ? `Node ${node}` : `Deno ${deno}`;
}
