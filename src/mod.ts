/**
 * govppmux on Node and on Deno: one connection to VPP, many independent channels over it.
 *
 * @module
 */
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
export { Codec, type CodecOptions } from "./codec/codec.ts";
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
export { nameOf, namesOf } from "./codec/enum_names.ts";
export { fromJson, type JsonFields, toJson } from "./codec/json.ts";
export type { MessageView } from "./codec/view.ts";
export type { Config } from "./config/config.ts";
export { ConfigError } from "./config/config_error.ts";
export { defaultConfig, resolveConfig } from "./config/resolve_config.ts";
export type { Channel, ChannelOptions, Fields, RequestContext } from "./core/channel.ts";
export { type Clock, systemClock } from "./core/clock.ts";
export type {
  AskedMessage,
  CompatibilityState,
  MessageCompatibility,
} from "./core/compatibility.ts";
export { type Logger, silentLogger } from "./core/logger.ts";
export type { CallInstrument, CallStart, CallWatch } from "./core/call_watch.ts";
export type { ColumnsOptions } from "./core/columns_request.ts";
export type { MultiRequestContext } from "./core/multi_context.ts";
export { Mux, type MuxOptions } from "./core/mux.ts";
export type {
  Hook,
  HookRun,
  Part,
  PartContext,
  PartOptions,
  RegisteredPart,
} from "./core/parts.ts";
export type { Problem } from "./core/problem.ts";
export { describeRetval, type Retval } from "./core/retval.ts";
export type { SessionCounters } from "./core/deliveries.ts";
export type { MuxState, StateEvent } from "./core/state.ts";
export type { PartState, PartStatus, StatusBoard, StatusReport } from "./core/status.ts";
export type { HttpHandler } from "./core/status_handlers.ts";
export type { DropPolicy, Subscription } from "./core/subscription.ts";
export type { EventSummary, Trace, TraceFilter, TraceRecord } from "./core/trace.ts";
export type { CallSummary, CallTimes } from "./core/trace_summary.ts";
export type { VppInfo, VppPlugin } from "./core/vpp_info.ts";
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
export { loadConfig, type LoadConfigOptions } from "./host/config_file.ts";
export { connect, connectAsync, type ConnectOptions } from "./host/connect.ts";
export { loadSchema } from "./host/definitions.ts";
export { LOG_CATEGORY, logtapeLogger, logToStderr } from "./host/logging.ts";
export { muxOptionsFrom } from "./host/mux_from_config.ts";
export {
  CALL_END_CHANNEL,
  CALL_START_CHANNEL,
  type CallEndEvent,
  type CallStartEvent,
} from "./host/telemetry.ts";
export type { Message, MessageKind, Module, Service } from "./schema/model.ts";
export { Schema } from "./schema/schema.ts";
export { DEFAULT_API_SOCKET, type SocketOptions, socketTransport } from "./transport/socket.ts";
export type {
  OpenOptions,
  Transport,
  TransportFactory,
  TransportSession,
  TransportSink,
} from "./transport/transport.ts";
