import { Simulator } from "../../src/sim/simulator.ts";
import { assert, describe, it } from "../harness.ts";
import { RawClient } from "./raw_client.ts";

const INVALID_SW_IF_INDEX = -2;
const INVALID_VALUE = -7;
const INVALID_REGISTRATION = -31;
const NONE = 0xffffffff;

async function names(client: RawClient, fields: object = {}): Promise<unknown[]> {
  const details = await client.dump("sw_interface_dump", fields);
  return details.map((m) => m.fields["interfaceName"]);
}

describe("simulator: interfaces", () => {
  it("has local0 and the loopbacks that it starts with, as VPP shows them", async () => {
    const client = await RawClient.open(new Simulator({ interfaces: 258 }));
    const details = await client.dump("sw_interface_dump");
    assert.equal(details.length, 259);
    const [local, loop0] = details.map((m) => m.fields);
    assert.equal(local?.["interfaceName"], "local0");
    assert.equal(local?.["swIfIndex"], 0);
    assert.deepEqual(
      [loop0?.["swIfIndex"], loop0?.["supSwIfIndex"], loop0?.["interfaceDevType"], loop0?.["mtu"]],
      [1, 1, "Loopback", [9000, 0, 0, 0]],
    );
    assert.equal(loop0?.["l2Address"], "de:ad:00:00:00:00");
    // VPP puts one byte of the instance into the address.
    assert.equal(details[257]?.fields["l2Address"], "de:ad:00:00:00:00");
    assert.equal(details[258]?.fields["l2Address"], "de:ad:00:00:00:01");
    await client.close();
  });

  it("starts with 10,000 interfaces in well under a second", async () => {
    const start = performance.now();
    const sim = new Simulator({ interfaces: 10_000 });
    const took = performance.now() - start;
    assert.ok(took < 900, `${took} ms`);
    const client = await RawClient.open(sim);
    assert.equal((await client.dump("sw_interface_dump")).length, 10_001);
    await client.close();
  });

  it("creates and deletes loopbacks with VPP's names, indices and refusals", async () => {
    const client = await RawClient.open(new Simulator());
    const create = async (fields: object) => {
      const { fields: reply } = await client.call("create_loopback_instance", fields);
      return [reply["retval"], reply["swIfIndex"]];
    };
    assert.deepEqual(await create({ isSpecified: true, userInstance: 1 }), [0, 1]);
    assert.deepEqual(await create({}), [0, 2]);
    assert.deepEqual(await create({}), [0, 3]);
    assert.deepEqual(await names(client), ["local0", "loop1", "loop0", "loop2"]);
    assert.deepEqual(await create({ isSpecified: true, userInstance: 1 }), [
      INVALID_REGISTRATION,
      NONE,
    ]);
    assert.deepEqual(await create({ isSpecified: true, userInstance: 16384 }), [
      INVALID_REGISTRATION,
      NONE,
    ]);
    assert.equal(await client.retval("delete_loopback", { swIfIndex: 1 }), 0);
    assert.equal(await client.retval("delete_loopback", { swIfIndex: 1 }), INVALID_SW_IF_INDEX);
    assert.equal(await client.retval("delete_loopback", { swIfIndex: 0 }), INVALID_SW_IF_INDEX);
    const again = await client.call("create_loopback", { macAddress: "02:fe:00:00:00:09" });
    assert.deepEqual([again.fields["retval"], again.fields["swIfIndex"]], [0, 1]);
    assert.deepEqual(await names(client), ["local0", "loop1", "loop0", "loop2"]);
    const mac = await client.call("sw_interface_get_mac_address", { swIfIndex: 1 });
    assert.equal(mac.fields["macAddress"], "02:fe:00:00:00:09");
    await client.close();
  });

  it("filters a dump by index or by a part of the name", async () => {
    const client = await RawClient.open(new Simulator({ interfaces: 12 }));
    assert.equal((await names(client, { swIfIndex: 0 })).length, 13);
    assert.deepEqual(await names(client, { swIfIndex: 2 }), ["loop1"]);
    assert.deepEqual(await names(client, { swIfIndex: 99 }), []);
    const filter = { nameFilterValid: true, nameFilter: "OOP1" };
    assert.deepEqual(await names(client, filter), ["loop1", "loop10", "loop11"]);
    await client.close();
  });

  it("sets flags, MTU, tag, MAC and name, and shows them in the next dump", async () => {
    const client = await RawClient.open(new Simulator({ interfaces: 2 }));
    await client.dump("sw_interface_dump");
    const set = (message: string, fields: object) =>
      client.retval(message, { swIfIndex: 1, ...fields });
    assert.equal(await set("sw_interface_set_flags", { flags: 1 }), 0);
    assert.equal(await set("sw_interface_set_mtu", { mtu: [1500, 1400, 1300, 1200] }), 0);
    assert.equal(await set("sw_interface_tag_add_del", { isAdd: true, tag: "tenant-0" }), 0);
    assert.equal(await set("sw_interface_tag_add_del", { isAdd: true, tag: "" }), INVALID_VALUE);
    assert.equal(await set("sw_interface_set_mac_address", { macAddress: "02:00:00:00:00:01" }), 0);
    assert.equal(await set("sw_interface_set_interface_name", { name: "uplink" }), 0);
    const [, changed, other] = (await client.dump("sw_interface_dump")).map((m) => m.fields);
    assert.deepEqual(
      [changed?.["flags"], changed?.["mtu"], changed?.["tag"], changed?.["l2Address"]],
      [3, [1500, 1400, 1300, 1200], "tenant-0", "02:00:00:00:00:01"],
    );
    assert.equal(changed?.["interfaceName"], "uplink");
    assert.equal(other?.["flags"], 0);
    await client.close();
  });

  it("refuses an unknown interface as VPP does", async () => {
    const client = await RawClient.open(new Simulator());
    const requests = [
      "sw_interface_set_flags",
      "sw_interface_set_mtu",
      "hw_interface_set_mtu",
      "sw_interface_tag_add_del",
      "sw_interface_set_mac_address",
      "sw_interface_get_mac_address",
      "sw_interface_add_del_address",
      "sw_interface_set_table",
      "sw_interface_get_table",
      "sw_interface_set_promisc",
      "sw_interface_clear_stats",
      "create_vlan_subif",
      "delete_subif",
    ];
    for (const request of requests) {
      assert.equal(await client.retval(request, { swIfIndex: 99 }), INVALID_SW_IF_INDEX, request);
    }
    await client.close();
  });

  it("has VLANs on its interfaces", async () => {
    const client = await RawClient.open(new Simulator({ interfaces: 1 }));
    const create = async (fields: object) => {
      const { fields: reply } = await client.call("create_vlan_subif", fields);
      return [reply["retval"], reply["swIfIndex"]];
    };
    assert.deepEqual(await create({ swIfIndex: 1, vlanId: 100 }), [0, 2]);
    assert.deepEqual(await create({ swIfIndex: 1, vlanId: 100 }), [-56, NONE]);
    assert.deepEqual(await create({ swIfIndex: 1, vlanId: 4096 }), [-55, NONE]);
    const up = (swIfIndex: number, flags: number) =>
      client.retval("sw_interface_set_flags", { swIfIndex, flags });
    assert.equal(await up(2, 1), -1);
    assert.equal(await up(1, 1), 0);
    assert.equal(await up(2, 1), 0);
    const [vlan] = (await client.dump("sw_interface_dump", { swIfIndex: 2 })).map((m) => m.fields);
    assert.deepEqual(
      [vlan?.["interfaceName"], vlan?.["supSwIfIndex"], vlan?.["subId"], vlan?.["subOuterVlanId"]],
      ["loop0.100", 1, 100, 100],
    );
    assert.deepEqual([vlan?.["type"], vlan?.["flags"], vlan?.["subIfFlags"]], [1, 3, 18]);
    assert.equal(await up(1, 0), 0);
    const [down] = (await client.dump("sw_interface_dump", { swIfIndex: 2 })).map((m) => m.fields);
    // Its link is down; what was set stays set.
    assert.equal(down?.["flags"], 1);
    assert.equal(await client.retval("delete_loopback", { swIfIndex: 1 }), 0);
    assert.deepEqual(await names(client), ["local0"]);
    await client.close();
  });
});
