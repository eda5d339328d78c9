import { inspect } from "node:util";
import { Codec } from "../../src/codec/codec.ts";
import { jsonForm, typescriptForm } from "../../src/codec/forms.ts";
import type { Message } from "../../src/schema/model.ts";
import { Schema } from "../../src/schema/schema.ts";
import { assert, describe, it } from "../harness.ts";
import { seeded } from "../random.ts";

const definition = {
  module: "unions",
  aliases: {
    ip4_address: { type: "u8", length: 4 },
    ip6_address: { type: "u8", length: 16 },
  },
  enums: [
    ["what", ["WHAT_NUMBERS", 3], ["WHAT_IP4", 9], ["WHAT_NEITHER", 10], { enumtype: "u16" }],
    ["fib_path_nh_proto", ["NH_PROTO_IP4", 0], ["NH_PROTO_IP6", 1], ["NH_PROTO_MPLS", 2], {
      enumtype: "u32",
    }],
  ],
  types: [
    ["numbers", ["u8", "a"], ["u32", "b"]],
    ["tagged", ["what", "kind"], ["u8", "between"], ["thing", "thing", { discriminator: "kind" }]],
    ["fib_path_nh", ["address_union", "address"], ["u32", "via_label"]],
    ["fib_path", ["u8", "weight"], ["fib_path_nh_proto", "proto"], ["fib_path_nh", "nh"]],
  ],
  unions: [
    ["thing", ["numbers", "numbers", { case: "WHAT_NUMBERS" }], ["ip4_address", "ip4", {
      case: "WHAT_IP4",
    }]],
    ["address_union", ["ip4_address", "ip4", { case: "ADDRESS_IP4" }], ["ip6_address", "ip6", {
      case: "ADDRESS_IP6",
    }]],
  ],
  messages: [
    ["tagged_set", ["u16", "_vl_msg_id"], ["u8", "odd"], ["tagged", "tagged"], {
      crc: "0x00000001",
    }],
    ["untagged_set", ["u16", "_vl_msg_id"], ["thing", "thing"], { crc: "0x00000002" }],
    ["path_set", ["u16", "_vl_msg_id"], ["u8", "n"], ["fib_path", "paths", 0, "n"], {
      crc: "0x00000003",
    }],
  ],
};
const schema = Schema.fromJson([{ value: definition, source: "unions" }]);
const tagged = schema.message("tagged_set") as Message;
const untagged = schema.message("untagged_set") as Message;
const path = schema.message("path_set") as Message;

/** A union as its readers know it. */
interface Union {
  readonly numbers?: { readonly a: number; readonly b: number };
  readonly ip4?: string;
  readonly $union?: Uint8Array;
  readonly $arms: Required<Omit<Union, "$arms">>;
}

describe("a union whose discriminator is known", () => {
  it("has the arm that counts, and no other", () => {
    const thing = readTagged({ kind: 3, thing: { numbers: { a: 1, b: 0x01020304 } } });
    assert.deepStrictEqual(thing, { numbers: { a: 1, b: 0x01020304 } });
    assert.deepEqual(Object.keys(thing), ["numbers"]);
    assert.equal(thing.ip4, undefined);
  });

  it("gives every arm and the bytes on demand", () => {
    const thing = readTagged({ kind: 9, thing: { ip4: "10.0.0.1" } });
    assert.deepStrictEqual(thing, { ip4: "10.0.0.1" });
    assert.deepEqual(thing.$arms.numbers, { a: 10, b: 0x00000100 });
    assert.equal(thing.$arms.ip4, "10.0.0.1");
    assert.deepEqual(thing.$arms.$union, Uint8Array.of(10, 0, 0, 1, 0));
  });

  it("is what it looks like for clones, spreads, comparisons and prints", () => {
    const thing = readTagged({ kind: 9, thing: { ip4: "10.0.0.1" } });
    assert.deepStrictEqual(structuredClone(thing), { ip4: "10.0.0.1" });
    assert.deepStrictEqual({ ...thing }, { ip4: "10.0.0.1" });
    assert.equal(JSON.stringify(thing), '{"ip4":"10.0.0.1"}');
    assert.equal(inspect(thing), "{ ip4: '10.0.0.1' }");
  });
});

describe("a union of which no arm is known to count", () => {
  it("has its bytes, and every arm on demand", () => {
    const bytes = Uint8Array.of(10, 0, 0, 1, 0);
    const thing = read(untagged, { thing: { ip4: "10.0.0.1" } })["thing"] as Union;
    assert.deepStrictEqual(thing, { $union: bytes });
    assert.equal(thing.$arms.ip4, "10.0.0.1");
    const other = readTagged({ kind: 10, thing: { ip4: "10.0.0.1" } });
    assert.deepStrictEqual(other, { $union: bytes });
  });

  it("is bytes in hexadecimal digits as JSON", () => {
    const codec = new Codec();
    const wire = codec.encodeMessage(untagged, { thing: { ip4: "10.0.0.1" } }, "typescript");
    const { batch, record } = codec.decodeMessage(untagged, wire);
    const json = codec.read(untagged, batch, record, jsonForm);
    assert.equal(JSON.stringify(json), '{"thing":{"$union":"0x0a00000100"}}');
  });

  it("can be sent as it came", () => {
    const value = read(untagged, { thing: { numbers: { a: 1, b: 2 } } });
    assert.deepStrictEqual(read(untagged, value), value);
  });
});

describe("the next hop of a path", () => {
  it("is the address that the path's protocol tells", () => {
    const ip4 = { ip4: "10.0.0.1" };
    const ip6 = { ip6: "2001:db8::1" };
    const paths = [
      { weight: 1, proto: 0, nh: { address: ip4, viaLabel: 1 } },
      { weight: 2, proto: 1, nh: { address: ip6, viaLabel: 2 } },
      { weight: 3, proto: 2, nh: { address: ip4, viaLabel: 3 } },
    ];
    const got = read(path, { paths })["paths"] as typeof paths;
    assert.deepStrictEqual(got[0]?.nh, { address: ip4, viaLabel: 1 });
    assert.deepStrictEqual(got[1]?.nh, { address: ip6, viaLabel: 2 });
    assert.deepEqual(Object.keys(got[2]?.nh.address ?? {}), ["$union"]);
  });

  it("is the right one among thousands that come again and again, and nobody can change it", () => {
    const codec = new Codec();
    const random = seeded(7);
    const hops = Array.from(
      { length: 1000 },
      (_, n) =>
        n % 3 === 0
          ? { proto: 1, address: { ip6: `2001:db8::${(n + 1).toString(16)}` } }
          : { proto: 0, address: { ip4: `10.0.${n >> 8}.${n & 255}` } },
    );
    for (let round = 0; round < 50; round++) {
      const chosen = Array.from({ length: 100 }, () => random.pick(hops));
      const paths = chosen.map(({ proto, address }) => ({
        weight: 1,
        proto,
        nh: { address, viaLabel: 0 },
      }));
      const got = read(path, { paths }, codec)["paths"] as typeof paths;
      assert.deepStrictEqual(got.map(({ nh }) => nh.address), chosen.map((hop) => hop.address));
      const [first] = got;
      assert.throws(() => Object.assign(first?.nh.address ?? {}, { ip4: "" }), TypeError);
    }
  });
});

function readTagged(fields: object): Union {
  const { tagged: value } = read(tagged, { odd: 1, tagged: fields });
  return (value as { thing: Union }).thing;
}

/** A message as it is read after it was written. */
function read(
  message: Message,
  fields: object,
  codec = new Codec(),
): Record<string, unknown> {
  const wire = codec.encodeMessage(message, fields, "typescript");
  const { batch, record } = codec.decodeMessage(message, wire);
  return codec.read(message, batch, record, typescriptForm);
}
