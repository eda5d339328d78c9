/**
 * `npm run bench`: govppmux and its peers on the same server in the same run.
 *
 *     npm run bench -- --case 'dump/*' --rounds 5 --json build/bench/dump.json
 *     npm run bench -- --client '{node,govpp}' --case pipeline/256
 *     npm run bench -- --socket /run/vpp/api.sock --pin 0
 *     npm run bench -- --shm '' --case '{ping,ping/paused,pipeline/512,dump/2000/three}'
 *
 * With `--socket` or `--shm` a running VPP is measured in place of the simulator. The benchmark makes
 * loopbacks and routes there and deletes them again: use a VPP that nobody needs.
 *
 * @module
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import picomatch from "picomatch";
import { projectRoot } from "../test/data.ts";
import { type BenchCase, cases } from "./cases.ts";
import { type Client, findClients, GOVPP } from "./clients.ts";
import type { Outcome, Parameters } from "./parameters.ts";
import { runClient } from "./processes.ts";
import { type Measured, rowsOf, tableOf } from "./report.ts";
import { type BenchServer, Servers } from "./servers.ts";

const { values: options } = parseArgs({
  options: {
    case: { type: "string", default: "**" },
    client: { type: "string", default: "**" },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "1" },
    "warm-up": { type: "string", default: "1" },
    socket: { type: "string" },
    shm: { type: "string" },
    pin: { type: "string" },
    json: { type: "string" },
  },
});

const root = projectRoot();
const folder = join(root, "build", "bench");
const { available, missing } = findClients(root, folder);
for (const reason of missing) console.log(`Left out: ${reason}`);
const clients = available.filter(({ id }) => picomatch.isMatch(id, options.client));
const chosen = cases.filter(({ name }) => picomatch.isMatch(name, options.case));
const temporary = mkdtempSync(join(tmpdir(), "govppmux-bench-"));
const servers = new Servers(root, temporary, options);
const measured: Measured[] = [];
try {
  for (const benchCase of chosen) measured.push(...await measureCase(benchCase));
} finally {
  await servers.close();
  rmSync(temporary, { recursive: true });
}
report(measured);

async function measureCase(benchCase: BenchCase): Promise<Measured[]> {
  const server = await servers.forCase(benchCase);
  if ("skip" in server) {
    console.log(`${benchCase.name} left out: ${server.skip}`);
    return [];
  }
  const variants = clients.flatMap((client) => variantsOf(client, benchCase));
  const results = variants.map(({ name }) => ({
    case: benchCase,
    client: name,
    rounds: [] as Measured["rounds"][number][],
    skip: undefined as string | undefined,
  }));
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const [i, variant] of variants.entries()) {
      const result = results[i];
      if (result === undefined || result.skip !== undefined) continue;
      const parameters = parametersOf(benchCase, server.reach, variant);
      const outcome = await runClient(pinned(variant.command), parameters).catch(failed);
      if ("skip" in outcome) result.skip = outcome.skip;
      else result.rounds.push(outcome.figures);
    }
  }
  await server.done();
  console.log(tableOf(rowsOf(results.map(asMeasured), GOVPP)));
  return results.map(asMeasured);
}

/** A client that fails is left out of the case; the others go on. */
function failed(error: unknown): Outcome {
  const reason = error instanceof Error ? error.message : String(error);
  console.log(`failed: ${reason}`);
  return { skip: reason };
}

interface Variant extends Client {
  readonly style: Parameters["style"];
  /** Where `--shm` names some. The peers know sockets only. */
  readonly usesShm: boolean;
  readonly busyPoll: boolean;
}

function variantsOf(client: Client, benchCase: BenchCase): Variant[] {
  const { alsoNamed, alsoBytes, alsoColumns, alsoAll, alsoBusyPoll } = benchCase;
  const { isOwn, name } = client;
  const typed: Variant = { ...client, style: "typed", usesShm: isOwn, busyPoll: false };
  const variants = [typed];
  if (isOwn && alsoNamed) variants.push({ ...typed, name: `${name}, by name`, style: "named" });
  if (isOwn && alsoBytes) {
    variants.push({ ...typed, name: `${name}, addresses as bytes`, style: "bytes" });
  }
  if (isOwn && alsoAll) variants.push({ ...typed, name: `${name}, requestAll`, style: "all" });
  if (isOwn && alsoColumns) {
    variants.push({ ...typed, name: `${name}, columns`, style: "columns" });
  }
  if (isOwn && alsoBusyPoll && options.shm === undefined) {
    variants.push({ ...typed, name: `${name}, busy poll`, busyPoll: true });
  }
  return variants;
}

function asMeasured(
  { skip, ...rest }: Omit<Measured, "skip"> & { skip: string | undefined },
): Measured {
  return skip === undefined ? rest : { ...rest, skip };
}

function parametersOf(
  { work, parameters }: BenchCase,
  reach: BenchServer["reach"],
  { style, usesShm, busyPoll }: Variant,
): Parameters {
  return {
    work,
    warmUp: Number(options["warm-up"]),
    seconds: Number(options.seconds),
    window: 1,
    count: 0,
    fields: "three",
    ...(style === undefined ? {} : { style }),
    busyPoll,
    ...reach,
    ...(usesShm ? {} : { shm: undefined }),
    ...parameters,
  };
}

/** On the processors of `--pin`, where taskset knows how. */
function pinned(command: readonly string[]): readonly string[] {
  return options.pin === undefined ? command : ["taskset", "-c", options.pin, ...command];
}

function report(measured: readonly Measured[]): void {
  const rows = rowsOf(measured, GOVPP);
  const processors = cpus();
  const machine = `${processors.length} x ${processors[0]?.model ?? "an unknown processor"}`;
  const server = options.socket ?? options.shm ?? "the simulator";
  const head = { date: new Date().toISOString(), machine, server, options, missing };
  console.log(`\n${head.date}, ${machine}, server: ${server}`);
  console.log(tableOf(rows));
  const file = options.json ?? join(folder, `${head.date.replaceAll(":", "-")}.json`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ ...head, node: process.version, rows }, null, 2) + "\n");
  console.log(`All figures: ${file}`);
}
