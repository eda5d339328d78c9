import { Codec } from "../../src/codec/codec.ts";
import { CONTEXT_NONE } from "../../src/schema/constants.generated.ts";
import type { Message } from "../../src/schema/model.ts";
import { ApiSet } from "../../src/sim/api_set.ts";
import { heapAfterCollection } from "../garbage.ts";
import { assert, describe, it } from "../harness.ts";
import { recordsOf, stream } from "./support.ts";

const { schema } = ApiSet.builtIn();
const ID = 100;
const MILLION = 1_000_000;
/** What engines may keep of compiled code and caches. A leak of a million messages is over ten times as much. */
const TOLERANCE = 3_000_000;

function messageOf(name: string): Message {
  const message = schema.message(name);
  assert.ok(message, name);
  return message;
}

/** Messages with different names of interfaces; `first` tells them from those of another call. */
function chunkOf(codec: Codec, message: Message, count: number, first = 0): Uint8Array {
  const names = message.fields.some((field) => field.name === "interface_name");
  return stream(Array.from({ length: count }, (_, n) =>
    codec.encodeMessage(message, {
      _vl_msg_id: ID,
      ...(names ? { interface_name: `interface ${first + n}` } : {}),
    })));
}

/** Runs `work` until the engine has settled, then `times` more; nothing may be left of that. */
function leavesNothing(codec: Codec, warm: number, times: number, work: (n: number) => void): void {
  for (let n = 0; n < warm; n++) work(n);
  const heap = heapAfterCollection();
  const { memoryBytes } = codec.core;
  for (let n = 0; n < times; n++) work(warm + n);
  assert.equal(codec.core.memoryBytes, memoryBytes, "bytes of the core's memory");
  const grown = heapAfterCollection() - heap;
  assert.ok(grown < TOLERANCE, `the heap has grown by ${grown} bytes`);
}

/** Receives a chunk and reads every field of every message of it. */
function receiveAndRead(codec: Codec, message: Message, chunk: Uint8Array): void {
  const { View } = codec.compile(message);
  codec.core.receive(chunk, (...output) => {
    for (const record of recordsOf(...output)) new View(output[0], record).toObject();
  });
}

function listener(message: Message): Codec {
  const codec = new Codec();
  codec.core.setMessage(ID, CONTEXT_NONE, codec.compile(message).program);
  return codec;
}

describe("heap: a million messages leave both heaps where they were", () => {
  it("received", () => {
    const message = messageOf("control_ping_reply");
    const codec = listener(message);
    const chunk = chunkOf(codec, message, 2000);
    leavesNothing(codec, 50, MILLION / 2000, () => receiveAndRead(codec, message, chunk));
  });

  it("received in pieces that end inside of messages", () => {
    const message = messageOf("control_ping_reply");
    const codec = listener(message);
    const chunk = chunkOf(codec, message, 2000);
    leavesNothing(codec, 50, MILLION / 2000, () => {
      receiveAndRead(codec, message, chunk.subarray(0, 33_333));
      receiveAndRead(codec, message, chunk.subarray(33_333));
    });
  });

  it("received, with more different strings than the core interns", () => {
    const message = messageOf("sw_interface_details");
    const codec = listener(message);
    const chunks = Array.from({ length: 50 }, (_, n) => chunkOf(codec, message, 1000, n * 1000));
    leavesNothing(codec, 100, 100, (n) => {
      const chunk = chunks[n % chunks.length];
      assert.ok(chunk);
      receiveAndRead(codec, message, chunk);
    });
  });

  it("sent", () => {
    const message = messageOf("sw_interface_set_flags");
    const codec = new Codec();
    const compiled = codec.compile(message);
    leavesNothing(codec, 50, MILLION / 1000, () => {
      for (let n = 0; n < 1000; n++) codec.encode(compiled, ID, 1, n, { swIfIndex: n, flags: 1 });
      assert.equal(codec.core.takeSend().length, 1000 * (16 + 18));
    });
  });
});
