/**
 * A small VPP that answers on the same frames as the real one: stateful, without a data plane. Clients
 * come by `serveSocket`, by `simTransport`, or by whoever else attaches a link.
 *
 * @module
 */
import type { MessageView } from "../codec/view.ts";
import { type Clock, systemClock } from "../core/clock.ts";
import { ApiSet } from "./api_set.ts";
import type { Handler, HandlerSlot } from "./call.ts";
import type { SimConnection } from "./connection.ts";
import { FaultPlan } from "./faults.ts";
import { answerByDefault } from "./handlers/default.ts";
import { registerHandlers } from "./handlers/mod.ts";
import type { SimLink } from "./link.ts";
import { VppRun, type VppSettings } from "./run.ts";

export interface SimulatorOptions {
  /** VPP's API; the built-in part of 26.06 by default. */
  readonly api?: ApiSet;
  /** Loopbacks that are there from the start, beside `local0`; none by default. */
  readonly interfaces?: number;
  /** What `show_version` says; `26.06-release` by default. */
  readonly vppVersion?: string;
  readonly buildDate?: string;
  readonly buildDirectory?: string;
  /** Transmit queues of each loopback; none by default, as in VPP. */
  readonly txQueues?: number;
  /** Details that one answer to a cursor request has at most; 64 by default. */
  readonly cursorPage?: number;
  /**
   * VPP's process id. By default one that no process has, another with each restart; a simulator in
   * shared memory should say its own, by which clients see whether it lives.
   */
  readonly pid?: number;
  /** Decides message ids and process ids; the same seed gives the same ones. */
  readonly seed?: number;
  /** Times answers that are late; the platform's clock by default. */
  readonly clock?: Clock;
  /** Bytes of the longest message that a client may send; 16 MiB by default. */
  readonly maxFrameBytes?: number;
  /**
   * Bytes that may wait for a client that does not read, 256 MiB by default. VPP itself has no such
   * limit; here the client is dropped beyond it, and the log says so.
   */
  readonly maxPendingBytes?: number;
  /** Gets a line for each client dropped, each message that cannot be used, each refusal. */
  readonly log?: (line: string) => void;
}

/** Process ids count up from here. */
const FIRST_PID = 20_000;

export class Simulator {
  /** What goes wrong, for tests; nothing unless they say so. */
  readonly faults: FaultPlan;
  readonly #options: SimulatorOptions;
  readonly #handlers = new Map<string, HandlerSlot>();
  readonly #clock: Clock;
  #starts = 0;
  #run: VppRun;
  #stopped = false;

  constructor(options: SimulatorOptions = {}) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.faults = new FaultPlan(this.#clock);
    registerHandlers((message, handler) => this.on(message, handler));
    this.#run = this.#start(options.api ?? ApiSet.builtIn());
  }

  /** The VPP that runs now: its message table, its state, its clients. */
  get vpp(): VppRun {
    return this.#run;
  }

  /** False between `stop` and `restart`. */
  get running(): boolean {
    return !this.#stopped;
  }

  /**
   * Enters the handler of a message by VPP's name, in place of the one that is there. Without any, a
   * request is answered with all fields 0.
   */
  on<Fields = MessageView>(message: string, handler: Handler<Fields>): this {
    // The handler says itself which fields it reads.
    this.#slotOf(message).handler = handler as Handler;
    return this;
  }

  #slotOf(message: string): HandlerSlot {
    let slot = this.#handlers.get(message);
    if (slot === undefined) {
      slot = { handler: answerByDefault };
      this.#handlers.set(message, slot);
    }
    return slot;
  }

  /**
   * Takes in a client. The link's owner hands what the client sends to `chunk` of the connection, and
   * says `ended` once it is gone.
   */
  attach(link: SimLink): SimConnection {
    return this.#run.attach(link);
  }

  /**
   * Sends an event to every client that wants it. Events of one turn leave in one write.
   *
   * @param fields in camelCase; pid and client index are filled in
   * @returns the number of clients
   * @throws EncodeError where a field cannot be put on the wire
   */
  emit(event: string, fields: object): number {
    const clients = this.#run.events.emit(event, fields);
    this.#run.flushSoon();
    return clients;
  }

  /** Drops every client, as the end of VPP does; new ones are refused until `restart`. */
  stop(): void {
    this.#stopped = true;
    this.faults.cancelDelayed();
    for (const client of this.#run.clients()) client.drop("VPP ends");
  }

  /**
   * Starts VPP anew: no client, nothing configured, another process id and another message table.
   *
   * @param api the new VPP's API, the same by default
   */
  restart(api: ApiSet = this.#run.api): void {
    this.stop();
    this.#run = this.#start(api);
    this.#stopped = false;
  }

  #start(api: ApiSet): VppRun {
    const options = this.#options;
    const { seed = 1 } = options;
    const start = this.#starts++;
    return new VppRun({
      api,
      seed: seed + start,
      pid: options.pid ?? FIRST_PID + seed + start,
      settings: settingsOf(options),
      clock: this.#clock,
      faults: this.faults,
      maxFrameBytes: options.maxFrameBytes ?? 16 << 20,
      maxPendingBytes: options.maxPendingBytes ?? 256 << 20,
      slotOf: (message) => this.#slotOf(message),
      log: options.log ?? ignore,
    });
  }
}

function settingsOf(options: SimulatorOptions): VppSettings {
  return {
    version: options.vppVersion ?? "26.06-release",
    buildDate: options.buildDate ?? "2026-06-24T00:00:00",
    buildDirectory: options.buildDirectory ?? "/simulator",
    interfaces: options.interfaces ?? 0,
    txQueues: options.txQueues ?? 0,
    cursorPage: options.cursorPage ?? 64,
  };
}

function ignore(): void {}
