import { Codec } from "../../src/codec/codec.ts";
import { ColumnsBuilder } from "../../src/codec/columns.ts";
import { CONTEXT_NONE, FRAME_HEADER } from "../../src/schema/constants.generated.ts";
import type { Message } from "../../src/schema/model.ts";
import { ApiSet } from "../../src/sim/api_set.ts";
import { StringColumn } from "../../src/codec/text_columns.ts";
import { columnValues, leavesOf } from "../columns.ts";
import { fixtureSchema } from "../data.ts";
import { assert, describe, it } from "../harness.ts";
import { encodeMessage, randomFields } from "../oracle/codec.ts";
import { seeded } from "../random.ts";
import { type Output, recordsOf } from "./support.ts";
import { messageOf } from "./views_support.ts";

const ID = 9;
const schema = fixtureSchema();

/** The frames of messages, as VPP sends them. */
function framesOf(messages: readonly Uint8Array[]): Uint8Array {
  const frames = messages.map((bytes) => {
    const frame = Buffer.alloc(FRAME_HEADER + bytes.length);
    frame.writeUInt32BE(bytes.length, 8);
    frame.set(bytes, FRAME_HEADER);
    return frame;
  });
  return Buffer.concat(frames);
}

/** Sends messages through a core in chunks of a few; each field must be the same by column and by object. */
function assertSame(message: Message, messages: readonly Uint8Array[]): void {
  const codec = new Codec();
  const { View, program, columnFields } = codec.compile(message);
  // Without a context all of them are events.
  codec.core.setMessage(ID, CONTEXT_NONE, program);
  const outputs: Output[] = [];
  for (let i = 0; i < messages.length; i += 7) {
    codec.core.receive(framesOf(messages.slice(i, i + 7)), (...output) => outputs.push(output));
  }
  const objects = outputs.flatMap((output) =>
    recordsOf(...output).map((record) => new View(output[0], record).toObject())
  );
  assert.equal(objects.length, messages.length);
  const leaves = objects.map(leavesOf);
  const paths = [...leaves[0]?.keys() ?? []];
  const columns = new ColumnsBuilder(columnFields, paths);
  for (const output of outputs) {
    const starts = recordsOf(...output);
    // What stands behind the count is of no account.
    columns.add({ batch: output[0], starts: [...starts, 8, 16], count: starts.length });
  }
  const built = columns.finish();
  assert.equal(built.length, messages.length);
  assert.deepEqual(Object.keys(built.columns), paths);
  for (const path of paths) {
    const expected = leaves.map((leaf) => leaf.get(path));
    assert.deepStrictEqual(columnValues(built.columns[path]), expected, `${message.name}.${path}`);
  }
}

describe("a column has the values of its field", () => {
  const details = [...ApiSet.builtIn().schema.messages()].filter(({ kind }) => kind === "details");
  for (const message of [...schema.messages(), ...details]) {
    it(message.name, () => {
      const random = seeded(message.name.length);
      const messages = Array.from(
        { length: 60 },
        () => encodeMessage(message, { ...randomFields(message, random), _vl_msg_id: ID }),
      );
      assertSame(message, messages);
    });
  }
});

describe("columns of texts", () => {
  it("have each distinct text once, also beyond what the core interns at a time", () => {
    const message = messageOf(schema, "texts_tagged_show");
    const random = seeded(1);
    const tags = Array.from({ length: 100_000 }, () => `tag ${random.below(60_000)}`);
    const messages = tags.map((tag) =>
      encodeMessage(message, { _vl_msg_id: ID, tag, line: 0, text: "long".repeat(40) })
    );
    const codec = new Codec();
    const { program, columnFields } = codec.compile(message);
    codec.core.setMessage(ID, CONTEXT_NONE, program);
    const columns = new ColumnsBuilder(columnFields, ["tag", "text"]);
    const epochs = new Set<number>();
    for (let i = 0; i < messages.length; i += 1000) {
      codec.core.receive(framesOf(messages.slice(i, i + 1000)), (batch, start, end) => {
        epochs.add(batch.strings.epoch);
        const starts = recordsOf(batch, start, end);
        columns.add({ batch, starts, count: starts.length });
      });
    }
    assert.ok(epochs.size > 2, `${epochs.size} epochs`);
    const { tag, text } = columns.finish().columns;
    assert.ok(tag instanceof StringColumn && text instanceof StringColumn);
    assert.deepEqual(tag.toArray(), tags);
    assert.deepEqual(tag.strings, [...new Set(tags)]);
    assert.deepEqual(text.strings, ["long".repeat(40)]);
  });
});
