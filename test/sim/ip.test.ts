import { Simulator } from "../../src/sim/simulator.ts";
import { assert, describe, it } from "../harness.ts";
import { RawClient } from "./raw_client.ts";

const NO_SUCH_FIB = -3;
const NO_SUCH_ENTRY = -6;
const NO_PATHS_IN_ROUTE = -52;
const NO_MATCHING_INTERFACE = -54;
const ADDRESS_LENGTH_MISMATCH = -59;
const ADDRESS_NOT_FOUND = -60;
const ADDRESS_IN_USE = -105;
const ADDRESS_FOUND = -114;
const UNSUPPORTED = -126;
const DUPLICATE_IF_ADDRESS = -127;
const NONE = 0xffffffff;

/** A path of a route, as `ip_route_details` has it. */
interface Path {
  readonly swIfIndex: number;
  readonly type: number;
  readonly weight: number;
  readonly preference: number;
  readonly nLabels: number;
  readonly nh: { readonly address: { readonly ip4?: string; readonly ip6?: string } };
}

interface Route {
  readonly prefix: string;
  readonly src?: number;
  readonly paths: readonly Path[];
}

async function open(interfaces = 3): Promise<RawClient> {
  return await RawClient.open(new Simulator({ interfaces }));
}

function changeAddress(client: RawClient, swIfIndex: number, prefix: string, isAdd = true) {
  return client.retval("sw_interface_add_del_address", { swIfIndex, prefix, isAdd });
}

/** The routes of table 0 whose prefix begins with `start`, sorted, as `prefix type interface hop`. */
async function routes(client: RawClient, start: string, isIp6 = false): Promise<string[]> {
  const details = await client.dump("ip_route_v2_dump", { table: { isIp6 } });
  return details
    .map((m) => m.fields["route"] as Route)
    .filter((route) => route.prefix.startsWith(start))
    .map(({ prefix, src, paths }) => `${prefix} src ${src} ${paths.map(pathText).join(" | ")}`)
    .sort();
}

function pathText({ swIfIndex, type, weight, preference, nh }: Path): string {
  const hop = nh.address.ip4 ?? nh.address.ip6;
  const itf = swIfIndex === NONE ? "-" : swIfIndex;
  return `type ${type} if ${itf} hop ${hop} w ${weight} p ${preference}`;
}

function path(swIfIndex: number, ip4: string, more: object = {}): object {
  return { swIfIndex, weight: 1, nh: { address: { ip4 } }, ...more };
}

describe("simulator: addresses", () => {
  it("adds and removes addresses with VPP's refusals", async () => {
    const client = await open();
    assert.equal(await changeAddress(client, 1, "10.9.0.1/24"), 0);
    assert.equal(await changeAddress(client, 1, "10.9.0.1/24"), ADDRESS_IN_USE);
    assert.equal(await changeAddress(client, 1, "10.9.0.1/25"), ADDRESS_IN_USE);
    assert.equal(await changeAddress(client, 1, "10.9.0.2/24"), 0);
    assert.equal(await changeAddress(client, 2, "10.9.0.3/24"), ADDRESS_IN_USE);
    assert.equal(await changeAddress(client, 2, "10.0.0.0/0"), ADDRESS_IN_USE);
    assert.equal(await changeAddress(client, 2, "2001:db8::1/0"), ADDRESS_LENGTH_MISMATCH);
    assert.equal(await changeAddress(client, 1, "2001:db8::1/64"), 0);
    assert.equal(await changeAddress(client, 2, "2001:db8::2/64"), DUPLICATE_IF_ADDRESS);
    assert.equal(await changeAddress(client, 1, "10.9.0.9/24", false), ADDRESS_NOT_FOUND);
    assert.equal(await changeAddress(client, 2, "10.9.0.1/24", false), ADDRESS_NOT_FOUND);
    assert.equal(await changeAddress(client, 0, "10.19.0.1/24"), UNSUPPORTED);
    const addresses = async (isIpv6: boolean) =>
      (await client.dump("ip_address_dump", { swIfIndex: 1, isIpv6 })).map((m) =>
        m.fields["prefix"]
      );
    assert.deepEqual(await addresses(false), ["10.9.0.1/24", "10.9.0.2/24"]);
    assert.deepEqual(await addresses(true), ["2001:db8::1/64"]);
    assert.equal(await changeAddress(client, 1, "10.9.0.1/24", false), 0);
    assert.deepEqual(await addresses(false), ["10.9.0.2/24"]);
    await client.call("sw_interface_add_del_address", { swIfIndex: 1, delAll: true });
    assert.deepEqual(await addresses(false), []);
    assert.deepEqual(await client.dump("ip_address_dump", { swIfIndex: 99 }), []);
    await client.close();
  });

  it("has the routes of an address while its interface is up", async () => {
    const client = await open();
    await changeAddress(client, 1, "10.9.0.1/24");
    await changeAddress(client, 1, "10.9.0.2/24");
    assert.deepEqual(await routes(client, "10.9."), []);
    await client.call("sw_interface_set_flags", { swIfIndex: 1, flags: 1 });
    assert.deepEqual(await routes(client, "10.9."), [
      "10.9.0.0/32 src 4 type 2 if - hop 0.0.0.0 w 1 p 0",
      "10.9.0.1/24 src 4 type 0 if 1 hop 0.0.0.0 w 1 p 0",
      "10.9.0.1/32 src 4 type 1 if 1 hop 10.9.0.1 w 1 p 0",
      "10.9.0.2/32 src 4 type 1 if 1 hop 10.9.0.2 w 1 p 0",
      "10.9.0.255/32 src 4 type 2 if - hop 0.0.0.0 w 1 p 0",
    ]);
    await changeAddress(client, 1, "10.9.0.1/24", false);
    assert.equal((await routes(client, "10.9.")).length, 4);
    await changeAddress(client, 1, "11.9.0.2/31");
    await changeAddress(client, 1, "11.9.1.2/32");
    assert.deepEqual(await routes(client, "11.9."), [
      "11.9.0.2/31 src 4 type 0 if 1 hop 0.0.0.0 w 1 p 0",
      "11.9.0.2/32 src 4 type 1 if 1 hop 11.9.0.2 w 1 p 0",
      "11.9.0.3/32 src 4 type 0 if 1 hop 11.9.0.3 w 1 p 0",
      "11.9.1.2/32 src 4 type 1 if 1 hop 11.9.1.2 w 1 p 0",
    ]);
    await changeAddress(client, 1, "2001:db8::1/64");
    assert.deepEqual(await routes(client, "2001:", true), [
      "2001:db8::/64 src 4 type 0 if 1 hop :: w 1 p 0",
      "2001:db8::1/128 src 4 type 1 if 1 hop 2001:db8::1 w 1 p 0",
    ]);
    await client.call("delete_loopback", { swIfIndex: 1 });
    assert.deepEqual(await routes(client, "1"), []);
    assert.deepEqual(await routes(client, "2001:", true), []);
    await client.close();
  });

  it("binds interfaces to tables", async () => {
    const client = await open();
    const bind = (swIfIndex: number, vrfId: number) =>
      client.retval("sw_interface_set_table", { swIfIndex, vrfId });
    const table = { tableId: 10, name: "" };
    assert.equal(await bind(1, 10), NO_SUCH_FIB);
    assert.equal(await client.retval("ip_table_add_del", { isAdd: true, table }), 0);
    assert.equal(await bind(1, 10), 0);
    const bound = await client.call("sw_interface_get_table", { swIfIndex: 1 });
    assert.equal(bound.fields["vrfId"], 10);
    // One network twice is no conflict in two tables.
    assert.equal(await changeAddress(client, 1, "10.9.0.1/24"), 0);
    assert.equal(await changeAddress(client, 2, "10.9.0.1/24"), 0);
    assert.equal(await bind(1, 0), ADDRESS_FOUND);
    const tables = await client.dump("ip_table_dump");
    assert.deepEqual(tables.map((m) => m.fields["table"]), [
      { tableId: 0, isIp6: false, name: "ipv4-VRF:0" },
      { tableId: 10, isIp6: false, name: "ipv4-VRF:10" },
      { tableId: 0, isIp6: true, name: "ipv6-VRF:0" },
    ]);
    await client.close();
  });
});

describe("simulator: routes", () => {
  it("begins with the routes that VPP begins with", async () => {
    const client = await open(0);
    assert.deepEqual(await routes(client, ""), [
      "0.0.0.0/0 src 20 type 2 if - hop 0.0.0.0 w 1 p 0",
      "0.0.0.0/32 src 20 type 2 if - hop 0.0.0.0 w 1 p 0",
      "224.0.0.0/4 src 1 type 2 if - hop 0.0.0.0 w 1 p 0",
      "240.0.0.0/4 src 1 type 2 if - hop 0.0.0.0 w 1 p 0",
      "255.255.255.255/32 src 20 type 2 if - hop 0.0.0.0 w 1 p 0",
    ]);
    await client.close();
  });

  it("adds, replaces and deletes routes, with VPP's refusals", async () => {
    const client = await open();
    const change = async (prefix: string, paths: object[], more: object = {}) => {
      const route = { prefix, paths, ...more };
      const { fields } = await client.call("ip_route_add_del", { isAdd: true, route });
      return [fields["retval"], fields["statsIndex"] === NONE];
    };
    assert.deepEqual(await change("50.0.0.0/24", []), [NO_PATHS_IN_ROUTE, true]);
    assert.deepEqual(await change("50.0.0.0/24", [path(1, "1.2.3.4")], { tableId: 7 }), [
      NO_SUCH_FIB,
      true,
    ]);
    assert.deepEqual(await change("50.0.0.0/24", [path(99, "1.2.3.4")]), [
      NO_MATCHING_INTERFACE,
      true,
    ]);
    assert.deepEqual(await change("50.0.0.7/24", [path(1, "1.2.3.4", { weight: 0 })]), [0, false]);
    assert.deepEqual(await routes(client, "50."), [
      "50.0.0.7/24 src 8 type 0 if 1 hop 1.2.3.4 w 1 p 0",
    ]);
    assert.deepEqual(await change("50.0.0.0/24", [path(NONE, "9.9.9.9", { type: 2 })]), [0, false]);
    assert.deepEqual(await routes(client, "50."), [
      "50.0.0.7/24 src 8 type 2 if - hop 0.0.0.0 w 1 p 0",
    ]);
    const gone = { isAdd: false, route: { prefix: "50.0.0.0/24", paths: [] } };
    assert.equal(await client.retval("ip_route_add_del", gone), 0);
    assert.equal(await client.retval("ip_route_add_del", gone), 0);
    assert.deepEqual(await routes(client, "50."), []);
    await client.close();
  });

  it("adds and removes single paths of a multipath route", async () => {
    const client = await open();
    const change = (isAdd: boolean, paths: object[]) =>
      client.retval("ip_route_add_del", {
        isAdd,
        isMultipath: true,
        route: { prefix: "50.0.0.0/24", paths },
      });
    assert.equal(await change(true, [path(1, "1.2.3.4", { preference: 3 })]), 0);
    assert.equal(await change(true, [path(2, "1.2.3.4")]), 0);
    assert.equal(await change(true, [path(2, "1.2.3.4", { weight: 5 })]), 0);
    assert.deepEqual(await routes(client, "50."), [
      "50.0.0.0/24 src 8 type 0 if 2 hop 1.2.3.4 w 1 p 0 | type 0 if 1 hop 1.2.3.4 w 1 p 3",
    ]);
    assert.equal(await change(false, [path(1, "1.2.3.4")]), 0);
    assert.deepEqual(await routes(client, "50."), [
      "50.0.0.0/24 src 8 type 0 if 2 hop 1.2.3.4 w 1 p 0",
    ]);
    assert.equal(await change(false, [path(2, "1.2.3.4")]), 0);
    assert.deepEqual(await routes(client, "50."), []);
    await client.close();
  });

  it("tells the paths of one request from those of the one before", async () => {
    const client = await open();
    const label = { label: 16, ttl: 64 };
    const all = [
      [path(1, "1.2.3.4")],
      [path(1, "1.2.3.4")],
      [path(1, "1.2.3.5")],
      [path(1, "1.2.3.5"), path(2, "1.2.3.4")],
      [path(1, "1.2.3.5", { nLabels: 1, labelStack: [label] })],
      [path(1, "1.2.3.5")],
    ];
    for (const [n, paths] of all.entries()) {
      const route = { prefix: `50.0.0.${n}/32`, paths };
      assert.equal(await client.retval("ip_route_add_del", { isAdd: true, route }), 0);
    }
    assert.deepEqual(await routes(client, "50."), [
      "50.0.0.0/32 src 8 type 0 if 1 hop 1.2.3.4 w 1 p 0",
      "50.0.0.1/32 src 8 type 0 if 1 hop 1.2.3.4 w 1 p 0",
      "50.0.0.2/32 src 8 type 0 if 1 hop 1.2.3.5 w 1 p 0",
      "50.0.0.3/32 src 8 type 0 if 1 hop 1.2.3.5 w 1 p 0 | type 0 if 2 hop 1.2.3.4 w 1 p 0",
      "50.0.0.4/32 src 8 type 0 if 1 hop 1.2.3.5 w 1 p 0",
      "50.0.0.5/32 src 8 type 0 if 1 hop 1.2.3.5 w 1 p 0",
    ]);
    const details = await client.dump("ip_route_dump", { table: {} });
    const labels = details
      .map((m) => m.fields["route"] as Route)
      .filter(({ prefix }) => prefix.startsWith("50."))
      .map(({ paths }) => paths.map(({ nLabels }) => nLabels));
    assert.deepEqual(labels, [[0], [0], [0], [0, 0], [1], [0]]);
    await client.close();
  });

  it("looks a route up, exactly or by the longest prefix", async () => {
    const client = await open();
    for (const prefix of ["50.0.0.0/8", "50.1.0.0/16"]) {
      await client.call("ip_route_add_del", {
        isAdd: true,
        route: { prefix, paths: [path(1, "1.2.3.4")] },
      });
    }
    const lookup = async (prefix: string, exact: number) => {
      const { fields } = await client.call("ip_route_lookup", { prefix, exact });
      return fields["retval"] === 0 ? (fields["route"] as Route).prefix : fields["retval"];
    };
    assert.equal(await lookup("50.1.2.3/32", 0), "50.1.0.0/16");
    assert.equal(await lookup("50.2.2.3/32", 0), "50.0.0.0/8");
    assert.equal(await lookup("51.2.2.3/32", 0), "0.0.0.0/0");
    assert.equal(await lookup("50.1.0.0/16", 1), "50.1.0.0/16");
    assert.equal(await lookup("50.1.2.3/32", 1), NO_SUCH_ENTRY);
    await client.close();
  });

  it("flushes a table: its interfaces go down, the routes that clients made are gone", async () => {
    const client = await open();
    await client.call("sw_interface_set_flags", { swIfIndex: 1, flags: 1 });
    await client.call("ip_route_add_del", {
      isAdd: true,
      route: { prefix: "50.0.0.0/8", paths: [path(1, "1.2.3.4")] },
    });
    assert.equal(await client.retval("ip_table_flush", { table: { tableId: 0 } }), 0);
    assert.equal(await client.retval("ip_table_flush", { table: { tableId: 9 } }), NO_SUCH_FIB);
    assert.deepEqual(await routes(client, "50."), []);
    const [loop0] = await client.dump("sw_interface_dump", { swIfIndex: 1 });
    assert.equal(loop0?.fields["flags"], 0);
    await client.close();
  });
});

describe("simulator: neighbours", () => {
  it("keeps neighbours and the routes to them", async () => {
    const client = await open();
    const change = async (isAdd: boolean, neighbor: object) => {
      const { fields } = await client.call("ip_neighbor_add_del", { isAdd, neighbor });
      return fields["retval"];
    };
    const fixed = {
      swIfIndex: 1,
      flags: 1,
      macAddress: "02:00:00:00:00:01",
      ipAddress: "10.0.0.7",
    };
    assert.equal(await change(true, fixed), 0);
    assert.equal(await change(true, { ...fixed, flags: 0 }), -2);
    assert.equal(await change(true, { ...fixed, swIfIndex: 99 }), -2);
    assert.equal(await change(true, { ...fixed, ipAddress: "2001:db8::7" }), 0);
    const dump = async (fields: object) =>
      (await client.dump("ip_neighbor_dump", fields)).map((m) => m.fields["neighbor"]);
    assert.deepEqual(await dump({ swIfIndex: NONE, af: 0 }), [fixed]);
    assert.deepEqual(await dump({ swIfIndex: 2, af: 0 }), []);
    assert.equal((await dump({ swIfIndex: 1, af: 1 })).length, 1);
    assert.deepEqual(await routes(client, "10.0."), [
      "10.0.0.7/32 src 15 type 0 if 1 hop 10.0.0.7 w 1 p 0",
    ]);
    assert.equal(await change(false, fixed), 0);
    assert.equal(await change(false, fixed), NO_SUCH_ENTRY);
    assert.deepEqual(await routes(client, "10.0."), []);
    assert.equal(await client.retval("ip_neighbor_flush", { af: 1, swIfIndex: NONE }), 0);
    assert.deepEqual(await dump({ swIfIndex: NONE, af: 1 }), []);
    await client.close();
  });
});
