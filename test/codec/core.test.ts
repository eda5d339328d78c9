import { Codec } from "../../src/codec/codec.ts";
import type { Message } from "../../src/schema/model.ts";
import type { Schema } from "../../src/schema/schema.ts";
import {
  fixtureSchema,
  itWithData,
  releases,
  releaseSchema,
  vectors,
  vectorsFile,
} from "../data.ts";
import { assert, describe, it } from "../harness.ts";
import { decodeMessage, encodeMessage, randomFields, type RawObject } from "../oracle/codec.ts";
import { fromHex, toHex } from "../oracle/raw.ts";
import { type Random, seeded } from "../random.ts";
import { decodeRaw } from "./support.ts";

const fixtures = fixtureSchema();

/** Encodes and decodes `values` with the core and with the oracle, which must agree on every byte. */
function compare(codec: Codec, message: Message, values: RawObject): void {
  const expected = encodeMessage(message, values);
  const encoded = codec.encodeMessage(message, values);
  assert.equal(toHex(encoded), toHex(expected), `${message.name} encodes differently`);
  assert.deepEqual(
    decodeRaw(codec, message, expected),
    decodeMessage(message, expected),
    `${message.name} decodes differently`,
  );
}

function compareAll(schema: Schema, rounds: number, random: Random): void {
  const codec = new Codec();
  for (let round = 0; round < rounds; round++) {
    for (const message of schema.messages()) compare(codec, message, randomFields(message, random));
  }
}

/** The same values without the counts, which follow from the arrays, and without some other fields. */
function without(message: Message, values: RawObject, random: Random): RawObject {
  const arrays = message.fields.flatMap(({ name, type }) =>
    type.kind === "vla" ? [{ name, count: type.countField }] : []
  );
  const kept = Object.entries(values).filter(([name]) => {
    if (arrays.some((array) => array.count === name)) return false;
    return arrays.some((array) => array.name === name) || random.below(2) === 0;
  });
  return Object.fromEntries(kept);
}

describe("core and oracle agree", () => {
  it("on random values of every fixture", () => compareAll(fixtures, 40, seeded(11)));

  for (const release of releases) {
    itWithData(
      `on random values of every message of ${release}`,
      [`api/${release}`],
      () => compareAll(releaseSchema(release), 2, seeded(12)),
    );
  }

  it("on messages of which fields are missing", () => {
    const codec = new Codec();
    const random = seeded(13);
    for (const message of fixtures.messages()) {
      compare(codec, message, {});
      for (let round = 0; round < 20; round++) {
        compare(codec, message, without(message, randomFields(message, random), random));
      }
    }
  });

  for (const release of releases) {
    itWithData(
      `on the defaults of every message of ${release}`,
      [`api/${release}`],
      () => {
        const codec = new Codec();
        for (const message of releaseSchema(release).messages()) compare(codec, message, {});
      },
    );
  }

  for (const [length, count] of [[255, "u8"], [65_535, "u16"], [70_000, "u32"]] as const) {
    it(`on ${length} bytes counted by a ${count}`, () => {
      const message = fixtures.message(`arrays_${count}_bytes_set`);
      assert.ok(message);
      compare(new Codec(), message, { bytes: toHex(seeded(14).bytes(length)) });
    });
  }

  it("on a message of megabytes, and on small ones after it", () => {
    const codec = new Codec();
    const text = fixtures.message("texts_show");
    const list = fixtures.message("shapes_span_list_set");
    assert.ok(text !== undefined && list !== undefined);
    compare(codec, text, { text: "你好".repeat(200_000) });
    const span = { first: "18446744073709551615", closed: true, last: "-1" };
    compare(codec, list, { spans: new Array<RawObject>(20_000).fill(span) });
    compare(codec, text, { text: "" });
    compare(codec, list, { spans: [span] });
  });
});

describe("core: vectors of vpp_papi", () => {
  for (const release of releases) {
    itWithData(
      `every vector of ${release} encodes to its bytes and decodes as the oracle has it`,
      [`api/${release}`, vectorsFile(release)],
      () => {
        const schema = releaseSchema(release);
        const codec = new Codec();
        for (const { msg, header, fields, hex } of vectors(release)) {
          const message = schema.message(msg);
          assert.ok(message, msg);
          assert.equal(toHex(codec.encodeMessage(message, { ...header, ...fields })), hex, msg);
          const bytes = fromHex(hex);
          assert.deepEqual(decodeRaw(codec, message, bytes), decodeMessage(message, bytes), msg);
        }
      },
    );
  }
});

describe("core: values that it refuses", () => {
  const wrong: readonly (readonly [name: string, values: RawObject, path: string])[] = [
    ["scalars_set", { a_u9: 1 }, "scalars_set.a_u9"],
    ["scalars_set", { a_u8: -1 }, "scalars_set.a_u8"],
    ["scalars_set", { a_u8: 256 }, "scalars_set.a_u8"],
    ["scalars_set", { a_i8: 128 }, "scalars_set.a_i8"],
    ["scalars_set", { a_u16: 65536 }, "scalars_set.a_u16"],
    ["scalars_set", { a_i16: -32769 }, "scalars_set.a_i16"],
    ["scalars_set", { a_u32: 4294967296 }, "scalars_set.a_u32"],
    ["scalars_set", { a_i32: 2147483648 }, "scalars_set.a_i32"],
    ["scalars_set", { a_u64: "18446744073709551616" }, "scalars_set.a_u64"],
    ["scalars_set", { a_u64: "-1" }, "scalars_set.a_u64"],
    ["scalars_set", { a_i64: "9223372036854775808" }, "scalars_set.a_i64"],
    ["scalars_set", { a_u32: 1.5 }, "scalars_set.a_u32"],
    ["scalars_set", { a_u32: "" }, "scalars_set.a_u32"],
    ["scalars_set", { a_f64: "1" }, "scalars_set.a_f64"],
    ["scalars_set", { a_bool: 2 }, "scalars_set.a_bool"],
    ["scalars_enums_set", { depth8: 128 }, "scalars_enums_set.depth8"],
    ["scalars_enums_set", { bits16: -1 }, "scalars_enums_set.bits16"],
    ["scalars_enums_set", { colour: "COLOUR_BLACK" }, "scalars_enums_set.colour"],
    ["texts_set", { eight: "123456789" }, "texts_set.eight"],
    ["texts_set", { eight: "ééééé" }, "texts_set.eight"],
    ["texts_set", { eight: "a\0b" }, "texts_set.eight"],
    ["texts_set", { eight: 5 }, "texts_set.eight"],
    ["texts_show", { text: "a\0b" }, "texts_show.text"],
    ["arrays_u8_bytes_set", { bytes: "00".repeat(256) }, "arrays_u8_bytes_set.bytes"],
    ["arrays_u16_list_set", { items: new Array(256).fill(0) }, "arrays_u16_list_set.items"],
    ["arrays_u8_bytes_set", { length: 2, bytes: "00" }, "arrays_u8_bytes_set.length"],
    ["arrays_u8_bytes_set", { length: 2 }, "arrays_u8_bytes_set.length"],
    ["arrays_u8_bytes_set", { bytes: "0" }, "arrays_u8_bytes_set.bytes"],
    ["arrays_u8_bytes_set", { bytes: "0g" }, "arrays_u8_bytes_set.bytes"],
    ["arrays_u16_list_set", { items: 5 }, "arrays_u16_list_set.items"],
    ["arrays_u16_list_set", { items: [1, 65536] }, "arrays_u16_list_set.items[1]"],
    ["arrays_fixed_set", { some_u16: [1, 2, 3, 4] }, "arrays_fixed_set.some_u16"],
    ["arrays_fixed_set", { bytes: "000000000000" }, "arrays_fixed_set.bytes"],
    ["arrays_mac_list_set", { items: ["00"] }, "arrays_mac_list_set.items[0]"],
    ["shapes_route_set", { route: 5 }, "shapes_route_set.route"],
    ["shapes_route_set", { route: { hops: [{ porf: 1 }] } }, "shapes_route_set.route.hops[0].porf"],
    ["shapes_value_set", { value: { wide: "1", byte: 1 } }, "shapes_value_set.value"],
    ["shapes_value_set", { value: { narrow: 1 } }, "shapes_value_set.value.narrow"],
    ["shapes_value_set", { value: { byte: 256 } }, "shapes_value_set.value.byte"],
    ["shapes_value_set", { value: 5 }, "shapes_value_set.value"],
    ["quirks_shared_count_set", { a: [1], b: [1, 2] }, "quirks_shared_count_set.b"],
  ];
  for (const [name, values, path] of wrong) {
    it(`${path} of ${JSON.stringify(values).slice(0, 60)}`, () => {
      const message = fixtures.message(name);
      assert.ok(message);
      const codec = new Codec();
      assert.throws(() => codec.encodeMessage(message, values), { code: "ENCODE", path });
      // Nothing of it is left behind.
      compare(codec, message, {});
    });
  }
});
