import { Codec } from "../../src/codec/codec.ts";
import type { MessageView } from "../../src/codec/view.ts";
import { CONTEXT_NONE, DELIVERY_HEADER } from "../../src/schema/constants.generated.ts";
import type { Message } from "../../src/schema/model.ts";
import { fixtureSchema } from "../data.ts";
import { heapAfterCollection } from "../garbage.ts";
import { assert, describe, it } from "../harness.ts";
import { stream } from "./support.ts";
import { messageOf } from "./views_support.ts";

const ID = 9;
/** What the core puts out at a time, unless one message is longer. */
const OUTPUT = 1 << 18;
const CHUNK = 1 << 16;
/** What small outputs share. */
const SLAB = 1 << 16;
const message = messageOf(fixtureSchema(), "texts_show");

/** Receives messages as events; returns one view of each batch, and the batches' lengths. */
function receive(
  codec: Codec,
  message: Message,
  chunk: Uint8Array,
): { readonly views: MessageView[]; readonly lengths: number[] } {
  const { View, program } = codec.compile(message);
  codec.core.setMessage(ID, CONTEXT_NONE, program);
  const views: MessageView[] = [];
  const lengths: number[] = [];
  codec.core.receive(chunk, (batch, start) => {
    views.push(new View(batch, (start << 2) + DELIVERY_HEADER));
    lengths.push(batch.u32.byteLength);
  });
  return { views, lengths };
}

/** Frames of messages of so many bytes of text each. */
function texts(codec: Codec, count: number, length: number): Uint8Array {
  const bytes = codec.encodeMessage(message, { _vl_msg_id: ID, text: "x".repeat(length) });
  return stream(Array.from({ length: count }, () => bytes));
}

describe("what a held view holds", () => {
  it("is at most what the core puts out at a time, however long the chunk", () => {
    const codec = new Codec();
    const { lengths } = receive(codec, message, texts(codec, 20_000, 200));
    assert.ok(lengths.length > 15, `${lengths.length} batches`);
    for (const length of lengths) assert.ok(length <= OUTPUT, `${length} bytes`);
  });

  it("is at most four times the longest message, where that is longer", () => {
    const codec = new Codec();
    for (const length of [300_000, 1_000_000, 5_000_000]) {
      receive(codec, message, texts(codec, 1, length));
      const { lengths } = receive(codec, message, texts(codec, 100_000, 200));
      for (const held of lengths) assert.ok(held <= 4 * length, `${held} bytes`);
    }
  });

  it("is what its read shares with others, where that is small", () => {
    const codec = new Codec();
    const chunk = texts(codec, 1, 200);
    const before = heapAfterCollection();
    const views = Array.from({ length: 100 }, () => {
      const all = Array.from({ length: 300 }, () => receive(codec, message, chunk));
      for (const { lengths } of all) assert.deepEqual(lengths, [SLAB]);
      return all.flatMap(({ views }) => views).at(-1);
    });
    const bytes = (heapAfterCollection() - before) / views.length;
    assert.ok(bytes < 1.5 * SLAB, `${bytes} bytes a view`);
    assert.equal(views[0]?.["text"], "x".repeat(200));
  });

  it("is the records of its read of the socket", () => {
    const codec = new Codec();
    const chunk = texts(codec, CHUNK / 256, 200);
    receive(codec, message, chunk);
    const before = heapAfterCollection();
    const views = Array.from({ length: 500 }, () => receive(codec, message, chunk).views).flat();
    const bytes = (heapAfterCollection() - before) / views.length;
    assert.ok(bytes < 1.5 * CHUNK, `${bytes} bytes a view`);
    assert.equal(views[0]?.["text"], "x".repeat(200));
  });
});
