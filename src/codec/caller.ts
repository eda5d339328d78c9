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
}

/** Sends typed requests. Channels and connections do. */
export interface Caller {
  /** Sends a request, resolves to its reply. */
  request<Fields extends object, Reply extends object>(
    request: UnaryDescriptor<Fields, Reply>,
    fields: NoInfer<Fields>,
    options?: CallOptions,
  ): Promise<Reply>;
  /** Sends a dump; iterating gives the details. */
  dump<Fields extends object, Details extends object>(
    request: DumpDescriptor<Fields, Details>,
    fields: NoInfer<Fields>,
    options?: CallOptions,
  ): AsyncIterable<Details>;
  /** Sends a cursor request; iterating gives the details of all its rounds. */
  cursor<Fields extends object, Details extends object, Reply extends object>(
    request: CursorDescriptor<Fields, Details, Reply>,
    fields: NoInfer<Fields>,
    options?: CallOptions,
  ): CursorAnswers<Details, Reply>;
  /** Sends a request that VPP does not answer; resolves when it was handed to the transport. */
  send<Fields extends object>(
    request: OnewayDescriptor<Fields>,
    fields: NoInfer<Fields>,
    options?: CallOptions,
  ): Promise<void>;
  /** Receives events; a `want_…` request turns them on. */
  subscribe<Event extends object>(
    event: MessageDescriptor<Event>,
    options?: SubscribeOptions,
  ): Subscription<Event>;
}

/** The details of a cursor request, and the reply that ends them. */
export interface CursorAnswers<Details extends object, Reply extends object>
  extends AsyncIterable<Details> {
  /** Resolves to the reply of the last round, once the details have been read. */
  readonly reply: Promise<Reply>;
}

export interface SubscribeOptions {
  /** Ends the subscription. */
  readonly signal?: AbortSignal;
}

/** Events, as they come, until `unsubscribe` or the end of the loop. */
export interface Subscription<Event extends object> extends AsyncIterable<Event> {
  unsubscribe(): void;
}
