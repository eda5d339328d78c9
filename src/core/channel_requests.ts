/**
 * The requests of one channel, from the call to the reply.
 *
 * @module
 */
import type { CallOptions } from "../codec/caller.ts";
import type { MessageColumns } from "../codec/column_types.ts";
import { ColumnsBuilder } from "../codec/columns.ts";
import { DisconnectedError, ReplyTimeoutError, VppError } from "../errors.ts";
import { abortError, onAbort } from "./abort.ts";
import { Bulk, type BulkOutcomes, type BulkSender } from "./bulk.ts";
import { type Call, nextCursor } from "./call.ts";
import { toError } from "./error_text.ts";
import type { ChannelSettings } from "./channel_options.ts";
import { type ColumnsOptions, ColumnsRequest, maxRowsOf } from "./columns_request.ts";
import type { Line } from "./line.ts";
import { type MultiRequestContext, multiRequestContext } from "./multi_context.ts";
import { MultiRequest, type PartsHooks } from "./multi_request.ts";
import type { PendingRequest, RequestOwner } from "./pending.ts";
import { type ReplyAccount, ReplyBuffer } from "./reply_buffer.ts";
import { RequestBuffer } from "./request_buffer.ts";
import { withRetries } from "./retry.ts";
import type { SessionMessage } from "./session.ts";
import { type RequestContext, SingleRequest } from "./single_request.ts";
import { UnreadAnswers } from "./unread_answers.ts";

export class ChannelRequests implements RequestOwner {
  replyTimeoutMs: number;
  readonly #line: Line;
  readonly #channel: number;
  readonly #settings: ChannelSettings;
  readonly #buffer: RequestBuffer;
  readonly #replies: ReplyAccount;
  readonly #unread: UnreadAnswers;
  readonly #closing = new AbortController();

  /** @param channel its id, for those who watch */
  constructor(line: Line, channel: number, settings: ChannelSettings) {
    this.#line = line;
    this.#channel = channel;
    this.#settings = settings;
    this.replyTimeoutMs = settings.replyTimeoutMs;
    this.#buffer = new RequestBuffer(line, settings.requestBuffer, settings.whenFull);
    this.#unread = new UnreadAnswers(line.deadlines);
    this.#replies = {
      bytes: 0,
      limitBytes: settings.replyBufferBytes,
      messages: settings.replyBuffer,
    };
  }

  /** Resolves when the request buffer has room. */
  ready(): Promise<void> {
    return this.#buffer.ready();
  }

  /** How often a request is sent again where the connection ends before its reply. */
  retriesOf(options: CallOptions): number {
    return options.retries ?? this.#settings.retries;
  }

  /** Sends a request that has one reply, or none. */
  single<Reply>(
    call: Call<Reply, unknown>,
    fields: object,
    options: CallOptions,
  ): RequestContext<Reply> {
    checkSingle(call);
    const request = new SingleRequest(call.name, this.#decoderOf(call, fields), this);
    if (call.plan.reply === undefined) this.#sendOneway(call, fields, options, request);
    else this.#send(call, fields, options, request, false);
    return request;
  }

  /** Nothing comes back: the request is over when it has been sent, and waits its turn until then. */
  #sendOneway<Reply>(
    call: Call<Reply, unknown>,
    fields: object,
    options: CallOptions,
    request: SingleRequest<Reply>,
  ): void {
    const send = (): void => this.#line.send(call.plan, fields, undefined);
    const over = (): void => request.succeed(undefined as Reply);
    const timeoutMs = this.#timeoutOf(call, options);
    if (this.#buffer.holds) {
      this.#buffer.hold(request, () => {
        send();
        over();
      });
      this.#watchOver(request, timeoutMs, options.signal, false);
    } else {
      send();
      this.#watchOver(request, timeoutMs, options.signal, false);
      over();
    }
  }

  /**
   * Sends a request that has one reply, and sends it again where the connection ends first.
   *
   * @param resolve the call in the session of the moment
   */
  retrying<Reply>(
    resolve: () => Call<Reply, unknown>,
    fields: object,
    options: CallOptions,
  ): RequestContext<Reply> {
    const send = (): Promise<Reply> => this.single(resolve(), fields, options).receiveReply();
    const reply = withRetries(rejectLost(send), {
      send,
      count: this.retriesOf(options),
      intervalMs: options.retryIntervalMs ?? this.#settings.retryIntervalMs,
      idempotent: options.idempotent ?? false,
      clock: this.#line.clock,
      signal: options.signal,
      closed: this.#closing.signal,
    });
    // A failure that nobody waits for is no unhandled rejection.
    reply.catch(() => {});
    return { receiveReply: () => reply };
  }

  /**
   * Sends many requests of one kind, as many at a time as the request buffer has places. Resolves when all
   * are over.
   *
   * @param resolve the call in the session of the moment
   */
  async bulk<Reply>(
    name: string,
    resolve: () => Call<Reply, unknown>,
    requests: Iterable<object>,
    options: CallOptions,
    outcomes: BulkOutcomes<Reply>,
  ): Promise<void> {
    const { signal } = options;
    const aborted = (): VppError => abortError(name, signal!);
    if (signal?.aborted) throw aborted();
    const places = this.#settings.requestBuffer;
    const send = this.retriesOf(options) > 0
      ? this.#retryingSender(resolve, options)
      : this.#bulkSender(resolve, options);
    const bulk = new Bulk(requests, { name, owner: this, places, send, outcomes });
    const unlisten = [
      onAbort(signal, () => bulk.stop(aborted())),
      onAbort(this.#closing.signal, () => bulk.stop(channelClosed())),
    ];
    try {
      await bulk.done;
    } finally {
      for (const stop of unlisten) stop();
    }
  }

  #bulkSender<Reply>(resolve: () => Call<Reply, unknown>, options: CallOptions): BulkSender<Reply> {
    const { timeoutMs } = options; // The bulk listens to the signal, and not each of its requests.
    const each = timeoutMs === undefined ? {} : { timeoutMs };
    return (fields, place) => {
      const call = resolve();
      checkSingle(call);
      checkAnswered(call);
      place.decode = this.#decoderOf(call, fields);
      this.#send(call, fields, each, place, false);
    };
  }

  #retryingSender<Reply>(
    resolve: () => Call<Reply, unknown>,
    options: CallOptions,
  ): BulkSender<Reply> {
    return (fields, place) => {
      const { index } = place;
      const isHere = (): boolean => place.index === index;
      void this.retrying(resolve, fields, options).receiveReply().then(
        (reply) => isHere() && place.succeed(reply),
        (error) => isHere() && place.fail(toError(error)),
      );
    };
  }

  /** Sends a request that has many answers. */
  multi<Details, End>(
    call: Call<End, Details>,
    fields: object,
    options: CallOptions,
  ): MultiRequestContext<Details, End | undefined> {
    detailsOf(call);
    const buffer = new ReplyBuffer(this.#replies);
    const request = new MultiRequest<Details, End | undefined>(call.name, this, buffer, {
      details: call.details,
      ...this.#partsHooks(call, fields),
    });
    this.#send(call, fields, options, request, true);
    this.#unread.watch(request, buffer);
    return multiRequestContext(request, () => {
      request.fail(new VppError("ABORTED", `${call.name} was cancelled`));
      request.discard();
    });
  }

  /**
   * Sends a request that has many answers; resolves to columns of them.
   *
   * @param paths the fields of which columns are made
   */
  columns(
    call: Call<unknown, unknown>,
    fields: object,
    paths: readonly string[],
    options: ColumnsOptions,
  ): Promise<MessageColumns> {
    const columns = new ColumnsBuilder(detailsOf(call).compiled.columnFields, paths);
    const hooks = this.#partsHooks(call, fields);
    const request = new ColumnsRequest(call.name, this, columns, maxRowsOf(options), hooks);
    this.#send(call, fields, options, request, true);
    return request.result;
  }

  /** Fails all that wait. */
  close(): void {
    this.#closing.abort();
    const error = channelClosed();
    for (const request of this.#line.waiting(this)) request.fail(error);
    this.#buffer.close();
  }

  over(request: PendingRequest, error: Error | undefined): void {
    this.#line.deadlines.leave(request);
    this.#line.forget(request);
    if (error !== undefined) this.#buffer.remove(request);
    request.unlisten?.();
    request.watch?.end(error);
  }

  timedOut(request: PendingRequest, timeoutMs: number): ReplyTimeoutError {
    return new ReplyTimeoutError(
      request.context === 0
        ? `${request.name} could not be sent within ${timeoutMs} ms: VPP takes no requests; it is busy or hangs`
        : `No reply to ${request.name} within ${timeoutMs} ms; VPP is busy or gone, or the reply timeout is too short`,
      timeoutMs,
    );
  }

  #partsHooks<End>(call: Call<End, unknown>, fields: object): PartsHooks<End | undefined> {
    const { plan } = call;
    return {
      end: (batch, record, request) => {
        // A dump is ended by the control_ping behind it.
        if (plan.ping !== undefined) return { end: undefined };
        const cursor = nextCursor(plan.reply, batch, record);
        if (cursor === undefined) return { end: call.reply(batch, record) };
        this.#line.send(plan, { ...fields, cursor }, request);
        return "continue";
      },
    };
  }

  /** Where the request turns events on, the reply is the moment to remember it. */
  #decoderOf<Reply>(call: Call<Reply, unknown>, fields: object): Call<Reply, unknown>["reply"] {
    if (call.eventSwitch === undefined) return call.reply;
    const { eventSwitch } = call;
    return (batch, record) => {
      const reply = call.reply(batch, record);
      this.#line.wantedEvents.note(call, fields, eventSwitch);
      return reply;
    };
  }

  /** Sends, or holds back. */
  #send(
    call: Call<unknown, unknown>,
    fields: object,
    options: CallOptions,
    request: PendingRequest,
    multi: boolean,
  ): void {
    const timeoutMs = this.#timeoutOf(call, options);
    if (this.#buffer.holds) {
      this.#buffer.hold(request, () => this.#line.send(call.plan, fields, request));
    } else {
      this.#line.send(call.plan, fields, request);
    }
    this.#watchOver(request, timeoutMs, options.signal, multi);
  }

  /** @throws VppError code ABORTED; RangeError where the timeout is none */
  #timeoutOf({ name }: Call<unknown, unknown>, { signal, timeoutMs }: CallOptions): number {
    if (signal?.aborted) throw abortError(name, signal);
    return timeoutMs === undefined ? this.replyTimeoutMs : checkTimeout(timeoutMs);
  }

  /** From now on the request has its time, its signal, and whoever looks at calls. */
  #watchOver(
    request: PendingRequest,
    timeoutMs: number,
    signal: AbortSignal | undefined,
    multi: boolean,
  ): void {
    const { name } = request;
    this.#line.deadlines.enter(request, timeoutMs);
    request.watch = this.#line.instruments.begin(name, this.#channel, multi);
    if (signal !== undefined) {
      request.unlisten = onAbort(signal, () => request.fail(abortError(name, signal)));
    }
  }
}

/** @throws VppError code UNEXPECTED_MESSAGE where the request has no reply */
function checkAnswered({ name, plan }: Call<unknown, unknown>): void {
  if (plan.reply !== undefined) return;
  throw new VppError(
    "UNEXPECTED_MESSAGE",
    `Cannot wait for replies to ${name}: VPP does not answer it; use sendRequest`,
  );
}

function channelClosed(): VppError {
  return new VppError("CLOSED", "The channel was closed before the reply came");
}

/** A request that could not be sent for want of a connection is as one whose connection ended. */
function rejectLost<Reply>(send: () => Promise<Reply>): Promise<Reply> {
  try {
    return send();
  } catch (error) {
    if (error instanceof DisconnectedError) return Promise.reject(error);
    throw error;
  }
}

/** @throws VppError code UNEXPECTED_MESSAGE where the request has many answers */
function checkSingle({ name, plan }: Call<unknown, unknown>): void {
  if (plan.details === undefined) return;
  throw new VppError(
    "UNEXPECTED_MESSAGE",
    `Cannot send ${name} as a single request: it has many answers; use sendMultiRequest`,
  );
}

/** @throws VppError code UNEXPECTED_MESSAGE where the request has one reply */
function detailsOf({ name, plan }: Call<unknown, unknown>): SessionMessage {
  if (plan.details !== undefined) return plan.details;
  throw new VppError(
    "UNEXPECTED_MESSAGE",
    `Cannot send ${name} as a multi request: it has one reply; use sendRequest`,
  );
}

/** @throws RangeError where it is not above 0 */
export function checkTimeout(timeoutMs: number): number {
  if (timeoutMs > 0) return timeoutMs;
  throw new RangeError(`A reply timeout must be above 0 ms, and it is ${timeoutMs}`);
}
