/**
 * What the codec does with a message, and the same done by the oracle of plain TypeScript.
 *
 * @module
 */
import { Codec } from "../src/codec/codec.ts";
import type { MessageView } from "../src/codec/view.ts";
import {
  DELIVERY_HEADER,
  DELIVERY_SIZE,
  FRAME_HEADER,
  REQUEST_DUMP,
} from "../src/schema/constants.generated.ts";
import { decodeMessage, encodeMessage } from "../test/oracle/codec.ts";
import { keep } from "./keep.ts";
import type { Work } from "./measure.ts";
import { MESSAGE_ID, type Sample } from "./samples.ts";

/** The id of a message that nobody sends. */
const OTHER_ID = 99;

/** A codec with an open dump, to which the messages of a sample are the parts. */
export interface Receiver {
  readonly codec: Codec;
  /** The context of the dump. */
  readonly context: number;
}

export function receiver(): Receiver {
  const codec = new Codec();
  const context = codec.core.openRequest(REQUEST_DUMP, OTHER_ID, MESSAGE_ID);
  if (context === undefined) throw new Error("The core has no room for a request");
  return { codec, context };
}

/** What the project does, and what the oracle does. What stands before a comma in a name is on both sides. */
export interface Works {
  readonly core: readonly Work[];
  readonly oracle: readonly Work[];
}

export function worksOf(sample: Sample, { codec, context }: Receiver): Works {
  const { message, chunk, fields, raw, readThree } = sample;
  const compiled = codec.compile(message);
  codec.core.setMessage(MESSAGE_ID, compiled.wireContext, compiled.program);
  const idle = demuxOnly(sample);
  const size = raw.length;
  const decode = (read: (view: MessageView) => void): void => {
    codec.core.receive(chunk, (batch, start, end) => {
      eachRecord(batch.u32, start, end, (record) => read(new compiled.View(batch, record)));
    });
  };
  return {
    core: [
      { name: "decode, 3 fields", size, run: () => decode(readThree) },
      { name: "decode, all fields", size, run: () => decode((view) => keep(view.toObject())) },
      {
        name: "encode",
        size,
        run: () => {
          for (const one of fields) codec.encode(compiled, MESSAGE_ID, 0, context, one);
          keep(codec.core.takeSend());
        },
      },
      { name: "demux", size, run: () => idle.core.receive(chunk, keep) },
    ],
    oracle: [
      {
        name: "decode",
        size,
        run: () => eachFrame(chunk, (bytes) => keep(decodeMessage(message, bytes))),
      },
      {
        name: "encode",
        size,
        run: () => {
          for (const one of raw) keep(encodeMessage(message, one));
        },
      },
      { name: "demux", size, run: () => eachFrame(chunk, (bytes) => keep(contextOf(bytes))) },
    ],
  };
}

/** A codec that knows where the context stands, and whose requests are all over. */
function demuxOnly({ message }: Sample): Codec {
  const codec = new Codec();
  const { wireContext, program } = codec.compile(message);
  codec.core.setMessage(MESSAGE_ID, wireContext, program);
  return codec;
}

function eachRecord(
  words: Uint32Array,
  start: number,
  end: number,
  use: (record: number) => void,
): void {
  for (let at = start; at < end; at += words[at + DELIVERY_SIZE]! >> 2) {
    use((at << 2) + DELIVERY_HEADER);
  }
}

function eachFrame(chunk: Uint8Array, use: (message: Uint8Array) => void): void {
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length);
  for (let at = 0; at < chunk.length;) {
    const start = at + FRAME_HEADER;
    const end = start + view.getUint32(at + 8);
    use(chunk.subarray(start, end));
    at = end;
  }
}

const requests = new Map<number, object>();

/** What a demux in plain TypeScript has to do: the id, the context, the request. */
function contextOf(bytes: Uint8Array): object | number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return requests.get(view.getUint32(2)) ?? view.getUint16(0);
}
