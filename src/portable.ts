/**
 * What both entries export: all that runs anywhere.
 *
 * @module
 */
export type { Caller, CallOptions, CursorAnswers, SubscribeOptions } from "./codec/caller.ts";
export { Codec, type CodecOptions } from "./codec/codec.ts";
export type {
  BigintColumn,
  BooleanColumn,
  Column,
  ColumnPath,
  ColumnsOf,
  MessageColumns,
  NumberColumn,
} from "./codec/column_types.ts";
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
export { AddressColumn, StringColumn, TextColumn } from "./codec/text_columns.ts";
export type { MessageView } from "./codec/view.ts";
export type { CallInstrument, CallStart, CallWatch } from "./core/call_watch.ts";
export type { Channel, ChannelOptions, Fields, RequestContext } from "./core/channel.ts";
export { type Clock, systemClock } from "./core/clock.ts";
export type { ColumnsOptions } from "./core/columns_request.ts";
export type {
  AskedMessage,
  CompatibilityState,
  MessageCompatibility,
} from "./core/compatibility.ts";
export type { SessionCounters } from "./core/deliveries.ts";
export { type Logger, silentLogger } from "./core/logger.ts";
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
export type { Message, MessageKind, Module, Service } from "./schema/model.ts";
export { Schema } from "./schema/schema.ts";
export type {
  OpenOptions,
  Transport,
  TransportFactory,
  TransportSession,
  TransportSink,
} from "./transport/transport.ts";
