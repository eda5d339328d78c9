/**
 * The line to VPP as channels see it: the session of the moment, or none. It outlives sessions, so what
 * channels hold on to stays valid.
 *
 * @module
 */
import type { Codec } from "../codec/codec.ts";
import type { AnyRequest, MessageDescriptor } from "../codec/descriptor.ts";
import type { MessageView } from "../codec/view.ts";
import { DisconnectedError, ReplyTimeoutError, VppError } from "../errors.ts";
import type { Message } from "../schema/model.ts";
import { type Call, callOf, descriptorDecoder, viewDecoder } from "./call.ts";
import type { CallInstruments } from "./call_watch.ts";
import type { Catalog, Exchange } from "./catalog.ts";
import type { Clock } from "./clock.ts";
import {
  type AskedMessage,
  checkCompatibility,
  type MessageCompatibility,
} from "./compatibility.ts";
import { Deadlines } from "./deadlines.ts";
import { toError } from "./error_text.ts";
import { PendingRequest, type RequestOwner } from "./pending.ts";
import type { Problem } from "./problem.ts";
import type { CallPlan, Session } from "./session.ts";
import { type Decode, SingleRequest } from "./single_request.ts";
import type { EventQueue } from "./subscription.ts";
import { WantedEvents } from "./wanted_events.ts";

export interface LineOptions {
  readonly clock: Clock;
  readonly codec: Codec;
  readonly catalog: Catalog;
  readonly instruments: CallInstruments;
  /** Why there is no session, for people. */
  readonly whyDown: () => string;
}

/** An event as the definitions of the moment have it. */
export interface EventSource<Event> {
  readonly message: Message;
  readonly decode: Decode<Event>;
}

/** Somebody who holds requests back while VPP takes none. */
export interface HoldsRequests {
  /** There is room again. */
  drain(): void;
  /** The session has ended; what is held was never sent. */
  lost(reason: string): void;
}

export class Line {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly instruments: CallInstruments;
  readonly wantedEvents: WantedEvents = new WantedEvents();
  readonly #codec: Codec;
  readonly #catalog: Catalog;
  readonly #whyDown: () => string;
  readonly #byName = new Map<string, Call<MessageView, MessageView>>();
  readonly #typed = new Map<object, Call<object, object>>();
  readonly #subscriptions = new Set<ActiveSubscription>();
  readonly #holding = new Set<HoldsRequests>();
  #session: Session | undefined;
  #closed = false;

  constructor({ clock, codec, catalog, instruments, whyDown }: LineOptions) {
    this.clock = clock;
    this.instruments = instruments;
    this.#codec = codec;
    this.#catalog = catalog;
    this.#whyDown = whyDown;
    this.deadlines = new Deadlines(clock);
  }

  get session(): Session | undefined {
    return this.#session;
  }

  /** Whether channels should hold their requests back. */
  get congested(): boolean {
    return this.#session?.congested === true;
  }

  /** From now on this session serves; returns the subscriptions that it cannot serve. */
  use(session: Session): Problem[] {
    this.#session = session;
    this.#byName.clear();
    this.#typed.clear();
    session.onDrained = () => this.#drain();
    return [...this.#subscriptions].flatMap((subscription) => {
      try {
        subscription.enter(session);
        return [];
      } catch (thrown) {
        return [{ name: subscription.name, error: toError(thrown) }];
      }
    });
  }

  /** This session has ended; harmless where another one serves already. */
  drop(session: Session, reason: string): void {
    if (this.#session !== session) return;
    this.#session = undefined;
    const holding = [...this.#holding];
    this.#holding.clear();
    for (const holder of holding) holder.lost(reason);
  }

  /** Nothing can be sent any more; no timer is left. */
  close(): void {
    this.#closed = true;
    this.deadlines.close();
  }

  /** @throws VppError code CLOSED */
  checkOpen(action: string): void {
    if (this.#closed) throw new VppError("CLOSED", `Cannot ${action}: the mux is closed`);
  }

  /** The call for a request given by name. */
  callByName(name: string): Call<MessageView, MessageView> {
    const session = this.#live("send", name);
    let call = this.#byName.get(name);
    if (call === undefined) {
      const again = (): Call<MessageView, MessageView> => this.callByName(name);
      call = this.#viewCall(this.#catalog.exchange(name), session, again);
      this.#byName.set(name, call);
    }
    return call;
  }

  /** The call for a request of generated bindings. */
  callOf<Reply extends object, Details extends object>(
    request: AnyRequest,
    reply: MessageDescriptor<Reply> | undefined,
    details: MessageDescriptor<Details> | undefined,
  ): Call<Reply, Details> {
    const session = this.#live("send", request.name);
    const known = this.#typed.get(request);
    // The descriptor is the key, so what was stored for it has its types.
    if (known !== undefined) return known as Call<Reply, Details>;
    const plan = this.#catalog.plan({
      request: request.message,
      reply: reply?.message,
      details: details?.message,
    }, session);
    const again = (): Call<Reply, Details> => this.callOf(request, reply, details);
    const call = callOf(plan, descriptorDecoder(reply), descriptorDecoder(details), again);
    this.#typed.set(request, call);
    return call;
  }

  /** Sends now; `pending` gets the answer. */
  send(plan: CallPlan, fields: object, pending: PendingRequest | undefined): void {
    this.#live("send", plan.request.compiled.message.name).send(plan, fields, pending);
  }

  /** Gives up waiting; harmless where the request is over. */
  forget(pending: PendingRequest): void {
    this.#session?.forget(pending);
  }

  /** The requests of `owner` that are not over, sent or held back. */
  waiting(owner: RequestOwner): PendingRequest[] {
    return [...this.deadlines].filter((item): item is PendingRequest =>
      item instanceof PendingRequest && item.owner === owner
    );
  }

  /** Tells `holder` once when there is room again, or the session has ended. */
  waitForRoom(holder: HoldsRequests): void {
    this.#holding.add(holder);
  }

  stopWaiting(holder: HoldsRequests): void {
    this.#holding.delete(holder);
  }

  /** @throws VppError code UNKNOWN_MESSAGE */
  eventByName(name: string): EventSource<MessageView> {
    const message = this.#catalog.message(name);
    return { message, decode: viewDecoder({ compiled: this.#codec.compile(message) }) };
  }

  /**
   * Passes events to a queue, also after reconnects; returns how to stop that.
   *
   * @throws VppError code INCOMPATIBLE where VPP lacks the message
   */
  subscribe<Event>(source: () => EventSource<Event>, queue: EventQueue<Event>): () => void {
    const subscription = new EventSubscription(source, queue);
    if (this.#session !== undefined) subscription.enter(this.#session);
    this.#subscriptions.add(subscription);
    return () => {
      this.#subscriptions.delete(subscription);
      subscription.leave();
    };
  }

  /** @throws DisconnectedError where there is no connection */
  checkCompatibility(asked: readonly AskedMessage[]): MessageCompatibility[] {
    const { table } = this.#live("compare", "messages with VPP's");
    return checkCompatibility(asked, table, (name) => this.#catalog.find(name));
  }

  /** A request of the mux itself, on a session of its choice. */
  ask(
    session: Session,
    name: string,
    timeoutMs: number,
    fields: object = {},
  ): Promise<MessageView> {
    try {
      const exchange = this.#catalog.ownExchange(name, session.table);
      const { plan, reply } = this.#viewCall(exchange, session, () => this.callByName(name));
      return this.askCall({ name, plan, reply }, session, timeoutMs, fields);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Sends a call that belongs to `session` without a channel. */
  askCall<Reply>(
    { name, plan, reply }: Pick<Call<Reply, unknown>, "name" | "plan" | "reply">,
    session: Session,
    timeoutMs: number,
    fields: object,
  ): Promise<Reply> {
    const owner: RequestOwner = {
      over: (request) => {
        this.deadlines.leave(request);
        session.forget(request);
      },
      timedOut: () =>
        new ReplyTimeoutError(`No reply to ${name} within ${timeoutMs} ms`, timeoutMs),
    };
    const request = new SingleRequest(name, reply, owner);
    session.send(plan, fields, request);
    this.deadlines.enter(request, timeoutMs);
    return request.receiveReply();
  }

  #viewCall(
    exchange: Exchange,
    session: Session,
    again: () => Call<MessageView, MessageView>,
  ): Call<MessageView, MessageView> {
    const plan = this.#catalog.plan(exchange, session);
    return callOf(plan, viewDecoder(plan.reply), viewDecoder(plan.details), again);
  }

  #live(verb: string, name: string): Session {
    const session = this.#session;
    if (session?.open) return session;
    this.checkOpen(`${verb} ${name}`);
    throw new DisconnectedError(`Cannot ${verb} ${name}: ${this.#whyDown()}`, false);
  }

  /** Those who wait take turns, so that none is always the first. */
  #drain(): void {
    for (const holder of [...this.#holding]) {
      if (this.congested) return;
      this.#holding.delete(holder);
      holder.drain();
    }
  }
}

interface ActiveSubscription {
  readonly name: string;
  /** @throws VppError code INCOMPATIBLE where this VPP lacks the message */
  enter(session: Session): void;
  leave(): void;
}

class EventSubscription<Event> implements ActiveSubscription {
  readonly #source: () => EventSource<Event>;
  readonly #queue: EventQueue<Event>;
  #stop: (() => void) | undefined;
  name = "an event";

  constructor(source: () => EventSource<Event>, queue: EventQueue<Event>) {
    this.#source = source;
    this.#queue = queue;
  }

  enter(session: Session): void {
    this.#stop = undefined;
    const { message, decode } = this.#source();
    this.name = message.name;
    this.#queue.decode = decode;
    this.#stop = session.subscribe(message, this.#queue);
  }

  leave(): void {
    this.#stop?.();
    this.#stop = undefined;
  }
}
