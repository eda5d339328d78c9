import { Codec } from "../../src/codec/codec.ts";
import { rawForm } from "../../src/codec/forms.ts";
import { fixtureSchema } from "../data.ts";
import { assert, describe, it } from "../harness.ts";
import { decodeMessage, encodeMessage, randomFields, type RawObject } from "../oracle/codec.ts";
import { seeded } from "../random.ts";
import { messageOf, viewOf, viewOfBytes } from "./views_support.ts";

const schema = fixtureSchema();
const codec = new Codec();

/** A message's values in the three forms. */
function forms(name: string, values: RawObject) {
  const message = messageOf(schema, name);
  const view = viewOf(codec, message, values);
  const { batch, record } = codec.decodeMessage(message, encodeMessage(message, values));
  return {
    typescript: view.toObject(),
    json: view.toJSON(),
    raw: codec.read(message, batch, record, rawForm),
  };
}

describe("forms of 64-bit integers", () => {
  const values: readonly (readonly [text: string, json: number | string])[] = [
    ["0", 0],
    ["9007199254740991", 9007199254740991],
    ["9007199254740992", "9007199254740992"],
    ["18446744073709551615", "18446744073709551615"],
  ];
  for (const [text, json] of values) {
    it(`${text}: a bigint, a number where that is exact, digits`, () => {
      const { typescript, json: asJson, raw } = forms("scalars_set", { a_u64: text });
      assert.equal(typescript["aU64"], BigInt(text));
      assert.equal(asJson["a_u64"], json);
      assert.equal(raw["a_u64"], text);
    });
  }

  it("are signed where the definition says so", () => {
    const { typescript, json, raw } = forms("scalars_set", { a_i64: "-9223372036854775808" });
    assert.equal(typescript["aI64"], -(1n << 63n));
    assert.equal(json["a_i64"], "-9223372036854775808");
    assert.equal(raw["a_i64"], "-9223372036854775808");
    assert.equal(forms("scalars_set", { a_i64: "-5" }).json["a_i64"], -5);
  });

  it("are taken as bigints, as digits, and as numbers up to 2^53", () => {
    const message = messageOf(schema, "scalars_set");
    const expected = encodeMessage(message, { a_u64: "4096" });
    for (const aU64 of [4096n, "4096", 4096]) {
      assert.deepEqual(codec.encodeMessage(message, { aU64 }, "typescript"), expected);
    }
    for (const aU64 of [2 ** 53, 1.5, "4096n", "0x10", -1n, 1n << 64n]) {
      assert.throws(() => codec.encodeMessage(message, { aU64 }, "typescript"), {
        path: "scalars_set.aU64",
      });
    }
  });
});

describe("forms of f64", () => {
  for (
    const [value, json] of [[-0, -0], [Number.NaN, "NaN"], [-Infinity, "-Infinity"], [0.1, 0.1]]
  ) {
    it(`${Object.is(value, -0) ? "-0" : value} is kept`, () => {
      const given = typeof json === "number" ? json : String(json);
      const { typescript, json: asJson } = forms("scalars_set", { a_f64: given });
      assert.ok(Object.is(typescript["aF64"], value));
      assert.ok(Object.is(asJson["a_f64"], json));
      const message = messageOf(schema, "scalars_set");
      const bytes = encodeMessage(message, { a_f64: given });
      assert.deepEqual(codec.encodeMessage(message, asJson, "vpp"), bytes);
      assert.deepEqual(codec.encodeMessage(message, typescript, "typescript"), bytes);
    });
  }
});

describe("forms of enums", () => {
  it("are numbers, in JSON names, and numbers again where no member has the value", () => {
    const values = { colour: 4294967295, colour8: 1, depth8: -128, depth32: -2147483648 };
    const { typescript, json, raw } = forms("scalars_enums_set", values);
    assert.equal(typescript["colour"], 4294967295);
    assert.equal(typescript["depth8"], -128);
    assert.equal(raw["depth32"], -2147483648);
    assert.equal(json["colour"], "COLOUR_NONE");
    assert.equal(json["colour8"], 1);
    assert.equal(json["depth8"], "DEPTH8_LOWEST");
    assert.equal(json["depth32"], "DEPTH32_LOWEST");
  });

  it("of flags are lists of names in JSON, and the number where a bit has no name", () => {
    const { typescript, json } = forms("scalars_enums_set", {
      bits8: 129,
      bits16: 0x4001,
      bits32: 0x80000001,
    });
    assert.equal(typescript["bits8"], 129);
    assert.deepEqual(json["bits8"], ["BITS8_UP", "BITS8_TOP"]);
    assert.equal(json["bits16"], 0x4001);
    assert.deepEqual(json["bits32"], ["BITS32_UP", "BITS32_TOP"]);
    assert.deepEqual(forms("scalars_enums_set", {}).json["bits8"], []);
  });

  it("are taken by number, by name, and flags as a list of names", () => {
    const message = messageOf(schema, "scalars_enums_set");
    const expected = encodeMessage(message, { colour: 1, bits8: 129, bits32: 0x80000001 });
    const names = { colour: "COLOUR_GREEN", bits8: ["BITS8_UP", "BITS8_TOP"] };
    const bits32 = ["BITS32_TOP", "BITS32_UP"];
    assert.deepEqual(codec.encodeMessage(message, { ...names, bits32 }), expected);
    assert.deepEqual(
      codec.encodeMessage(message, { colour: "1", bits8: 129, bits32: 0x80000001 }),
      expected,
    );
    for (const colour of ["COLOUR_BLACK", ["COLOUR_RED"], "", true]) {
      assert.throws(() => codec.encodeMessage(message, { colour }), {
        path: "scalars_enums_set.colour",
      });
    }
  });
});

describe("forms of bytes", () => {
  const message = messageOf(schema, "arrays_u8_bytes_set");

  it("are a Uint8Array, hexadecimal digits with 0x, and without", () => {
    const { typescript, json, raw } = forms("arrays_u8_bytes_set", { bytes: "00ff7f" });
    assert.deepEqual(typescript["bytes"], Uint8Array.of(0, 255, 127));
    assert.equal(json["bytes"], "0x00ff7f");
    assert.equal(raw["bytes"], "00ff7f");
    assert.equal(typescript["length"], 3);
  });

  it("are taken as arrays, as typed arrays, and as digits", () => {
    const expected = encodeMessage(message, { bytes: "00ff7f" });
    for (
      const bytes of [[0, 255, 127], Uint8Array.of(0, 255, 127), "00ff7f", "00FF7F", "0x00ff7f"]
    ) {
      assert.deepEqual(codec.encodeMessage(message, { bytes }), expected);
    }
    for (
      const bytes of [
        [256],
        [-1],
        [0.5],
        ["1"],
        "0x0",
        "zz",
        5,
        {},
        new DataView(new ArrayBuffer(1)),
      ]
    ) {
      assert.throws(() => codec.encodeMessage(message, { bytes }), { code: "ENCODE" });
    }
  });

  it("of a fixed number may be fewer: the rest is zero", () => {
    const fixed = messageOf(schema, "arrays_fixed_set");
    const expected = encodeMessage(fixed, { bytes: "0102000000" });
    for (const bytes of [[1, 2], Uint8Array.of(1, 2), "0102", "0x0102"]) {
      assert.deepEqual(codec.encodeMessage(fixed, { bytes }), expected);
    }
  });
});

describe("forms of unions", () => {
  it("without a discriminator have their bytes, and every arm on demand", () => {
    const { typescript, json, raw } = forms("shapes_value_set", {
      value: { hop: { weight: 1, mac: "020000000003", port: 258 } },
      after: 7,
    });
    const bytes = "010200000000030102";
    const value = typescript["value"] as Record<"$arms" | "$union", unknown>;
    assert.deepEqual(Object.keys(value), ["$union"]);
    assert.ok(value.$union instanceof Uint8Array);
    assert.deepEqual(
      value.$union.subarray(0, 9),
      Uint8Array.from(bytes.match(/../g)!, (d) => Number(`0x${d}`)),
    );
    const arms = value.$arms as Record<string, unknown>;
    assert.deepEqual(arms["hop"], { weight: 1, mac: "02:00:00:00:00:03", port: 258 });
    assert.equal(arms["byte"], 1);
    assert.equal(arms["wide"], 0x0102000000000301n);
    assert.equal(arms["on"], true);
    assert.deepEqual(arms["ports"], [0x0102, 0, 0]);
    assert.equal(arms["label"], "\u0001\u0002");
    assert.deepEqual(arms["$union"], value.$union);
    assert.deepEqual(json["value"], { $union: `0x${bytes}000000` });
    assert.deepEqual(raw["value"], { $union: `${bytes}000000` });
    assert.equal(typescript["after"], 7);
  });

  it("are taken with one arm, or by their bytes", () => {
    const message = messageOf(schema, "shapes_value_set");
    const expected = encodeMessage(message, { value: { wide: "258" } });
    for (
      const value of [
        { wide: 258n },
        { wide: 258, byte: undefined },
        { $union: "0x0000000000000102" },
        { $union: Uint8Array.of(0, 0, 0, 0, 0, 0, 1, 2) },
      ]
    ) {
      assert.deepEqual(codec.encodeMessage(message, { value }), expected);
    }
    assert.deepEqual(codec.encodeMessage(message, { value: {} }), encodeMessage(message, {}));
  });

  it("are sent again as they were got", () => {
    const message = messageOf(schema, "shapes_union_arrays_set");
    const random = seeded(41);
    for (let round = 0; round < 50; round++) {
      const bytes = encodeMessage(message, { ...randomFields(message, random), _vl_msg_id: 0 });
      const view = viewOfBytes(codec, message, bytes);
      const header = { clientIndex: 0, context: 0 };
      const again = codec.encodeMessage(message, { ...view.toObject(), ...header }, "typescript");
      assert.deepEqual(again.subarray(10), bytes.subarray(10));
    }
  });
});

describe("forms: random values of every fixture", () => {
  // The text of an IPv4 address does not say what stands in the 12 bytes behind it.
  const messages = [...schema.messages()].filter(({ name }) =>
    !/^shapes_(prefix|policy|address_list)/.test(name)
  );

  it("come back from the TypeScript and from the JSON form", () => {
    const random = seeded(42);
    for (const message of messages) {
      for (let round = 0; round < 10; round++) {
        const bytes = encodeMessage(message, randomFields(message, random));
        const expected = decodeMessage(message, bytes);
        const { batch, record } = codec.decodeMessage(message, bytes);
        const header = codec.readHeader(message, batch, record);
        const view = viewOfBytes(codec, message, bytes);
        for (
          const again of [
            codec.encodeMessage(message, view.toJSON(), "vpp"),
            codec.encodeMessage(message, view.toObject(), "typescript"),
            codec.encodeMessage(message, view, "typescript"),
          ]
        ) {
          assert.deepEqual({ ...decodeMessage(message, again), ...header }, expected, message.name);
        }
      }
    }
  });
});
