/**
 * The answers that the proxy gives itself: the handshake with its own message table, and the definitions.
 *
 * @module
 */
import { SOCKCLNT_CREATE_REPLY_ID } from "../core/bootstrap.ts";
import { FRAME_HEADER } from "../schema/constants.generated.ts";
import { putU32 } from "../transport/bytes.ts";
import { frameOf, putU16 } from "./frame_buffer.ts";
import type { ProxyMessage } from "./message_map.ts";

/** Offsets in sockclnt_create_reply: u16 id, u32 client_index, u32 context, i32 response, u32 index. */
const CONTEXT_AT = 6;
const INDEX_AT = 14;
const COUNT_AT = 18;
const ENTRIES_AT = 20;
/** u16 id, char[64] name. */
const ENTRY_BYTES = 66;
/** In get_api_json_reply: u16 id, u32 context, i32 retval, u32 length, then the text. */
const JSON_CONTEXT_AT = 2;
const JSON_LENGTH_AT = 10;
const JSON_AT = 14;

/** The frame of `sockclnt_create_reply` with the message table, for nobody yet. */
export function welcomeFrame(messages: Iterable<ProxyMessage>): Uint8Array {
  const entries = [...messages];
  const reply = new Uint8Array(ENTRIES_AT + entries.length * ENTRY_BYTES);
  const encoder = new TextEncoder();
  putU16(reply, 0, SOCKCLNT_CREATE_REPLY_ID);
  putU16(reply, COUNT_AT, entries.length);
  entries.forEach(({ id, nameCrc }, i) => {
    const at = ENTRIES_AT + i * ENTRY_BYTES;
    putU16(reply, at, id);
    encoder.encodeInto(nameCrc, reply.subarray(at + 2, at + ENTRY_BYTES - 1));
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
  putU32(bytes, start + FRAME_HEADER + CONTEXT_AT, context);
  putU32(bytes, start + FRAME_HEADER + INDEX_AT, clientIndex);
}

/** The frame of `get_api_json_reply`. */
export function apiJsonFrame(id: number, context: number, json: Uint8Array): Uint8Array {
  const reply = new Uint8Array(JSON_AT + json.length);
  putU16(reply, 0, id);
  putU32(reply, JSON_CONTEXT_AT, context);
  putU32(reply, JSON_LENGTH_AT, json.length);
  reply.set(json, JSON_AT);
  return frameOf(reply);
}

/** The frame of a reply with nothing but a `retval`. */
export function retvalFrame(message: ProxyMessage, retval: number): Uint8Array {
  const reply = new Uint8Array(message.leastBytes);
  if (message.retvalAt !== undefined) putU32(reply, message.retvalAt, retval);
  return frameOf(reply);
}
