/**
 * A client as simple as can be, so that the simulator is tested without the client of this project:
 * frames by hand, every message decoded as it comes, nothing matched but what a test asks for.
 *
 * @module
 */
import { Codec } from "../../src/codec/codec.ts";
import { kindOf, messageIdOf } from "../../src/codec/delivery.ts";
import { SOCKCLNT_CREATE_ID, SOCKCLNT_CREATE_REPLY_ID } from "../../src/schema/handshake_layout.ts";
import {
  CONTEXT_NONE,
  DELIVERY_HEADER,
  DELIVERY_SIZE,
  KIND_EVENT,
} from "../../src/schema/constants.generated.ts";
import type { Message } from "../../src/schema/model.ts";
import { ApiSet } from "../../src/sim/api_set.ts";
import { simTransport } from "../../src/sim/in_memory.ts";
import type { Simulator } from "../../src/sim/simulator.ts";
import type { Transport, TransportFactory } from "../../src/transport/transport.ts";
import type { Batch } from "../../src/codec/batch.ts";

/** A message from VPP. */
export interface Received {
  readonly name: string;
  readonly id: number;
  readonly context: number;
  /** In camelCase, without the header's fields. */
  readonly fields: Record<string, unknown>;
}

/** For what may take real time, on a busy machine. */
const PATIENCE_MS = 10_000;

export class RawClient {
  /** What came and was not taken yet. */
  readonly received: Received[] = [];
  /** Messages that are in nobody's table. */
  readonly unknownIds: number[] = [];
  /** Bytes that came. */
  bytes = 0;
  ended = false;
  clientIndex = 0;
  readonly #api: ApiSet;
  readonly #codec = new Codec();
  readonly #ids = new Map<string, number>();
  readonly #messages = new Map<number, Message>();
  readonly #waiting = new Set<() => void>();
  #transport: Transport | undefined;
  /** Above those of any recorded session. */
  #context = 0x10000;

  constructor(api: ApiSet = ApiSet.builtIn()) {
    this.#api = api;
  }

  /** Opens a connection; without the handshake where `handshake` is false. */
  static async open(
    to: Simulator | TransportFactory,
    options: { readonly api?: ApiSet; readonly handshake?: boolean } = {},
  ): Promise<RawClient> {
    const client = new RawClient(options.api);
    const factory = "open" in to ? to : simTransport(to);
    client.#transport = await factory.open({
      chunk: (bytes) => client.#chunk(bytes),
      ended: () => {
        client.ended = true;
        client.#wake();
      },
    }, { timeoutMs: PATIENCE_MS });
    client.#learn("sockclnt_create", SOCKCLNT_CREATE_ID);
    client.#learn("sockclnt_create_reply", SOCKCLNT_CREATE_REPLY_ID);
    if (options.handshake !== false) await client.handshake();
    return client;
  }

  get transport(): Transport {
    if (this.#transport === undefined) throw new Error("The client is not connected");
    return this.#transport;
  }

  async handshake(): Promise<Received> {
    const reply = await this.call("sockclnt_create", { name: "raw client" });
    this.clientIndex = Number(reply.fields["index"]);
    for (const entry of reply.fields["messageTable"] as { index: number; name: string }[]) {
      const message = this.#api.schema.messageByNameCrc(entry.name) ??
        [...this.#api.schema.messages()].find((m) => m.nameCrc.startsWith(entry.name));
      if (message !== undefined) this.#learn(message.name, entry.index);
    }
    return reply;
  }

  /** The id of a message in this VPP. */
  id(message: string): number {
    const id = this.#ids.get(message);
    if (id === undefined) throw new Error(`The message table lacks ${message}`);
    return id;
  }

  /** Sends a request; returns its context. */
  send(message: string, fields: object = {}, header: { clientIndex?: number } = {}): number {
    const context = ++this.#context;
    const definition = this.#api.schema.message(message);
    if (definition === undefined) throw new Error(`The definitions lack ${message}`);
    const { clientIndex = this.clientIndex } = header;
    this.#codec.encode(
      this.#codec.compile(definition),
      this.id(message),
      clientIndex,
      context,
      fields,
    );
    this.transport.send(this.#codec.core.takeSend());
    return context;
  }

  /** Sends bytes as they are. */
  sendBytes(bytes: Uint8Array): void {
    this.transport.send(bytes.slice());
  }

  /** Sends one message behind a frame header. */
  sendFrame(message: Uint8Array): void {
    const frame = new Uint8Array(16 + message.length);
    new DataView(frame.buffer).setUint32(8, message.length);
    frame.set(message, 16);
    this.sendBytes(frame);
  }

  /** One request, one reply: the next message with its context. */
  async call(message: string, fields: object = {}): Promise<Received> {
    const context = this.send(message, fields);
    await this.until(() => this.received.some((m) => m.context === context));
    return this.#take((m) => m.context === context)[0]!;
  }

  /** The `retval` of one request's reply. */
  async retval(message: string, fields: object = {}): Promise<number> {
    return Number((await this.call(message, fields)).fields["retval"]);
  }

  /** A dump: every message with the request's context, until the reply to the ping behind it. */
  async dump(message: string, fields: object = {}): Promise<Received[]> {
    const context = this.send(message, fields);
    await this.settle();
    return this.#take((m) => m.context === context);
  }

  /** Waits until VPP has worked off everything so far. */
  async settle(): Promise<void> {
    await this.call("control_ping");
  }

  /** The events of this name that came and were not taken yet. */
  events(name: string): Record<string, unknown>[] {
    return this.#take((m) => m.name === name).map((m) => m.fields);
  }

  /** Waits until `condition` holds; fails after some seconds. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.ended) throw new Error("The connection ended");
      await this.#change();
    }
  }

  async untilEnded(): Promise<void> {
    while (!this.ended) await this.#change();
  }

  async close(): Promise<void> {
    await this.transport.close();
  }

  #learn(message: string, id: number): void {
    const definition = this.#api.schema.message(message);
    if (definition === undefined) return;
    this.#ids.set(message, id);
    this.#messages.set(id, definition);
    this.#codec.core.setMessage(id, CONTEXT_NONE, this.#codec.compile(definition).program);
  }

  #take(which: (message: Received) => boolean): Received[] {
    const taken = this.received.filter(which);
    const rest = this.received.filter((m) => !which(m));
    this.received.splice(0, this.received.length, ...rest);
    return taken;
  }

  #chunk(bytes: Uint8Array): void {
    this.bytes += bytes.length;
    this.#codec.core.receive(bytes, (...output) => this.#output(...output));
    this.#wake();
  }

  #output(batch: Batch, start: number, end: number): void {
    const { u32 } = batch;
    for (let at = start; at < end; at += u32[at + DELIVERY_SIZE]! >> 2) {
      const id = messageIdOf(u32, at);
      const message = this.#messages.get(id);
      if (message === undefined || kindOf(u32, at) !== KIND_EVENT) {
        this.unknownIds.push(id);
      } else {
        const record = (at << 2) + DELIVERY_HEADER;
        const header = this.#codec.readHeader(message, batch, record);
        this.received.push({
          name: message.name,
          id,
          context: header["context"] ?? 0,
          fields: new (this.#codec.compile(message).View)(batch, record).toObject(),
        });
      }
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`Nothing came for ${PATIENCE_MS} ms`)),
        PATIENCE_MS,
      );
      this.#waiting.add(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }
}
