import { Codec } from "../../src/codec/codec.ts";
import { encodeMessage } from "../oracle/encode.ts";
import { randomFields } from "../oracle/random_fields.ts";
import { fixtureSchema, itWithData, vectors, vectorsFile } from "../data.ts";
import { assert, describe, it } from "../harness.ts";
import { seeded } from "../random.ts";
import { assertRoundTrips, descriptorsOf } from "./descriptors.ts";

const fixtures = await descriptorsOf(new URL("../fixtures/binapi/", import.meta.url));

describe("bindings of the fixtures", () => {
  const schema = fixtureSchema();

  it("are there for every message, with its CRC", () => {
    const expected = [...schema.messages()].map((m) => m.nameCrc).sort();
    assert.deepEqual([...fixtures.values()].map((d) => d.nameCrc).sort(), expected);
  });

  it("carry the definition from which they were generated", () => {
    for (const { name, message } of fixtures.values()) {
      const source = schema.message(name);
      assert.equal(message.kind, source?.kind, name);
      assert.deepEqual(withoutComments(message.fields), withoutComments(source?.fields), name);
      assert.deepEqual(message.service, source?.service, name);
    }
  });

  for (const descriptor of fixtures.values()) {
    const { name, message } = descriptor;
    it(`${name}: typed, to the wire, typed`, () => {
      const codec = new Codec();
      const random = seeded(1 + name.length);
      for (let i = 0; i < 40; i++) {
        const wire = encodeMessage(message, randomFields(message, random));
        assertRoundTrips(codec, descriptor, wire);
      }
    });
  }
});

describe("bindings of VPP 26.06", () => {
  itWithData("every vector: typed, to the wire, typed", [vectorsFile("26.06")], async () => {
    const codec = new Codec();
    const bindings = await descriptorsOf(new URL("../../src/binapi/", import.meta.url));
    const seen = new Set<string>();
    for (const { msg, crc, hex } of vectors("26.06")) {
      const descriptor = bindings.get(msg);
      assert.equal(`0x${descriptor?.crc}`, crc, msg);
      if (descriptor === undefined) continue;
      seen.add(msg);
      const wire = Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
      assertRoundTrips(codec, descriptor, wire);
    }
    assert.equal(seen.size, bindings.size, "every binding has its vector");
  });
});

function withoutComments(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, v) => key === "comment" ? undefined : v));
}
