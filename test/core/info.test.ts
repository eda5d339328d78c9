import { AclAddReplace } from "../../src/binapi/acl.ts";
import { ShowVersion } from "../../src/binapi/vpe.ts";
import { assert, describe, it } from "../harness.ts";
import { OtherVpp } from "./apis.ts";
import { Life } from "./life.ts";
import { settle } from "./sim_client.ts";

describe("vppInfo", () => {
  it("says what VPP is", async () => {
    await using life = await Life.connected({
      sim: { vppVersion: "25.10-rc1", buildDate: "2025-10-01T00:00:00" },
      mux: { schema: undefined },
    });
    await life.elapse(12_000);
    const { plugins, ...info } = await life.mux.vppInfo();
    assert.deepEqual(info, {
      connected: true,
      version: "25.10-rc1",
      buildDate: "2025-10-01T00:00:00",
      pid: life.sim.vpp.pid,
      uptime: 12,
      clientIndex: life.mux.clientIndex,
    });
    assert.deepEqual(plugins, [
      { name: "acl", version: "25.10-rc1", description: "Access Control Lists (ACL)" },
    ]);
  });

  it("says that there is no connection, and nothing else", async () => {
    await using life = new Life();
    assert.deepEqual(await life.mux.vppInfo(), { connected: false });
    await life.mux.connect();
    life.sim.stop();
    await settle();
    assert.deepEqual(await life.mux.vppInfo(), { connected: false });
  });

  it("is of the VPP of the moment", async () => {
    await using life = await Life.connected();
    assert.equal((await life.mux.vppInfo()).plugins?.length, 1);
    life.sim.restart(new OtherVpp().without("acl").api());
    await life.until("Connected");
    const info = await life.mux.vppInfo();
    assert.equal(info.pid, life.sim.vpp.pid);
    assert.deepEqual(info.plugins, []);
  });
});

describe("isPluginLoaded", () => {
  it("knows plugins by their names, and asks VPP once", async () => {
    await using life = await Life.connected();
    let asked = 0;
    life.sim.on<{ readonly cmd: string }>("cli_inband", (call) => {
      asked++;
      call.reply({ reply: PLUGINS });
    });
    const loaded = await Promise.all(
      ["acl", "acl_plugin.so", "dpdk", "nat44_ei", "lb", "l"].map((name) =>
        life.mux.isPluginLoaded(name)
      ),
    );
    assert.deepEqual(loaded, [true, true, false, true, true, false]);
    assert.equal(asked, 1);
    const { plugins } = await life.mux.vppInfo();
    assert.deepEqual(plugins?.map(({ name }) => name), ["acl", "lb", "nat44_ei", "tracenode"]);
    assert.deepEqual(plugins?.[3], {
      name: "tracenode",
      version: "26.06-release",
      description: "",
    });
  });

  it("asks again where the first answer did not come", async () => {
    await using life = await Life.connected();
    life.sim.faults.add({ kind: "retval", retval: -1 }, { message: "cli_inband" });
    await assert.rejects(life.mux.isPluginLoaded("acl"), { code: "API" });
    assert.equal(await life.mux.isPluginLoaded("acl"), true);
  });

  it("needs a connection", async () => {
    await using life = new Life();
    await assert.rejects(life.mux.isPluginLoaded("acl"), { code: "DISCONNECTED" });
  });
});

/** As VPP 26.06 prints it. */
const PLUGINS = ` Plugin path is: /usr/lib/vpp_plugins, plugins shown in load order

     Plugin                                   Version                          Description
  1. acl_plugin.so                            26.06-release                    Access Control Lists (ACL)
  2. lb_plugin.so                             26.06-release                    Load Balancer (LB)
  3. nat44_ei_plugin.so                       26.06-release                    IPv4 Endpoint-Independent NAT
 10. tracenode_plugin.so                      26.06-release
`;

describe("checkCompatibility", () => {
  it("tells the same from another and from what is missing, with the module", async () => {
    await using life = await Life.connected({
      sim: {
        api: new OtherVpp().without("acl")
          .withField("create_loopback", ["u32", "x"], "0badcafe").api(),
      },
    });
    const channel = life.mux.newAPIChannel();
    const report = channel.checkCompatibility(
      "show_version",
      "create_loopback",
      "acl_add_replace",
      ShowVersion,
      AclAddReplace,
      "no_such_message",
    );
    assert.deepEqual(report.map(({ message, module, state }) => [message, module, state]), [
      ["show_version", "vpe", "same"],
      ["create_loopback", "interface", "changed"],
      ["acl_add_replace", "acl", "missing"],
      ["show_version", "vpe", "same"],
      ["acl_add_replace", "acl", "missing"],
      ["no_such_message", "", "missing"],
    ]);
    assert.equal(report[1]?.vppCrc, "0badcafe");
    assert.notEqual(report[1]?.crc, report[1]?.vppCrc);
    assert.equal(report[2]?.vppCrc, undefined);
    assert.deepEqual(life.mux.checkCompatibility("show_version"), [report[0]]);
  });

  it("does not judge what it has no definition of", async () => {
    await using life = await Life.connected({ mux: { schema: undefined } });
    assert.throws(() => life.mux.checkCompatibility("sw_interface_dump"), {
      code: "UNKNOWN_MESSAGE",
      message: /this VPP has it/,
    });
  });
});
