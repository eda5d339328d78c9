/**
 * Our own client as a program: does the work that its argument names and prints one line.
 *
 * @module
 */
import process from "node:process";
import { connect, type Mux } from "../src/mod.ts";
import { shmTransport } from "../src/transport/shm/shm.ts";
import type { Figures, Outcome, Parameters } from "./parameters.ts";
import { decode, encode } from "./workloads/codec.ts";
import { dumpInterfaces, dumpRoutes } from "./workloads/dump.ts";
import { events } from "./workloads/events.ts";
import { growth } from "./workloads/growth.ts";
import { mixed } from "./workloads/mixed.ts";
import { pausedPing, ping, pipelinedPing } from "./workloads/ping.ts";
import { addRoutes } from "./workloads/routes.ts";
import { startUp } from "./workloads/start_up.ts";
import { pollStats } from "./workloads/stats.ts";
import { watchingOptions } from "./workloads/watching.ts";

type Work = (mux: Mux, parameters: Parameters) => Promise<Figures>;

const works: Readonly<Record<string, Work>> = {
  ping,
  pausedPing,
  pipelinedPing,
  dump: dumpInterfaces,
  dumpRoutes,
  growth,
  mixed,
  events,
  addRoutes,
  startUp,
};

/** What needs no connection to VPP's API. */
const worksAlone: Readonly<Record<string, (parameters: Parameters) => Promise<Figures>>> = {
  decode,
  encode,
  stats: pollStats,
};

const parameters = JSON.parse(process.argv[2] ?? "{}") as Parameters;
const outcome = await run(parameters);
console.log(JSON.stringify(outcome));
// Nothing may be left that keeps the process alive, but a benchmark does not wait for a proof.
process.exit(0);

async function run(parameters: Parameters): Promise<Outcome> {
  const workAlone = worksAlone[parameters.work];
  if (workAlone !== undefined) return { figures: await workAlone(parameters) };
  const work = works[parameters.work];
  if (work === undefined) return { skip: "not part of this program" };
  const mux = await open(parameters);
  const figures = await work(mux, parameters);
  await mux.close();
  return { figures };
}

function open({ socket, shm, style, busyPoll = false, watching }: Parameters): Promise<Mux> {
  const options = {
    replyTimeoutMs: 60_000,
    clientName: "bench",
    ...(style === "named" ? { schema: "vpp" as const } : {}),
    ...(watching === undefined ? {} : watchingOptions(watching)),
  };
  if (shm === undefined) return connect({ ...options, socket, busyPoll });
  const prefix = shm === "" ? {} : { prefix: shm };
  return connect({ ...options, transport: shmTransport({ ...prefix, wakeSocket: socket }) });
}
