/**
 * `govppmux sim`: a small VPP on a socket.
 *
 * @module
 */
import process from "node:process";
import { type Command, InvalidArgumentError } from "commander";
import { readDefinitions } from "../../host/definitions.ts";
import { buildStandin } from "../../../native/standin/standin.ts";
import { ApiSet } from "../../sim/api_set.ts";
import { serveSocket } from "../../sim/listen_socket.ts";
import { serveSharedMemory } from "../../sim/shm_server.ts";
import { Simulator } from "../../sim/simulator.ts";
import { serveStats } from "../../sim/stats_feed.ts";
import { DEFAULT_API_SOCKET } from "../../transport/socket.ts";
import { printError, printLine } from "../output.ts";

interface SimOptions {
  readonly socket: string;
  readonly interfaces: number;
  readonly api?: string;
  readonly statsSocket?: string;
  readonly shm?: boolean;
  readonly shmPrefix?: string;
}

export function registerSim(program: Command): void {
  program.command("sim")
    .description("serve a simulated VPP until stopped")
    .option("--socket <path>", "where to listen", DEFAULT_API_SOCKET)
    .option("--interfaces <n>", "loopbacks that are there from the start", count, 0)
    .option("--stats-socket <path>", "serve the interfaces' counters as a stats segment, too")
    .option("--shm", "serve shared memory, too, through a stand-in for VPP's library")
    .option("--shm-prefix <name>", "the prefix of the shared memory; implies --shm")
    .option("--api <dir>", "API definitions to serve (default: the simulator's own part of 26.06)")
    .action(serve);
}

function count(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new InvalidArgumentError("Expected a whole number from 0 on.");
}

async function serve(options: SimOptions): Promise<void> {
  const api = options.api === undefined
    ? ApiSet.builtIn()
    : ApiSet.from(await readDefinitions(options.api));
  const sim = new Simulator({ api, interfaces: options.interfaces, log: printError });
  // Closed in reverse order, also those that were opened before another could not be.
  const opened: Closable[] = [];
  try {
    for await (const service of services(sim, options)) opened.push(service);
    await stopSignal();
  } finally {
    sim.stop();
    for (const service of opened.reverse()) await service.close();
  }
}

interface Closable {
  close(): void | Promise<void>;
}

/** Opens what the options ask for, one after another, and says where it is. */
async function* services(sim: Simulator, options: SimOptions): AsyncGenerator<Closable> {
  const { interfaces, statsSocket, shm, shmPrefix } = options;
  const listener = await serveSocket(sim, options.socket);
  yield listener;
  if (statsSocket !== undefined) {
    yield await serveStats(sim, statsSocket);
    printLine(`counters on ${statsSocket}`);
  }
  if (shm === true || shmPrefix !== undefined) {
    const standin = await buildStandin();
    yield { close: () => standin.remove() };
    const prefix = shmPrefix === undefined ? {} : { prefix: shmPrefix };
    yield await serveSharedMemory(sim, { library: standin.path, ...prefix });
    printLine(`shared memory; for clients: GOVPPMUX_VPP_LIB_DIR=${standin.directory}`);
  }
  printLine(`simulated VPP on ${listener.path}, ${interfaces} loopbacks; stop it with Ctrl-C`);
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
}
