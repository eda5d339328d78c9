/**
 * A simulator behind a proxy that listens on a free port of this machine, and clients of it.
 *
 * @module
 */
import { WebSocket } from "ws";
import { connect, type EdgeOptions } from "../../src/edge.ts";
import type { Mux } from "../../src/edge.ts";
import type { Logger } from "../../src/core/logger.ts";
import { type ProxyServer, type ServeOptions, serveProxy } from "../../src/proxy/serve.ts";
import { type ProxyOptions, VppProxy } from "../../src/proxy/proxy.ts";
import { simTransport } from "../../src/sim/in_memory.ts";
import { Simulator, type SimulatorOptions } from "../../src/sim/simulator.ts";

export const TOKEN = "correct horse battery staple äöü";

export interface FixtureOptions {
  readonly sim?: SimulatorOptions;
  readonly proxy?: Partial<ProxyOptions>;
  readonly serve?: ServeOptions;
}

/** A line of the audit. */
export interface AuditLine {
  readonly level: string;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export class ProxyFixture {
  readonly sim: Simulator;
  readonly proxy: VppProxy;
  readonly audit: AuditLine[];
  readonly #server: ProxyServer;
  readonly #muxes: Mux[] = [];

  private constructor(sim: Simulator, proxy: VppProxy, audit: AuditLine[], server: ProxyServer) {
    this.sim = sim;
    this.proxy = proxy;
    this.audit = audit;
    this.#server = server;
  }

  static async open(options: FixtureOptions = {}): Promise<ProxyFixture> {
    const sim = new Simulator({ interfaces: 3, ...options.sim });
    const audit: AuditLine[] = [];
    const proxy = new VppProxy({
      transport: simTransport(sim),
      token: TOKEN,
      connectIntervalMs: 10,
      logger: recorder(audit),
      ...options.proxy,
    });
    await proxy.start();
    return new ProxyFixture(sim, proxy, audit, await serveProxy(proxy, options.serve));
  }

  /** For clients. */
  get url(): string {
    return this.#server.url;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** A client of this project, which is closed with the fixture. */
  async connect(options: Partial<EdgeOptions> = {}): Promise<Mux> {
    const mux = await connect({
      url: this.url,
      token: TOKEN,
      webSocket: WebSocket,
      schema: "vpp",
      healthIntervalMs: 0,
      connectAttempts: 1,
      reconnect: false,
      // A busy machine is no failure.
      connectTimeoutMs: 20_000,
      replyTimeoutMs: 20_000,
      ...options,
    });
    this.#muxes.push(mux);
    return mux;
  }

  /** The lines of the audit that begin so. */
  lines(message: string): AuditLine[] {
    return this.audit.filter((line) => line.message.startsWith(message));
  }

  async close(): Promise<void> {
    await Promise.all(this.#muxes.map((mux) => mux.close()));
    await this.#server.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function recorder(audit: AuditLine[]): Logger {
  const at = (level: string) => (message: string, data: AuditLine["data"] = {}) => {
    audit.push({ level, message, data });
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** Waits for a condition that takes real time: another process, a socket. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`Waited 20 s in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
