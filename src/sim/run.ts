/**
 * One life of the simulated VPP, from its start to its end: its message table, its state and its
 * clients. A restart makes a new one.
 *
 * @module
 */
import type { Batch } from "../codec/batch.ts";
import { Codec, type CompiledMessage } from "../codec/codec.ts";
import type { MessageView } from "../codec/view.ts";
import { faultText } from "../codec/core.ts";
import type { Clock } from "../core/clock.ts";
import {
  CONTEXT_NONE,
  DELIVERY_FAULT,
  DELIVERY_HEADER,
  DELIVERY_KIND,
  DELIVERY_MESSAGE_ID,
  DELIVERY_SIZE,
  KIND_EVENT,
  KIND_UNKNOWN,
} from "../schema/constants.generated.ts";
import type { ApiSet } from "./api_set.ts";
import { Call, type Handler } from "./call.ts";
import { ClientTable } from "./client_table.ts";
import type { ConnectionOptions, SimConnection } from "./connection.ts";
import { Encoder } from "./encoder.ts";
import { Handshake } from "./handshake.ts";
import { EventRegistry } from "./events.ts";
import type { FaultPlan } from "./faults.ts";
import { wantEvents } from "./handlers/events.ts";
import type { SimLink } from "./link.ts";
import type { Frame } from "./outbox.ts";
import { SimState } from "./state/state.ts";
import { MessageTable } from "./table.ts";

export interface RunOptions extends ConnectionOptions {
  readonly api: ApiSet;
  /** Decides the ids of messages. */
  readonly seed: number;
  readonly pid: number;
  /** For example `26.06-release`. */
  readonly version: string;
  readonly buildDate: string;
  readonly buildDirectory: string;
  /** Loopbacks that are there from the start. */
  readonly interfaces: number;
  /** Transmit queues of each loopback. */
  readonly txQueues: number;
  /** Details that one answer to a cursor request has at most. */
  readonly cursorPage: number;
  readonly clock: Clock;
  readonly faults: FaultPlan;
  /** The handler of a message, or undefined where none is entered. */
  handler(message: string): Handler | undefined;
  log(line: string): void;
}

/** A request that VPP has, ready to be decoded and answered. */
interface Route {
  readonly compiled: CompiledMessage;
  readonly contextOffset: number | undefined;
  readonly clientIndexOffset: number | undefined;
}

export class VppRun {
  readonly api: ApiSet;
  readonly table: MessageTable;
  readonly encoder: Encoder;
  readonly events: EventRegistry;
  readonly handshake: Handshake;
  readonly state: SimState;
  /** The reply to `control_ping`. */
  readonly pong: Frame;
  /** VPP's process id. */
  readonly pid: number;
  readonly version: string;
  readonly buildDate: string;
  readonly buildDirectory: string;
  readonly txQueues: number;
  readonly cursorPage: number;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly #options: RunOptions;
  readonly #codec: Codec;
  readonly #clients = new ClientTable();
  readonly #routes: (Route | undefined)[] = [];
  readonly #waiting = new Set<SimConnection>();

  constructor(options: RunOptions) {
    this.#options = options;
    this.api = options.api;
    this.pid = options.pid;
    this.version = options.version;
    this.buildDate = options.buildDate;
    this.buildDirectory = options.buildDirectory;
    this.txQueues = options.txQueues;
    this.cursorPage = options.cursorPage;
    this.clock = options.clock;
    this.startedAt = options.clock.wallTime();
    this.table = MessageTable.assign(options.api.schema, options.seed);
    this.#codec = new Codec({ maxFrameBytes: options.maxFrameBytes });
    this.encoder = new Encoder(this.#codec, this.table, options.api);
    this.events = new EventRegistry(this.encoder);
    this.handshake = new Handshake(this.encoder, this.table);
    this.pong = this.encoder.frame("control_ping_reply", { vpePid: this.pid });
    this.state = new SimState((message, fields) => this.encoder.frame(message, fields));
    for (let i = 0; i < options.interfaces; i++) this.state.interfaces.createLoopback();
    this.state.takeEvents();
    this.#makeRoutes();
  }

  /** Takes in a client; its bytes go to the connection that is returned. */
  attach(link: SimLink): SimConnection {
    return this.#clients.add(this, link, this.#options);
  }

  /** The client that has this index now. */
  client(clientIndex: number): SimConnection | undefined {
    return this.#clients.get(clientIndex);
  }

  clients(): readonly SimConnection[] {
    return this.#clients.all();
  }

  /** Where the context stands in a message of this id, counted from the id, or CONTEXT_NONE. */
  contextOffset(id: number): number {
    const entry = this.table.at(id);
    return entry === undefined ? CONTEXT_NONE : this.#codec.compile(entry.message).wireContext;
  }

  /** Works off whole frames of a client, in order. */
  receive(connection: SimConnection, frames: Uint8Array): void {
    const batches: Batch[] = [];
    this.#codec.core.receive(frames, (batch) => batches.push(batch));
    for (const batch of batches) this.#workOff(connection, batch);
  }

  /** Sends what waits for clients, in one write each. */
  flush(): void {
    for (const connection of this.#waiting) connection.flush();
    this.#waiting.clear();
  }

  /** Says that something waits for this client. */
  mustFlush(connection: SimConnection): void {
    this.#waiting.add(connection);
  }

  /** Forgets a client whose connection has ended. */
  forget(connection: SimConnection): void {
    this.#clients.remove(connection);
    this.events.forget(connection);
    this.#waiting.delete(connection);
  }

  log(line: string): void {
    this.#options.log(line);
  }

  #makeRoutes(): void {
    for (const { id, message } of this.table.entries) {
      if (message.kind !== "request") continue;
      const compiled = this.#codec.compile(message);
      this.#routes[id] = {
        compiled,
        contextOffset: compiled.header.context,
        clientIndexOffset: compiled.header.clientIndex,
      };
      // To the core a request is an event: nothing here waits for an answer.
      this.#codec.core.setMessage(id, CONTEXT_NONE, compiled.program);
    }
  }

  #workOff(connection: SimConnection, batch: Batch): void {
    const { u32 } = batch;
    const end = u32.length;
    let at = 0;
    while (at < end) {
      if (connection.closed) return;
      if (u32[at + DELIVERY_KIND] === KIND_EVENT) {
        this.#request(connection, batch, at);
      } else {
        this.#unusable(connection, u32, at);
      }
      at += u32[at + DELIVERY_SIZE]! >> 2;
    }
  }

  /** `at` is in words. */
  #request(connection: SimConnection, batch: Batch, at: number): void {
    const route = this.#routes[batch.u32[at + DELIVERY_MESSAGE_ID]!];
    if (route === undefined) return;
    const { compiled, contextOffset, clientIndexOffset } = route;
    const record = (at << 2) + DELIVERY_HEADER;
    const call = new Call<MessageView>(
      this,
      compiled.message,
      new compiled.View(batch, record),
      contextOffset === undefined ? 0 : batch.u32[(record + contextOffset) >> 2]!,
      clientIndexOffset === undefined
        ? connection.clientIndex
        : batch.u32[(record + clientIndexOffset) >> 2]!,
      connection,
    );
    const { faults } = this.#options;
    if (faults.isEmpty) this.#answer(call);
    else faults.apply(call, () => this.#answer(call));
    for (const { event, fields } of this.state.takeEvents()) this.events.emit(event, fields);
  }

  #answer(call: Call): void {
    const handler = this.#options.handler(call.request.name) ?? answerByDefault;
    handler(call);
  }

  /** As VPP does: what it cannot use is dropped with a warning, and the connection stays. */
  #unusable(connection: SimConnection, u32: Uint32Array, at: number): void {
    const id = u32[at + DELIVERY_MESSAGE_ID]!;
    const what = u32[at + DELIVERY_KIND] === KIND_UNKNOWN
      ? "VPP has no request with this id"
      : faultText(u32[at + DELIVERY_FAULT]!);
    this.log(`client ${connection.clientName}: message ${id} dropped: ${what}`);
  }
}

/** A request that nobody implements: events are turned on or off, all else is done and has no result. */
function answerByDefault(call: Call): void {
  const { service } = call.request;
  if (service === undefined) return;
  if (service.events.length > 0) wantEvents(call);
  else if (service.reply !== undefined) call.reply();
}
