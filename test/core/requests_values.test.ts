import { assert, describe, it } from "../harness.ts";
import { settle, SimClient } from "./sim_client.ts";

/** Requests that cannot be sent, the path that their error names, and what it says. */
const wrong: readonly (readonly [request: string, fields: object, path: string, says: RegExp])[] = [
  [
    "sw_interface_set_flags",
    { swIfIdx: 1 },
    "sw_interface_set_flags.swIfIdx",
    /no such field.*swIfIndex/,
  ],
  [
    "sw_interface_set_flags",
    { sw_if_index: 1 },
    "sw_interface_set_flags.sw_if_index",
    /no such field/,
  ],
  [
    "sw_interface_set_flags",
    { swIfIndex: -1 },
    "sw_interface_set_flags.swIfIndex",
    /-1.*0 to 4294967295/,
  ],
  [
    "sw_interface_set_flags",
    { swIfIndex: 2 ** 32 },
    "sw_interface_set_flags.swIfIndex",
    /4294967296/,
  ],
  ["sw_interface_set_flags", { swIfIndex: 0.5 }, "sw_interface_set_flags.swIfIndex", /0\.5/],
  ["sw_interface_set_flags", { swIfIndex: null }, "sw_interface_set_flags.swIfIndex", /null/],
  ["sw_interface_set_flags", { swIfIndex: "loop0" }, "sw_interface_set_flags.swIfIndex", /"loop0"/],
  [
    "sw_interface_set_flags",
    { flags: "UP" },
    "sw_interface_set_flags.flags",
    /IF_STATUS_API_FLAG_ADMIN_UP/,
  ],
  ["sw_interface_tag_add_del", { isAdd: 2 }, "sw_interface_tag_add_del.isAdd", /true or false/],
  [
    "sw_interface_tag_add_del",
    { tag: "x".repeat(64) },
    "sw_interface_tag_add_del.tag",
    /64 bytes.*63/,
  ],
  [
    "sw_interface_tag_add_del",
    { tag: "ä".repeat(32) },
    "sw_interface_tag_add_del.tag",
    /64 bytes.*63/,
  ],
  ["sw_interface_tag_add_del", { tag: "a\0b" }, "sw_interface_tag_add_del.tag", /NUL/],
  ["sw_interface_tag_add_del", { tag: 5 }, "sw_interface_tag_add_del.tag", /5 is no string/],
  ["sw_interface_set_mtu", { mtu: [1, 2, 3, 4, 5] }, "sw_interface_set_mtu.mtu", /5 elements.*4/],
  ["sw_interface_set_mtu", { mtu: [1, 2, "x"] }, "sw_interface_set_mtu.mtu[2]", /"x"/],
  ["sw_interface_set_mtu", { mtu: 1500 }, "sw_interface_set_mtu.mtu", /1500 is no list/],
  [
    "sw_interface_set_mac_address",
    { macAddress: "02:fe" },
    "sw_interface_set_mac_address.macAddress",
    /MAC address like/,
  ],
  [
    "sw_interface_add_del_address",
    { prefix: "10.0.0.1" },
    "sw_interface_add_del_address.prefix",
    /prefix like/,
  ],
  [
    "sw_interface_add_del_address",
    { prefix: "10.0.0.1/33" },
    "sw_interface_add_del_address.prefix",
    /prefix like/,
  ],
  [
    "sw_interface_add_del_address",
    { prefix: { len: 256 } },
    "sw_interface_add_del_address.prefix.len",
    /256/,
  ],
  [
    "ip_route_add_del",
    { route: { paths: [{}, { wait: 1 }] } },
    "ip_route_add_del.route.paths[1].wait",
    /no such field/,
  ],
  [
    "ip_route_add_del",
    { route: { paths: new Array(256).fill({}) } },
    "ip_route_add_del.route.paths",
    /256 elements.*255/,
  ],
  [
    "ip_route_add_del",
    { route: { nPaths: 2, paths: [{}] } },
    "ip_route_add_del.route.nPaths",
    /1 elements/,
  ],
  ["ip_route_add_del", { route: 5 }, "ip_route_add_del.route", /no object/],
  [
    "ip_route_add_del",
    { route: { paths: [{ nh: { address: { ip5: "" } } }] } },
    "ip_route_add_del.route.paths[0].nh.address.ip5",
    /no such arm.*ip4, ip6/,
  ],
  [
    "ip_route_add_del",
    { route: { paths: [{ nh: { address: { ip4: "1.1.1.1", ip6: "::" } } }] } },
    "ip_route_add_del.route.paths[0].nh.address",
    /one of ip4, ip6/,
  ],
];

describe("requests that cannot be put on the wire", () => {
  for (const [request, fields, path, says] of wrong) {
    it(`name ${path}: ${String(says)}`, async () => {
      await using client = await SimClient.open();
      const error = { code: "ENCODE", path, message: says };
      assert.throws(() => client.channel.sendRequest(request, { ...fields }), error);
      await assert.rejects(client.channel.request(request, { ...fields }), error);
      await settle();
      assert.equal(client.writes.length, 0);
      assert.equal(await client.echo(1), 1);
    });
  }

  it("leave the others of their tick alone", async () => {
    await using client = await SimClient.open();
    const before = client.echo(1);
    assert.throws(() => client.channel.sendRequest("sw_interface_set_flags", { flags: -1 }));
    assert.throws(() => client.channel.sendMultiRequest("sw_interface_dump", { nameFilter: 1 }));
    const after = client.echo(2);
    assert.deepEqual(await Promise.all([before, after]), [1, 2]);
    assert.equal(client.writes.length, 1);
  });

  it("may be nothing, but not null: nil data is an error", async () => {
    await using client = await SimClient.open();
    assert.ok(await client.channel.request("show_version"));
    assert.ok(await client.channel.request("show_version", undefined));
    // A program without types can do what TypeScript refuses.
    const nothing = JSON.parse("null") as Record<string, unknown>;
    await assert.rejects(client.channel.request("show_version", nothing), { code: "ENCODE" });
    const noName = JSON.parse("null") as string;
    await assert.rejects(client.channel.request(noName));
    assert.equal(await client.echo(1), 1);
  });
});

describe("requests that are none", () => {
  const none: readonly (readonly [name: string, says: RegExp])[] = [
    ["sw_interface_dmp", /sw_interface_dmp/],
    ["", /no such name/],
    ["show_version_reply", /show_version_reply.*no request/],
    ["sw_interface_event", /sw_interface_event.*no request/],
  ];
  for (const [name, says] of none) {
    it(`${JSON.stringify(name)} is unknown or no request, and the error says so`, async () => {
      await using client = await SimClient.open();
      const error = { code: "UNKNOWN_MESSAGE", message: says };
      assert.throws(() => client.channel.sendRequest(name), error);
      assert.throws(() => client.channel.sendMultiRequest(name), error);
      assert.equal(await client.echo(1), 1);
    });
  }

  it("a dump as a single request, and the other way round, say what to use", async () => {
    await using client = await SimClient.open();
    assert.throws(() => client.channel.sendRequest("sw_interface_dump"), {
      code: "UNEXPECTED_MESSAGE",
      message: /sendMultiRequest/,
    });
    assert.throws(() => client.channel.sendMultiRequest("show_version"), {
      code: "UNEXPECTED_MESSAGE",
      message: /sendRequest/,
    });
  });
});
