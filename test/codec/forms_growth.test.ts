import { Codec } from "../../src/codec/codec.ts";
import { fixtureSchema } from "../data.ts";
import { assert, describe, it } from "../harness.ts";
import { encodeMessage, type RawObject } from "../oracle/codec.ts";
import { toHex } from "../oracle/raw.ts";
import { messageOf } from "./views_support.ts";

const schema = fixtureSchema();
const ID = 9;

describe("values are written rightly while the core's memory grows", () => {
  it("by the frames that wait to be sent, also in the middle of a union", () => {
    const message = messageOf(schema, "shapes_union_arrays_set");
    const fields: RawObject = {
      pair: [{ ip4: "0a000001" }, { ip6: "20010db8000000000000000000000001" }],
      values: [{ byte: 1 }, { wide: "2" }, { label: "three" }, { ports: [4, 5, 6] }, { on: true }],
      list: [{ wide: "7" }, { byte: 8 }],
    };
    const expected = toHex(encodeMessage(message, { _vl_msg_id: ID, ...fields }));
    const codec = new Codec();
    const compiled = codec.compile(message);
    const { memoryBytes } = codec.core;
    let sent = 0;
    while (codec.core.memoryBytes < 4 * memoryBytes) {
      codec.encode(compiled, ID, 0, 0, fields, "vpp");
      sent++;
    }
    const frames = Buffer.from(codec.core.takeSend());
    const length = 16 + expected.length / 2;
    assert.equal(frames.length, sent * length);
    for (let at = 0; at < frames.length; at += length) {
      assert.equal(frames.toString("hex", at + 16, at + length), expected);
    }
  });

  it("by what a getter of the value makes the core decode", () => {
    const message = messageOf(schema, "scalars_set");
    const large = messageOf(schema, "texts_show");
    const codec = new Codec();
    const text = encodeMessage(large, { text: "x".repeat(20_000_000) });
    const fields = {
      a_u8: 1,
      get a_u16() {
        const { memoryBytes } = codec.core;
        codec.decodeMessage(large, text);
        assert.ok(codec.core.memoryBytes > memoryBytes);
        return 2;
      },
      a_u64: 3,
    };
    const expected = encodeMessage(message, { a_u8: 1, a_u16: 2, a_u64: "3" });
    assert.deepEqual(codec.encodeMessage(message, fields), expected);
  });

  it("by a value that is larger than all before it", () => {
    const message = messageOf(schema, "texts_tagged_show");
    const codec = new Codec();
    for (const length of [10, 60_000, 70_000, 3_000_000, 5]) {
      const fields = { tag: "tag", line: 7, text: "ä".repeat(length) };
      assert.deepEqual(codec.encodeMessage(message, fields), encodeMessage(message, fields));
    }
  });
});
