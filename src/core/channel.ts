/**
 * Channels: independent users of the one connection.
 *
 * @module
 */
import type { CallOptions, SubscribeOptions } from "../codec/caller.ts";
import type {
  CursorDescriptor,
  DumpDescriptor,
  MessageDescriptor,
  OnewayDescriptor,
  UnaryDescriptor,
} from "../codec/descriptor.ts";
import type { MessageView } from "../codec/view.ts";
import type { Message } from "../schema/model.ts";
import { ReplyTimeoutError, VppError } from "../errors.ts";
import { abortError, onAbort } from "./abort.ts";
import { type Call, nextCursor } from "./call.ts";
import { type MultiRequestContext, multiRequestContext } from "./multi_context.ts";
import { MultiRequest } from "./multi_request.ts";
import type { Mux } from "./mux.ts";
import type { PendingRequest } from "./pending.ts";
import { type Decode, SingleRequest } from "./single_request.ts";
import { type DropPolicy, EventQueue, type Subscription } from "./subscription.ts";

export interface ChannelOptions {
  /** Requests that may wait while the way to VPP is full; 100 by default. */
  readonly requestBuffer?: number;
  /** Events that a subscription holds for its reader; 100 by default. */
  readonly replyBuffer?: number;
  /** Bytes of a dump's answers that wait for their reader; 64 MB by default. */
  readonly replyBufferBytes?: number;
  /** What `sendRequest` does when the request buffer is full; "wait" by default. */
  readonly whenFull?: "wait" | "fail";
  /** Which event is dropped when a subscription's buffer is full; "oldest" by default. */
  readonly dropEvents?: DropPolicy;
  /** Milliseconds; the connection's reply timeout by default. */
  readonly replyTimeoutMs?: number;
}

/** The fields of a request that is given by name: camelCase names. */
export type Fields = Readonly<Record<string, unknown>>;

/** What `sendRequest` gives. */
export interface RequestContext<Reply> {
  /**
   * The reply; the same however often it is asked for.
   *
   * @throws ReplyTimeoutError where none comes within the reply timeout
   * @throws VppApiError where its retval is not 0
   * @throws DisconnectedError where the connection ends before it
   */
  receiveReply(): Promise<Reply>;
}

/**
 * An independent user of the connection. What it does not read fills its own buffers and delays nobody
 * else. Made by `Mux.newAPIChannel`.
 */
export class Channel {
  /** Tells channels apart in logs and traces. */
  readonly id: number;
  readonly #mux: Mux;
  readonly #options: Required<Omit<ChannelOptions, "replyTimeoutMs">>;
  readonly #requests = new Set<PendingRequest>();
  readonly #subscriptions = new Set<{ unsubscribe(): void }>();
  #replyTimeoutMs: number;
  #closed = false;

  /** @internal Channels are made by their mux. */
  constructor(mux: Mux, id: number, options: ChannelOptions, replyTimeoutMs: number) {
    this.#mux = mux;
    this.id = id;
    this.#replyTimeoutMs = options.replyTimeoutMs ?? replyTimeoutMs;
    this.#options = {
      requestBuffer: options.requestBuffer ?? 100,
      replyBuffer: options.replyBuffer ?? 100,
      replyBufferBytes: options.replyBufferBytes ?? 64_000_000,
      whenFull: options.whenFull ?? "wait",
      dropEvents: options.dropEvents ?? "oldest",
    };
  }

  /** How long a reply may take, in milliseconds; `Infinity` waits for ever. */
  setReplyTimeout(timeoutMs: number): void {
    this.#replyTimeoutMs = checkTimeout(timeoutMs);
  }

  /**
   * Sends a request that has one reply. The request leaves with the others of this tick; the context
   * gives the reply.
   *
   * @throws EncodeError where a field cannot be put on the wire
   * @throws VppError code INCOMPATIBLE where this VPP lacks the message
   * @throws DisconnectedError where there is no connection
   */
  sendRequest<Request extends object, Reply extends object>(
    request: UnaryDescriptor<Request, Reply>,
    fields: NoInfer<Request>,
    options?: CallOptions,
  ): RequestContext<Reply>;
  sendRequest(request: string, fields?: Fields, options?: CallOptions): RequestContext<MessageView>;
  sendRequest(
    request: string | UnaryDescriptor,
    fields: object = {},
    options: CallOptions = {},
  ): RequestContext<object> {
    const call: Call<object, object> = typeof request === "string"
      ? this.#mux.callByName(request)
      : this.#mux.callOf(request, request.reply(), undefined);
    return this.#single(call, fields, options);
  }

  /** Sends a request and waits for its reply: `sendRequest` and `receiveReply` in one. */
  request<Request extends object, Reply extends object>(
    request: UnaryDescriptor<Request, Reply>,
    fields: NoInfer<Request>,
    options?: CallOptions,
  ): Promise<Reply>;
  request(request: string, fields?: Fields, options?: CallOptions): Promise<MessageView>;
  request(
    request: string | UnaryDescriptor,
    fields: object = {},
    options: CallOptions = {},
  ): Promise<object> {
    try {
      return typeof request === "string"
        ? this.#single(this.#mux.callByName(request), fields, options).receiveReply()
        : this.sendRequest(request, fields, options).receiveReply();
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Sends a request that has many answers: a dump (`sw_interface_dump`) or a cursor request
   * (`sw_interface_tx_placement_get`), which is repeated with VPP's cursor until there is no more.
   *
   * @throws EncodeError, VppError and DisconnectedError as `sendRequest`
   */
  sendMultiRequest<Request extends object, Details extends object>(
    request: DumpDescriptor<Request, Details>,
    fields: NoInfer<Request>,
    options?: CallOptions,
  ): MultiRequestContext<Details, undefined>;
  sendMultiRequest<Request extends object, Details extends object, Reply extends object>(
    request: CursorDescriptor<Request, Details, Reply>,
    fields: NoInfer<Request>,
    options?: CallOptions,
  ): MultiRequestContext<Details, Reply>;
  sendMultiRequest(
    request: string,
    fields?: Fields,
    options?: CallOptions,
  ): MultiRequestContext<MessageView, MessageView | undefined>;
  sendMultiRequest(
    request: string | DumpDescriptor | CursorDescriptor,
    fields: object = {},
    options: CallOptions = {},
  ): MultiRequestContext<object, object | undefined> {
    if (typeof request === "string") {
      return this.#multi(this.#mux.callByName(request), fields, options);
    }
    const reply = request.style === "cursor" ? request.reply() : undefined;
    return this.#multi(this.#mux.callOf(request, reply, request.details()), fields, options);
  }

  /** Sends a request that VPP does not answer. Resolves when it was handed to the transport. */
  send<Request extends object>(
    request: OnewayDescriptor<Request>,
    fields: NoInfer<Request>,
  ): Promise<void> {
    try {
      this.#single(this.#mux.callOf(request, undefined, undefined), fields, {});
      return Promise.resolve();
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Events of one message. VPP sends them once a `want_…` request has asked for them.
   *
   * @throws VppError code INCOMPATIBLE where this VPP lacks the message
   */
  subscribeNotification<Event extends object>(
    event: MessageDescriptor<Event>,
    options?: SubscribeOptions,
  ): Subscription<Event>;
  subscribeNotification(event: string, options?: SubscribeOptions): Subscription<MessageView>;
  subscribeNotification(
    event: string | MessageDescriptor,
    options: SubscribeOptions = {},
  ): Subscription<object> {
    this.#checkOpen("subscribe");
    return typeof event === "string"
      ? this.#subscribe(this.#mux.eventByName(event), options)
      : this.#subscribe({ message: event.message, decode: event.decode }, options);
  }

  #subscribe<Event>(
    { message, decode }: { readonly message: Message; readonly decode: Decode<Event> },
    { signal }: SubscribeOptions,
  ): Subscription<Event> {
    let stop = (): void => {};
    let unlisten = (): void => {};
    const subscription = new EventQueue<Event>({
      size: this.#options.replyBuffer,
      drop: this.#options.dropEvents,
      decode,
      dropped: () => this.#mux.eventDropped(this, message.name),
      over: () => {
        stop();
        unlisten();
        this.#subscriptions.delete(subscription);
      },
    });
    stop = this.#mux.subscribe(message, subscription);
    this.#subscriptions.add(subscription);
    unlisten = onAbort(signal, () => subscription.unsubscribe());
    return subscription;
  }

  /** Ends subscriptions and fails what is pending; other channels notice nothing. */
  close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      for (const subscription of [...this.#subscriptions]) subscription.unsubscribe();
      const error = new VppError("CLOSED", "The channel was closed before the reply came");
      for (const request of [...this.#requests]) this.#giveUp(request, error);
      this.#mux.channelClosed(this);
    }
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #single<Reply>(
    call: Call<Reply, unknown>,
    fields: object,
    options: CallOptions,
  ): RequestContext<Reply> {
    this.#checkOpen(`send ${call.name}`);
    if (call.plan.details !== undefined) {
      throw new VppError(
        "UNEXPECTED_MESSAGE",
        `Cannot send ${call.name} as a single request: it has many answers; use sendMultiRequest`,
      );
    }
    if (call.plan.reply === undefined) {
      // Nothing comes back: what could be waited for is over when it is sent.
      this.#mux.send(call.plan, fields, undefined);
      return { receiveReply: () => Promise.resolve(undefined as Reply) };
    }
    const request = new SingleRequest<Reply>(
      call.reply,
      (over) => this.#release(over, unlisten),
      (timeoutMs) => timeoutError(call.name, timeoutMs),
    );
    const unlisten = this.#send(call, fields, options, request);
    return { receiveReply: () => request.reply() };
  }

  #multi<Details, End>(
    call: Call<End, Details>,
    fields: object,
    options: CallOptions,
  ): MultiRequestContext<Details, End | undefined> {
    this.#checkOpen(`send ${call.name}`);
    const { plan } = call;
    if (plan.details === undefined) {
      throw new VppError(
        "UNEXPECTED_MESSAGE",
        `Cannot send ${call.name} as a multi request: it has one reply; use sendRequest`,
      );
    }
    const deadlines = this.#mux.deadlines;
    const request = new MultiRequest<Details, End | undefined>(
      call.name,
      this.#options.replyBufferBytes,
      {
        details: call.details,
        end: (batch, record) => {
          // A dump is ended by the control_ping behind it.
          if (plan.ping !== undefined) return { end: undefined };
          const cursor = nextCursor(plan.reply, batch, record);
          if (cursor === undefined) return { end: call.reply(batch, record) };
          this.#mux.send(call.plan, { ...fields, cursor }, request);
          return "continue";
        },
        progress: () => deadlines.renew(request),
        over: () => this.#release(request, unlisten),
        timedOut: (timeoutMs) => timeoutError(call.name, timeoutMs),
      },
    );
    const unlisten = this.#send(call, fields, options, request);
    return multiRequestContext(request, () => {
      this.#giveUp(request, new VppError("ABORTED", `${call.name} was cancelled`));
      request.discard();
    });
  }

  /** Sends and watches over the time and the signal; returns how to stop listening to the signal. */
  #send(
    call: Call<unknown, unknown>,
    fields: object,
    options: CallOptions,
    request: PendingRequest,
  ): () => void {
    const { signal } = options;
    if (signal?.aborted) throw abortError(call.name, signal);
    const timeoutMs = options.timeoutMs === undefined
      ? this.#replyTimeoutMs
      : checkTimeout(options.timeoutMs);
    this.#mux.send(call.plan, fields, request);
    this.#requests.add(request);
    this.#mux.deadlines.enter(request, timeoutMs);
    return onAbort(signal, () => {
      if (signal !== undefined) this.#giveUp(request, abortError(call.name, signal));
    });
  }

  #giveUp(request: PendingRequest, error: Error): void {
    this.#mux.forget(request);
    request.fail(error);
  }

  #release(request: PendingRequest, unlisten: () => void): void {
    this.#requests.delete(request);
    this.#mux.deadlines.leave(request);
    this.#mux.forget(request);
    unlisten();
  }

  #checkOpen(action: string): void {
    if (this.#closed) throw new VppError("CLOSED", `Cannot ${action}: the channel is closed`);
  }
}

function timeoutError(name: string, timeoutMs: number): ReplyTimeoutError {
  return new ReplyTimeoutError(
    `No reply to ${name} within ${timeoutMs} ms; VPP is busy or gone, or the reply timeout is too short`,
    timeoutMs,
  );
}

function checkTimeout(timeoutMs: number): number {
  if (timeoutMs > 0) return timeoutMs;
  throw new RangeError(`A reply timeout must be above 0 ms, and it is ${timeoutMs}`);
}
