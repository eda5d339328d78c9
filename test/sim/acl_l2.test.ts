import { Simulator } from "../../src/sim/simulator.ts";
import { assert, describe, it } from "../harness.ts";
import { RawClient } from "./raw_client.ts";

const INVALID_SW_IF_INDEX = -2;
const NO_SUCH_ENTRY = -6;
const NONE = 0xffffffff;

async function open(): Promise<RawClient> {
  return await RawClient.open(new Simulator({ interfaces: 3 }));
}

const rule = {
  isPermit: 1,
  srcPrefix: "10.0.0.0/8",
  dstPrefix: "0.0.0.0/0",
  proto: 6,
  srcportOrIcmptypeFirst: 0,
  srcportOrIcmptypeLast: 65535,
  dstportOrIcmpcodeFirst: 80,
  dstportOrIcmpcodeLast: 443,
  tcpFlagsMask: 0,
  tcpFlagsValue: 0,
};

describe("simulator: ACLs", () => {
  it("adds, replaces, dumps and deletes lists", async () => {
    const client = await open();
    const put = async (aclIndex: number, tag: string, r: object[]) => {
      const { fields } = await client.call("acl_add_replace", { aclIndex, tag, r });
      return [fields["retval"], fields["aclIndex"]];
    };
    assert.deepEqual(await put(NONE, "one", [rule]), [0, 0]);
    assert.deepEqual(await put(NONE, "two", []), [0, 1]);
    assert.deepEqual(await put(7, "none", [rule]), [NO_SUCH_ENTRY, 7]);
    assert.deepEqual(await put(0, "new", [rule, { ...rule, isPermit: 2 }]), [0, 0]);
    assert.deepEqual(await put(NONE, "", [{ ...rule, srcPrefix: "::/0" }]), [-57, NONE]);
    assert.deepEqual(await put(NONE, "", [{ ...rule, dstPrefix: "10.1.2.3/8" }]), [-58, NONE]);
    assert.deepEqual(await put(NONE, "", [{ ...rule, dstportOrIcmpcodeFirst: 900 }]), [-8, NONE]);
    const dump = async (aclIndex: number) =>
      (await client.dump("acl_dump", { aclIndex })).map((m) => m.fields);
    assert.deepEqual(await dump(NONE), [
      { aclIndex: 0, tag: "new", count: 2, r: [rule, { ...rule, isPermit: 2 }] },
      { aclIndex: 1, tag: "two", count: 0, r: [] },
    ]);
    assert.equal((await dump(1)).length, 1);
    assert.deepEqual(await dump(9), []);
    assert.equal(await client.retval("acl_del", { aclIndex: 0 }), 0);
    assert.equal(await client.retval("acl_del", { aclIndex: 0 }), NO_SUCH_ENTRY);
    assert.deepEqual(await put(NONE, "three", []), [0, 0]);
    await client.close();
  });

  it("applies lists to interfaces", async () => {
    const client = await open();
    for (let i = 0; i < 2; i++) {
      await client.call("acl_add_replace", { aclIndex: NONE, tag: "", r: [rule] });
    }
    const set = (swIfIndex: number, input: number[], output: number[]) =>
      client.retval("acl_interface_set_acl_list", {
        swIfIndex,
        nInput: input.length,
        acls: [...input, ...output],
      });
    assert.equal(await set(1, [0, 1], [0]), 0);
    assert.equal(await set(1, [9], []), NO_SUCH_ENTRY);
    assert.equal(await set(99, [0], []), INVALID_SW_IF_INDEX);
    const applied = async (swIfIndex: number) =>
      (await client.dump("acl_interface_list_dump", { swIfIndex })).map((m) => m.fields);
    assert.deepEqual(await applied(1), [{ swIfIndex: 1, count: 3, nInput: 2, acls: [0, 1, 0] }]);
    assert.equal((await applied(NONE)).length, 4);
    assert.equal(await client.retval("acl_del", { aclIndex: 0 }), -142);
    const one = (isAdd: boolean, isInput: boolean, aclIndex: number) =>
      client.retval("acl_interface_add_del", { swIfIndex: 1, isAdd, isInput, aclIndex });
    assert.equal(await one(true, true, 0), -142);
    assert.equal(await one(false, true, 0), 0);
    assert.equal(await one(false, true, 0), NO_SUCH_ENTRY);
    assert.equal(await client.retval("acl_del", { aclIndex: 0 }), -143);
    await client.call("delete_loopback", { swIfIndex: 1 });
    assert.equal(await client.retval("acl_del", { aclIndex: 0 }), 0);
    await client.close();
  });
});

describe("simulator: bridge domains", () => {
  const settings = {
    flood: true,
    uuFlood: true,
    forward: true,
    learn: true,
    arpTerm: false,
    macAge: 5,
    bdTag: "bd7",
  };

  it("adds, dumps and deletes bridge domains", async () => {
    const client = await open();
    const change = (bdId: number, isAdd: boolean) =>
      client.retval("bridge_domain_add_del", { ...settings, bdId, isAdd });
    assert.equal(await change(7, true), 0);
    assert.equal(await change(7, true), -119);
    assert.equal(await change(1 << 24, true), -122);
    assert.equal(await change(8, false), NO_SUCH_ENTRY);
    assert.equal(await change(0, false), -121);
    const chosen = await client.call("bridge_domain_add_del_v2", {
      ...settings,
      bdId: NONE,
      isAdd: true,
    });
    assert.deepEqual([chosen.fields["retval"], chosen.fields["bdId"]], [0, 1]);
    const dump = async (bdId: number) =>
      (await client.dump("bridge_domain_dump", { bdId, swIfIndex: NONE })).map((m) => m.fields);
    assert.deepEqual((await dump(NONE)).map((f) => f["bdId"]), [7, 1]);
    assert.deepEqual(await dump(7), [{
      bdId: 7,
      ...settings,
      arpUfwd: false,
      bviSwIfIndex: NONE,
      uuFwdSwIfIndex: NONE,
      nSwIfs: 0,
      swIfDetails: [],
    }]);
    assert.equal(await change(7, false), 0);
    assert.deepEqual(await dump(7), []);
    await client.close();
  });

  it("puts interfaces into bridge domains and takes them out", async () => {
    const client = await open();
    const set = (rxSwIfIndex: number, bdId: number, portType: number, enable = true) =>
      client.retval("sw_interface_set_l2_bridge", { rxSwIfIndex, bdId, portType, shg: 1, enable });
    const members = async (bdId: number) => {
      const [domain] = await client.dump("bridge_domain_dump", { bdId, swIfIndex: NONE });
      const list = domain?.fields["swIfDetails"] as { swIfIndex: number }[];
      return [list.map((m) => m.swIfIndex), domain?.fields["bviSwIfIndex"]];
    };
    assert.equal(await set(1, 7, 0), 0);
    assert.equal(await set(99, 7, 0), INVALID_SW_IF_INDEX);
    assert.equal(await set(2, 7, 1), 0);
    assert.equal(await set(3, 7, 1), -152);
    assert.deepEqual(await members(7), [[2, 1], 2]);
    assert.equal(await client.retval("bridge_domain_add_del", { bdId: 7, isAdd: false }), -120);
    assert.equal(await set(2, 8, 0), 0);
    assert.deepEqual(await members(7), [[1], NONE]);
    assert.equal(await set(1, 7, 0, false), 0);
    assert.deepEqual(await members(7), [[], NONE]);
    await client.call("delete_loopback", { swIfIndex: 2 });
    assert.deepEqual(await members(8), [[], NONE]);
    await client.close();
  });

  it("keeps MACs and cross-connects", async () => {
    const client = await open();
    await client.call("sw_interface_set_l2_bridge", { rxSwIfIndex: 1, bdId: 7, enable: true });
    const mac = "02:00:00:00:00:01";
    const change = (fields: object) => client.retval("l2fib_add_del", { mac, bdId: 7, ...fields });
    assert.equal(await change({ isAdd: true, swIfIndex: 1 }), 0);
    assert.equal(await change({ isAdd: true, swIfIndex: 2 }), INVALID_SW_IF_INDEX);
    assert.equal(await change({ isAdd: true, swIfIndex: 1, bdId: 9 }), NO_SUCH_ENTRY);
    const dump = async () => (await client.dump("l2_fib_table_dump", { bdId: 7 })).length;
    assert.equal(await dump(), 1);
    assert.equal(await client.retval("l2fib_flush_bd", { bdId: 7 }), 0);
    assert.equal(await dump(), 0);
    const connect = { rxSwIfIndex: 2, txSwIfIndex: 3, enable: true };
    assert.equal(await client.retval("sw_interface_set_l2_xconnect", connect), 0);
    const pairs = (await client.dump("l2_xconnect_dump")).map((m) => m.fields);
    assert.deepEqual(pairs, [{ rxSwIfIndex: 2, txSwIfIndex: 3 }]);
    await client.close();
  });
});
