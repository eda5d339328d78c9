/**
 * A server for the proxy alone.
 *
 * @module
 */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { VppError } from "../errors.ts";
import { proxyHandler } from "./node_handler.ts";
import type { VppProxy } from "./proxy.ts";

export interface ServeOptions {
  /** The address to listen on; 127.0.0.1 by default. */
  readonly host?: string;
  /** The port; 0, any that is free, by default. */
  readonly port?: number;
  /** Certificate chain and private key, PEM; necessary on addresses other than those of this machine. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** A proxy that listens. */
export interface ProxyServer {
  /** For clients: `ws://127.0.0.1:7878/`. */
  readonly url: string;
  /** Stops listening, and closes the proxy with all its sessions. */
  close(): Promise<void>;
}

/** Connections that are not sessions: on their way to become one, or to be refused. */
const MORE_CONNECTIONS = 512;

/**
 * Listens for the clients of `proxy`, which is closed with the server.
 *
 * @throws VppError code CONFIG where the address is not this machine's own and there is no TLS, or the
 * certificate cannot be used; code PROXY where the address is taken
 */
export async function serveProxy(
  proxy: VppProxy,
  { host = "127.0.0.1", port = 0, tls }: ServeOptions = {},
): Promise<ProxyServer> {
  if (tls === undefined && !isLoopback(host)) {
    throw new VppError(
      "CONFIG",
      `Cannot listen on ${host}: without TLS the proxy listens on this machine only; give a certificate and a key, or listen on 127.0.0.1`,
    );
  }
  const server = makeServer(proxy, tls);
  const sockets = limitTime(server, tls !== undefined, proxy.limits.handshakeMs);
  const upgrade = proxyHandler(proxy);
  server.on("upgrade", (request, socket, head) => {
    sockets.inTime(request.socket);
    upgrade(request, socket, head);
  });
  server.maxConnections = proxy.limits.sessions + MORE_CONNECTIONS;
  const bound = await listen(server, host, port);
  const name = host.includes(":") ? `[${host}]` : host;
  return {
    url: `${tls === undefined ? "ws" : "wss"}://${name}:${bound.port}/`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await proxy.close();
      sockets.destroy();
      await closed;
    },
  };
}

/** Whether an address is reached from this machine only. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

function makeServer(proxy: VppProxy, tls: ServeOptions["tls"]): Server {
  const options = { maxHeaderSize: 16 << 10, keepAlive: false };
  const answer = "This is a WebSocket of govppmux.\n";
  const respond: Parameters<typeof createServer>[1] = (_, response) => {
    response.writeHead(426, { Connection: "close", Upgrade: "websocket" });
    response.end(answer);
  };
  if (tls === undefined) return createServer(options, respond);
  checkCertificate(tls);
  const handshakeTimeout = proxy.limits.handshakeMs;
  return createTlsServer({ ...options, ...tls, handshakeTimeout }, respond);
}

/** Deno's server would accept anything and then fail with each client. */
function checkCertificate({ cert, key }: { readonly cert: string; readonly key: string }): void {
  try {
    new X509Certificate(cert);
    createPrivateKey(key);
  } catch (cause) {
    throw new VppError("CONFIG", `Cannot use the certificate and key: ${String(cause)}`, { cause });
  }
}

/** Ends connections that do not become a WebSocket in time, however slowly they send. */
function limitTime(server: Server, tls: boolean, ms: number): OpenSockets {
  const sockets = new OpenSockets(ms);
  server.on(tls ? "secureConnection" : "connection", (socket: Socket) => sockets.add(socket));
  return sockets;
}

class OpenSockets {
  readonly #ms: number;
  readonly #timers = new Map<Duplex, ReturnType<typeof setTimeout>>();
  readonly #open = new Set<Duplex>();

  constructor(ms: number) {
    this.#ms = ms;
  }

  add(socket: Socket): void {
    this.#open.add(socket);
    this.#timers.set(socket, setTimeout(() => socket.destroy(), this.#ms));
    socket.once("close", () => {
      this.inTime(socket);
      this.#open.delete(socket);
    });
  }

  /** The request of this connection is complete. */
  inTime(socket: Duplex): void {
    clearTimeout(this.#timers.get(socket));
    this.#timers.delete(socket);
  }

  destroy(): void {
    for (const socket of this.#open) socket.destroy();
  }
}

function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => {
      reject(
        new VppError("PROXY", `Cannot listen on ${host}:${port}: ${cause.message}`, { cause }),
      );
    });
    server.listen(port, host, () => {
      const address = server.address();
      if (typeof address === "object" && address !== null) resolve(address);
    });
  });
}
