import { SchemaError } from "../../src/errors.ts";
import { Schema } from "../../src/schema/schema.ts";
import { assert, describe, it } from "../harness.ts";

const crc = { crc: "0x12345678" };

/** A module with one message of these fields. */
function withFields(...fields: readonly unknown[]): object {
  return { module: "broken", messages: [["msg", ["u16", "_vl_msg_id"], ...fields, crc]] };
}

/** A definition, and what its error must say beside the module's name or source. */
type Case = readonly (readonly [what: string, value: unknown, says: RegExp])[];

const notDefinitions: Case = [
  ["a number", 5, /expected an object, found a number/],
  ["null", null, /expected an object, found null/],
  ["a list in a list", [[]], /broken\.api\.json\[0\].*expected an object, found a list/],
  ["another JSON file", { name: "x", version: "1" }, /expected types, messages, .* found none/],
  ["messages that are no list", { messages: {} }, /messages: expected a list, found an object/],
  ["a message that is no list", { messages: [5] }, /messages\[0\]: expected a list/],
  ["a message without a name", { messages: [[]] }, /name: expected a string, found nothing/],
  ["a message without a trailer", { messages: [["msg", ["u8", "x"]]] }, /msg, trailer/],
  ["a message without a CRC", { messages: [["msg", {}]] }, /msg, crc: expected a string/],
  ["a CRC that is none", { messages: [["msg", { crc: "0xz" }]] }, /msg: crc "0xz"/],
  ["a field without a name", withFields(["u8"]), /msg, field 1, name: expected a string/],
  ["a field without a type", withFields([[], "x"]), /field 1, type: expected a string/],
  ["an alias without a type", { aliases: { x: {} } }, /alias x, type: expected a string/],
  ["services that are a list", { services: [] }, /services: expected an object, found a list/],
  ["a service's reply that is no name", { services: { x: { reply: 5 } } }, /service x, reply/],
  ["events that are no list", { services: { x: { events: "y" } } }, /service x, events/],
  ["a member without a number", { enums: [["x", ["A"]]] }, /enums\[0\] x: member \["A"\]/],
];

const wrongDefinitions: Case = [
  [
    "an unknown type",
    withFields(["vl_api_nope_t", "x"]),
    /msg\.x has the unknown type vl_api_nope/,
  ],
  ["two fields of one name", withFields(["u8", "x"], ["u8", "x"]), /msg has two fields x/],
  ["a negative length", withFields(["u8", "x", -1]), /field 1 x: -1 is no length/],
  ["half an element", withFields(["u8", "x", 1.5]), /field 1 x: 1.5 is no length/],
  ["a huge array", withFields(["u32", "x", 4e9]), /msg\.x ends beyond 16777216 bytes/],
  ["a huge string", withFields(["string", "x", 1e12]), /msg\.x ends beyond/],
  ["a missing count", withFields(["u8", "x", 0, "n"]), /msg\.x is counted by n, .* before it/],
  ["a count behind", withFields(["u8", "x", 0, "n"], ["u8", "n"]), /counted by n, .* before it/],
  [
    "a count that is text",
    withFields(["string", "n", 4], ["u8", "x", 0, "n"]),
    /no u8, u16 or u32/,
  ],
  ["a count that is signed", withFields(["i8", "n"], ["u8", "x", 0, "n"]), /no u8, u16 or u32/],
  ["a count of 64 bits", withFields(["u64", "n"], ["u8", "x", 0, "n"]), /no u8, u16 or u32/],
  [
    "a type in itself",
    { module: "broken", types: [["t", ["vl_api_t_t", "x"]]] },
    /type t contains itself/,
  ],
  [
    "aliases in a circle",
    { module: "broken", aliases: { p: { type: "vl_api_q_t" }, q: { type: "vl_api_p_t" } } },
    /type p contains itself/,
  ],
  [
    "an enum of 64 bits",
    { module: "broken", enums: [["e", ["A", 0], { enumtype: "u64" }]] },
    /enum e has the base u64/,
  ],
  [
    "a union with an arm of variable length",
    { module: "broken", unions: [["u", ["string", "x", 0]]] },
    /union u has an arm of variable length/,
  ],
  [
    "types that double each other",
    {
      module: "broken",
      types: Array.from(
        { length: 60 },
        (_, i) =>
          i === 0
            ? ["t0", ["u8", "x"]]
            : [`t${i}`, [`vl_api_t${i - 1}_t`, "x"], [`vl_api_t${i - 1}_t`, "y"]],
      ),
    },
    /broken: t\d+\.. ends beyond/,
  ],
  [
    "a message without an id",
    { module: "broken", messages: [["msg", ["u32", "context"], crc]] },
    /message msg does not begin with a u16 _vl_msg_id/,
  ],
];

function refuses(cases: Case, named: RegExp): void {
  for (const [what, value, says] of cases) {
    it(what, () => {
      assert.throws(() => Schema.fromJson([{ value, source: "broken.api.json" }]), (error) => {
        assert.ok(error instanceof SchemaError, String(error));
        assert.match(error.message, says);
        assert.match(error.message, named);
        return true;
      });
    });
  }
}

describe("schema: refuses what is no definition and names the file", () => {
  refuses(notDefinitions, /^API definition "broken\.api\.json/);
});

describe("schema: refuses a definition that cannot be and names the place", () => {
  refuses(wrongDefinitions, /^API (module broken:|definition "broken\.api\.json")/);
});

describe("schema: get_api_json", () => {
  for (const text of ["", "x", "[", "]", "null", "[{},", '[{"messages":[]}']) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => Schema.fromApiJson(text), { code: "SCHEMA" });
    });
  }
});
