/**
 * What generated bindings import: `govppmux/binding`.
 *
 * @module
 */
export {
  formatAddress,
  formatHex,
  formatIp4,
  formatIp4Prefix,
  formatIp6,
  formatIp6Prefix,
  formatMac,
  formatPrefix,
} from "./address_format.ts";
export {
  parseAddress,
  parseAnyPrefix,
  parseIp4,
  parseIp4Prefix,
  parseIp6,
  parseIp6Prefix,
  parseMac,
} from "./address_parse.ts";
export type { Batch } from "./batch.ts";
export {
  BindingModule,
  type MessageDefinition,
  type ReadUnion,
  type RequestDefinition,
  type TypeDefinitions,
} from "./binding_module.ts";
export type {
  Caller,
  CallOptions,
  CursorAnswers,
  MultiAnswers,
  SubscribeOptions,
  Subscription,
} from "./caller.ts";
export { cursorAnswers } from "./cursor_answers.ts";
export type {
  CursorDescriptor,
  DumpDescriptor,
  MessageDescriptor,
  OneArm,
  OnewayDescriptor,
  UnaryDescriptor,
  UnionValue,
} from "./descriptor.ts";
export { countedBytes, countedList, fixedList, list, type ReadElement } from "./record_lists.ts";
export type { RequestWriter, WriteValue } from "./request_writer.ts";
