import { describeRetval } from "../../src/core/retval.ts";
import { Schema } from "../../src/schema/schema.ts";
import * as retvals from "../../src/sim/retvals.ts";
import { Simulator } from "../../src/sim/simulator.ts";
import { FakeClock } from "../fake_clock.ts";
import { assert, describe, it } from "../harness.ts";
import { RawClient } from "./raw_client.ts";

const NO_SUCH_ENTRY = -6;
const EAGAIN = -165;
const NONE = 0xffffffff;

describe("simulator: VPP itself", () => {
  it("says its version, its time and its pid", async () => {
    const clock = new FakeClock();
    const sim = new Simulator({ vppVersion: "26.06-rc9", clock });
    const client = await RawClient.open(sim);
    const version = await client.call("show_version");
    assert.equal(version.fields["program"], "vpe");
    assert.equal(version.fields["version"], "26.06-rc9");
    clock.advance(1500);
    const time = await client.call("show_vpe_system_time");
    assert.equal(time.fields["vpeSystemTime"], clock.wallTime() / 1000);
    const ping = await client.call("control_ping");
    assert.deepEqual(ping.fields, { retval: 0, vpePid: sim.vpp.pid });
    await client.close();
  });

  it("runs a few commands, shortened as well, and says what it does not know", async () => {
    const client = await RawClient.open(new Simulator({ interfaces: 1 }));
    await client.call("sw_interface_set_flags", { swIfIndex: 1, flags: 1 });
    const run = async (cmd: string) => {
      const { fields } = await client.call("cli_inband", { cmd });
      return [fields["retval"], fields["reply"]];
    };
    assert.match(String((await run("show version"))[1]), /^vpp v26\.06-release built by /);
    assert.match(String((await run("show version verbose"))[1]), /^Current PID: +\d+$/m);
    const table = [
      "              Name               Idx    State  MTU (L3/IP4/IP6/MPLS)     Counter          Count     \n",
      "local0                            0     down          0/0/0/0       \n",
      "loop0                             1      up          9000/0/0/0     \n",
    ];
    assert.deepEqual(await run("show interface"), [0, table.join("")]);
    assert.deepEqual(await run(" sh  int "), [0, table.join("")]);
    assert.deepEqual(await run("show interface loop0"), [0, `${table[0]}${table[2]}`]);
    assert.deepEqual(await run("show interface x"), [-1, "show interface: unknown input `x'\n"]);
    assert.deepEqual(await run("show nonsense"), [-1, "show: unknown input `nonsense'\n"]);
    assert.deepEqual(await run("nonsense"), [-1, "unknown input `nonsense'\n"]);
    assert.deepEqual(await run(""), [-1, "unknown input `'\n"]);
    await client.close();
  });

  it("gives its API as JSON, with the stray byte that VPP's reply has", async () => {
    const sim = new Simulator();
    const client = await RawClient.open(sim);
    const before = client.bytes;
    const { fields } = await client.call("get_api_json");
    const json = String(fields["json"]);
    assert.equal(client.bytes - before, 16 + 2 + 4 + 4 + 4 + json.length + 1);
    const schema = Schema.fromApiJson(json);
    assert.deepEqual(
      [...schema.messages()].map((m) => m.nameCrc),
      [...sim.vpp.api.schema.messages()].map((m) => m.nameCrc),
    );
    await client.close();
  });

  it("lists the versions and the first ids of its modules", async () => {
    const client = await RawClient.open(new Simulator());
    const { fields } = await client.call("api_versions");
    const versions = fields["apiVersions"] as { name: string; major: number }[];
    assert.ok(versions.some((v) => v.name === "memclnt.api" && v.major === 2));
    const first = await client.call("get_first_msg_id", { name: "vpe_bbfa7484" });
    assert.deepEqual(first.fields, { retval: 0, firstMsgId: client.id("show_version") });
    const unknown = await client.call("get_first_msg_id", { name: "vpe_00000000" });
    assert.deepEqual(unknown.fields, { retval: -7, firstMsgId: 0xffff });
    await client.close();
  });

  it("answers a cursor request page by page", async () => {
    const none = await RawClient.open(new Simulator({ interfaces: 2 }));
    const refused = await none.call("sw_interface_tx_placement_get", { swIfIndex: NONE });
    assert.deepEqual(refused.fields, { retval: NO_SUCH_ENTRY, cursor: 0 });
    await none.close();

    const client = await RawClient.open(
      new Simulator({ interfaces: 5, txQueues: 2, cursorPage: 4 }),
    );
    const page = async (cursor: number) => {
      const answer = await client.dump("sw_interface_tx_placement_get", {
        cursor,
        swIfIndex: NONE,
      });
      const reply = answer.at(-1)?.fields;
      return [answer.length - 1, reply?.["retval"], reply?.["cursor"]];
    };
    assert.deepEqual(await page(0), [4, EAGAIN, 4]);
    assert.deepEqual(await page(4), [4, EAGAIN, 8]);
    assert.deepEqual(await page(8), [2, 0, 10]);
    await client.close();
  });

  it("uses VPP's names for its refusals", () => {
    for (const [name, retval] of Object.entries(retvals)) {
      assert.equal(describeRetval(retval).name, name);
    }
  });
});

describe("simulator: handlers", () => {
  it("lets a handler answer in place of the built-in one", async () => {
    const sim = new Simulator();
    sim.on<{ readonly aclIndex: number }>("acl_dump", (call) => {
      for (let i = 0; i < 3; i++) call.details({ aclIndex: call.fields.aclIndex + i, tag: "mine" });
    });
    const client = await RawClient.open(sim);
    const details = await client.dump("acl_dump", { aclIndex: 10 });
    assert.deepEqual(details.map((m) => m.fields["aclIndex"]), [10, 11, 12]);
    await client.close();
  });

  it("answers what has no handler with zeroes, and a dump with nothing", async () => {
    const client = await RawClient.open(new Simulator());
    const reply = await client.call("cli", { cmdInShmem: 1n });
    assert.deepEqual(reply.fields, { retval: 0, replyInShmem: 0n });
    assert.deepEqual(await client.dump("log_dump"), []);
    await client.close();
  });

  it("drops the client whose request makes a handler fail, and says why", async () => {
    const lines: string[] = [];
    const sim = new Simulator({ log: (line) => lines.push(line) });
    sim.on("show_version", (call) => call.reply({ version: "x".repeat(100) }));
    const client = await RawClient.open(sim);
    client.send("show_version");
    await client.untilEnded();
    assert.match(lines[0] ?? "", /raw client dropped: Cannot encode show_version_reply\.version/);
  });
});
