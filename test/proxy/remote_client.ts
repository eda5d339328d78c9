/**
 * A remote client by hand, so that the proxy is attacked with what no well-made client would send.
 *
 * @module
 */
import { type ClientOptions, WebSocket } from "ws";
import { SOCKCLNT_CREATE_ID, SOCKCLNT_CREATE_REPLY_ID } from "../../src/schema/handshake_layout.ts";
import { getU16, getU32, putU16, putU32 } from "../../src/transport/bytes.ts";
import { FrameSplitter } from "../../src/transport/frame_splitter.ts";
import {
  bearerProtocol,
  type ControlMessage,
  parseControl,
  SUBPROTOCOL,
} from "../../src/transport/websocket_protocol.ts";
import { frameEnd } from "../../src/proxy/frame_buffer.ts";
import { TOKEN, until } from "./support.ts";

/** A message from the proxy, from its id on. */
export interface Received {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface RemoteOptions {
  /** Undefined for none. */
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly handshake?: boolean;
}

/** u16 id, u32 client_index, u32 context. */
export const REQUEST_BYTES = 10;

export class RemoteClient {
  readonly received: Received[] = [];
  readonly control: ControlMessage[] = [];
  readonly socket: WebSocket;
  /** Code and reason of the end. */
  closed: { readonly code: number; readonly reason: string } | undefined;
  /** Why the connection was not made. */
  failure: string | undefined;
  clientIndex = 0;
  /** By the name without CRC. */
  readonly ids = new Map<string, number>();
  readonly #names = new Map<number, string>();
  readonly #splitter = new FrameSplitter(64 << 20);

  private constructor(url: string, protocols: string[], options: ClientOptions) {
    this.socket = new WebSocket(url, protocols, options);
    this.socket.binaryType = "nodebuffer";
    this.socket.on("message", (data, isBinary) => {
      if (isBinary && data instanceof Uint8Array) return this.#frames(data);
      const control = parseControl(String(data));
      if (control !== undefined) this.control.push(control);
    });
    this.socket.on("error", (error) => this.failure = error.message);
    this.socket.on("close", (code, reason) => this.closed = { code, reason: String(reason) });
  }

  /** Connects, and waits for what comes of it. */
  static async open(url: string, options: RemoteOptions = {}): Promise<RemoteClient> {
    const token = "token" in options ? options.token : TOKEN;
    const protocols = token === undefined ? [] : [SUBPROTOCOL, bearerProtocol(token)];
    const headers = options.headers === undefined ? {} : { headers: { ...options.headers } };
    const client = new RemoteClient(url, protocols, headers);
    await until(
      () => client.closed !== undefined || client.socket.readyState === WebSocket.OPEN,
      "the connection",
    );
    if (options.handshake !== false && client.closed === undefined) await client.handshake();
    return client;
  }

  async handshake(): Promise<void> {
    const create = new Uint8Array(70);
    putU16(create, 0, SOCKCLNT_CREATE_ID);
    create.set(new TextEncoder().encode("remote"), 6);
    this.send(create);
    await until(() => this.clientIndex !== 0 || this.closed !== undefined, "the handshake");
  }

  id(name: string): number {
    const id = this.ids.get(name);
    if (id === undefined) throw new Error(`The proxy's table has no ${name}`);
    return id;
  }

  /** A request with this body behind its header. */
  request(
    name: string,
    context: number,
    body: readonly number[] = [],
    clientIndex: number = this.clientIndex,
  ): Uint8Array {
    const message = new Uint8Array(REQUEST_BYTES + body.length);
    putU16(message, 0, this.id(name));
    putU32(message, 2, clientIndex);
    putU32(message, 6, context);
    message.set(body, REQUEST_BYTES);
    return message;
  }

  /** Sends messages in frames, in one binary message. */
  send(...messages: readonly Uint8Array[]): void {
    this.sendBytes(frames(...messages));
  }

  sendBytes(bytes: Uint8Array): void {
    this.socket.send(bytes);
  }

  /** Messages of this name that came so far. */
  all(name: string): Uint8Array[] {
    return this.received.filter((message) => message.name === name).map(({ bytes }) => bytes);
  }

  /** The first of this name that came, or will come. */
  async first(name: string): Promise<Uint8Array> {
    await until(() => this.all(name).length > 0 || this.closed !== undefined, name);
    const [message] = this.all(name);
    if (message === undefined) throw new Error(`Closed before ${name}: ${this.closed?.reason}`);
    return message;
  }

  /** Waits until everything that was sent before has been worked off. */
  async settle(context = 0x5e771e): Promise<void> {
    const pongs = this.all("control_ping_reply").length;
    this.send(this.request("control_ping", context));
    await until(() => this.all("control_ping_reply").length > pongs, "a ping");
  }

  async untilClosed(): Promise<{ readonly code: number; readonly reason: string }> {
    await until(() => this.closed !== undefined, "the close");
    return this.closed ?? { code: 0, reason: "" };
  }

  async close(): Promise<void> {
    this.socket.terminate();
    await this.untilClosed();
  }

  #frames(data: Uint8Array): void {
    for (const whole of this.#splitter.push(data)) this.#wholeFrames(whole);
  }

  #wholeFrames(whole: Uint8Array): void {
    for (let at = 0, end = 0; at < whole.length; at = end) {
      end = frameEnd(whole, at);
      // A `Buffer`, whose `slice` is no copy.
      const bytes = new Uint8Array(whole.subarray(at + 16, end));
      if (getU16(bytes, 0) === SOCKCLNT_CREATE_REPLY_ID) this.#welcome(bytes);
      this.received.push({ name: this.#names.get(getU16(bytes, 0)) ?? "unknown", bytes });
    }
  }

  #welcome(reply: Uint8Array): void {
    this.clientIndex = getU32(reply, 14);
    for (let at = 20; at < reply.length; at += 66) {
      const text = new TextDecoder().decode(reply.subarray(at + 2, at + 66)).replace(/\0+$/, "");
      const name = text.slice(0, text.lastIndexOf("_"));
      this.ids.set(name, getU16(reply, at));
      this.#names.set(getU16(reply, at), name);
    }
  }
}

/** The context of a reply, which has it behind its id. */
export function contextOf(reply: Uint8Array): number {
  return getU32(reply, 2);
}

/** Frames around messages. */
export function frames(...messages: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(messages.reduce((sum, { length }) => sum + 16 + length, 0));
  let at = 0;
  for (const message of messages) {
    putU32(bytes, at + 8, message.length);
    bytes.set(message, at + 16);
    at += 16 + message.length;
  }
  return bytes;
}
