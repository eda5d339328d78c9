/** What came stays as it came: in memory that small chunks share, and with the texts of its own epoch. */
import { Codec } from "../../src/codec/codec.ts";
import type { MessageView } from "../../src/codec/view.ts";
import { CONTEXT_NONE } from "../../src/schema/constants.generated.ts";
import { fixtureSchema } from "../data.ts";
import { assert, describe, it } from "../harness.ts";
import { decodeMessage, encodeMessage, type RawObject } from "../oracle/codec.ts";
import { seeded } from "../random.ts";
import { Listener, recordsOf, stream } from "./support.ts";
import { messageOf } from "./views_support.ts";

const ID = 9;
const schema = fixtureSchema();
const tagged = messageOf(schema, "texts_tagged_show");
const fixed = messageOf(schema, "texts_set");

/** A chunk with one message. */
function chunk(tag: string, line = 0): Uint8Array {
  return stream([encodeMessage(tagged, { _vl_msg_id: ID, tag, line, text: `of ${tag}` })]);
}

describe("outputs: what is held", () => {
  const codec = new Codec();
  const { View, program } = codec.compile(tagged);
  codec.core.setMessage(ID, CONTEXT_NONE, program);

  function receive(bytes: Uint8Array): MessageView {
    const views: MessageView[] = [];
    codec.core.receive(bytes, (...output) => {
      views.push(...recordsOf(...output).map((record) => new View(output[0], record)));
    });
    const [view] = views;
    assert.ok(view !== undefined && views.length === 1);
    return view;
  }

  it("reads the same when a thousand further chunks have come", () => {
    const views = Array.from({ length: 1000 }, (_, n) => receive(chunk(`tag ${n}`, n)));
    views.forEach((view, n) => {
      assert.deepEqual(view.toObject(), { tag: `tag ${n}`, line: n, text: `of tag ${n}` });
    });
  });

  it("keeps its texts when the core has forgotten them", () => {
    const epochs = new Set<number>();
    // Small chunks, so that those of both epochs could come to share memory.
    const held = Array.from({ length: 40_000 }, (_, n) => {
      codec.core.receive(chunk(`${n} tag`, 1), (batch) => epochs.add(batch.strings.epoch));
      return n % 100 === 0 ? { n, view: receive(chunk(`${n} tag`, n & 0xffff)) } : undefined;
    });
    assert.ok(epochs.size > 1, "there was no second epoch");
    for (const { n, view } of held.filter((one) => one !== undefined)) {
      assert.equal(view["tag"], `${n} tag`);
      assert.equal(view["text"], `of ${n} tag`);
    }
  });
});

describe("outputs: texts that follow one another", () => {
  const fields = [["one", 1], ["eight", 8], ["sixteen", 16], ["more", 17], ["tag", 64], [
    "long",
    200,
  ]] as const;
  const lengths = [0, 1, 2, 7, 8, 9, 15, 16, 17, 18, 31, 32, 33, 63, 64, 65, 127, 128, 129, 200];
  const random = seeded(20);
  // Few enough to come again and again, each the beginning of longer ones; some end otherwise.
  const texts = lengths.flatMap((length) => [
    "x".repeat(length),
    `${"x".repeat(Math.max(0, length - 1))}y`,
  ]);

  function values(): RawObject {
    const fitting = fields.map(([name, most]) =>
      [name, random.pick(texts.filter((text) => text.length <= most))] as const
    );
    return { _vl_msg_id: ID, between: random.below(256), after: 1, ...Object.fromEntries(fitting) };
  }

  it("are told apart, in the same order again and in another one", () => {
    const codec = new Codec();
    const listener = new Listener(codec);
    listener.expect(ID, fixed);
    const rows = Array.from({ length: 50 }, () => encodeMessage(fixed, values()));
    for (let round = 0; round < 20; round++) {
      const order = round % 3 === 0 ? rows : rows.map(() => random.pick(rows));
      listener.receive(stream(order));
      assert.deepEqual(
        listener.take(),
        order.map((bytes) => ({ id: ID, what: decodeMessage(fixed, bytes) })),
      );
    }
  });
});
