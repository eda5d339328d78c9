/**
 * What it costs to be watched: pipelined pings without anything, with instruments at which nobody looks,
 * with health probes, with the trace, with a subscriber of `node:diagnostics_channel`. Simulator and
 * clients are processes of their own; the clients take turns.
 *
 *     node dist/bench/watching.js [--window N] [--rounds N] [--seconds N]
 *
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { formatTable } from "../src/cli/table.ts";
import { projectRoot } from "../test/data.ts";
import { median, ratio } from "./measure.ts";
import { type Figures, type Watching, watchings } from "./parameters.ts";
import { runClient, startServer } from "./processes.ts";

const { values: options } = parseArgs({
  options: {
    window: { type: "string", default: "256" },
    rounds: { type: "string", default: "9" },
    seconds: { type: "string", default: "1" },
  },
});

const programs = join(projectRoot(), "dist", "bench");
const folder = mkdtempSync(join(tmpdir(), "govppmux-bench-"));
const socket = join(folder, "api.sock");
const simulator = await startServer([process.execPath, join(programs, "server.js"), socket]);
try {
  report(await compare());
} finally {
  await simulator.stop();
  rmSync(folder, { recursive: true });
}

async function compare(): Promise<Map<Watching, Figures[]>> {
  const rounds = new Map(watchings.map((watching): [Watching, Figures[]] => [watching, []]));
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const [watching, figures] of rounds) figures.push(await measureOnce(watching));
  }
  return rounds;
}

async function measureOnce(watching: Watching): Promise<Figures> {
  const outcome = await runClient([process.execPath, join(programs, "client.js")], {
    work: "pipelinedPing",
    socket,
    warmUp: 1,
    seconds: Number(options.seconds),
    window: Number(options.window),
    count: 0,
    fields: "all",
    watching,
  });
  if ("skip" in outcome) throw new Error(`The client does not know the work: ${outcome.skip}`);
  return outcome.figures;
}

function report(rounds: ReadonlyMap<Watching, readonly Figures[]>): void {
  const of = (watching: Watching, name: string): number[] =>
    (rounds.get(watching) ?? []).map((figures) => figures[name] ?? Number.NaN);
  const rows = watchings.map((watching) => {
    const cpu = of(watching, "cpuMicroseconds");
    return [
      watching,
      `${Math.round(median(of(watching, "perSecond"))).toLocaleString("en")}/s`,
      median(cpu).toFixed(2),
      Math.min(...cpu).toFixed(2),
      ratio(cpu, of("nothing", "cpuMicroseconds")).toFixed(2),
    ];
  });
  console.log(formatTable(["watched by", "pings", "CPU µs", "least", "of nothing"], rows));
}
