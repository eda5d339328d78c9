/**
 * One life of the simulated VPP, from its start to its end: its message table, its state and its
 * clients. A restart makes a new one.
 *
 * @module
 */
import { Codec } from "../codec/codec.ts";
import type { Clock } from "../core/clock.ts";
import { CONTEXT_NONE } from "../schema/constants.generated.ts";
import type { ApiSet } from "./api_set.ts";
import type { Call, Handler, HandlerSlot } from "./call.ts";
import { ClientTable } from "./client_table.ts";
import type { ConnectionOptions, SimConnection } from "./connection.ts";
import { Dispatcher } from "./dispatcher.ts";
import { Encoder } from "./encoder.ts";
import { EventRegistry } from "./events.ts";
import type { FaultPlan } from "./faults.ts";
import { Handshake } from "./handshake.ts";
import type { SimLink } from "./link.ts";
import type { Frame } from "./outbox.ts";
import { SimState } from "./state/state.ts";
import { MessageTable } from "./table.ts";

/** What a client can see of a VPP beside its state. */
export interface VppSettings {
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
}

export interface RunOptions extends ConnectionOptions {
  readonly api: ApiSet;
  /** Decides the ids of messages. */
  readonly seed: number;
  readonly pid: number;
  readonly settings: VppSettings;
  readonly clock: Clock;
  readonly faults: FaultPlan;
  /** Who answers a message, now and later. */
  slotOf(message: string): HandlerSlot;
  log(line: string): void;
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
  readonly settings: VppSettings;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly #options: RunOptions;
  readonly #codec: Codec;
  readonly #dispatcher: Dispatcher;
  readonly #clients = new ClientTable();
  readonly #waiting = new Set<SimConnection>();
  #flushScheduled = false;

  constructor(options: RunOptions) {
    const { api, settings } = options;
    this.#options = options;
    this.api = api;
    this.pid = options.pid;
    this.settings = settings;
    this.clock = options.clock;
    this.startedAt = options.clock.wallTime();
    this.table = MessageTable.assign(api.schema, options.seed);
    this.#codec = new Codec({ maxFrameBytes: options.maxFrameBytes });
    this.encoder = new Encoder(this.#codec, this.table, api);
    this.events = new EventRegistry(this.encoder);
    this.handshake = new Handshake(this.encoder, this.table);
    this.pong = this.encoder.frame("control_ping_reply", { vpePid: this.pid });
    this.state = new SimState((message, fields) => this.encoder.frame(message, fields));
    for (let i = 0; i < settings.interfaces; i++) this.state.interfaces.createLoopback();
    this.state.takeEvents();
    this.#dispatcher = new Dispatcher(
      this,
      this.#codec,
      this.table,
      options.slotOf,
      (call, handler) => this.#request(call, handler),
    );
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
    this.#dispatcher.receive(connection, frames);
  }

  /** Sends what waits for clients, in one write each. */
  flush(): void {
    for (const connection of this.#waiting) connection.flush();
    this.#waiting.clear();
  }

  /** Sends what waits for clients at the end of this turn. */
  flushSoon(): void {
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    queueMicrotask(() => {
      this.#flushScheduled = false;
      this.flush();
    });
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

  /** Answers first, and then tells of what the request has changed, as VPP does. */
  #request(call: Call, handler: Handler): void {
    const { faults } = this.#options;
    if (faults.isEmpty) handler(call);
    else faults.apply(call, () => handler(call));
    for (const { event, fields } of this.state.takeEvents()) this.events.emit(event, fields);
  }
}
