/**
 * The stand-in for libvppapiclient and a simulator behind it, for tests. Every test has a prefix of its
 * own in /dev/shm.
 *
 * @module
 */
import process from "node:process";
import { buildStandin, type BuiltStandin } from "../../native/standin/standin.ts";
import { serveSharedMemory, type ShmListener } from "../../src/sim/shm_server.ts";
import { Simulator } from "../../src/sim/mod.ts";
import { shmTransport } from "../../src/transport/shm/shm.ts";
import type { ShmOptions } from "../../src/transport/shm/options.ts";
import type { Transport } from "../../src/transport/transport.ts";
import { after, afterEach, describe, it } from "../harness.ts";
import { Received } from "./received.ts";

/** What tests with the stand-in are given. */
export interface StandinTest {
  /** The library's path. */
  readonly library: string;
  /** A simulator in shared memory under a prefix that nobody else has. */
  serve(options?: { readonly queueLength?: number; readonly interfaces?: number }): Promise<Served>;
}

/** A served simulator; `close` ends it. */
export interface Served {
  readonly sim: Simulator;
  readonly listener: ShmListener;
  readonly prefix: string;
  /** Options of a transport to it. */
  readonly options: ShmOptions;
}

/** A transport, and what came over it. */
export interface Opened {
  readonly transport: Transport;
  readonly received: Received;
}

/**
 * A group of tests that need the stand-in. Without a compiler, or without FFI, they are skipped and the
 * reason is printed.
 */
export async function describeWithStandin(
  name: string,
  define: (test: StandinTest) => void,
): Promise<void> {
  const built = await tryBuild();
  if (typeof built === "string") {
    it(`${name} (skipped: ${built})`, { skip: built }, () => {});
    return;
  }
  describe(name, () => {
    const opened: ShmListener[] = [];
    afterEach(closeTransports);
    after(async () => {
      for (const listener of opened) listener.close();
      await built.remove();
    });
    define({ library: built.path, serve: (options) => serve(built.path, opened, options) });
  });
}

async function tryBuild(): Promise<BuiltStandin | string> {
  try {
    return await buildStandin();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

let served = 0;

async function serve(
  library: string,
  opened: ShmListener[],
  { queueLength, interfaces }: { readonly queueLength?: number; readonly interfaces?: number } = {},
): Promise<Served> {
  const prefix = `govppmux-test-${process.pid}-${served++}`;
  const sim = new Simulator({ pid: process.pid, ...(interfaces ? { interfaces } : {}) });
  const listener = await serveSharedMemory(sim, {
    library,
    prefix,
    ...(queueLength ? { queueLength } : {}),
  });
  opened.push(listener);
  return { sim, listener, prefix, options: { library, prefix, wakeSocket: false } };
}

const transports: Transport[] = [];

/** Closes what a test has left open, so that the next one can connect. */
async function closeTransports(): Promise<void> {
  for (const transport of transports.splice(0)) await transport.close();
}

/** Opens a transport, which is closed after the test at the latest. */
export async function open(options: ShmOptions, timeoutMs = 5000): Promise<Opened> {
  const received = new Received();
  const transport = await shmTransport(options).open(received, { timeoutMs });
  transports.push(transport);
  return { transport, received };
}
