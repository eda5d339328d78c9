/**
 * govppmux where there is no file system, no socket, no FFI and no eval: a browser page, an edge worker,
 * a Deno script without permissions. VPP is reached through the proxy (`govppmux proxy`), over the
 * platform's own `WebSocket`; everything else is the same as anywhere.
 *
 * @module
 */
import { connected } from "./core/connected.ts";
import { Mux, type MuxOptions } from "./core/mux.ts";
import { type WebSocketOptions, webSocketTransport } from "./transport/websocket.ts";

export * from "./portable.ts";
export {
  type WebSocketConstructor,
  type WebSocketLike,
  type WebSocketOptions,
  webSocketTransport,
} from "./transport/websocket.ts";

export interface EdgeOptions extends Omit<MuxOptions, "transport">, WebSocketOptions {
  /** The proxy: `wss://vpp.example.net/`, or `ws://127.0.0.1:7878/` on the proxy's own machine. */
  readonly url: string;
  /** Gives the attempt up. */
  readonly signal?: AbortSignal;
}

/**
 * Connects to the VPP behind a proxy.
 *
 * @throws VppError code CONFIG where the URL cannot be used; CONNECT after the last attempt; ABORTED where
 * the signal ended it
 */
export async function connect(options: EdgeOptions): Promise<Mux> {
  return await connected(makeMux(options), options.signal);
}

/**
 * The same without waiting: the connection is made in the background, and again after each end.
 *
 * @throws VppError code CONFIG where the URL cannot be used
 */
export function connectAsync(options: EdgeOptions): Mux {
  const mux = makeMux(options);
  mux.connectAsync(options.signal);
  return mux;
}

function makeMux({ url, token, webSocket, signal: _, ...rest }: EdgeOptions): Mux {
  const transport = webSocketTransport(
    url,
    webSocket === undefined ? { token } : { token, webSocket },
  );
  return new Mux({ ...rest, transport });
}
