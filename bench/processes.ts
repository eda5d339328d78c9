/**
 * The processes of the benchmark: servers and clients.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Figures, Outcome, Parameters } from "./parameters.ts";

/** What a client's line may take beyond what it measures. */
const PATIENCE_SECONDS = 60;

/** A server that runs until it is stopped. */
export interface Server {
  /** The first line that it printed. */
  readonly firstLine: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts a server; resolves when it has printed its first line. */
export async function startServer(command: readonly string[]): Promise<Server> {
  const child = start(command);
  const { stdout, pid } = child;
  if (stdout === null || pid === undefined) throw new Error("A server without output");
  const ended = once(child, "exit");
  const firstLine = await Promise.race([
    once(stdout, "data").then(([data]) => String(data).trimEnd()),
    ended.then(() => undefined),
  ]);
  if (firstLine === undefined) throw new Error(`The server ended at once: ${command.join(" ")}`);
  return {
    firstLine,
    pid,
    stop: async () => {
      child.kill();
      await ended;
    },
  };
}

/**
 * Runs a client to its end. A line that says "first reply" gives the figure `milliseconds`, counted
 * from the start of the process.
 *
 * @throws Error where it fails or takes too long
 */
export async function runClient(
  command: readonly string[],
  parameters: Parameters,
): Promise<Outcome> {
  const begin = performance.now();
  const child = start([...command, JSON.stringify(parameters)]);
  const { stdout } = child;
  if (stdout === null) throw new Error("A client without output");
  const exit = once(child, "exit");
  const patience = parameters.warmUp + parameters.seconds + PATIENCE_SECONDS;
  const timer = setTimeout(() => child.kill("SIGKILL"), patience * 1000);
  let last = "";
  let firstReply: number | undefined;
  for await (const line of createInterface({ input: stdout })) {
    if (line === "first reply") firstReply = performance.now() - begin;
    else last = line;
  }
  const [code, signal] = await exit;
  clearTimeout(timer);
  const end = signal === null ? `exit code ${code}` : `signal ${signal}`;
  const outcome = readOutcome(last, `${command.join(" ")} (${end})`);
  if ("skip" in outcome || firstReply === undefined) return outcome;
  return { figures: { milliseconds: firstReply, ...outcome.figures } };
}

function start([program = "", ...args]: readonly string[]): ChildProcess {
  return spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
}

function readOutcome(line: string, client: string): Outcome {
  const value: unknown = line === "" ? undefined : JSON.parse(line);
  if (typeof value === "object" && value !== null) {
    if ("skip" in value && typeof value.skip === "string") return { skip: value.skip };
    if ("figures" in value) return { figures: value.figures as Figures };
  }
  throw new Error(`${client} printed no figures; its last line: ${line}`);
}
