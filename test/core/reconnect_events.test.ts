import { WantInterfaceEvents } from "../../src/binapi/interface.ts";
import type { Channel } from "../../src/core/channel.ts";
import { assert, describe, it } from "../harness.ts";
import { OtherVpp } from "./apis.ts";
import { Life } from "./life.ts";
import { settle } from "./sim_client.ts";

const EVENT = "sw_interface_event";

function want(channel: Channel, enableDisable: number): Promise<unknown> {
  return channel.request("want_interface_events", { enableDisable, pid: 1 });
}

/** VPP's answer to a request that turns on what is on. */
const REFUSED = { code: "API" };

describe("subscriptions after a reconnect", () => {
  it("get the events again: they are wanted anew, and known by their new id", async () => {
    await using life = await Life.connected();
    const channel = life.mux.newAPIChannel();
    const events = channel.subscribeNotification(EVENT);
    await want(channel, 1);
    for (let round = 1; round <= 3; round++) {
      const id = life.sim.vpp.table.get(EVENT)?.id;
      life.sim.restart();
      await life.until("Connected");
      assert.notEqual(life.sim.vpp.table.get(EVENT)?.id, id);
      assert.equal(life.sim.emit(EVENT, { swIfIndex: round }), 1);
      const { value } = await events.next();
      assert.equal(value?.["swIfIndex"], round);
    }
    assert.equal(life.mux.counters.unclaimed, 0);
  });

  it("hold what came before, as its own VPP meant it", async () => {
    await using life = await Life.connected({ mux: { schema: "vpp" } });
    const channel = life.mux.newAPIChannel();
    const events = channel.subscribeNotification(EVENT);
    await want(channel, 1);
    life.sim.emit(EVENT, { swIfIndex: 11 });
    await settle();
    life.sim.restart(new OtherVpp().withField(EVENT, ["u64", "novelty"], "11112222").api());
    await life.until("Connected");
    life.sim.emit(EVENT, { swIfIndex: 22, novelty: 7n });
    const both = [(await events.next()).value, (await events.next()).value];
    assert.deepEqual(both.map((event) => event?.["swIfIndex"]), [11, 22]);
    assert.deepEqual(both.map((event) => event?.["novelty"]), [undefined, 7n]);
  });

  it("that the new VPP cannot serve are reported, and the connection is used", async () => {
    await using life = await Life.connected();
    const channel = life.mux.newAPIChannel();
    const events = channel.subscribeNotification(EVENT);
    await want(channel, 1);
    const other = new OtherVpp().withField(EVENT, ["u32", "novelty"], "11112222").api();
    life.sim.restart(other);
    await life.until("Connected");
    const { problems } = life.mux.state;
    assert.deepEqual(problems?.map(({ name }) => name), [EVENT]);
    assert.match(problems?.[0]?.error.message ?? "", /another sw_interface_event.*11112222/);
    assert.equal(life.mux.statusCheck().state, "Error");
    assert.ok(life.log.some(({ level, data }) => level === "error" && data["event"] === EVENT));
    await channel.request("show_version");
    life.sim.restart(new OtherVpp().api());
    await life.until("Connected");
    assert.equal(life.mux.state.problems, undefined);
    life.sim.emit(EVENT, { swIfIndex: 3 });
    assert.equal((await events.next()).value?.["swIfIndex"], 3);
  });

  it("can be made while there is no connection", async () => {
    await using life = await Life.connected();
    const channel = life.mux.newAPIChannel();
    await want(channel, 1);
    life.sim.stop();
    await settle();
    const events = channel.subscribeNotification(EVENT);
    life.sim.restart();
    await life.until("Connected");
    life.sim.emit(EVENT, { swIfIndex: 1 });
    assert.equal((await events.next()).value?.["swIfIndex"], 1);
  });
});

describe("events that were turned on", () => {
  it("are turned on again in every new session, whoever asked and however", async () => {
    await using life = await Life.connected();
    await life.mux.newAPIChannel().request(WantInterfaceEvents, { enableDisable: 1, pid: 9 });
    life.sim.restart();
    await life.until("Connected");
    const pids: number[] = [];
    const events = life.mux.newAPIChannel().subscribeNotification(EVENT);
    life.sim.emit(EVENT, { swIfIndex: 1 });
    pids.push(Number((await events.next()).value?.["pid"]));
    assert.deepEqual(pids, [9], "with all its fields");
  });

  it("and off again stay off", async () => {
    await using life = await Life.connected();
    const channel = life.mux.newAPIChannel();
    await want(channel, 1);
    await want(channel, 0);
    life.sim.restart();
    await life.until("Connected");
    assert.equal(life.sim.emit(EVENT, { swIfIndex: 1 }), 0);
  });

  it("are not turned on where VPP refused", async () => {
    await using life = await Life.connected();
    const channel = life.mux.newAPIChannel();
    life.sim.faults.add({ kind: "retval", retval: -31 }, { message: "want_interface_events" });
    await assert.rejects(want(channel, 1), REFUSED);
    life.sim.restart();
    await life.until("Connected");
    assert.equal(life.sim.emit(EVENT, { swIfIndex: 1 }), 0);
  });

  it("for several things are several", async () => {
    await using life = await Life.connected();
    const channel = life.mux.newAPIChannel();
    const asked: unknown[] = [];
    life.sim.on("want_ip_neighbor_events_v2", (call) => {
      asked.push(call.fields["swIfIndex"]);
      call.reply();
    });
    for (const [swIfIndex, enable] of [[1, true], [2, true], [3, true], [2, false]] as const) {
      await channel.request("want_ip_neighbor_events_v2", { swIfIndex, enable });
    }
    asked.length = 0;
    life.sim.restart();
    await life.until("Connected");
    assert.deepEqual(asked, [1, 3]);
  });

  it("that cannot be turned on again are reported", async () => {
    await using life = await Life.connected();
    await want(life.mux.newAPIChannel(), 1);
    life.sim.faults.add({ kind: "retval", retval: -1 }, { message: "want_interface_events" });
    life.sim.restart();
    await life.until("Connected");
    assert.deepEqual(life.mux.state.problems?.map(({ name }) => name), ["want_interface_events"]);
    const [mux] = life.mux.statusCheck().parts;
    assert.equal(mux?.state, "Error");
    assert.match(mux?.error ?? "", /want_interface_events.*UNSPECIFIED/);
  });

  it("leave what only sounds alike: events of a request that does something are not asked for", async () => {
    await using life = await Life.connected();
    const channel = life.mux.newAPIChannel();
    let asked = 0;
    life.sim.on("sw_interface_set_flags", (call) => {
      asked++;
      call.reply();
    });
    await channel.request("sw_interface_set_flags", { swIfIndex: 0, flags: 1 });
    life.sim.restart();
    await life.until("Connected");
    assert.equal(asked, 1);
  });
});
