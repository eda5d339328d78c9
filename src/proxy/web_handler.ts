/**
 * The proxy behind a server of web-standard requests, where the platform turns a request into a
 * WebSocket: `Deno.serve`.
 *
 * @module
 */
import type { WebSocketEvent, WebSocketLike } from "../transport/websocket.ts";
import { CLOSE_PROTOCOL, SUBPROTOCOL } from "../transport/websocket_protocol.ts";
import { closeReason } from "./close_reason.ts";
import type { VppProxy } from "./proxy.ts";
import type { RemoteLink } from "./remote_link.ts";
import type { RemoteSession } from "./session.ts";

/** A WebSocket of the platform, on the server's side. */
export interface ServerWebSocket extends Omit<WebSocketLike, "send"> {
  readonly readyState: number;
  send(data: Uint8Array<ArrayBuffer> | string): void;
}

/** How the platform turns a request into a WebSocket: `Deno.upgradeWebSocket`. */
export type Upgrade = (
  request: Request,
  options: { readonly protocol?: string },
) => { readonly socket: ServerWebSocket; readonly response: Response };

/** Answers a request; `remote` is the client's address, for the audit. */
export type WebHandler = (request: Request, remote?: string) => Response;

/** `WebSocket.OPEN`. */
const OPEN = 1;

/**
 * Lets clients in: `Deno.serve(webProxyHandler(proxy, Deno.upgradeWebSocket))`. The server decides where
 * it listens and whether by TLS.
 */
export function webProxyHandler(proxy: VppProxy, upgrade: Upgrade): WebHandler {
  return (request, remote = "?") => {
    const { headers, url } = request;
    if (headers.get("upgrade")?.toLowerCase() !== "websocket") {
      return new Response("This is a WebSocket of govppmux.\n", { status: 426 });
    }
    const { pathname, search } = new URL(url);
    const protocols = headers.get("sec-websocket-protocol") ?? undefined;
    const refusal = proxy.admit({
      url: pathname + search,
      origin: headers.get("origin") ?? undefined,
      authorization: headers.get("authorization") ?? undefined,
      protocols,
    }, remote);
    if (refusal !== undefined) {
      return new Response(`${refusal.reason}\n`, { status: refusal.status });
    }
    // As browsers write the list. Deno finds nothing in one without spaces, and would throw.
    const offered = protocols?.split(", ").includes(SUBPROTOCOL);
    const { socket, response } = upgrade(request, offered ? { protocol: SUBPROTOCOL } : {});
    serve(proxy, socket, remote);
    return response;
  };
}

function serve(proxy: VppProxy, socket: ServerWebSocket, remote: string): void {
  let session: RemoteSession | undefined;
  socket.binaryType = "arraybuffer";
  socket.addEventListener("open", () => session = proxy.accept(new WebLink(socket, remote)));
  socket.addEventListener("message", ({ data }: WebSocketEvent) => {
    if (data instanceof ArrayBuffer) session?.receive(new Uint8Array(data));
    else session?.receiveText();
  });
  socket.addEventListener("close", () => session?.ended("the client has closed the connection"));
  // A close follows, and ends the session.
  socket.addEventListener("error", () => {});
}

class WebLink implements RemoteLink {
  readonly remote: string;
  readonly #socket: ServerWebSocket;

  constructor(socket: ServerWebSocket, remote: string) {
    this.#socket = socket;
    this.remote = remote;
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  send(frames: Uint8Array<ArrayBuffer>): void {
    if (this.#socket.readyState === OPEN) this.#socket.send(frames);
  }

  tell(text: string): void {
    if (this.#socket.readyState === OPEN) this.#socket.send(text);
  }

  close(code: number, reason: string): void {
    // Only these codes may be given by a program; 1001 is the server's own.
    const given = code === 1000 || code >= 3000 ? code : CLOSE_PROTOCOL;
    this.#socket.close(given, closeReason(reason));
  }

  /** There is no harder end on such a platform. */
  terminate(): void {
    this.close(CLOSE_PROTOCOL, "this client does not read");
  }
}
