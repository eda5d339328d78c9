/**
 * Runs the command as a user does, in a process of its own, on the runtime that runs the tests.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { assert } from "../harness.ts";

const isSource = import.meta.url.endsWith(".ts");
const main = fileURLToPath(
  new URL(`../../src/cli/main.${isSource ? "ts" : "js"}`, import.meta.url),
);

export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts `govppmux` with the arguments. */
export function start(args: readonly string[]): ChildProcess {
  const runtime = isSource ? ["run", "-A", "--no-check"] : [];
  return spawn(process.execPath, [...runtime, main, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });
}

/** Runs `govppmux` to its end. */
export async function govppmux(args: readonly string[], input = ""): Promise<Finished> {
  const child = start(args);
  const { stdin, stdout, stderr } = child;
  assert.ok(stdin !== null && stdout !== null && stderr !== null);
  const exit = once(child, "exit");
  stdin.end(input);
  const [out, err] = await Promise.all([text(stdout), text(stderr)]);
  const [status] = await exit;
  return { status, stdout: out, stderr: err };
}

/** The JSON lines of an output. */
export function jsonLines(output: string): Record<string, unknown>[] {
  return output.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}
