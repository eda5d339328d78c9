/** Views of the fixtures' messages, made of values in the raw form. */
import type { Codec } from "../../src/codec/codec.ts";
import type { MessageView } from "../../src/codec/view.ts";
import type { Message } from "../../src/schema/model.ts";
import type { Schema } from "../../src/schema/schema.ts";
import { assert } from "../harness.ts";
import { encodeMessage, type RawObject } from "../oracle/codec.ts";

export function messageOf(schema: Schema, name: string): Message {
  const message = schema.message(name);
  assert.ok(message, name);
  return message;
}

/** What a client gets of a message that has these values. The oracle makes the bytes. */
export function viewOf(codec: Codec, message: Message, values: RawObject): MessageView {
  return viewOfBytes(codec, message, encodeMessage(message, values));
}

export function viewOfBytes(codec: Codec, message: Message, bytes: Uint8Array): MessageView {
  const { batch, record } = codec.decodeMessage(message, bytes);
  return new (codec.compile(message).View)(batch, record);
}
