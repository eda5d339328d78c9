/// <reference lib="esnext.disposable" preserve="true" />
/**
 * Channels: independent users of the one connection.
 *
 * @module
 */
import type { CallOptions, SubscribeOptions } from "../codec/caller.ts";
import type { Column, ColumnPath, ColumnsOf, MessageColumns } from "../codec/column_types.ts";
import type {
  CursorDescriptor,
  DumpDescriptor,
  MessageDescriptor,
  OnewayDescriptor,
  UnaryDescriptor,
} from "../codec/descriptor.ts";
import type { MessageView } from "../codec/view.ts";
import { VppError } from "../errors.ts";
import { onAbort } from "./abort.ts";
import type { BulkOutcomes } from "./bulk.ts";
import type { Call } from "./call.ts";
import type { ChannelSettings } from "./channel_options.ts";
import { ChannelRequests, checkTimeout } from "./channel_requests.ts";
import type { ColumnsOptions } from "./columns_request.ts";
import type { AskedMessage, MessageCompatibility } from "./compatibility.ts";
import type { EventSource, Line } from "./line.ts";
import type { MultiRequestContext } from "./multi_context.ts";
import type { RequestContext } from "./single_request.ts";
import { EventQueue, type Subscription } from "./subscription.ts";

export type { ChannelOptions } from "./channel_options.ts";
export type { RequestContext } from "./single_request.ts";

/** The fields of a request that is given by name: camelCase names. */
export type Fields = Readonly<Record<string, unknown>>;

/** What a channel needs of its mux. */
export interface ChannelHost {
  readonly line: Line;
  /** An event of this name was dropped. */
  dropped(channel: Channel, event: string): void;
  closed(channel: Channel): void;
}

/**
 * An independent user of the connection. What it does not read fills its own buffers and delays nobody
 * else. Made by `Mux.newAPIChannel`.
 */
export class Channel {
  /** Tells channels apart in logs and traces. */
  readonly id: number;
  readonly #host: ChannelHost;
  readonly #line: Line;
  readonly #settings: ChannelSettings;
  readonly #requests: ChannelRequests;
  readonly #subscriptions = new Set<Subscription<unknown>>();
  #droppedEvents = 0;
  #closed = false;

  /** Channels are made by their mux: `Mux.newAPIChannel`. */
  constructor(host: ChannelHost, id: number, settings: ChannelSettings) {
    this.#host = host;
    this.#line = host.line;
    this.id = id;
    this.#settings = settings;
    this.#requests = new ChannelRequests(host.line, id, settings);
  }

  /** How long a reply may take, in milliseconds; `Infinity` waits for ever. */
  setReplyTimeout(timeoutMs: number): void {
    this.#requests.replyTimeoutMs = checkTimeout(timeoutMs);
  }

  /** Events of all subscriptions of this channel that were dropped because nobody took them in time. */
  get droppedEvents(): number {
    return this.#droppedEvents;
  }

  /**
   * Resolves when the request buffer has room: at once, unless VPP takes requests more slowly than they
   * are sent. Whoever sends many requests without waiting for their replies waits for this.
   */
  ready(): Promise<void> {
    return this.#requests.ready();
  }

  /**
   * Sends a request that has one reply. The request leaves with the others of this tick; the context
   * gives the reply.
   *
   * @throws EncodeError where a field cannot be put on the wire
   * @throws VppError code INCOMPATIBLE where this VPP lacks the message; BUFFER_FULL where VPP takes no
   * requests and the request buffer is full
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
    options: CallOptions = noOptions,
  ): RequestContext<object> {
    this.#checkOpen("send", request);
    if (this.#requests.retriesOf(options) > 0) {
      return this.#requests.retrying(() => this.#callOf(request), fields, options);
    }
    return this.#requests.single(this.#callOf(request), fields, options);
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
    options: CallOptions = noOptions,
  ): Promise<object> {
    try {
      this.#checkOpen("send", request);
      if (this.#requests.retriesOf(options) > 0) {
        return this.#requests.retrying(() => this.#callOf(request), fields, options).receiveReply();
      }
      return this.#requests.single(this.#callOf(request), fields, options).receiveReply();
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Sends many requests of one kind and resolves to their replies, in the order of the requests: as many
   * are under way at a time as the request buffer of the channel has places. The fastest way to configure
   * much. After a failure no more is sent; what is under way by then is executed.
   *
   * @throws {VppApiError} and whatever else `request` rejects with: the failure that was first
   */
  requestAll<Request extends object, Reply extends object>(
    request: UnaryDescriptor<Request, Reply>,
    requests: Iterable<NoInfer<Request>>,
    options?: CallOptions,
  ): Promise<Reply[]>;
  requestAll(
    request: string,
    requests: Iterable<Fields>,
    options?: CallOptions,
  ): Promise<MessageView[]>;
  async requestAll(
    request: string | UnaryDescriptor,
    requests: Iterable<object>,
    options: CallOptions = noOptions,
  ): Promise<object[]> {
    const replies: object[] = [];
    await this.#bulk(request, requests, options, {
      replied: (index, reply) => void (replies[index] = reply),
      failed: () => false,
    });
    return replies;
  }

  /**
   * As `requestAll`, but a failure stops nothing: resolves to the outcome of each request, in their order.
   * Rejects where the call is aborted or the channel closed.
   */
  requestAllSettled<Request extends object, Reply extends object>(
    request: UnaryDescriptor<Request, Reply>,
    requests: Iterable<NoInfer<Request>>,
    options?: CallOptions,
  ): Promise<PromiseSettledResult<Reply>[]>;
  requestAllSettled(
    request: string,
    requests: Iterable<Fields>,
    options?: CallOptions,
  ): Promise<PromiseSettledResult<MessageView>[]>;
  async requestAllSettled(
    request: string | UnaryDescriptor,
    requests: Iterable<object>,
    options: CallOptions = noOptions,
  ): Promise<PromiseSettledResult<object>[]> {
    const outcomes: PromiseSettledResult<object>[] = [];
    await this.#bulk(request, requests, options, {
      replied: (index, value) => void (outcomes[index] = { status: "fulfilled", value }),
      failed: (index, reason) => {
        outcomes[index] = { status: "rejected", reason };
        return true;
      },
    });
    return outcomes;
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
    options: CallOptions = noOptions,
  ): MultiRequestContext<object, object | undefined> {
    this.#checkOpen("send", request);
    return this.#requests.multi(this.#multiCallOf(request), fields, options);
  }

  /**
   * Sends a dump or a cursor request and gives the answers as columns: a typed array for each of the named
   * fields, filled as the answers come, without an object a message. Fields of nested structs are named by
   * path: `route.tableId`. Lists and unions cannot be columns.
   *
   * The answers are not held back for a reader, so the reply buffer has no part in it; `maxRows` bounds
   * how many there may be.
   *
   * @throws ReplyTimeoutError where nothing comes for the reply timeout
   * @throws VppApiError where VPP refuses the request
   * @throws VppError code COLUMN where a field cannot be a column; BUFFER_FULL where more than `maxRows`
   * answers came, or as `sendRequest`
   * @throws EncodeError and DisconnectedError as `sendRequest`
   */
  dumpColumns<Request extends object, Details extends object, Path extends ColumnPath<Details>>(
    request: DumpDescriptor<Request, Details> | CursorDescriptor<Request, Details>,
    fields: NoInfer<Request>,
    columns: readonly Path[],
    options?: ColumnsOptions,
  ): Promise<MessageColumns<ColumnsOf<Details, Path>>>;
  dumpColumns<Path extends string>(
    request: string,
    fields: Fields,
    columns: readonly Path[],
    options?: ColumnsOptions,
  ): Promise<MessageColumns<Readonly<Record<Path, Column>>>>;
  dumpColumns(
    request: string | DumpDescriptor | CursorDescriptor,
    fields: object,
    columns: readonly string[],
    options: ColumnsOptions = noOptions,
  ): Promise<MessageColumns> {
    try {
      this.#checkOpen("send", request);
      return this.#requests.columns(this.#multiCallOf(request), fields, columns, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Sends a request that VPP does not answer. Resolves when it was handed to the transport: at once,
   * unless VPP takes no requests and those before it wait in the request buffer.
   *
   * @throws EncodeError, VppError, DisconnectedError as `sendRequest`; ReplyTimeoutError where it could
   * not be sent within the reply timeout
   */
  send<Request extends object>(
    request: OnewayDescriptor<Request>,
    fields: NoInfer<Request>,
    options: CallOptions = noOptions,
  ): Promise<void> {
    try {
      this.#checkOpen("send", request);
      const call = this.#line.callOf(request, undefined, undefined);
      return this.#requests.single<void>(call, fields, options).receiveReply();
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
    this.#checkOpen("subscribe to", event);
    const source = typeof event === "string"
      ? (): EventSource<MessageView> => this.#line.eventByName(event)
      : (): EventSource<object> => ({ message: event.message, decode: event.decode });
    return this.#subscribe<object>(nameOf(event), source, options);
  }

  #subscribe<Event>(
    name: string,
    source: () => EventSource<Event>,
    { signal }: SubscribeOptions,
  ): Subscription<Event> {
    let stop = (): void => {};
    let unlisten = (): void => {};
    const queue = new EventQueue<Event>(source().decode, {
      size: this.#settings.eventBuffer,
      drop: this.#settings.dropEvents,
      dropped: () => {
        this.#droppedEvents++;
        this.#host.dropped(this, name);
      },
      over: () => {
        stop();
        unlisten();
        this.#subscriptions.delete(queue);
      },
    });
    stop = this.#line.subscribe(source, queue);
    this.#subscriptions.add(queue);
    unlisten = onAbort(signal, () => queue.unsubscribe());
    return queue;
  }

  /**
   * Whether this VPP has these messages, and as this program knows them: by name, by descriptor.
   *
   * @throws DisconnectedError where there is no connection
   */
  checkCompatibility(...messages: readonly AskedMessage[]): MessageCompatibility[] {
    return this.#line.checkCompatibility(messages);
  }

  /** Ends subscriptions and fails what is pending; other channels notice nothing. */
  close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      for (const subscription of [...this.#subscriptions]) subscription.unsubscribe();
      this.#requests.close();
      this.#host.closed(this);
    }
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #bulk(
    request: string | UnaryDescriptor,
    requests: Iterable<object>,
    options: CallOptions,
    outcomes: BulkOutcomes<object>,
  ): Promise<void> {
    this.#checkOpen("send", request);
    const call = (): Call<object, object> => this.#callOf(request);
    await this.#requests.bulk(nameOf(request), call, requests, options, outcomes);
  }

  #callOf(request: string | UnaryDescriptor): Call<object, object> {
    return typeof request === "string"
      ? this.#line.callByName(request)
      : this.#line.callOf(request, request.reply(), undefined);
  }

  #multiCallOf(request: string | DumpDescriptor | CursorDescriptor): Call<object, object> {
    if (typeof request === "string") return this.#line.callByName(request);
    const reply = request.style === "cursor" ? request.reply() : undefined;
    return this.#line.callOf(request, reply, request.details());
  }

  #checkOpen(action: string, message: string | MessageDescriptor): void {
    if (!this.#closed) return;
    throw new VppError("CLOSED", `Cannot ${action} ${nameOf(message)}: the channel is closed`);
  }
}

const noOptions: CallOptions = Object.freeze({});

function nameOf(message: string | MessageDescriptor): string {
  return typeof message === "string" ? message : message.name;
}
