/**
 * What typed services need of a connection or a channel.
 *
 * @module
 */
import type {
  CursorDescriptor,
  DumpDescriptor,
  MessageDescriptor,
  OnewayDescriptor,
  UnaryDescriptor,
} from "./descriptor.ts";

/** Options of one call. */
export interface CallOptions {
  /** Ends the call with an error; VPP may execute the request nevertheless. */
  readonly signal?: AbortSignal;
  /** Milliseconds to wait for each answer; otherwise as the channel has it. */
  readonly timeoutMs?: number;
  /**
   * How often a request with one reply is sent again where the connection ends before that reply;
   * otherwise as the channel has it.
   */
  readonly retries?: number;
  /** Milliseconds before each repetition; otherwise as the channel has it. */
  readonly retryIntervalMs?: number;
  /**
   * Whether the request may be executed twice. Without this mark, what VPP may have executed already is
   * not sent again.
   */
  readonly idempotent?: boolean;
}

/** Sends typed requests. Channels and connections do. */
export interface Caller {
  /** Sends a request, resolves to its reply. */
  request<Fields extends object, Reply extends object>(
    request: UnaryDescriptor<Fields, Reply>,
    fields: NoInfer<Fields>,
    options?: CallOptions,
  ): Promise<Reply>;
  /** Sends a dump or a cursor request, which has many answers. */
  sendMultiRequest<Fields extends object, Details extends object>(
    request: DumpDescriptor<Fields, Details>,
    fields: NoInfer<Fields>,
    options?: CallOptions,
  ): MultiAnswers<Details, undefined>;
  sendMultiRequest<Fields extends object, Details extends object, Reply extends object>(
    request: CursorDescriptor<Fields, Details, Reply>,
    fields: NoInfer<Fields>,
    options?: CallOptions,
  ): MultiAnswers<Details, Reply>;
  /** Sends a request that VPP does not answer; resolves when it was handed to the transport. */
  send<Fields extends object>(
    request: OnewayDescriptor<Fields>,
    fields: NoInfer<Fields>,
    options?: CallOptions,
  ): Promise<void>;
  /** Receives events; a `want_…` request turns them on. */
  subscribeNotification<Event extends object>(
    event: MessageDescriptor<Event>,
    options?: SubscribeOptions,
  ): Subscription<Event>;
}

/** Details, and what ends them: the reply of a cursor request, nothing for a dump. */
export interface MultiAnswers<Details, End> extends AsyncIterable<Details, End> {
  /** The next answer; at the end `{ message, stop: true }` with what ended it. */
  receiveReply(): Promise<
    | { readonly message: Details; readonly stop: false }
    | { readonly message: End; readonly stop: true }
  >;
  /** All details; for answers that fit into memory. */
  toArray(): Promise<Details[]>;
  /** Gives the rest up. */
  cancel(): void;
}

/** The details of a cursor request, and the reply that ended them. */
export interface CursorAnswers<Details, Reply> extends AsyncIterable<Details, Reply> {
  /**
   * The reply that ended the details. Where they have not been read to their end, the rest is read and
   * dropped.
   */
  reply(): Promise<Reply>;
}

export interface SubscribeOptions {
  /** Ends the subscription. */
  readonly signal?: AbortSignal;
}

/** Events, as they come, until `unsubscribe` or the end of the loop. */
export interface Subscription<Event> extends AsyncIterable<Event, undefined> {
  unsubscribe(): void;
}
