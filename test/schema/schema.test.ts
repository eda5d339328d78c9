import type { Message, NamedType } from "../../src/schema/model.ts";
import { resolveAlias } from "../../src/schema/model.ts";
import { fixedSize } from "../../src/schema/resolve.ts";
import { Schema } from "../../src/schema/schema.ts";
import { definitions, fixturePath, fixtureSchema } from "../data.ts";
import { assert, describe, it } from "../harness.ts";

const schema = fixtureSchema();

function message(name: string): Message {
  const found = schema.message(name);
  assert.ok(found, `no message ${name}`);
  return found;
}

function type(module: string, name: string): NamedType {
  const found = schema.modules.get(module)?.types.get(name);
  assert.ok(found, `no type ${name} in ${module}`);
  return found;
}

describe("schema: modules", () => {
  it("are known by name, with version and file CRC", () => {
    const module = schema.modules.get("wire_types");
    assert.equal(module?.version, "2.1.0");
    assert.match(module?.fileCrc ?? "", /^0x[0-9a-f]+$/);
    assert.equal(module?.messages.length, 0);
  });

  it("take their name from the file where the definition has none", () => {
    assert.equal(message("legacy_window_set").module, "legacy");
  });

  it("come one by one or as the list that get_api_json gives", () => {
    const list = definitions(fixturePath("api")).map(({ value }) => value);
    const text = JSON.stringify(list);
    // VPP 26.06 sends one stray byte behind the text.
    for (const stray of ["", "\0", "\u0001", "x"]) {
      const read = Schema.fromApiJson(text + stray);
      assert.equal([...read.messages()].length, [...schema.messages()].length);
      assert.equal(read.messageByNameCrc(message("widget_add").nameCrc)?.name, "widget_add");
    }
  });

  it("given twice count once, as the last", () => {
    const [one] = definitions(fixturePath("api/texts.api.json").replace(/[^/]*$/, ""))
      .filter(({ source }) => source === "texts.api.json");
    assert.ok(one);
    const twice = Schema.fromJson([one, one]);
    assert.equal(twice.modules.size, 1);
    assert.equal([...twice.messages()].length, 6);
  });

  it("of several schemas do not know of each other", () => {
    const other = Schema.fromJson([{ value: { messages: [] }, source: "empty" }]);
    assert.equal(other.message("widget_add"), undefined);
    assert.deepEqual([...other.messages()], []);
  });
});

describe("schema: messages", () => {
  it("are found by name and by name and CRC", () => {
    const found = message("legacy_window_set");
    assert.equal(found.crc, "00c0ffee");
    assert.equal(found.nameCrc, "legacy_window_set_00c0ffee");
    assert.equal(schema.messageByNameCrc("legacy_window_set_00c0ffee"), found);
    assert.equal(schema.messageByNameCrc("legacy_window_set_c0ffee"), undefined);
    assert.equal(schema.message("legacy_window"), undefined);
  });

  const kinds: readonly (readonly [name: string, kind: Message["kind"]])[] = [
    ["widget_add", "request"],
    ["widget_add_reply", "reply"],
    ["widget_dump", "request"],
    ["widget_details", "details"],
    ["widget_get", "request"],
    ["widget_get_reply", "reply"],
    ["widget_trace_details", "details"],
    ["want_widget_events", "request"],
    ["widget_event", "event"],
    ["widget_tick", "event"],
    ["widget_fire", "request"],
    ["widget_stop", "request"],
    ["legacy_window_event", "event"],
  ];
  for (const [name, kind] of kinds) {
    it(`${name} is of kind ${kind}`, () => assert.equal(message(name).kind, kind));
  }

  it("carry options and comments", () => {
    assert.deepEqual(message("widget_add").options, { vat_help: "name <name>" });
    assert.deepEqual(Object.keys(message("widget_del").options), ["deprecated", "replaced_by"]);
    assert.equal(message("widget_del").options["replaced_by"], "widget_add_v2");
    assert.equal(message("widget_add_v2").options["status"], "in_progress");
    assert.match(message("scalars_set").comment, /Every scalar/);
    assert.equal(message("widget_add").comment, "");
  });
});

describe("schema: services", () => {
  it("a request has its reply", () => {
    const { service } = message("widget_add");
    assert.deepEqual(service, {
      request: "widget_add",
      reply: "widget_add_reply",
      details: undefined,
      events: [],
    });
  });

  it("a dump has details and no reply of its own", () => {
    const { service } = message("widget_dump");
    assert.equal(service?.reply, undefined);
    assert.equal(service?.details, "widget_details");
  });

  it("a cursor request has details and a reply that ends it", () => {
    const { service } = message("widget_get");
    assert.equal(service?.reply, "widget_get_reply");
    assert.equal(service?.details, "widget_details");
  });

  it("a subscription has its events", () => {
    assert.deepEqual(message("want_widget_events").service?.events, [
      "widget_event",
      "widget_tick",
    ]);
  });

  it('a reply "null" means that nothing comes back', () => {
    const { service } = message("widget_fire");
    assert.ok(service);
    assert.equal(service.reply, undefined);
    assert.equal(service.details, undefined);
  });
});

describe("schema: types", () => {
  it("inlined in two modules, or twice in one, are one definition each", () => {
    const hop = type("shapes", "hop");
    assert.equal(hop.kind === "struct" && hop.fields.length, 3);
    assert.deepEqual(hop, type("wire_types", "hop"));
    assert.notEqual(hop, type("wire_types", "hop"));
  });

  it("aliases keep their name and lead to what stands on the wire", () => {
    const mac = type("wire_types", "mac_address");
    assert.equal(mac.kind, "alias");
    assert.deepEqual(resolveAlias(mac), {
      kind: "array",
      element: { kind: "scalar", scalar: "u8" },
      length: 6,
    });
    assert.deepEqual(resolveAlias(type("wire_types", "uplink_index")), {
      kind: "scalar",
      scalar: "u32",
    });
    assert.equal(resolveAlias(type("wire_types", "address_with_prefix")).kind, "struct");
  });

  it("an alias may stand before the type that it names", () => {
    assert.equal(fixedSize(type("wire_types", "hop_pair")), 18);
  });

  const sizes: readonly (readonly [name: string, bytes: number | undefined])[] = [
    ["address", 17],
    ["prefix", 18],
    ["address_union", 16],
    ["value_union", 12],
    ["hop", 9],
    ["span", 17],
    ["depth8", 1],
    ["bits16", 2],
    ["colour", 4],
    ["route", undefined],
  ];
  for (const [name, bytes] of sizes) {
    it(`${name} takes ${bytes ?? "a variable number of"} bytes`, () => {
      assert.equal(fixedSize(type("wire_types", name)), bytes);
    });
  }

  it("enums have base, members and whether these are flags", () => {
    assert.deepEqual(type("wire_types", "depth8"), {
      kind: "enum",
      name: "depth8",
      base: "i8",
      flags: false,
      members: [["DEPTH8_LOWEST", -128], ["DEPTH8_SEA", 0], ["DEPTH8_HIGHEST", 127]],
    });
    const bits = type("wire_types", "bits32");
    assert.equal(bits.kind === "enum" && bits.flags, true);
    // Releases before 21.01 list enumflags among the enums, and an enum without a base has u32.
    const side = type("legacy", "side");
    assert.equal(side.kind === "enum" && side.base, "u32");
  });

  it("unions know their arms, cases and discriminator", () => {
    const union = type("wire_types", "address_union");
    assert.deepEqual(
      union.kind === "union" && union.arms.map((arm) => [arm.name, arm.case]),
      [["ip4", "ADDRESS_IP4"], ["ip6", "ADDRESS_IP6"]],
    );
    const address = type("wire_types", "address");
    assert.equal(address.kind === "struct" && address.fields[1]?.discriminator, "af");
    const value = type("wire_types", "value_union");
    assert.equal(value.kind === "union" && value.arms[0]?.case, undefined);
  });

  it("arrays are fixed or counted by a field before them", () => {
    const fields = new Map(message("arrays_apart_set").fields.map((f) => [f.name, f.type]));
    assert.deepEqual(fields.get("acls"), {
      kind: "vla",
      element: { kind: "scalar", scalar: "u32" },
      countField: "count",
    });
  });

  it("fields have the definition's defaults", () => {
    const defaults = message("defaults_set").fields
      .filter((field) => field.default !== undefined)
      .map((field) => [field.name, field.default]);
    assert.deepEqual(defaults, [
      ["port", 4294967295],
      ["offset", -1],
      ["ttl", 64],
      ["is_add", "true"],
      ["is_ip6", false],
      ["enable", 4294967295],
      ["delay", 1.5],
      ["max_size", 8192],
      ["mask", 2 ** 64],
      ["colour", 4294967295],
    ]);
  });
});
