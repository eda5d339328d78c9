/**
 * What is measured against: the simulator in a process of its own, anew for each case, or a running VPP.
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { connect, type Mux } from "../src/mod.ts";
import type { BenchCase } from "./cases.ts";
import type { Parameters } from "./parameters.ts";
import { type Server, startServer } from "./processes.ts";
import { detailsFrames } from "./workloads/codec.ts";
import { addInterfaces, changeAllRoutes, removeInterfaces } from "./workloads/fixtures.ts";

/** A server that is ready for a case. */
export interface BenchServer {
  /** How clients reach it. */
  readonly reach: Pick<Parameters, "socket" | "shm" | "stats" | "frames" | "serverPid">;
  /** The case is over. */
  done(): Promise<void>;
}

export interface ServerOptions {
  /** Of a running VPP. */
  readonly socket?: string | undefined;
  /** The prefix of a running VPP's shared memory, "" for none. */
  readonly shm?: string | undefined;
}

const DEFAULT_INTERFACES = 10;

export class Servers {
  readonly #root: string;
  readonly #folder: string;
  readonly #options: ServerOptions;
  #started = 0;
  readonly #running = new Set<Server>();

  /** @param folder takes sockets */
  constructor(root: string, folder: string, options: ServerOptions) {
    this.#root = root;
    this.#folder = folder;
    this.#options = options;
  }

  /** The server of a case, with the interfaces and routes that the case needs. */
  forCase(benchCase: BenchCase): Promise<BenchServer | { readonly skip: string }> {
    const { socket, shm } = this.#options;
    if (benchCase.server === "none") return Promise.resolve(this.#frames());
    if (socket === undefined && shm === undefined) return this.#simulator(benchCase);
    if (benchCase.server !== undefined) {
      return Promise.resolve({ skip: "only with the simulator" });
    }
    return this.#vpp(benchCase, socket ?? "/run/vpp/api.sock");
  }

  /** Stops what still runs. */
  async close(): Promise<void> {
    for (const server of this.#running) await server.stop();
  }

  #frames(): BenchServer {
    const frames = join(this.#folder, "frames");
    writeFileSync(frames, detailsFrames());
    return { reach: { socket: "", frames }, done: () => Promise.resolve() };
  }

  async #simulator(benchCase: BenchCase): Promise<BenchServer> {
    const n = this.#started++;
    const socket = join(this.#folder, `api-${n}.sock`);
    const stats = join(this.#folder, `stats-${n}.sock`);
    const args = benchCase.server === "stats" ? [socket, stats] : [socket];
    const program = join(this.#root, "dist", "bench", "server.js");
    const server = await startServer([process.execPath, program, ...args]);
    this.#running.add(server);
    await withMux(socket, (mux) => setUp(mux, benchCase));
    return {
      reach: { socket, stats, serverPid: server.pid },
      done: () => {
        this.#running.delete(server);
        return server.stop();
      },
    };
  }

  async #vpp(benchCase: BenchCase, socket: string): Promise<BenchServer> {
    const { shm } = this.#options;
    await withMux(socket, (mux) => setUp(mux, benchCase));
    return {
      reach: shm === undefined ? { socket } : { socket, shm },
      done: () =>
        withMux(socket, async (mux) => {
          await changeAllRoutes(mux, benchCase.routes ?? 0, false);
          await removeInterfaces(mux);
        }),
    };
  }
}

async function setUp(mux: Mux, { interfaces, routes }: BenchCase): Promise<void> {
  await addInterfaces(mux, interfaces ?? DEFAULT_INTERFACES);
  await changeAllRoutes(mux, routes ?? 0, true);
}

async function withMux(socket: string, use: (mux: Mux) => Promise<void>): Promise<void> {
  await using mux = await connect({ socket, clientName: "bench", replyTimeoutMs: 60_000 });
  await use(mux);
}
