/** What the tests of the codec share: the raw form out of the core, and streams of frames. */
import type { Batch } from "../../src/codec/batch.ts";
import type { Codec } from "../../src/codec/codec.ts";
import { rawForm } from "../../src/codec/forms.ts";
import {
  CONTEXT_NONE,
  DELIVERY_HEADER,
  DELIVERY_KIND,
  DELIVERY_MESSAGE_ID,
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
  readonly #batches: Batch[] = [];

  constructor(codec: Codec) {
    this.#codec = codec;
  }

  expect(id: number, message: Message): void {
    this.#codec.core.setMessage(id, CONTEXT_NONE, this.#codec.compile(message).program);
    this.#messages.set(id, message);
  }

  receive(chunk: Uint8Array): void {
    this.#codec.core.receive(chunk, (batch) => this.#batches.push(batch));
  }

  /** What came since the last call. Records are read only now, long after their chunk is gone. */
  take(): Received[] {
    const batches = this.#batches.splice(0);
    return batches.flatMap((batch) => this.#read(batch));
  }

  #read(batch: Batch): Received[] {
    const received: Received[] = [];
    for (let at = 0; at < batch.u8.length; at += word(batch, at, DELIVERY_SIZE)) {
      const id = word(batch, at, DELIVERY_MESSAGE_ID);
      const kind = word(batch, at, DELIVERY_KIND);
      const message = this.#messages.get(id);
      if (kind === KIND_EVENT && message !== undefined) {
        received.push({ id, what: readRaw(this.#codec, message, batch, at + DELIVERY_HEADER) });
      } else {
        received.push({ id, what: kind === KIND_MALFORMED ? "malformed" : kind });
      }
    }
    return received;
  }
}

/** Word `index` of the delivery that begins at byte `at`. */
function word(batch: Batch, at: number, index: number): number {
  const value = batch.u32[(at >> 2) + index];
  if (value === undefined) throw new RangeError(`A delivery runs past the batch at byte ${at}`);
  return value;
}
