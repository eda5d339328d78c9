/** What the tests of the codec share: the raw form out of the core, and streams of frames. */
import type { Batch } from "../../src/codec/batch.ts";
import type { Codec } from "../../src/codec/codec.ts";
import { kindOf, messageIdOf } from "../../src/codec/delivery.ts";
import { rawForm } from "../../src/codec/forms.ts";
import type { Deliver } from "../../src/codec/outputs.ts";
import {
  CONTEXT_NONE,
  DELIVERY_HEADER,
  DELIVERY_SIZE,
  FRAME_HEADER,
  KIND_EVENT,
  KIND_MALFORMED,
} from "../../src/schema/constants.generated.ts";
import type { Message } from "../../src/schema/model.ts";

/** All fields of a message, header included, in the raw form. */
export function decodeRaw(codec: Codec, message: Message, bytes: Uint8Array): object {
  const { batch, record } = codec.decodeMessage(message, bytes);
  return readRaw(codec, message, batch, record);
}

/** All fields of a record, header included, in the raw form. */
export function readRaw(codec: Codec, message: Message, batch: Batch, record: number): object {
  return {
    ...codec.readHeader(message, batch, record),
    ...codec.read(message, batch, record, rawForm),
  };
}

/** Messages as VPP's socket carries them: each behind its 16 bytes of frame header. */
export function stream(messages: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(messages.reduce((sum, m) => sum + FRAME_HEADER + m.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const message of messages) {
    view.setUint32(at + 8, message.length);
    bytes.set(message, at + FRAME_HEADER);
    at += FRAME_HEADER + message.length;
  }
  return bytes;
}

/** What the core put out at a time: words `start` to `end` of a batch. */
export type Output = Parameters<Deliver>;

/** Where the records of an output begin that holds nothing but messages: bytes of its batch. */
export function recordsOf(...[batch, start, end]: Output): number[] {
  const records: number[] = [];
  for (let at = start; at < end; at += sizeOf(batch, at) >> 2) {
    records.push((at << 2) + DELIVERY_HEADER);
  }
  return records;
}

/** Something that came out of a stream: a message that was decoded, or what else happened. */
export interface Received {
  readonly id: number;
  /** The fields in the raw form, or `malformed`, or the number of another kind of delivery. */
  readonly what: object | "malformed" | number;
}

/** Receives messages without regard to requests: each of them counts as an event. */
export class Listener {
  readonly #codec: Codec;
  readonly #messages = new Map<number, Message>();
  readonly #outputs: Output[] = [];

  constructor(codec: Codec) {
    this.#codec = codec;
  }

  expect(id: number, message: Message): void {
    this.#codec.core.setMessage(id, CONTEXT_NONE, this.#codec.compile(message).program);
    this.#messages.set(id, message);
  }

  receive(chunk: Uint8Array): void {
    this.#codec.core.receive(chunk, (...output) => this.#outputs.push(output));
  }

  /** What came since the last call. Records are read only now, long after their chunk is gone. */
  take(): Received[] {
    const outputs = this.#outputs.splice(0);
    return outputs.flatMap((output) => this.#read(...output));
  }

  #read(batch: Batch, start: number, end: number): Received[] {
    const received: Received[] = [];
    for (let at = start; at < end; at += sizeOf(batch, at) >> 2) {
      const id = messageIdOf(batch.u32, at);
      const kind = kindOf(batch.u32, at);
      const message = this.#messages.get(id);
      if (kind === KIND_EVENT && message !== undefined) {
        const record = (at << 2) + DELIVERY_HEADER;
        received.push({ id, what: readRaw(this.#codec, message, batch, record) });
      } else {
        received.push({ id, what: kind === KIND_MALFORMED ? "malformed" : kind });
      }
    }
    return received;
  }
}

/** Bytes of the delivery that begins at word `at`. */
function sizeOf(batch: Batch, at: number): number {
  const size = batch.u32[at + DELIVERY_SIZE];
  if (size === undefined) throw new RangeError(`A delivery runs past the batch at word ${at}`);
  return size;
}
