/**
 * The answers that the proxy gives itself: the handshake with its own message table, and the definitions.
 *
 * @module
 */
import { FRAME_HEADER } from "../schema/constants.generated.ts";
import {
  API_JSON_REPLY,
  CREATE_REPLY,
  SOCKCLNT_CREATE_REPLY_ID,
} from "../schema/handshake_layout.ts";
import { putU16, putU32 } from "../transport/bytes.ts";
import { frameOf } from "./frame_buffer.ts";
import type { ProxyMessage } from "./message_map.ts";

/** The frame of `sockclnt_create_reply` with the message table, for nobody yet. */
export function welcomeFrame(messages: Iterable<ProxyMessage>): Uint8Array {
  const entries = [...messages];
  const reply = new Uint8Array(CREATE_REPLY.entries + entries.length * CREATE_REPLY.entryBytes);
  const encoder = new TextEncoder();
  putU16(reply, 0, SOCKCLNT_CREATE_REPLY_ID);
  putU16(reply, CREATE_REPLY.count, entries.length);
  entries.forEach(({ id, nameCrc }, i) => {
    const at = CREATE_REPLY.entries + i * CREATE_REPLY.entryBytes;
    putU16(reply, at, id);
    encoder.encodeInto(nameCrc, reply.subarray(at + 2, at + CREATE_REPLY.entryBytes - 1));
  });
  return frameOf(reply);
}

/** Addresses the reply, whose frame begins at `start` of a buffer, to a client. */
export function addressWelcome(
  bytes: Uint8Array,
  start: number,
  context: number,
  clientIndex: number,
): void {
  putU32(bytes, start + FRAME_HEADER + CREATE_REPLY.context, context);
  putU32(bytes, start + FRAME_HEADER + CREATE_REPLY.index, clientIndex);
}

/** The frame of `get_api_json_reply`. */
export function apiJsonFrame(id: number, context: number, json: Uint8Array): Uint8Array {
  const reply = new Uint8Array(API_JSON_REPLY.text + json.length);
  putU16(reply, 0, id);
  putU32(reply, API_JSON_REPLY.context, context);
  putU32(reply, API_JSON_REPLY.length, json.length);
  reply.set(json, API_JSON_REPLY.text);
  return frameOf(reply);
}

/** The frame of a reply with nothing but a `retval`. */
export function retvalFrame(message: ProxyMessage, retval: number): Uint8Array {
  const reply = new Uint8Array(message.leastBytes);
  if (message.retvalAt !== undefined) putU32(reply, message.retvalAt, retval);
  return frameOf(reply);
}
