/**
 * The proxy behind a server of `node:http` or `node:https`, on Node and on Deno.
 *
 * @module
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { FRAME_HEADER } from "../schema/constants.generated.ts";
import { SUBPROTOCOL } from "../transport/websocket_protocol.ts";
import type { AccessRefusal } from "./access.ts";
import { closeReason } from "./close_reason.ts";
import type { VppProxy } from "./proxy.ts";
import type { RemoteLink } from "./remote_link.ts";

/** A listener for a server's event `upgrade`. */
export type UpgradeHandler = (
  request: IncomingMessage,
  socket: Duplex,
  head: Uint8Array,
) => void;

/** What one binary message may hold beside its longest frame: a client sends many frames in one. */
const MESSAGE_SLACK = 1 << 20;
/** Milliseconds for the other side to answer our close. */
const CLOSE_MS = 2000;

/**
 * Lets the clients of an existing server in: `server.on("upgrade", proxyHandler(proxy))`. The server
 * decides where it listens and whether by TLS, and routes what is not for the proxy.
 */
export function proxyHandler(proxy: VppProxy): UpgradeHandler {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: proxy.limits.frameBytes + FRAME_HEADER + MESSAGE_SLACK,
    // Never the subprotocol that carries the token.
    handleProtocols: (protocols) => protocols.has(SUBPROTOCOL) ? SUBPROTOCOL : false,
  });
  return (request, socket, head) => {
    const remote = remoteOf(request);
    const ignoreError = (): void => {};
    socket.on("error", ignoreError);
    const refusal = proxy.admit({
      url: request.url ?? "/",
      origin: request.headers.origin,
      authorization: request.headers.authorization,
      protocols: request.headers["sec-websocket-protocol"],
    }, remote);
    if (refusal !== undefined) return refuse(socket, refusal);
    server.handleUpgrade(request, socket, Buffer.from(head), (webSocket) => {
      socket.off("error", ignoreError);
      serve(proxy, webSocket, remote);
    });
  };
}

function serve(proxy: VppProxy, webSocket: WebSocket, remote: string): void {
  let failure = "the client has closed the connection";
  webSocket.on("error", (error) => failure = error.message);
  const session = proxy.accept(new NodeLink(webSocket, remote));
  if (session === undefined) return;
  webSocket.on("message", (data, isBinary) => {
    if (!isBinary) session.receiveText();
    else if (data instanceof Uint8Array) session.receive(plainBytes(data));
  });
  webSocket.on("close", () => session.ended(failure));
}

/** The same bytes, not as a `Buffer`: the `slice` of one is no copy. */
function plainBytes(data: Uint8Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.length);
}

class NodeLink implements RemoteLink {
  readonly remote: string;
  readonly #webSocket: WebSocket;

  constructor(webSocket: WebSocket, remote: string) {
    this.#webSocket = webSocket;
    this.remote = remote;
  }

  get bufferedBytes(): number {
    return this.#webSocket.bufferedAmount;
  }

  send(frames: Uint8Array<ArrayBuffer>, sent: () => void): void {
    if (this.#webSocket.readyState === this.#webSocket.OPEN) this.#webSocket.send(frames, sent);
  }

  tell(text: string): void {
    if (this.#webSocket.readyState === this.#webSocket.OPEN) this.#webSocket.send(text);
  }

  close(code: number, reason: string): void {
    const webSocket = this.#webSocket;
    webSocket.close(code, closeReason(reason));
    // A client that does not answer the close, or does not even read it, is not waited for.
    const timer = setTimeout(() => webSocket.terminate(), CLOSE_MS);
    webSocket.once("close", () => clearTimeout(timer));
  }

  terminate(): void {
    this.#webSocket.terminate();
  }
}

function refuse(socket: Duplex, { status, reason }: AccessRefusal): void {
  const body = `${reason}\n`;
  const lines = [
    `HTTP/1.1 ${status} ${statusText[status]}`,
    "Connection: close",
    "Content-Type: text/plain",
    `Content-Length: ${body.length}`,
    ...(status === 401 ? ['WWW-Authenticate: Bearer realm="govppmux"'] : []),
  ];
  socket.once("finish", () => socket.destroy());
  socket.end(`${lines.join("\r\n")}\r\n\r\n${body}`);
}

const statusText = { 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden" } as const;

function remoteOf({ socket }: IncomingMessage): string {
  return `${socket.remoteAddress ?? "?"}:${socket.remotePort ?? "?"}`;
}
