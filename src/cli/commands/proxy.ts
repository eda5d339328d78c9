/**
 * `govppmux proxy`: lets programs in sandboxes reach VPP, until stopped.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import process from "node:process";
import type { Command } from "commander";
import type { Logger } from "../../core/logger.ts";
import { VppError } from "../../errors.ts";
import { loadConfig } from "../../host/config_file.ts";
import { readDefinitions } from "../../host/definitions.ts";
import { DEFAULT_PORT } from "../../proxy/from_config.ts";
import { defaultLimits, type ProxyLimits } from "../../proxy/limits.ts";
import { VppProxy } from "../../proxy/proxy.ts";
import { type ServeOptions, serveProxy } from "../../proxy/serve.ts";
import { printError, printLine } from "../output.ts";
import { positive, type TargetOptions, transportOf, withTarget } from "../target.ts";

interface ProxyCommandOptions extends TargetOptions {
  readonly listen: string;
  readonly tokenFile: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly allow?: string[];
  readonly deny?: string[];
  readonly readOnly?: boolean;
  readonly events?: boolean;
  readonly origin?: string[];
  readonly config?: string;
  readonly maxSessions: number;
  readonly maxRate: number;
  readonly maxOutstanding: number;
  readonly maxFrame: number;
  readonly maxBuffer: number;
  readonly handshakeTimeout: number;
  readonly idleTimeout: number;
}

export function registerProxy(program: Command): void {
  const command = program.command("proxy")
    .description("let programs in sandboxes reach VPP through a WebSocket, until stopped")
    .requiredOption("--token-file <file>", "the file with the token that clients must have")
    .option("--listen <address>", "address and port", `127.0.0.1:${DEFAULT_PORT}`)
    .option("--tls-cert <file>", "the certificate chain, PEM; needed beyond this machine")
    .option("--tls-key <file>", "the certificate's private key, PEM")
    .option("--allow <pattern...>", "requests that may pass (default: all)")
    .option("--deny <pattern...>", "requests that may not pass")
    .option("--read-only", "only dumps, gets, shows and pings pass")
    .option("--events", "with --read-only: what only asks for events passes as well")
    .option("--origin <origin...>", "pages that may connect, for example https://example.net")
    .option("--config <file>", "a govpp.conf, in which proxy-enabled must be true");
  withTarget(withLimits(command)).action(run);
}

function withLimits(command: Command): Command {
  const limits = defaultLimits;
  return command
    .option("--max-sessions <n>", "sessions at once", positive, limits.sessions)
    .option("--max-rate <n>", "messages a second of a session", positive, limits.messagesPerSecond)
    .option("--max-outstanding <n>", "requests of a session", positive, limits.outstanding)
    .option("--max-frame <bytes>", "the longest message of a client", positive, limits.frameBytes)
    .option("--max-buffer <bytes>", "what waits for a slow client", positive, limits.bufferBytes)
    .option("--handshake-timeout <ms>", "time to come in", positive, limits.handshakeMs)
    .option("--idle-timeout <ms>", "silence that ends a session", positive, limits.idleMs);
}

async function run(options: ProxyCommandOptions): Promise<void> {
  const target = await withConfig(options);
  const proxy = new VppProxy({
    transport: transportOf(target),
    token: await readToken(options.tokenFile),
    limits: limitsOf(options),
    logger: auditLog,
    readOnly: options.readOnly === true,
    events: options.events === true,
    ...(options.allow === undefined ? {} : { allow: options.allow }),
    ...(options.deny === undefined ? {} : { deny: options.deny }),
    ...(options.origin === undefined ? {} : { origins: options.origin }),
    ...(options.api === undefined ? {} : { definitions: await readDefinitions(options.api) }),
  });
  const server = await serveProxy(proxy, await listenOptions(options));
  await proxy.start();
  printLine(`proxy on ${server.url}; stop it with Ctrl-C`);
  await new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  await server.close();
}

/** Where a configuration is given, it says where VPP is, and whether there may be a proxy at all. */
async function withConfig(options: ProxyCommandOptions): Promise<ProxyCommandOptions> {
  if (options.config === undefined) return options;
  const { config } = await loadConfig(options.config);
  if (!config.proxyEnabled) {
    throw new VppError(
      "CONFIG",
      `Cannot start the proxy: ${options.config} does not allow it; set proxy-enabled: true`,
    );
  }
  return {
    ...options,
    socket: config.binapiSocketPath,
    busyPoll: config.busyPollMs,
    ...(config.connectViaShm ? { shm: true } : {}),
    ...(config.shmPrefix === "" ? {} : { shmPrefix: config.shmPrefix }),
  };
}

/** A token at the end of whose file stands a line end, as editors leave it. */
async function readToken(file: string): Promise<string> {
  const token = (await readText(file, "the token")).trim();
  if (token !== "") return token;
  throw new VppError("CONFIG", `The token file ${file} is empty; expected a long random text`);
}

async function readText(file: string, what: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new VppError("CONFIG", `Cannot read ${what} from ${file}: ${reason}`, { cause });
  }
}

async function listenOptions(options: ProxyCommandOptions): Promise<ServeOptions> {
  const address = parseListen(options.listen);
  const { tlsCert, tlsKey } = options;
  if (tlsCert === undefined && tlsKey === undefined) return address;
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new VppError("CONFIG", "TLS needs both --tls-cert and --tls-key");
  }
  const [cert, key] = await Promise.all([
    readText(tlsCert, "the certificate"),
    readText(tlsKey, "the private key"),
  ]);
  return { ...address, tls: { cert, key } };
}

/** `127.0.0.1:7878`, `[::1]:7878` or a port alone. */
function parseListen(text: string): { host: string; port: number } {
  const [, bracketed, plain, digits] = /^(?:(?:\[([^\]]+)\]|([^:[\]]+)):)?(\d{1,5})$/.exec(text) ??
    [];
  const port = Number(digits);
  if (digits !== undefined && port <= 0xffff) {
    return { host: bracketed ?? plain ?? "127.0.0.1", port };
  }
  throw new VppError(
    "CONFIG",
    `Cannot listen on ${JSON.stringify(text)}: expected address and port, as in 127.0.0.1:7878`,
  );
}

function limitsOf(options: ProxyCommandOptions): Partial<ProxyLimits> {
  return {
    sessions: options.maxSessions,
    messagesPerSecond: options.maxRate,
    outstanding: options.maxOutstanding,
    frameBytes: options.maxFrame,
    bufferBytes: options.maxBuffer,
    handshakeMs: options.handshakeTimeout,
    idleMs: options.idleTimeout,
  };
}

/** One JSON object a line on standard error. */
const auditLog: Logger = {
  debug: () => {},
  info: (message, data) => printAudit("info", message, data),
  warn: (message, data) => printAudit("warn", message, data),
  error: (message, data) => printAudit("error", message, data),
};

function printAudit(level: string, message: string, data: object = {}): void {
  printError(JSON.stringify({ time: new Date().toISOString(), level, message, ...data }));
}
