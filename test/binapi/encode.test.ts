/** Functions of the bindings that write requests: they must not differ from the general writer. */
import { Codec } from "../../src/codec/codec.ts";
import type { CompiledMessage } from "../../src/codec/compiled_message.ts";
import type { MessageDescriptor } from "../../src/codec/descriptor.ts";
import { RecordWriter } from "../../src/codec/record_writer.ts";
import { RequestWriter } from "../../src/codec/request_writer.ts";
import type { Message } from "../../src/schema/model.ts";
import { itWithData } from "../data.ts";
import { assert, describe, it } from "../harness.ts";
import { encodeMessage } from "../oracle/encode.ts";
import { randomFields } from "../oracle/random_fields.ts";
import { type Random, seeded } from "../random.ts";
import { AclAddReplace } from "../../src/binapi/acl.ts";
import { IpRouteAddDel } from "../../src/binapi/ip.ts";
import { SwInterfaceAddDelAddress } from "../../src/binapi/interface.ts";
import { descriptorsOf, typed } from "./descriptors.ts";

const fixtures = await descriptorsOf(new URL("../fixtures/binapi/", import.meta.url));

describe("writing functions of the fixtures", () => {
  it("are there for requests with structs, arrays, or three fields", () => {
    const without = [...fixtures.values()].filter(({ kind, message }) =>
      kind === "request" && message.encode === undefined
    );
    assert.deepEqual(without.map(({ name }) => name).sort(), expectedWithout);
  });

  it("give what the general writer gives", () => compareAll(fixtures, 30));
});

describe("writing functions of VPP 26.06", () => {
  itWithData("give what the general writer gives", ["api/26.06"], async () => {
    compareAll(await descriptorsOf(new URL("../../src/binapi/", import.meta.url)), 4);
  });
});

describe("a request that its binding writes", () => {
  it("is the same whatever its length", () => {
    const both = new Both(AclAddReplace);
    for (const n of [0, 1, 60, 100, 1000, 5000, 1]) {
      const r = Array.from({ length: n }, (_, i) => ({
        isPermit: 1,
        srcPrefix: `10.0.${i >> 8}.${i & 255}/32`,
        dstPrefix: "2001:db8::/32",
        proto: 6,
        srcportOrIcmptypeFirst: 0,
        srcportOrIcmptypeLast: 65535,
        dstportOrIcmpcodeFirst: i,
        dstportOrIcmpcodeLast: i,
        tcpFlagsMask: 0,
        tcpFlagsValue: 0,
      }));
      both.compare({ aclIndex: 0xffffffff, tag: "web", r });
      // The general writer asks for more than the 64 KiB that the record has at first.
      assert.equal(both.written, n < 5000, `${n} rules`);
    }
  });

  it("cannot be sent by a getter of the fields of another", () => {
    const codec = new Codec();
    const compiled = codec.compile(SwInterfaceAddDelAddress.message);
    const outer = {
      ...address,
      get swIfIndex(): number {
        codec.encode(compiled, 1, 2, 3, address);
        return 8;
      },
    };
    assert.throws(() => codec.encode(compiled, 1, 2, 3, outer), /a getter of the fields/);
    assert.equal(codec.core.sendLength, 0);
    codec.encode(compiled, 1, 2, 3, address);
    assert.notEqual(codec.core.sendLength, 0);
  });

  it("is the same where a getter of its fields makes the memory grow", () => {
    const both = new Both(SwInterfaceAddDelAddress);
    const { core } = both.codec;
    const { program } = both.codec.compile(SwInterfaceAddDelAddress.message);
    let grown = 0;
    both.compare({
      ...address,
      get swIfIndex(): number {
        const before = core.memoryBytes;
        if (before < 1 << 27) core.decode(program, new Uint8Array(before));
        if (core.memoryBytes > before) grown++;
        return 7;
      },
    });
    assert.ok(grown > 1, `${grown} times`);
  });

  it("may have fields that are undefined, and no others that it lacks", () => {
    const both = new Both(SwInterfaceAddDelAddress);
    both.compare({ ...address, delAll: undefined });
    assert.equal(both.written, true);
    both.compare({ ...address, delAll: undefined, other: undefined });
    assert.equal(both.written, true);
    both.compare({ ...address, delAll: undefined, other: 1 });
    assert.equal(both.written, false);
  });

  it("may have addresses by their parts and as bytes", () => {
    const both = new Both(IpRouteAddDel);
    const compare = (prefix: unknown, nextHop: object): void => {
      const paths = [{ swIfIndex: 1, proto: 0, nh: { address: nextHop } }];
      both.compare({ isMultipath: false, route: { tableId: 0, prefix, paths } });
    };
    const ip4 = Uint8Array.of(10, 0, 0, 0);
    const ip6 = Uint8Array.from({ length: 16 }, (_, i) => i);
    compare({ address: { af: 0, un: { ip4 } }, len: 24 }, { ip4 });
    assert.equal(both.written, true);
    compare({ address: { af: 1, un: { ip6 } }, len: 64 }, { ip6 });
    assert.equal(both.written, true);
    compare({ address: "2001:db8::", len: 32 }, { ip4: ip4.subarray(0, 2) });
    assert.equal(both.written, true);
    compare({ address: { af: 0, un: { ip4: ip6 } }, len: 24 }, { ip4 });
    assert.equal(both.written, false);
    compare({ address: { af: 0, un: { ip4 } }, length: 24 }, { ip4 });
    assert.equal(both.written, false);
  });

  it("has its own address, whichever the one before it had", () => {
    const both = new Both(IpRouteAddDel);
    const { core } = both.codec;
    const { program } = both.codec.compile(IpRouteAddDel.message);
    const add = (path: object): void => {
      const route = { tableId: 0, prefix: "10.0.0.0/24", paths: [path] };
      both.compare({ isMultipath: false, route });
    };
    const compare = (address: object) => add({ swIfIndex: 1, proto: 0, nh: { address } });
    for (const ip4 of ["10.0.0.2", "10.0.0.2", "10.0.0.3", "10.0.0.2"]) compare({ ip4 });
    compare({ ip6: "::10.0.0.2" });
    compare({ ip4: "10.0.0.2" });
    for (const ip4 of ["10.0.0.256", "10.0.0.256", "10.0.0.2"]) compare({ ip4 });
    compare({ ip6: "10.0.0.2" });
    add({
      // Memory that grows meanwhile loses what was written to it.
      get swIfIndex(): number {
        const before = core.memoryBytes;
        if (before < 1 << 27) core.decode(program, new Uint8Array(before));
        return 1;
      },
      proto: 0,
      nh: { address: { ip4: "10.0.0.9" } },
    });
    compare({ ip4: "10.0.0.9" });
    assert.equal(both.written, true);
  });

  it("is left to the general writer where its fields are an object of a class", () => {
    class Fields {
      readonly swIfIndex = 7;
      readonly isAdd = true;
      readonly delAll = false;
      readonly other: number | undefined;
      constructor(other?: number) {
        this.other = other;
      }
      get prefix(): string {
        return "10.0.0.1/24";
      }
    }
    const both = new Both(SwInterfaceAddDelAddress);
    for (const fields of [new Fields(), new Fields(1)]) {
      both.compare(fields);
      assert.equal(both.written, false);
    }
  });

  it("leaves nothing of itself behind where it is refused", () => {
    const both = new Both(IpRouteAddDel);
    const route = { tableId: 7, prefix: "10.0.0.0/24", paths: [{ swIfIndex: 1, proto: 0 }] };
    both.compare({ isMultipath: true, route: { ...route, statsIndex: -1 } });
    both.compare({ isMultipath: false, route: { prefix: "::/0", paths: [{}] } });
    both.compare({});
  });

  it("is refused as ever where it is wrong", () => {
    const codec = new Codec();
    const compiled = codec.compile(IpRouteAddDel.message);
    const encode = (fields: object) => codec.encode(compiled, 1, 2, 3, fields);
    const route = { tableId: 0, prefix: "10.0.0.0/24", paths: [] };
    assert.throws(
      () => encode({ isMultipath: false, route: { ...route, tabelId: 1 } }),
      /ip_route_add_del\.route\.tabelId: there is no such field/,
    );
    assert.throws(
      () => encode({ isMultipath: false, route: { ...route, tableId: -1 } }),
      /ip_route_add_del\.route\.tableId: -1 is not an integer/,
    );
    assert.throws(
      () => encode({ isMultipath: false, route: { ...route, prefix: "10.0.0.0/33" } }),
      /ip_route_add_del\.route\.prefix: "10.0.0.0\/33" is not a prefix/,
    );
    assert.equal(codec.core.sendLength, 0);
  });
});

const address = { swIfIndex: 7, isAdd: true, delAll: false, prefix: "10.0.0.1/24" };

/** What has a few plain fields only, defaults in elements, or a count of two arrays. */
const expectedWithout = [
  "defaults_nested_set",
  "legacy_window_dump",
  "quirks_shared_count_set",
  "shapes_policy_dump",
  "texts_show",
  "want_widget_events",
  "widget_add",
  "widget_add_v2",
  "widget_del",
  "widget_dump",
  "widget_fire",
  "widget_get",
  "widget_plugin_get_version",
  "widget_stop",
  "widget_trace_dump",
];

/** What a program may give by mistake, or in another form. */
const oddities: readonly unknown[] = [
  undefined,
  null,
  true,
  -1,
  0,
  1.5,
  Number.NaN,
  256,
  65536,
  2 ** 32,
  7n,
  -1n,
  1n << 64n,
  "",
  "12",
  "é",
  "a\0b",
  "10.0.0.1",
  "x".repeat(300),
  [],
  [1],
  Array.from({ length: 300 }, () => 1),
  new Uint8Array(3),
  new Uint16Array(2),
  new Map(),
  {},
  { other: 1 },
  { $union: new Uint8Array(2) },
  () => 1,
];

/** The same value with something strange at one place of it. */
function strange(value: object, random: Random): object {
  const names = Object.keys(value);
  if (names.length === 0 || random.below(8) === 0) {
    return { ...value, other: random.pick(oddities) };
  }
  const name = random.pick(names);
  return { ...value, [name]: strangeValue((value as Record<string, unknown>)[name], random) };
}

function strangeValue(value: unknown, random: Random): unknown {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) {
    return random.pick(oddities);
  }
  if (random.below(8) === 0) return random.pick(oddities);
  if (!Array.isArray(value)) return strange(value, random);
  if (value.length === 0) return random.pick(oddities);
  return value.with(random.below(value.length), strangeValue(random.pick(value), random));
}

/** Values of each request, as they came from the wire and with something strange in them. */
function compareAll(descriptors: ReadonlyMap<string, MessageDescriptor>, values: number): void {
  const codec = new Codec();
  for (const descriptor of descriptors.values()) {
    if (descriptor.message.encode === undefined) continue;
    const random = seeded(1 + descriptor.name.length);
    const both = new Both(descriptor, codec);
    for (let i = 0; i < values; i++) {
      const wire = encodeMessage(descriptor.message, randomFields(descriptor.message, random));
      const value = typed(both.codec, descriptor, wire);
      both.compare(value);
      for (let j = 0; j < 3; j++) both.compare(strange(value, random));
    }
    both.compare({});
  }
}

/** A codec that has a request with its binding's function and without. */
class Both {
  readonly codec: Codec;
  /** Whether the function of the binding wrote the last value. */
  written = false;
  readonly #record: RecordWriter;
  readonly #requests: RequestWriter;
  readonly #name: string;
  readonly #bound: CompiledMessage;
  readonly #general: CompiledMessage;

  constructor({ name, message }: MessageDescriptor, codec = new Codec()) {
    this.codec = codec;
    // A record of its own: the codec's must be zero when it begins.
    this.#record = new RecordWriter(new Codec().core);
    this.#requests = new RequestWriter(this.#record);
    this.#name = name;
    this.#bound = this.codec.compile(message);
    const { encode: _, ...definition } = message;
    const general: Message = definition;
    this.#general = this.codec.compile(general);
  }

  compare(value: object): void {
    const expected = this.#outcome(() => this.codec.encode(this.#general, 1, 2, 3, value));
    const got = this.#outcome(() => this.codec.encode(this.#bound, 1, 2, 3, value));
    assert.deepEqual(got, expected, this.#name);
    const { template, message } = this.#bound;
    this.#record.begin(template);
    this.written = message.encode !== undefined && this.#requests.write(value, message.encode);
  }

  #outcome(encode: () => void): string {
    try {
      encode();
    } catch (error) {
      return String(error);
    }
    return this.#taken();
  }

  #taken(): string {
    return Array.from(this.codec.core.takeSend(), (b) => b.toString(16).padStart(2, "0")).join("");
  }
}
