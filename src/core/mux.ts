/**
 * The mux: one connection to VPP, many independent channels over it.
 *
 * @module
 */
import { Codec, type CodecOptions, type CompiledMessage } from "../codec/codec.ts";
import type { AnyRequest, MessageDescriptor } from "../codec/descriptor.ts";
import type { MessageView } from "../codec/view.ts";
import { DisconnectedError, VppError } from "../errors.ts";
import type { Message } from "../schema/model.ts";
import { Schema } from "../schema/schema.ts";
import type { TransportFactory } from "../transport/transport.ts";
import { abortError, onAbort } from "./abort.ts";
import { bootstrapMessages } from "./bootstrap.ts";
import { type Call, callOf } from "./call.ts";
import { Catalog, type Exchange } from "./catalog.ts";
import { Channel, type ChannelOptions } from "./channel.ts";
import { type Clock, systemClock, type TimerHandle } from "./clock.ts";
import { Deadlines } from "./deadlines.ts";
import { openSession } from "./handshake.ts";
import { HealthCheck } from "./health.ts";
import { type Logger, silentLogger } from "./logger.ts";
import type { PendingRequest } from "./pending.ts";
import type { CallPlan, EventSink, Session, SessionCounters } from "./session.ts";
import { type Decode, SingleRequest } from "./single_request.ts";
import { type MuxState, type StateEvent, StateEvents } from "./state.ts";

export interface MuxOptions extends CodecOptions {
  /** The way to VPP. */
  readonly transport: TransportFactory;
  /**
   * Definitions by which messages are found by name: a schema, or "vpp" to ask VPP for its own at each
   * connect (24.06 and later).
   */
  readonly schema?: Schema | "vpp";
  /** The name under which VPP lists this client; "govppmux" by default. */
  readonly clientName?: string;
  /** Attempts of `connect`; 3 by default. */
  readonly connectAttempts?: number;
  /** Milliseconds between attempts; 1000 by default. */
  readonly connectIntervalMs?: number;
  /** Where the growing interval between attempts ends, in milliseconds; 10000 by default. */
  readonly connectIntervalMaxMs?: number;
  /** Milliseconds for one attempt; 5000 by default. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds for a reply, where a channel or a call has no other; 1000 by default. */
  readonly replyTimeoutMs?: number;
  /** Milliseconds between health probes; 1000 by default, 0 for none. */
  readonly healthIntervalMs?: number;
  /** Milliseconds for the reply to a probe; 250 by default. */
  readonly healthReplyTimeoutMs?: number;
  /** Failed probes in a row until VPP is reported as not responding; 1 by default. */
  readonly healthThreshold?: number;
  /** Milliseconds of silence after which the connection is given up; 0, never, by default. */
  readonly healthDisconnectAfterMs?: number;
  /** Whether a connection that ended is made again; true by default. */
  readonly reconnect?: boolean;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

/** How many bytes may wait for the system before channels hold their requests back. */
const CONGESTED_AT = 1 << 20;

const MAX_API_JSON_MS = 10_000;

export class Mux {
  /** Counts of what came unexpected, since the mux was made. */
  readonly counters: Readonly<SessionCounters>;
  readonly #counters: SessionCounters = { stale: 0, unclaimed: 0, malformed: 0, mismatched: 0 };
  /** @internal */
  readonly deadlines: Deadlines;
  readonly #options: MuxOptions;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #codec: Codec;
  readonly #catalog: Catalog;
  readonly #state: StateEvents;
  readonly #channels = new Set<Channel>();
  readonly #subscriptions = new Map<EventSink, ActiveSubscription>();
  readonly #closing = new AbortController();
  readonly #byName = new Map<string, Call<MessageView, MessageView>>();
  readonly #typed = new Map<object, Call<object, object>>();
  #schemaTable = "";
  #session: Session | undefined;
  #health: HealthCheck | undefined;
  #lastHeard = 0;
  #nextChannel = 1;
  #attempt = 0;
  #reconnecting: Promise<void> | undefined;

  constructor(options: MuxOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#logger = options.logger ?? silentLogger;
    this.#codec = new Codec(options);
    this.#catalog = new Catalog(
      bootstrapMessages(),
      options.schema instanceof Schema ? options.schema : undefined,
    );
    this.deadlines = new Deadlines(this.#clock);
    this.counters = this.#counters;
    this.#state = new StateEvents(
      { time: this.#clock.wallTime(), state: "Connecting", reason: "new", attempt: 0 },
      (error) => this.#logger.error("A listener of connection events failed", { error }),
    );
  }

  /**
   * Connects, with the configured attempts.
   *
   * @throws VppError code CONNECT after the last attempt, ABORTED where the signal or `close` ended it
   */
  async connect(signal?: AbortSignal): Promise<void> {
    const attempts = this.#options.connectAttempts ?? 3;
    const both = this.#either(signal);
    for (let attempt = 1;; attempt++) {
      try {
        return await this.#attemptOnce(attempt, both);
      } catch (error) {
        if (both.aborted) throw this.#aborted(both);
        if (attempt >= attempts) {
          this.#emit("Failed", messageOf(error));
          throw new VppError(
            "CONNECT",
            `Cannot connect to VPP at ${this.#options.transport.name} in ${attempts} attempts: ${
              messageOf(error)
            }`,
            { cause: error },
          );
        }
        await this.#pause(attempt, both);
      }
    }
  }

  /**
   * Goes on trying in the background until connected or closed; `state` and `events` tell how it goes.
   */
  connectAsync(signal?: AbortSignal): void {
    this.#reconnecting ??= this.#keepTrying(this.#either(signal));
  }

  /** The last change of state. */
  get state(): StateEvent {
    return this.#state.last;
  }

  /** Whether requests can be sent now. */
  get connected(): boolean {
    return this.#session?.open === true;
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
    return this.#session?.clientIndex;
  }

  /** A channel with buffers of 100 requests and 100 events. */
  newAPIChannel(options: ChannelOptions = {}): Channel {
    this.#checkOpen("make a channel");
    const replyTimeoutMs = this.#options.replyTimeoutMs ?? 1000;
    const channel = new Channel(this, this.#nextChannel++, options, replyTimeoutMs);
    this.#channels.add(channel);
    return channel;
  }

  /** A channel with buffers of the given sizes, in messages. */
  newAPIChannelBuffered(
    requestBuffer: number,
    replyBuffer: number,
    options: ChannelOptions = {},
  ): Channel {
    return this.newAPIChannel({ ...options, requestBuffer, replyBuffer });
  }

  /** Closes all channels, takes leave of VPP and ends the connection; nothing is left behind. */
  async close(): Promise<void> {
    if (this.#state.last.state === "Closed") return;
    this.#closing.abort(new VppError("CLOSED", "The mux was closed"));
    for (const channel of [...this.#channels]) await channel.close();
    this.#health?.stop();
    const session = this.#session;
    this.#session = undefined;
    if (session?.open) {
      await this.#takeLeave(session);
      session.end(new VppError("CLOSED", "The mux was closed"));
      await session.transport.close();
    }
    await this.#reconnecting;
    this.deadlines.close();
    this.#emit("Closed", "closed by the program");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** @internal The call for a request given by name. */
  callByName(name: string): Call<MessageView, MessageView> {
    const session = this.#live(`send ${name}`);
    let call = this.#byName.get(name);
    if (call === undefined) {
      call = this.#viewCall(this.#catalog.exchange(name), session);
      this.#byName.set(name, call);
    }
    return call;
  }

  /** @internal The call for a request of generated bindings. */
  callOf<Reply extends object, Details extends object>(
    request: AnyRequest,
    reply: MessageDescriptor<Reply> | undefined,
    details: MessageDescriptor<Details> | undefined,
  ): Call<Reply, Details> {
    const session = this.#live(`send ${request.name}`);
    const known = this.#typed.get(request);
    // The descriptor is the key, so what was stored for it has its types.
    if (known !== undefined) return known as Call<Reply, Details>;
    const plan = this.#catalog.plan({
      request: request.message,
      reply: reply?.message,
      details: details?.message,
    }, session);
    const call = callOf<Reply, Details>(plan, decoderOf(reply), decoderOf(details));
    this.#typed.set(request, call);
    return call;
  }

  /** @internal Sends now; `pending` gets the answer. */
  send(plan: CallPlan, fields: object, pending: PendingRequest | undefined): void {
    this.#live(`send ${plan.request.compiled.message.name}`).send(plan, fields, pending);
  }

  /** @internal */
  forget(pending: PendingRequest): void {
    this.#session?.forget(pending);
  }

  /** @internal An event that is given by name. */
  eventByName(name: string): { readonly message: Message; readonly decode: Decode<MessageView> } {
    const message = this.#catalog.message(name);
    return { message, decode: viewDecoder({ compiled: this.#codec.compile(message) }) };
  }

  /** @internal Passes events to a sink, also after reconnects; returns how to stop that. */
  subscribe(message: Message, sink: EventSink): () => void {
    const active: ActiveSubscription = { message, stop: this.#session?.subscribe(message, sink) };
    this.#subscriptions.set(sink, active);
    return () => {
      this.#subscriptions.delete(sink);
      active.stop?.();
    };
  }

  /** @internal */
  eventDropped(channel: Channel, event: string): void {
    this.#logger.warn("An event was dropped: its reader is too slow", {
      channel: channel.id,
      event,
    });
  }

  /** @internal */
  channelClosed(channel: Channel): void {
    this.#channels.delete(channel);
  }

  #viewCall(exchange: Exchange, session: Session): Call<MessageView, MessageView> {
    const plan = this.#catalog.plan(exchange, session);
    return callOf(plan, viewDecoder(plan.reply), viewDecoder(plan.details));
  }

  #live(action: string): Session {
    const session = this.#session;
    if (session?.open) return session;
    this.#checkOpen(action);
    throw new DisconnectedError(
      `Cannot ${action}: there is no connection to VPP (${this.#options.transport.name}); state ${this.#state.last.state}: ${this.#state.last.reason}`,
      false,
    );
  }

  #checkOpen(action: string): void {
    if (this.#closing.signal.aborted) {
      throw new VppError("CLOSED", `Cannot ${action}: the mux is closed`);
    }
  }

  async #attemptOnce(attempt: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw this.#aborted(signal);
    this.#attempt = attempt;
    this.#emit("Connecting", `attempt ${attempt} at ${this.#options.transport.name}`);
    const session = await openSession({
      factory: this.#options.transport,
      codec: this.#codec,
      bootstrap: this.#catalog.bootstrap,
      clock: this.#clock,
      clientName: this.#options.clientName ?? "govppmux",
      timeoutMs: this.#options.connectTimeoutMs ?? 5000,
      signal,
      counters: this.#counters,
      heard: () => this.#lastHeard = this.#clock.now(),
      ended: (ended, error) => this.#sessionEnded(ended, error),
    });
    try {
      await this.#prepare(session);
      if (signal.aborted) throw this.#aborted(signal);
    } catch (error) {
      session.end(
        new DisconnectedError("The connection was given up while it was being made", false),
      );
      await session.transport.close();
      throw error;
    }
    this.#emit("Connected", `client index ${session.clientIndex}`);
  }

  /** What must be right before anybody may send. */
  async #prepare(session: Session): Promise<void> {
    this.#session = session;
    this.#byName.clear();
    this.#typed.clear();
    if (this.#options.schema === "vpp") await this.#learnSchema(session);
    for (const [sink, active] of this.#subscriptions) {
      active.stop = session.subscribe(active.message, sink);
    }
    this.#watch(session);
  }

  /** Asks VPP for its definitions, unless its table is the one whose definitions we have. */
  async #learnSchema(session: Session): Promise<void> {
    const table = [...session.table.entries.keys()].sort().join();
    if (table !== "" && table === this.#schemaTable) return;
    const reply = await this.#ask(session, "get_api_json", MAX_API_JSON_MS);
    this.#catalog.schema = Schema.fromApiJson(String(reply["json"]));
    this.#schemaTable = table;
  }

  /** A request of the mux itself. */
  #ask(
    session: Session,
    name: string,
    timeoutMs: number,
    fields: object = {},
  ): Promise<MessageView> {
    const { plan, reply } = this.#viewCall(this.#catalog.exchange(name), session);
    const request = new SingleRequest<MessageView>(
      reply,
      (over) => {
        this.deadlines.leave(over);
        session.forget(over);
      },
      (ms) => new VppError("REPLY_TIMEOUT", `No reply to ${name} within ${ms} ms`),
    );
    session.send(plan, fields, request);
    this.deadlines.enter(request, timeoutMs);
    return request.reply();
  }

  #watch(session: Session): void {
    const intervalMs = this.#options.healthIntervalMs ?? 1000;
    this.#lastHeard = this.#clock.now();
    if (intervalMs === 0) return;
    this.#health = new HealthCheck({
      clock: this.#clock,
      intervalMs,
      replyTimeoutMs: this.#options.healthReplyTimeoutMs ?? 250,
      threshold: this.#options.healthThreshold ?? 1,
      disconnectAfterMs: this.#options.healthDisconnectAfterMs ?? 0,
      ping: (timeoutMs) => this.#ask(session, "control_ping", timeoutMs),
      lastHeard: () => this.#lastHeard,
      notResponding: (failed) =>
        this.#emit("NotResponding", `${failed} health probes in a row were not answered`),
      responding: () => this.#emit("Connected", "VPP answers again"),
      giveUp: (silentMs) => {
        const error = new DisconnectedError(`VPP was silent for ${Math.round(silentMs)} ms`, true);
        session.end(error);
        void session.transport.close();
        this.#sessionEnded(session, error);
      },
    });
  }

  #sessionEnded(session: Session, error: DisconnectedError): void {
    if (this.#session !== session) return;
    this.#session = undefined;
    this.#health?.stop();
    this.#emit("Disconnected", error.message);
    if (this.#options.reconnect === false || this.#closing.signal.aborted) return;
    this.#reconnecting ??= this.#keepTrying(this.#closing.signal);
  }

  async #keepTrying(signal: AbortSignal): Promise<void> {
    const attempts = this.#options.connectAttempts ?? 3;
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        await this.#attemptOnce(attempt, signal);
        break;
      } catch (error) {
        if (signal.aborted) break;
        this.#logger.warn("Cannot connect to VPP", { attempt, reason: messageOf(error) });
        if (attempt === attempts) this.#emit("Failed", messageOf(error));
        await this.#pause(attempt, signal).catch(() => {});
      }
    }
    this.#reconnecting = undefined;
    // The session may have ended while its attempt was being wound up.
    if (!signal.aborted && !this.connected) this.#reconnecting = this.#keepTrying(signal);
  }

  /** Waits before the next attempt: longer each time, up to a bound, with up to a quarter of jitter. */
  #pause(attempt: number, signal: AbortSignal): Promise<void> {
    const first = this.#options.connectIntervalMs ?? 1000;
    const most = Math.max(first, this.#options.connectIntervalMaxMs ?? 10_000);
    const attempts = this.#options.connectAttempts ?? 3;
    const growth = 2 ** Math.min(20, Math.max(0, attempt - attempts));
    const ms = Math.min(most, first * growth) * (1 + Math.random() / 4);
    return new Promise((resolve, reject) => {
      const timer: TimerHandle = this.#clock.setTimeout(() => {
        unlisten();
        resolve();
      }, ms);
      const unlisten = onAbort(signal, () => {
        this.#clock.clearTimeout(timer);
        reject(this.#aborted(signal));
      });
    });
  }

  async #takeLeave(session: Session): Promise<void> {
    session.flush();
    if (session.transport.session !== undefined) return;
    try {
      await this.#ask(session, "sockclnt_delete", 200, { index: session.clientIndex });
    } catch {
      // A VPP that does not answer learns of it by the end of the connection.
    }
  }

  #either(signal: AbortSignal | undefined): AbortSignal {
    return signal === undefined
      ? this.#closing.signal
      : AbortSignal.any([signal, this.#closing.signal]);
  }

  #aborted(signal: AbortSignal): VppError {
    return abortError(`connecting to ${this.#options.transport.name}`, signal);
  }

  #emit(state: MuxState, reason: string): void {
    this.#logger.info("Connection state", { state, reason, attempt: this.#attempt });
    this.#state.emit({ time: this.#clock.wallTime(), state, reason, attempt: this.#attempt });
  }

  /** Whether channels should hold their requests back. @internal */
  get congested(): boolean {
    return (this.#session?.transport.pendingBytes ?? 0) > CONGESTED_AT;
  }
}

/** Makes views of a message; where there is no message, nothing is ever decoded. */
function viewDecoder(
  message: { readonly compiled: CompiledMessage } | undefined,
): Decode<MessageView> {
  return (batch, record) => {
    if (message === undefined) {
      throw new VppError("UNEXPECTED_MESSAGE", "This request has no such answer");
    }
    return new message.compiled.View(batch, record);
  };
}

function decoderOf<T extends object>(descriptor: MessageDescriptor<T> | undefined): Decode<T> {
  return (batch, record) => {
    if (descriptor === undefined) {
      throw new VppError("UNEXPECTED_MESSAGE", "This request has no such answer");
    }
    return descriptor.decode(batch, record);
  };
}

interface ActiveSubscription {
  readonly message: Message;
  stop: (() => void) | undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
