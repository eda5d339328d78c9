import { Codec } from "../../src/codec/codec.ts";
import { typescriptForm } from "../../src/codec/forms.ts";
import { type TextType, textTypeOf } from "../../src/codec/text_types.ts";
import { EncodeError } from "../../src/errors.ts";
import type { Message } from "../../src/schema/model.ts";
import { Schema } from "../../src/schema/schema.ts";
import { assert, describe, it } from "../harness.ts";
import { seeded } from "../random.ts";

/** One message with a field of each type that has a text form. */
const definition = {
  module: "addresses",
  aliases: {
    mac_address: { type: "u8", length: 6 },
    ip4_address: { type: "u8", length: 4 },
    ip6_address: { type: "u8", length: 16 },
    address_with_prefix: { type: "vl_api_prefix_t" },
  },
  enums: [["address_family", ["ADDRESS_IP4", 0], ["ADDRESS_IP6", 1], { enumtype: "u8" }]],
  unions: [["address_union", ["ip4_address", "ip4"], ["ip6_address", "ip6"]]],
  types: [
    ["address", ["address_family", "af"], ["address_union", "un"]],
    ["prefix", ["address", "address"], ["u8", "len"]],
    ["ip4_prefix", ["ip4_address", "address"], ["u8", "len"]],
    ["ip6_prefix", ["ip6_address", "address"], ["u8", "len"]],
  ],
  messages: [[
    "addresses_set",
    ["u16", "_vl_msg_id"],
    ["mac_address", "mac"],
    ["ip4_address", "ip4"],
    ["ip6_address", "ip6"],
    ["address", "address"],
    ["prefix", "prefix"],
    ["ip4_prefix", "ip4_prefix"],
    ["ip6_prefix", "ip6_prefix"],
    ["address_with_prefix", "address_with_prefix"],
    { crc: "0x00000001" },
  ]],
};
const schema = Schema.fromJson([{ value: definition, source: "addresses" }]);
const codec = new Codec();
const message = schema.message("addresses_set") as Message;

describe("addresses as text", () => {
  const same: readonly [field: string, text: string][] = [
    ["mac", "02:fe:00:00:00:01"],
    ["mac", "00:00:00:00:00:00"],
    ["ip4", "10.0.0.1"],
    ["ip4", "255.255.255.255"],
    ["ip6", "2001:db8::1"],
    ["ip6", "::"],
    ["ip6", "::1"],
    ["ip6", "fe80::"],
    ["ip6", "1:2:3:4:5:6:7:8"],
    ["ip6", "2001:db8:0:1:1:1:1:1"],
    ["ip6", "2001:0:0:1::1"],
    ["ip6", "2001:db8::1:0:0:1"],
    ["address", "10.0.0.1"],
    ["address", "2001:db8::1"],
    ["prefix", "10.0.0.1/24"],
    ["prefix", "0.0.0.0/0"],
    ["prefix", "2001:db8::/128"],
    ["ip4Prefix", "192.168.0.0/16"],
    ["ip6Prefix", "2001:db8::/32"],
    ["addressWithPrefix", "10.0.0.1/32"],
  ];
  for (const [field, text] of same) {
    it(`${field} ${text} comes back as it was given`, () => {
      assert.equal(roundTrip(field, text), text);
    });
  }

  const other: readonly [field: string, given: string, got: string][] = [
    ["mac", "02-FE-00-00-00-01", "02:fe:00:00:00:01"],
    ["mac", "02fe.0000.0001", "02:fe:00:00:00:01"],
    ["ip6", "2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
    ["ip6", "::ffff:10.0.0.1", "::ffff:a00:1"],
    ["ip6", "1:2:3:4:5:6:10.0.0.1", "1:2:3:4:5:6:a00:1"],
    ["ip6", "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
    ["ip6", "0001:2::0000", "1:2::"],
    ["ip6", "1:0:0:2:0:0:0:3", "1:0:0:2::3"],
    ["prefix", "::/0", "::/0"],
  ];
  for (const [field, given, got] of other) {
    it(`${field} ${given} comes back as ${got}`, () => assert.equal(roundTrip(field, given), got));
  }

  it("are taken by their parts as well", () => {
    const parts = { address: { af: 0, un: { ip4: Uint8Array.of(10, 0, 0, 1) } }, len: 24 };
    assert.equal(roundTrip("prefix", parts), "10.0.0.1/24");
    assert.equal(roundTrip("mac", Uint8Array.of(2, 254, 0, 0, 0, 1)), "02:fe:00:00:00:01");
  });

  const malformed: readonly [field: string, text: string][] = [
    ["mac", "02:fe:00:00:00"],
    ["mac", "02:fe:00:00:00:01:02"],
    ["mac", "02:fe-00:00:00:01"],
    ["mac", "0g:fe:00:00:00:01"],
    ["ip4", "10.0.0"],
    ["ip4", "10.0.0.256"],
    ["ip4", "10.0.0.1/24"],
    ["ip4", " 10.0.0.1"],
    ["ip6", "2001:db8"],
    ["ip6", "2001::db8::1"],
    ["ip6", "1:2:3:4:5:6:7:8:9"],
    ["ip6", "12345::"],
    ["ip6", ":::"],
    ["ip6", "1:::2"],
    ["ip6", "1:2:3:4:5:6:7:"],
    ["ip6", ":1:2:3:4:5:6:7"],
    ["ip6", "1:2:3:4::5:6:7:8"],
    ["ip6", "::1.2.3"],
    ["ip6", "1.2.3.4::"],
    ["ip6", "1:2:3:4:5:6:7:1.2.3.4"],
    ["ip4", "10.0.00.1"],
    ["ip4", "10.0.4294967296.1"],
    ["ip4", "10.0.0.1."],
    ["address", ""],
    ["prefix", "10.0.0.1"],
    ["prefix", "10.0.0.1/33"],
    ["prefix", "2001:db8::/129"],
    ["prefix", "10.0.0.1/"],
    ["prefix", "10.0.0.1/-1"],
    ["ip4Prefix", "2001:db8::/32"],
    ["ip6Prefix", "10.0.0.0/8"],
  ];
  for (const [field, text] of malformed) {
    it(`${field} ${JSON.stringify(text)} is refused with the field's name`, () => {
      assert.throws(
        () => roundTrip(field, text),
        (error) =>
          error instanceof EncodeError && error.path === `addresses_set.${field}` &&
          error.message.includes(JSON.stringify(text)),
      );
    });
  }

  for (const { name, type } of message.fields.slice(1)) {
    it(`${name}: any bytes have a text that says the same bytes`, () => {
      const text = textTypeOf(type) as TextType;
      const random = seeded(text.size);
      for (let i = 0; i < 500; i++) {
        // Zeros in every second byte, and families that exist as often as others.
        const bytes = random.bytes(text.size).map((byte) => random.below(2) * byte);
        if (text.size > 16) bytes[0] = random.below(3);
        const shown = roundTrip(camel(name), hex(bytes));
        assert.equal(roundTrip(camel(name), shown), shown);
      }
    });
  }

  it("are hexadecimal digits where the bytes are no address, and can be sent again", () => {
    const tooLong = `00${"0a000001"}${"00".repeat(12)}21`;
    assert.equal(roundTrip("prefix", tooLong), tooLong);
    const noFamily = `07${"ab".repeat(16)}`;
    assert.equal(roundTrip("address", noFamily), noFamily);
  });
});

/** A field as it is read after it was written. */
function roundTrip(field: string, value: unknown): unknown {
  const wire = codec.encodeMessage(message, { [field]: value }, "typescript");
  const { batch, record } = codec.decodeMessage(message, wire);
  return codec.read(message, batch, record, typescriptForm)[field];
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function camel(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
