import { Codec } from "../../src/codec/codec.ts";
import { ApiSet } from "../../src/sim/api_set.ts";
import { fixtureSchema } from "../data.ts";
import { assert, describe, it } from "../harness.ts";
import { encodeMessage } from "../oracle/codec.ts";
import { fromHex, toHex } from "../oracle/raw.ts";
import { seeded } from "../random.ts";
import { messageOf, viewOf, viewOfBytes } from "./views_support.ts";

const codec = new Codec();
const addresses = messageOf(fixtureSchema(), "shapes_address_list_set");
const prefixes = messageOf(fixtureSchema(), "shapes_prefix_set");
const macs = messageOf(fixtureSchema(), "arrays_mac_list_set");

/** Text that is printed like that, and the 17 bytes of the address. */
const texts: readonly (readonly [text: string, hex: string])[] = [
  ["0.0.0.0", "0000000000" + "00".repeat(12)],
  ["10.0.0.1", "000a000001" + "00".repeat(12)],
  ["255.255.255.255", "00ffffffff" + "00".repeat(12)],
  ["::", "01" + "00".repeat(16)],
  ["::1", "01" + "00".repeat(15) + "01"],
  ["1::", "010001" + "00".repeat(14)],
  ["2001:db8::1", "0120010db8" + "00".repeat(11) + "01"],
  // RFC 5952: the first of the longest runs is shortened, and a single group is not.
  ["2001:db8::1:0:0:1", "0120010db8000000000001000000000001"],
  ["2001:db8:0:1:1:1:1:1", "0120010db8000000010001000100010001"],
  ["2001:0:0:1::1", "0120010000000000010000000000000001"],
  ["1:2:3:4:5:6:7:8", "0100010002000300040005000600070008"],
  ["ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "01" + "ff".repeat(16)],
  ["::ffff:a00:1", "01" + "00".repeat(10) + "ffff0a000001"],
];

function addressList(list: readonly unknown[]): Uint8Array {
  return codec.encodeMessage(addresses, { addresses: list }, "typescript").subarray(11);
}

describe("addresses", () => {
  for (const [text, hex] of texts) {
    it(`${text} both ways`, () => {
      assert.equal(toHex(addressList([text])), hex);
      const view = viewOf(codec, addresses, {
        addresses: [{ af: Number(hex.slice(0, 2)), un: { $union: hex.slice(2) } }],
      });
      assert.deepEqual(view["addresses"], [text]);
    });
  }

  const sameAs: readonly (readonly [text: string, printed: string])[] = [
    ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
    ["2001:0db8::0001", "2001:db8::1"],
    ["0:0:0:0:0:0:0:0", "::"],
    ["::ffff:10.0.0.1", "::ffff:a00:1"],
    ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
  ];
  for (const [text, printed] of sameAs) {
    it(`${text} is ${printed}`, () => {
      assert.equal(toHex(addressList([text])), toHex(addressList([printed])));
    });
  }

  it("are taken by their parts, as hexadecimal digits and as bytes too", () => {
    const expected = toHex(addressList(["10.0.0.1"]));
    const parts = { af: 0, un: { ip4: "10.0.0.1" } };
    const names = { af: "ADDRESS_IP4", un: { ip4: "0a000001" } };
    const bytes = { af: 0, un: { ip4: Uint8Array.of(10, 0, 0, 1) } };
    for (const address of [parts, names, bytes, expected]) {
      assert.equal(toHex(addressList([address])), expected);
    }
  });

  const malformed = [
    "",
    "10.0.0",
    "10.0.0.0.1",
    "10.0.0.256",
    "10.0.0.-1",
    "10.0.0.1 ",
    "010.0.0.1",
    "10.0.0.",
    "10,0,0,1",
    "a.b.c.d",
    "10.0.0.1/24",
    ":",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7::8",
    "12345::",
    "g::",
    "::1%eth0",
    "::256.0.0.1",
    "1.2.3.4::",
    "localhost",
  ];
  for (const text of malformed) {
    it(`${JSON.stringify(text)} is none, and the error says what is`, () => {
      assert.throws(() => addressList(["::", text]), {
        code: "ENCODE",
        path: "shapes_address_list_set.addresses[1]",
        message: /is not an address like "10\.0\.0\.1" or "2001:db8::1"/,
      });
    });
  }

  it("of a family that is not known are given by their digits, and sent again as they are", () => {
    const hex = `07${"0123456789abcdef".repeat(2)}`;
    const view = viewOf(codec, addresses, {
      addresses: [{ af: 7, un: { $union: hex.slice(2) } }],
    });
    assert.deepEqual(view["addresses"], [hex]);
    assert.equal(toHex(addressList([hex])), hex);
  });

  it("of random bytes come back from their text", () => {
    const random = seeded(51);
    for (let round = 0; round < 2000; round++) {
      const bytes = random.bytes(17);
      bytes[0] = random.below(2);
      // Many zero groups, for the shortening; an IPv4 address has nothing behind it.
      for (let i = 1; i < 17; i++) if (random.below(3) > 0) bytes[i] = 0;
      if (bytes[0] === 0) bytes.fill(0, 5);
      const message = codec.encodeMessage(addresses, { addresses: [toHex(bytes)] });
      const view = viewOfBytes(codec, addresses, message);
      assert.equal(toHex(addressList(view["addresses"] as string[])), toHex(bytes));
    }
  });
});

describe("prefixes", () => {
  function prefix(value: unknown): string {
    return toHex(codec.encodeMessage(prefixes, { prefix: value }, "typescript").subarray(10, 28));
  }

  for (
    const text of ["0.0.0.0/0", "10.1.2.3/24", "10.0.0.1/32", "::/0", "2001:db8::1/64", "::1/128"]
  ) {
    it(`${text} both ways, host bits and all`, () => {
      const message = codec.encodeMessage(prefixes, { prefix: text, alias: text }, "typescript");
      const view = viewOfBytes(codec, prefixes, message);
      assert.equal(view["prefix"], text);
      assert.equal(view["alias"], text);
      assert.equal(view.toJSON()["prefix"], text);
    });
  }

  for (
    const text of [
      "10.0.0.0",
      "10.0.0.0/",
      "10.0.0.0/33",
      "::/129",
      "10.0.0.0/-1",
      "/24",
      "10.0.0.0/1e1",
      "10.0.0.0/24/24",
    ]
  ) {
    it(`${JSON.stringify(text)} is none`, () => {
      assert.throws(() => prefix(text), { code: "ENCODE", path: "shapes_prefix_set.prefix" });
    });
  }

  it("are taken by their parts", () => {
    assert.equal(prefix({ address: "10.0.0.0", len: 8 }), prefix("10.0.0.0/8"));
  });

  it("that are longer than their address are given by their digits", () => {
    const hex = `00${"0a000000".padEnd(32, "0")}21`;
    const bytes = codec.encodeMessage(prefixes, { prefix: hex }, "typescript");
    assert.equal(viewOfBytes(codec, prefixes, bytes)["prefix"], hex);
  });
});

describe("MAC addresses", () => {
  it("are given with colons, and taken with colons, hyphens, dots, digits alone and as bytes", () => {
    const expected = encodeMessage(macs, { items: new Array<string>(6).fill("02fe000000ab") });
    const items = [
      "02:fe:00:00:00:ab",
      "02-FE-00-00-00-AB",
      "02fe.0000.00ab",
      "02fe000000ab",
      Uint8Array.of(2, 0xfe, 0, 0, 0, 0xab),
      [2, 0xfe, 0, 0, 0, 0xab],
    ];
    const bytes = codec.encodeMessage(macs, { items });
    assert.deepEqual(bytes, expected);
    const view = viewOfBytes(codec, macs, bytes);
    assert.deepEqual(view["items"], new Array<string>(6).fill("02:fe:00:00:00:ab"));
  });

  for (
    const text of [
      "",
      "02:fe:00:00:00",
      "02:fe:00:00:00:ab:cd",
      "02:fe:00-00:00:ab",
      "02:fe:00:00:00:a",
      "02:fe:00:00:00:ag",
      "2:fe:0:0:0:ab",
      "02fe.0000:00ab",
      "02fe000000a",
      "02 fe 00 00 00 ab",
    ]
  ) {
    it(`${JSON.stringify(text)} is none, and the error says what is`, () => {
      assert.throws(() => codec.encodeMessage(macs, { items: [text] }), {
        path: "arrays_mac_list_set.items[0]",
        message: /MAC address like "02:fe:00:00:00:01"/,
      });
    });
  }
});

describe("next hops of a route", () => {
  const details = messageOf(ApiSet.builtIn().schema, "ip_route_details");

  function nextHop(proto: number, hex: string): Record<string, unknown> {
    const paths = [{ proto, nh: { address: { $union: hex.padEnd(32, "0") } } }];
    const view = viewOf(codec, details, { route: { paths } });
    const route = view["route"] as { paths: { nh: { address: Record<string, unknown> } }[] };
    return route.paths[0]?.nh.address ?? assert.fail("no path");
  }

  it("have the arm that the path's protocol says", () => {
    assert.deepEqual(nextHop(0, "0a000001"), { ip4: "10.0.0.1" });
    assert.deepEqual(nextHop(1, "20010db8"), { ip6: "2001:db8::" });
  });

  it("have every arm on demand", () => {
    const { $arms } = nextHop(0, "0a000001") as { $arms: Record<string, unknown> };
    assert.equal($arms["ip4"], "10.0.0.1");
    assert.equal($arms["ip6"], "a00:1::");
    assert.deepEqual($arms["$union"], fromHex("0a000001".padEnd(32, "0")));
  });

  it("of another protocol have their bytes", () => {
    assert.deepEqual(nextHop(2, "0a000001"), { $union: fromHex("0a000001".padEnd(32, "0")) });
  });
});
