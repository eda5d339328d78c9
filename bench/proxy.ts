/**
 * What the proxy costs: the same dumps over VPP's socket and through the proxy, in turns. Simulator, proxy
 * and client are processes of their own; the last of them is this one.
 *
 *     node dist/bench/proxy.js [--interfaces N] [--rounds N] [--seconds N]
 *
 * @module
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { WebSocket } from "ws";
import { formatTable } from "../src/cli/table.ts";
import { connect as connectToProxy } from "../src/edge.ts";
import { connect, type Mux } from "../src/mod.ts";
import { projectRoot } from "../test/data.ts";
import { median, ratio } from "./measure.ts";
import type { Figures } from "./parameters.ts";
import { type Server, startServer } from "./processes.ts";
import { processorMicroseconds } from "./processor_time.ts";
import { rate } from "./timing.ts";
import { interfaceDump } from "./workloads/dump.ts";
import { addInterfaces } from "./workloads/fixtures.ts";

const { values: options } = parseArgs({
  options: {
    interfaces: { type: "string", default: "10000" },
    rounds: { type: "string", default: "7" },
    seconds: { type: "string", default: "1" },
  },
});

/** A way to the simulator, and what is measured of it. */
interface Way {
  readonly name: string;
  readonly dump: () => Promise<number>;
  /** One a round. */
  readonly rounds: Figures[];
}

const folder = mkdtempSync(join(tmpdir(), "govppmux-bench-"));
const socket = join(folder, "api.sock");
const token = "a token of the benchmark";
writeFileSync(join(folder, "token"), token);
const simulator = await start("bench/server.js", socket);
const proxy = await start(
  "src/cli/main.js",
  ...["proxy", "--socket", socket, "--token-file", join(folder, "token")],
  ...["--listen", "127.0.0.1:0"],
);
const url = /ws:\S+\//.exec(proxy.firstLine)?.[0] ?? "";
try {
  await compare();
} finally {
  await proxy.stop();
  await simulator.stop();
  rmSync(folder, { recursive: true });
}

async function compare(): Promise<void> {
  const common = { replyTimeoutMs: 60_000, clientName: "bench", schema: "vpp" } as const;
  await using direct = await connect({ ...common, socket });
  await using remote = await connectToProxy({ ...common, url, token, webSocket: WebSocket });
  await addInterfaces(direct, Number(options.interfaces));
  const ways = [
    ...waysOf("socket", direct),
    ...waysOf("proxy", remote),
  ];
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const way of ways) way.rounds.push(await measureOnce(way));
  }
  report(ways);
}

function waysOf(name: string, mux: Mux): Way[] {
  return (["typed", "named"] as const).map((style) => ({
    name: `${name}, ${style}`,
    dump: interfaceDump(mux, { style, fields: "three" }).read,
    rounds: [],
  }));
}

/** A first dump that does not count, then as many as there is time for. */
async function measureOnce({ dump }: Way): Promise<Figures> {
  await dump();
  const before = [simulator, proxy].map(({ pid }) => processorMicroseconds(pid));
  let details = 0;
  const figures = await rate({ warmUp: 0, seconds: Number(options.seconds) }, async () => {
    const count = await dump();
    details += count;
    return count;
  });
  const [simulatorMicroseconds = Number.NaN, proxyMicroseconds = Number.NaN] = [simulator, proxy]
    .map(({ pid }, i) => (processorMicroseconds(pid) - (before[i] ?? 0)) / details);
  return { ...figures, simulatorMicroseconds, proxyMicroseconds };
}

function report(ways: readonly Way[]): void {
  const figure = ({ rounds }: Way, name: string): number[] =>
    rounds.map((figures) => figures[name] ?? Number.NaN);
  const rows = ways.map((way, i) => {
    // The same style over the socket.
    const direct = ways[i % 2] ?? way;
    return [
      way.name,
      `${Math.round(median(figure(way, "perSecond"))).toLocaleString("en")}/s`,
      `${(100 * ratio(figure(way, "perSecond"), figure(direct, "perSecond"))).toFixed(0)} %`,
      ...["cpuMicroseconds", "proxyMicroseconds", "simulatorMicroseconds"].map((name) =>
        median(figure(way, name)).toFixed(2)
      ),
    ];
  });
  const head = ["way, style", "details", "of the socket", "CPU µs: client", "proxy", "simulator"];
  console.log(formatTable(head, rows));
}

function start(program: string, ...args: readonly string[]): Promise<Server> {
  return startServer([process.execPath, join(projectRoot(), "dist", program), ...args]);
}
