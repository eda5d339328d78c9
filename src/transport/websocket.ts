/**
 * The way to a VPP behind a proxy, over the platform's own `WebSocket`. Binary messages carry frames;
 * text messages carry what the proxy has to say (see `websocket_protocol.ts`).
 *
 * @module
 */
import { VppError } from "../errors.ts";
import type { OpenOptions, Transport, TransportFactory, TransportSink } from "./transport.ts";
import {
  bearerProtocol,
  CLOSE_NORMAL,
  type ControlMessage,
  parseControl,
  SUBPROTOCOL,
} from "./websocket_protocol.ts";

/** What is read of the platform's events. */
export interface WebSocketEvent {
  readonly type: string;
  readonly data?: unknown;
  readonly code?: number;
  readonly reason?: string;
}

/** What is used of the platform's `WebSocket`. */
export interface WebSocketLike {
  binaryType: string;
  readonly bufferedAmount: number;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
  addEventListener(
    type: "open" | "message" | "close" | "error",
    listener: (event: WebSocketEvent) => void,
  ): void;
}

/** The platform's `WebSocket`, or one that stands in for it where the platform has none (Node 20). */
export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike;

export interface WebSocketOptions {
  /** Lets this client in; goes in a subprotocol, never in the URL. */
  readonly token: string;
  /** Instead of the platform's own, for example the one of the package `ws` on Node 20. */
  readonly webSocket?: WebSocketConstructor;
}

/** Below so many bytes a sender goes on. */
const DRAINED_AT = 1 << 16;
/** There is no event for it: the socket is looked at so often, in milliseconds. */
const DRAIN_POLL_MS = 5;

/**
 * Makes transports to the proxy at `url`.
 *
 * @throws VppError code CONFIG where the URL is none for a WebSocket or carries a secret, or the platform
 * has no WebSocket
 */
export function webSocketTransport(url: string, options: WebSocketOptions): TransportFactory {
  const name = checkUrl(url);
  const webSocket = options.webSocket ?? platformWebSocket();
  const protocols = [SUBPROTOCOL, bearerProtocol(options.token)];
  return { name, open: (sink, open) => new Opening(name, sink, open).via(webSocket, protocols) };
}

function checkUrl(url: string): string {
  const fail = (problem: string): never => {
    throw new VppError("CONFIG", `Cannot connect to a proxy: ${problem}`);
  };
  if (!URL.canParse(url)) return fail("the URL cannot be read; expected for example wss://host/");
  const { protocol, search, username, password, hash } = new URL(url);
  if (protocol !== "ws:" && protocol !== "wss:") {
    return fail(`its URL begins with ${protocol}, expected wss: (or ws: on this machine)`);
  }
  if (search !== "" || username !== "" || password !== "" || hash !== "") {
    // The URL itself is not shown: it may hold a secret.
    return fail("its URL must hold no query, user or fragment; give the token as { token }");
  }
  return url;
}

function platformWebSocket(): WebSocketConstructor {
  if (typeof WebSocket !== "undefined") return WebSocket;
  throw new VppError(
    "CONFIG",
    "Cannot connect to a proxy: this platform has no WebSocket (Node has one from 22 on); pass { webSocket }, for example the one of the package ws",
  );
}

/** One attempt to connect. */
class Opening {
  readonly #name: string;
  readonly #sink: TransportSink;
  readonly #options: OpenOptions;

  constructor(name: string, sink: TransportSink, options: OpenOptions) {
    this.#name = name;
    this.#sink = sink;
    this.#options = options;
  }

  via(webSocket: WebSocketConstructor, protocols: string[]): Promise<Transport> {
    const { signal, timeoutMs } = this.#options;
    if (signal?.aborted) return Promise.reject(this.#aborted(signal));
    return new Promise((resolve, reject) => {
      const socket = new webSocket(this.#name, protocols);
      socket.binaryType = "arraybuffer";
      const transport = new WebSocketTransport(this.#name, socket, this.#sink);
      const settle = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
      };
      const fail = (error: VppError): void => {
        settle();
        transport.abandon();
        reject(error);
      };
      const timer = setTimeout(
        () => fail(this.#failed(`no answer within ${timeoutMs} ms`)),
        timeoutMs,
      );
      const abort = (): void => fail(this.#aborted(signal));
      signal?.addEventListener("abort", abort, { once: true });
      const refused = (): void =>
        fail(this.#failed(
          "nobody listens there, or the proxy refused: is the token right, and (in a browser) the page's origin allowed?",
        ));
      socket.addEventListener("error", refused);
      socket.addEventListener("close", refused);
      socket.addEventListener("open", () => {
        settle();
        transport.opened();
        resolve(transport);
      });
    });
  }

  #failed(problem: string): VppError {
    return new VppError("CONNECT", `Cannot connect to ${this.#name}: ${problem}`);
  }

  #aborted(signal: AbortSignal | undefined): VppError {
    return new VppError("ABORTED", `Connecting to ${this.#name} was aborted`, {
      cause: signal?.reason,
    });
  }
}

class WebSocketTransport implements Transport {
  readonly name: string;
  readonly #socket: WebSocketLike;
  readonly #sink: TransportSink;
  readonly #closed: Promise<void>;
  #resolveClosed = (): void => {};
  #state: "opening" | "open" | "closed" = "opening";
  /** What the proxy said last about its VPP, for the error at the end. */
  #lastWord = "";

  constructor(name: string, socket: WebSocketLike, sink: TransportSink) {
    this.name = name;
    this.#socket = socket;
    this.#sink = sink;
    this.#closed = new Promise((resolve) => this.#resolveClosed = resolve);
    socket.addEventListener("message", ({ data }) => this.#message(data));
    socket.addEventListener("close", ({ code, reason }) => this.#ended(code, reason));
    // An error is followed by a close, and only that says why; without the listener `ws` would throw.
    socket.addEventListener("error", () => {});
  }

  opened(): void {
    if (this.#state === "opening") this.#state = "open";
  }

  /** Gives up a connection that was never open for its user. */
  abandon(): void {
    this.#state = "closed";
    this.#socket.close();
  }

  get pendingBytes(): number {
    return this.#socket.bufferedAmount;
  }

  send(frames: Uint8Array<ArrayBuffer>): void {
    if (this.#state === "open") this.#socket.send(frames);
  }

  async drained(): Promise<void> {
    while (this.#state === "open" && this.#socket.bufferedAmount > DRAINED_AT) {
      await new Promise((resolve) => setTimeout(resolve, DRAIN_POLL_MS));
    }
  }

  close(): Promise<void> {
    if (this.#state === "open") {
      this.#socket.close(CLOSE_NORMAL);
      this.#end(undefined);
    }
    return this.#closed;
  }

  #message(data: unknown): void {
    if (this.#state === "closed") return;
    if (data instanceof ArrayBuffer) return this.#sink.chunk(new Uint8Array(data));
    const control = typeof data === "string" ? parseControl(data) : undefined;
    if (control !== undefined) this.#control(control);
  }

  #control(control: ControlMessage): void {
    if (control.type === "vpp") {
      this.#lastWord = control.state === "Connected" ? "" : control.reason;
      return;
    }
    const { context, message, reason } = control;
    if (context === undefined) return;
    this.#sink.refused?.(
      context,
      new VppError("PROXY", `The proxy refused ${message ?? "a message"}: ${reason}`),
    );
  }

  #ended(code: number | undefined, reason: string | undefined): void {
    if (this.#state !== "open") return;
    if (code === CLOSE_NORMAL) return this.#end(undefined);
    const why = reason || this.#lastWord || "without a reason";
    this.#end(new VppError("PROXY", `the proxy closed the connection: ${why} (code ${code})`));
  }

  /** Does not wait for the other side's close: a proxy that is gone would never send it. */
  #end(error: VppError | undefined): void {
    this.#state = "closed";
    this.#sink.ended(error);
    this.#resolveClosed();
  }
}
