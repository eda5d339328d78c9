import { IfStatusFlags, IfType } from "../../src/binapi/interface_types.ts";
import { AclAddReplace } from "../../src/binapi/acl.ts";
import { SwInterfaceDetails, SwInterfaceDump } from "../../src/binapi/interface.ts";
import { IpRouteAddDel } from "../../src/binapi/ip.ts";
import { PolicerDetails } from "../../src/binapi/policer.ts";
import { Codec } from "../../src/codec/codec.ts";
import { nameOf, namesOf } from "../../src/codec/enum_names.ts";
import { fromJson, toJson } from "../../src/codec/json.ts";
import { EncodeError } from "../../src/errors.ts";
import { assert, describe, it } from "../harness.ts";

const route = {
  tableId: 7,
  prefix: "10.0.0.0/24",
  paths: [{ swIfIndex: 1, proto: 0, nh: { address: { ip4: "10.0.0.1" } } }],
} as const;

describe("toJson", () => {
  it("has VPP's names, enums by name, addresses as text, counts of arrays, defaults", () => {
    const json = toJson(IpRouteAddDel, { isMultipath: true, route });
    assert.equal(json["is_add"], true);
    const printed = json["route"] as Record<string, unknown>;
    assert.equal(printed["prefix"], "10.0.0.0/24");
    assert.equal(printed["n_paths"], 1);
    const [path] = printed["paths"] as Record<string, unknown>[];
    assert.equal(path?.["proto"], "FIB_API_PATH_NH_PROTO_IP4");
    assert.equal(path?.["type"], "FIB_API_PATH_TYPE_NORMAL");
    assert.deepEqual((path?.["nh"] as Record<string, unknown>)["address"], { ip4: "10.0.0.1" });
  });

  it("fills in what was left out", () => {
    assert.deepEqual(toJson(SwInterfaceDump, {}), {
      sw_if_index: 0xffffffff,
      name_filter_valid: false,
      name_filter: "",
    });
  });

  it("has nothing that JSON.stringify cannot write", () => {
    const codec = new Codec();
    const fields = { cb: 2n ** 63n, eb: 5n };
    const wire = codec.encodeMessage(PolicerDetails.message, fields, "typescript");
    const { batch, record } = codec.decodeMessage(PolicerDetails.message, wire);
    const json = JSON.parse(
      JSON.stringify(toJson(PolicerDetails, PolicerDetails.decode(batch, record))),
    );
    assert.equal(json["cb"], "9223372036854775808");
    assert.equal(json["eb"], 5);
  });

  it("names a field that the message does not have", () => {
    const fields = { swIfIndex: 1, nameFilter: "x", filter: "y" };
    assert.throws(() => toJson(SwInterfaceDump, fields), at("sw_interface_dump.filter"));
  });
});

describe("fromJson", () => {
  it("gives the message that toJson printed", () => {
    const value = fromJson(IpRouteAddDel, toJson(IpRouteAddDel, { isMultipath: true, route }));
    assert.equal(value.isAdd, true);
    assert.equal(value.route.prefix, "10.0.0.0/24");
    assert.deepStrictEqual(value.route.paths[0]?.nh?.address, { ip4: "10.0.0.1" });
  });

  it("takes what vat2 prints, and fills in the rest", () => {
    const value = fromJson(SwInterfaceDump, {
      _msgname: "sw_interface_dump",
      _crc: "aa610c27",
      name_filter: "loop",
    });
    assert.deepStrictEqual(value, {
      swIfIndex: 0xffffffff,
      nameFilterValid: false,
      nameFilter: "loop",
    });
  });

  it("can be sent", () => {
    const fields: AclAddReplace = fromJson(AclAddReplace, {
      acl_index: 4294967295,
      tag: "web",
      count: 1,
      r: [{ is_permit: "ACL_ACTION_API_PERMIT", src_prefix: "0.0.0.0/0", dst_prefix: "::/0" }],
    });
    const wire = new Codec().encodeMessage(AclAddReplace.message, fields, "typescript");
    assert.ok(wire.length > 0);
  });

  const faults: readonly [what: string, json: object, path: string][] = [
    ["a name that the message does not have", { sw_if_indx: 1 }, "sw_if_indx"],
    ["a number out of range", { sw_if_index: -1 }, "sw_if_index"],
    ["a text for a flag", { name_filter_valid: "yes" }, "name_filter_valid"],
    ["a number for a text", { name_filter: 5 }, "name_filter"],
  ];
  for (const [what, json, path] of faults) {
    it(`names ${what}`, () => {
      assert.throws(() => fromJson(SwInterfaceDump, json), at(`sw_interface_dump.${path}`));
    });
  }

  it("names the field inside of others", () => {
    const json = { route: { paths: [{}, { proto: "FIB_API_PATH_NH_PROTO_IPX" }] } };
    const path = "ip_route_add_del.route.paths[1].proto";
    assert.throws(() => fromJson(IpRouteAddDel, json), at(path));
    assert.throws(
      () => fromJson(IpRouteAddDel, { route: { prefix: "10.0.0.0/33" } }),
      at("ip_route_add_del.route.prefix"),
    );
    assert.throws(() => fromJson(IpRouteAddDel, [1]), EncodeError);
  });
});

describe("names of enum values", () => {
  it("are those of the bindings", () => {
    assert.equal(nameOf(IfType, IfType.SUB), "SUB");
    assert.equal(nameOf(IfType, 77), undefined);
    assert.deepEqual(namesOf(IfStatusFlags, 3), ["ADMIN_UP", "LINK_UP"]);
    assert.deepEqual(namesOf(IfStatusFlags, 0), []);
  });
});

describe("a decoded message", () => {
  it("is a plain object", () => {
    const codec = new Codec();
    const fields = { swIfIndex: 3, interfaceName: "loop3", mtu: [1500, 0, 0, 0] };
    const wire = codec.encodeMessage(SwInterfaceDetails.message, fields, "typescript");
    const { batch, record } = codec.decodeMessage(SwInterfaceDetails.message, wire);
    const details = SwInterfaceDetails.decode(batch, record);
    assert.equal(Object.getPrototypeOf(details), Object.prototype);
    assert.deepEqual(Object.keys(details).slice(0, 3), ["swIfIndex", "supSwIfIndex", "l2Address"]);
    assert.deepStrictEqual(structuredClone(details), details);
    assert.deepStrictEqual({ ...details, tag: "x" }.tag, "x");
    batch.u8.fill(0);
    assert.equal(details.swIfIndex, 3, "it does not look at the batch any more");
  });
});

function at(path: string): (error: unknown) => boolean {
  return (error) => error instanceof EncodeError && error.path === path;
}
