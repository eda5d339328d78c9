/**
 * `govppmux prometheus`: VPP's counters for Prometheus.
 *
 * @module
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import process from "node:process";
import type { Command } from "commander";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { VppError } from "../../errors.ts";
import { connectStats, defaultStatsSocketPath, type Stats } from "../../stats/mod.ts";
import { printError, printLine } from "../output.ts";
import { metricFamilies, type MetricFamily } from "../stats/metric_families.ts";

interface PrometheusOptions {
  readonly port: number;
  readonly host: string;
  readonly socket: string;
  readonly vppVersion?: string;
  readonly allowUnsealed?: boolean;
}

/** Adds `govppmux prometheus`. */
export function registerPrometheus(program: Command): void {
  program.command("prometheus")
    .description("serve VPP's counters to Prometheus, at /metrics")
    .argument(
      "[patterns...]",
      'names, folders or globs of counters: "/if", "/err/**"; without, all',
    )
    .requiredOption("--port <n>", "the TCP port to listen at; 0 for any", portNumber)
    .option("--host <address>", "the address to listen at", "127.0.0.1")
    .option("--socket <path>", "VPP's stats socket", defaultStatsSocketPath)
    .option("--vpp-version <release>", "VPP's release, for example 26.06 (default: found out)")
    .option("--allow-unsealed", "read a segment in huge pages, which VPP does not seal")
    .action(servePrometheus);
}

/** Runs until it is interrupted. VPP may come and go: `vpp_up` tells. */
async function servePrometheus(patterns: string[], options: PrometheusOptions): Promise<void> {
  const { socket, vppVersion, allowUnsealed = false } = options;
  const stats = await connectStats({
    socketPath: socket,
    lazy: true,
    allowUnsealed,
    ...(vppVersion === undefined ? {} : { vppVersion }),
    onState: (state) =>
      printError(state.state === "connected" ? `reading ${socket}` : state.error.message),
  });
  try {
    const server = createServer((request, response) => {
      answer(stats, patterns, request, response).catch((error: unknown) => {
        printError(`Cannot answer ${request.url}: ${error}`);
        response.destroy();
      });
    });
    await listen(server, options);
    const address = server.address();
    const port = typeof address === "object" ? address?.port : options.port;
    printLine(`http://${options.host}:${port}/metrics`);
    await interruption();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  } finally {
    await stats.close();
  }
}

function listen(server: Server, { host, port }: PrometheusOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) =>
      reject(
        new VppError("CONFIG", `Cannot listen at ${host}:${port}: ${cause.message}`, { cause }),
      ));
    server.listen(port, host, resolve);
  });
}

function interruption(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}

async function answer(
  stats: Stats,
  patterns: string[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const isRead = request.method === "GET" || request.method === "HEAD";
  const [path] = (request.url ?? "").split("?");
  if (!isRead || path !== "/metrics") {
    response.writeHead(isRead ? 404 : 405, { "content-type": "text/plain" });
    response.end("VPP's counters are at /metrics\n");
    return;
  }
  const registry = await readMetrics(stats, patterns);
  response.writeHead(200, { "content-type": registry.contentType });
  response.end(request.method === "HEAD" ? undefined : await registry.metrics());
}

/** The names that labels are made of are read whatever the patterns are. */
const nameCounters = ["/if/names", "/sys/node/names"];

async function readMetrics(stats: Stats, patterns: string[]): Promise<Registry> {
  const registry = new Registry();
  const up = new Gauge({
    name: "vpp_up",
    help: "1 where VPP's counters could be read",
    registers: [registry],
  });
  try {
    const selected = patterns.length === 0 ? [] : [...patterns, ...nameCounters];
    for (const family of metricFamilies(await stats.dump(...selected))) {
      registry.registerMetric(metricOf(family));
    }
    up.set(1);
  } catch (error) {
    if (!(error instanceof VppError)) throw error;
    up.set(0);
  }
  return registry;
}

/**
 * prom-client counts by itself; here VPP has counted, and the metric only shows it. `registers: []`
 * keeps it out of the library's global registry.
 */
function metricOf({ name, help, kind, samples }: MetricFamily): Counter | Gauge | Histogram {
  const configuration = { name, help, registers: [] };
  const values = samples.map(({ labels, value, suffix = "" }) => ({
    metricName: name + suffix,
    labels,
    value,
  }));
  switch (kind) {
    case "counter":
      return new class extends Counter {
        override async get() {
          return { ...await super.get(), values };
        }
      }(configuration);
    case "gauge":
      return new class extends Gauge {
        override async get() {
          return { ...await super.get(), values };
        }
      }(configuration);
    case "histogram":
      return new class extends Histogram {
        /** What the registry prints of a histogram; not among the library's declarations. */
        getForPromString() {
          return Promise.resolve({ name, help, type: kind, values });
        }
      }(configuration);
  }
}

function portNumber(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new VppError("CONFIG", `Cannot use "${text}" as a port: expected 0 to 65535`);
}
