/**
 * `govppmux sim`: a small VPP on a socket.
 *
 * @module
 */
import process from "node:process";
import { type Command, InvalidArgumentError } from "commander";
import { readDefinitions } from "../../host/definitions.ts";
import { ApiSet } from "../../sim/api_set.ts";
import { serveSocket } from "../../sim/listen_socket.ts";
import { Simulator } from "../../sim/simulator.ts";
import { DEFAULT_API_SOCKET } from "../../transport/socket.ts";
import { printError, printLine } from "../output.ts";

interface SimOptions {
  readonly socket: string;
  readonly interfaces: number;
  readonly api?: string;
}

export function registerSim(program: Command): void {
  program.command("sim")
    .description("serve a simulated VPP until stopped")
    .option("--socket <path>", "where to listen", DEFAULT_API_SOCKET)
    .option("--interfaces <n>", "loopbacks that are there from the start", count, 0)
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
  const listener = await serveSocket(sim, options.socket);
  printLine(
    `simulated VPP on ${listener.path}, ${options.interfaces} loopbacks; stop it with Ctrl-C`,
  );
  await new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  sim.stop();
  await listener.close();
}
