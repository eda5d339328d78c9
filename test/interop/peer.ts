/**
 * The peers' programs, run against the simulator.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { text } from "node:stream/consumers";
import { type Prepared, prepareGo, preparePython } from "../../bench/peers/prepare.ts";
import { serveSocket } from "../../src/sim/listen_socket.ts";
import { Simulator } from "../../src/sim/simulator.ts";
import { projectRoot } from "../data.ts";
import { assert, it } from "../harness.ts";

/** A program of a peer needs minutes where its packages must be fetched and compiled first. */
const TIMEOUT_MS = 300_000;

/** A line that a program printed. */
export type Line = Readonly<Record<string, unknown>>;

const source = join(projectRoot(), "test", "interop");
/** Built programs and environments; git ignores the folder. */
const built = join(projectRoot(), "build", "interop");

/** Our program around GoVPP. */
export function govpp(): Prepared {
  return prepareGo(join(source, "govpp"), join(built, "govpp"));
}

/** One of our programs around vpp_papi. */
export function papi(program: string): Prepared {
  return preparePython(join(source, "papi"), join(built, "papi"), program);
}

/**
 * Declares a test with a peer's program. It is skipped, and says why, where the program cannot be built,
 * and on Deno: what the peers see does not depend on the runtime of our side.
 */
export function itWithPeer(
  name: string,
  prepare: () => Prepared,
  test: (command: readonly string[]) => Promise<void>,
): void {
  if (process.versions["deno"] !== undefined) {
    const reason = "the peers are run beside Node only";
    it(`${name} (skipped: ${reason})`, { skip: reason }, () => {});
    return;
  }
  it(name, { timeout: TIMEOUT_MS }, async (context) => {
    const prepared = prepare();
    if ("missing" in prepared) return context.skip(prepared.missing);
    await test(prepared.command);
  });
}

/** Runs a program to its end; returns its JSON lines. */
export async function runPeer(
  [program = "", ...args]: readonly string[],
): Promise<readonly Line[]> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "exit");
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [status] = await ended;
  assert.equal(status, 0, `${program} failed: ${errors}${output.slice(-2000)}`);
  return output.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as Line);
}

/** A folder that is removed afterwards. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "govppmux-interop-"));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A simulator on a socket; each is as any other. */
export function withSimulator<T>(use: (socket: string) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    const listener = await serveSocket(new Simulator(), join(folder, "api.sock"));
    try {
      return await use(listener.path);
    } finally {
      await listener.close();
    }
  });
}

/** Writes a module's definition as VPP's packages install them. */
export function writeDefinition(folder: string, module: string, definition: unknown): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${module}.api.json`), JSON.stringify(definition));
}
