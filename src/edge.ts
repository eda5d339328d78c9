/**
 * govppmux where there is no file system, no socket, no FFI and no eval: a browser page, an edge worker,
 * a Deno script without permissions. VPP is reached through the proxy (`govppmux proxy`), over the
 * platform's own `WebSocket`; everything else is the same as anywhere.
 *
 * @module
 */
import { connected } from "./core/connected.ts";
import { Mux, type MuxOptions } from "./core/mux.ts";
import { type WebSocketOptions, webSocketTransport } from "./transport/websocket.ts";

export type {
  BigintColumn,
  BooleanColumn,
  Column,
  ColumnPath,
  ColumnsOf,
  MessageColumns,
  NumberColumn,
} from "./codec/column_types.ts";
export { AddressColumn, StringColumn, TextColumn } from "./codec/text_columns.ts";
export type { Caller, CallOptions, CursorAnswers, SubscribeOptions } from "./codec/caller.ts";
export type { CoreSource } from "./codec/core.ts";
export type {
  CursorDescriptor,
  Decoded,
  DumpDescriptor,
  MessageDescriptor,
  OnewayDescriptor,
  RequestDescriptor,
  UnaryDescriptor,
} from "./codec/descriptor.ts";
export type { MessageView } from "./codec/view.ts";
export type { Channel, ChannelOptions, Fields, RequestContext } from "./core/channel.ts";
export { type Clock, systemClock } from "./core/clock.ts";
export type {
  AskedMessage,
  CompatibilityState,
  MessageCompatibility,
} from "./core/compatibility.ts";
export { type Logger, silentLogger } from "./core/logger.ts";
export type { ColumnsOptions } from "./core/columns_request.ts";
export type { MultiRequestContext } from "./core/multi_context.ts";
export { Mux, type MuxOptions } from "./core/mux.ts";
export { describeRetval, type Retval } from "./core/retval.ts";
export type { SessionCounters } from "./core/deliveries.ts";
export type { MuxState, StateEvent } from "./core/state.ts";
export type { DropPolicy, Subscription } from "./core/subscription.ts";
export {
  DecodeError,
  DisconnectedError,
  EncodeError,
  ReplyTimeoutError,
  SchemaError,
  VppApiError,
  VppError,
  type VppErrorCode,
} from "./errors.ts";
export type { Message, MessageKind, Module, Service } from "./schema/model.ts";
export { Schema } from "./schema/schema.ts";
export type { Transport, TransportFactory, TransportSink } from "./transport/transport.ts";
export {
  type WebSocketConstructor,
  type WebSocketLike,
  type WebSocketOptions,
  webSocketTransport,
} from "./transport/websocket.ts";

export interface EdgeOptions extends Omit<MuxOptions, "transport">, WebSocketOptions {
  /** The proxy: `wss://vpp.example.net/`, or `ws://127.0.0.1:7878/` on the proxy's own machine. */
  readonly url: string;
  /** Gives the attempt up. */
  readonly signal?: AbortSignal;
}

/**
 * Connects to the VPP behind a proxy.
 *
 * @throws VppError code CONFIG where the URL cannot be used; CONNECT after the last attempt; ABORTED where
 * the signal ended it
 */
export async function connect(options: EdgeOptions): Promise<Mux> {
  return await connected(makeMux(options), options.signal);
}

/**
 * The same without waiting: the connection is made in the background, and again after each end.
 *
 * @throws VppError code CONFIG where the URL cannot be used
 */
export function connectAsync(options: EdgeOptions): Mux {
  const mux = makeMux(options);
  mux.connectAsync(options.signal);
  return mux;
}

function makeMux({ url, token, webSocket, signal: _, ...rest }: EdgeOptions): Mux {
  const transport = webSocketTransport(
    url,
    webSocket === undefined ? { token } : { token, webSocket },
  );
  return new Mux({ ...rest, transport });
}
