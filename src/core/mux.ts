/// <reference lib="esnext.disposable" preserve="true" />
/**
 * The mux: one connection to VPP, many independent channels over it.
 *
 * @module
 */
import { Codec } from "../codec/codec.ts";
import { DisconnectedError, VppError } from "../errors.ts";
import { Schema } from "../schema/schema.ts";
import { abortError, onAbort } from "./abort.ts";
import { bootstrapMessages } from "./bootstrap.ts";
import { CallInstruments } from "./call_watch.ts";
import { Catalog } from "./catalog.ts";
import { Channel } from "./channel.ts";
import { type ChannelOptions, channelSettings } from "./channel_options.ts";
import type { AskedMessage, MessageCompatibility } from "./compatibility.ts";
import { Connection } from "./connection.ts";
import type { StateDetails } from "./connector.ts";
import { DropReport } from "./drop_report.ts";
import { Line } from "./line.ts";
import { type MuxOptions, type MuxSettings, muxSettings } from "./mux_options.ts";
import { type Hook, type Part, type PartOptions, Parts, type RegisteredPart } from "./parts.ts";
import type { Problem } from "./problem.ts";
import type { SessionCounters } from "./deliveries.ts";
import type { Session } from "./session.ts";
import { type MuxState, type StateEvent, StateEvents } from "./state.ts";
import { StatusBoard, type StatusReport } from "./status.ts";
import { type HttpHandler, statusHandler } from "./status_handlers.ts";
import { Trace } from "./trace.ts";
import { isPlugin, VppFacts, type VppInfo } from "./vpp_info.ts";

export type { MuxOptions } from "./mux_options.ts";

/** The mux's own name among the parts of the status. */
const SELF = "mux";

export class Mux {
  /** Counts of what came unexpected, since the mux was made. */
  readonly counters: Readonly<SessionCounters>;
  /** How long each call takes; off unless `traceEnabled` or `trace.enabled` says so. */
  readonly trace: Trace;
  /** How the connection and each registered part are doing. */
  readonly status: StatusBoard;
  readonly #counters: SessionCounters = { stale: 0, unclaimed: 0, malformed: 0, mismatched: 0 };
  readonly #settings: MuxSettings;
  readonly #catalog: Catalog;
  readonly #state: StateEvents;
  readonly #line: Line;
  readonly #parts: Parts;
  readonly #connection: Connection;
  readonly #facts: VppFacts;
  readonly #drops: DropReport;
  readonly #channels = new Set<Channel>();
  #nextChannel = 1;
  #closing: Promise<void> | undefined;

  constructor(options: MuxOptions) {
    const settings = muxSettings(options);
    const { clock, logger, schema, connectTimeoutMs } = settings;
    const codec = new Codec(options);
    const failed = (error: unknown): void => logger.error("A listener failed", { error });
    const first = {
      time: clock.wallTime(),
      state: "Connecting",
      reason: "new",
      attempt: 0,
    } as const;
    this.#settings = settings;
    this.counters = this.#counters;
    this.#catalog = new Catalog(
      bootstrapMessages(),
      schema instanceof Schema ? schema : undefined,
    );
    this.#state = new StateEvents(first, failed);
    this.status = new StatusBoard(clock, failed);
    this.status.register(SELF);
    this.trace = new Trace(settings);
    this.#drops = new DropReport(clock, logger);
    this.#line = new Line({
      clock,
      codec,
      catalog: this.#catalog,
      instruments: new CallInstruments(this.trace, settings.instruments),
      whyDown: () => this.#whyDown(),
    });
    this.#facts = new VppFacts(this.#line, connectTimeoutMs);
    this.#parts = new Parts({
      ...settings,
      status: this.status,
      newAPIChannel: (options, closed) => this.#newChannel(options, closed),
      traced: (event, act) => this.trace.event(event, act),
    });
    this.#connection = new Connection({
      settings,
      codec,
      catalog: this.#catalog,
      line: this.#line,
      parts: this.#parts,
      counters: this.#counters,
      changed: (state, reason, attempt, details) => this.#changed(state, reason, attempt, details),
    });
  }

  /**
   * Connects, with the configured attempts.
   *
   * @throws VppError code CONNECT after the last attempt, ABORTED where the signal or `close` ended it,
   * ALREADY_CONNECTED where the mux is connected or connecting
   */
  async connect(signal?: AbortSignal): Promise<void> {
    this.#checkOpen("connect");
    await this.#connection.connect(signal);
  }

  /**
   * Goes on trying in the background until connected or closed; `state` and `events` tell how it goes.
   * Harmless where the mux is connected or connecting.
   */
  connectAsync(signal?: AbortSignal): void {
    this.#checkOpen("connect");
    this.#connection.connectInBackground(signal);
  }

  /**
   * Resolves when the mux is connected: at once where it is.
   *
   * @throws VppError code CLOSED where it is closed before, ABORTED where the signal ended the waiting
   */
  whenConnected(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#checkOpen("wait for a connection");
      if (this.state.state === "Connected") return resolve();
      const stop = (): void => {
        unlisten();
        unhear();
      };
      const unhear = this.onState(({ state }) => {
        if (state !== "Connected" && state !== "Closed") return;
        stop();
        if (state === "Connected") resolve();
        else reject(new VppError("CLOSED", "The mux was closed before it was connected"));
      });
      const unlisten = onAbort(signal, () => {
        unhear();
        if (signal !== undefined) reject(abortError("waiting for a connection", signal));
      });
    });
  }

  /** The last change of state. */
  get state(): StateEvent {
    return this.#state.last;
  }

  /** Whether requests can be sent now. */
  get connected(): boolean {
    return this.#line.session?.open === true;
  }

  /** Calls `listener` at each change of state; returns how to stop that. */
  onState(listener: (event: StateEvent) => void): () => void {
    return this.#state.listen(listener);
  }

  /** The changes of state from now on; ends when the mux is closed. */
  events(): AsyncIterableIterator<StateEvent, undefined> {
    return this.#state.iterate();
  }

  /** The definitions by which messages are found by name. */
  get schema(): Schema | undefined {
    return this.#catalog.schema;
  }

  /** Our index in VPP's table of clients; undefined while not connected. */
  get clientIndex(): number | undefined {
    return this.#line.session?.clientIndex;
  }

  /**
   * A channel with buffers of 100 requests and 100 events, unless the mux has other defaults.
   *
   * @throws RangeError where an option is out of range
   */
  newAPIChannel(options: ChannelOptions = {}): Channel {
    return this.#newChannel(options, () => {});
  }

  /** A channel with buffers of the given sizes, in messages. */
  newAPIChannelBuffered(
    requestBuffer: number,
    replyBuffer: number,
    options: ChannelOptions = {},
  ): Channel {
    return this.newAPIChannel({ ...options, requestBuffer, replyBuffer });
  }

  /**
   * Registers a part of the agent (a plugin): its hooks run as the connection comes and goes, in order
   * of registration. Where there is a connection, `init` runs now.
   *
   * @throws VppError code PART where there is a part of this name
   */
  register(name: string, part: Part, options: PartOptions = {}): RegisteredPart {
    this.#checkOpen(`register ${name}`);
    return this.#parts.register(name, part, options);
  }

  /** Registers a callback that brings VPP to the wanted state after a reconnect. */
  onResync(name: string, callback: Hook, options: PartOptions = {}): RegisteredPart {
    return this.register(name, { resync: callback }, options);
  }

  /**
   * Runs the resync of all parts now, in order of registration; returns what went wrong.
   *
   * @throws DisconnectedError where there is no connection
   */
  async resync(): Promise<readonly Problem[]> {
    this.#liveSession("resync");
    return await this.#parts.resync(new AbortController().signal);
  }

  /** How all of it is doing; the worst part counts. */
  statusCheck(): StatusReport {
    return this.status.check();
  }

  /** Answers 200 where nothing is wrong (`Init` or `OK`), 503 otherwise; the body is the status. */
  livenessHandler(): HttpHandler {
    return statusHandler(() => this.statusCheck(), ["Init", "OK"]);
  }

  /** Answers 200 where all is `OK`, 503 otherwise; the body is the status. */
  readinessHandler(): HttpHandler {
    return statusHandler(() => this.statusCheck(), ["OK"]);
  }

  /** What VPP says of itself. Without a connection only that there is none. */
  async vppInfo(): Promise<VppInfo> {
    const session = this.#line.session;
    if (session === undefined) return { connected: false };
    return await this.#facts.info(session);
  }

  /**
   * Whether VPP has loaded a plugin, for example "acl".
   *
   * @throws DisconnectedError where there is no connection
   */
  async isPluginLoaded(name: string): Promise<boolean> {
    const plugins = await this.#facts.plugins(this.#liveSession("look for plugins"));
    return plugins.some((plugin) => isPlugin(plugin, name));
  }

  /**
   * Whether this VPP has these messages, and as this program knows them: by name, by descriptor.
   *
   * @throws DisconnectedError where there is no connection
   */
  checkCompatibility(...messages: readonly AskedMessage[]): MessageCompatibility[] {
    return this.#line.checkCompatibility(messages);
  }

  /**
   * Closes the parts in reverse order, then all channels, takes leave of VPP and ends the connection;
   * nothing is left behind. Harmless when called again.
   */
  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    await this.#connection.stop(new VppError("CLOSED", "The mux was closed"));
    await this.#parts.close();
    for (const channel of [...this.#channels]) await channel.close();
    this.#drops.close();
    this.trace.enabled = false;
    await this.#connection.leave();
    this.status.close();
  }

  #newChannel(options: ChannelOptions, closed: (channel: Channel) => void): Channel {
    this.#line.checkOpen("make a channel");
    const { channel: defaults, replyTimeoutMs } = this.#settings;
    const host = {
      line: this.#line,
      dropped: ({ id }: Channel, event: string) => this.#drops.dropped(id, event),
      closed: (channel: Channel) => {
        this.#channels.delete(channel);
        closed(channel);
      },
    };
    const settings = channelSettings(options, { replyTimeoutMs, ...defaults });
    const channel = new Channel(host, this.#nextChannel++, settings);
    this.#channels.add(channel);
    return channel;
  }

  /** Parts may still use their channels while they are closed; nothing new begins. */
  #checkOpen(action: string): void {
    if (this.#closing === undefined) return;
    throw new VppError("CLOSED", `Cannot ${action}: the mux is closed`);
  }

  #liveSession(action: string): Session {
    const session = this.#line.session;
    if (session?.open) return session;
    this.#line.checkOpen(action);
    throw new DisconnectedError(`Cannot ${action}: ${this.#whyDown()}`, false);
  }

  #whyDown(): string {
    const { state, reason } = this.#state.last;
    return `there is no connection to VPP (${this.#settings.transport.name}); state ${state}: ${reason}`;
  }

  #changed(state: MuxState, reason: string, attempt: number, details: StateDetails): void {
    const { logger, clock } = this.#settings;
    if (state === "Closed") this.#line.close();
    logger.info("Connection state", { state, reason, attempt, ...details });
    this.#reportSelf(state, reason, details);
    this.#state.emit({ time: clock.wallTime(), state, reason, attempt, ...details });
  }

  /** The mux is OK where VPP answers, and all that had to be done again has been done. */
  #reportSelf(state: MuxState, reason: string, { problems = [] }: StateDetails): void {
    if (state === "Connecting") return;
    if (state !== "Connected") {
      return this.status.reportStateChange(SELF, "Error", `${state}: ${reason}`);
    }
    // Parts speak for themselves.
    const own = problems.filter(({ name }) => !this.#parts.has(name));
    const lost = own.map(({ name, error }) => `${name}: ${error.message}`).join("; ");
    if (lost === "") this.status.reportStateChange(SELF, "OK");
    else this.status.reportStateChange(SELF, "Error", lost);
  }
}
