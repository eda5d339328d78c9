import type { Message } from "../../src/schema/model.ts";
import {
  fixtureSchema,
  itWithData,
  type Release,
  releases,
  releaseSchema,
  type Vector,
  vectors,
  vectorsFile,
} from "../data.ts";
import { assert, describe, it } from "../harness.ts";
import { seeded } from "../random.ts";
import { decodeMessage, encodeMessage, randomFields, readBack } from "./codec.ts";
import { fromHex, type RawObject, toHex } from "./raw.ts";

const fixtures = fixtureSchema();

function fixture(name: string): Message {
  const message = fixtures.message(name);
  assert.ok(message, `no message ${name}`);
  return message;
}

/** Encodes with the header left at zero and returns what follows the header of a request. */
function body(name: string, values: RawObject): string {
  return toHex(encodeMessage(fixture(name), values).subarray(10));
}

describe("oracle: vectors of vpp_papi", () => {
  for (const release of releases) {
    itWithData(
      `every vector of ${release} encodes to its bytes and decodes to its fields`,
      [`api/${release}`, vectorsFile(release)],
      () => checkVectors(release),
    );
  }
});

function checkVectors(release: Release): void {
  const schema = releaseSchema(release);
  for (const vector of vectors(release)) {
    const message = schema.message(vector.msg);
    assert.ok(message, `no message ${vector.msg}`);
    checkVector(message, vector);
  }
}

function checkVector(message: Message, vector: Vector): void {
  const values = { ...vector.header, ...vector.fields };
  assert.equal(`0x${message.crc}`, vector.crc, message.name);
  assert.equal(toHex(encodeMessage(message, values)), vector.hex, message.name);
  assert.deepEqual(
    decodeMessage(message, fromHex(vector.hex)),
    readBack(message, values),
    message.name,
  );
}

describe("oracle: random messages", () => {
  it("come back as they were encoded", () => {
    const random = seeded(1);
    for (const message of fixtures.messages()) {
      for (let round = 0; round < 20; round++) {
        const values = randomFields(message, random);
        const bytes = encodeMessage(message, values);
        assert.deepEqual(decodeMessage(message, bytes), readBack(message, values), message.name);
      }
    }
  });

  it("cut short are refused, lengthened are accepted", () => {
    const random = seeded(2);
    for (const message of fixtures.messages()) {
      const bytes = encodeMessage(message, randomFields(message, random));
      const longer = Uint8Array.of(...bytes, 1, 2, 3);
      assert.deepEqual(decodeMessage(message, longer), decodeMessage(message, bytes));
      for (let length = 0; length < bytes.length; length++) {
        assert.throws(
          () => decodeMessage(message, bytes.subarray(0, length)),
          { code: "DECODE" },
          `${message.name} cut to ${length} of ${bytes.length} bytes`,
        );
      }
    }
  });
});

describe("oracle: the wire", () => {
  it("has integers big-endian and f64 little-endian", () => {
    assert.equal(
      body("scalars_set", {
        a_u8: 1,
        a_i8: -1,
        a_u16: 0x0102,
        a_i16: -2,
        a_u32: 0x01020304,
        a_i32: -3,
        a_u64: "72623859790382856",
        a_i64: "-4",
        a_f64: -2.25,
        a_bool: true,
      }),
      "01ff0102fffe01020304fffffffd0102030405060708fffffffffffffffc00000000000002c001",
    );
  });

  it("pads fixed strings and counts variable ones", () => {
    assert.equal(
      body("texts_tagged_show", { tag: "é", line: 7, text: "abc" }),
      `c3a9${"00".repeat(62)}000700000003616263`,
    );
  });

  it("has the length of an empty variable string", () => {
    assert.equal(body("texts_show", { text: "" }), "00000000");
  });

  it("fills the count of an array, wherever it stands", () => {
    assert.equal(
      body("arrays_apart_set", { sw_if_index: 9, acls: [1, 2] }),
      `02${"00000009"}00${"00".repeat(8)}${"00000001"}${"00000002"}`,
    );
  });

  it("has zeros behind the arm of a union", () => {
    assert.equal(
      body("shapes_value_set", { which: 3, value: { ports: [1, 2, 3] }, after: 4 }),
      "03" + "000100020003" + "000000000000" + "00000004",
    );
  });

  it("gets the definition's defaults, also in nested types", () => {
    assert.equal(
      body("defaults_set", {}),
      "ffffffff" + "ffffffff" + "40" + "01" + "00" + "01" + "000000000000f83f" +
        "0000000000002000" + "ffffffffffffffff" + "ffffffff" + "0000" + "00".repeat(16) +
        "00".repeat(8),
    );
    const limits = "000003e80100";
    assert.equal(body("defaults_nested_set", { list: [{}] }), limits.repeat(3) + "01" + limits);
  });
});

describe("oracle: what it refuses", () => {
  const wrong: readonly (readonly [name: string, values: RawObject, path: string])[] = [
    ["scalars_set", { a_u9: 1 }, "scalars_set.a_u9"],
    ["scalars_set", { a_u8: 256 }, "scalars_set.a_u8"],
    ["scalars_set", { a_i16: -32769 }, "scalars_set.a_i16"],
    ["scalars_set", { a_u64: "18446744073709551616" }, "scalars_set.a_u64"],
    ["scalars_set", { a_u32: 1.5 }, "scalars_set.a_u32"],
    ["scalars_set", { a_bool: 1 }, "scalars_set.a_bool"],
    ["scalars_enums_set", { depth8: 128 }, "scalars_enums_set.depth8"],
    ["texts_set", { eight: "123456789" }, "texts_set.eight"],
    ["texts_set", { eight: "a\0b" }, "texts_set.eight"],
    ["arrays_u8_bytes_set", { bytes: "00".repeat(256) }, "arrays_u8_bytes_set.length"],
    ["arrays_u8_bytes_set", { length: 2, bytes: "00" }, "arrays_u8_bytes_set.length"],
    ["arrays_u8_bytes_set", { bytes: "0g" }, "arrays_u8_bytes_set.bytes"],
    ["arrays_fixed_set", { some_u16: [1, 2, 3, 4] }, "arrays_fixed_set.some_u16"],
    ["shapes_route_set", { route: { hops: [{ porf: 1 }] } }, "shapes_route_set.route.hops[0].porf"],
    ["shapes_value_set", { value: { wide: "1", byte: 1 } }, "shapes_value_set.value"],
    ["shapes_value_set", { value: { narrow: 1 } }, "shapes_value_set.value.narrow"],
    ["shapes_value_set", { value: { $union: "00" } }, "shapes_value_set.value"],
  ];
  for (const [name, values, path] of wrong) {
    it(`${name} ${JSON.stringify(values).slice(0, 60)}`, () => {
      assert.throws(() => encodeMessage(fixture(name), values), { code: "ENCODE", path });
    });
  }
});
