import { assert, describe, it } from "../harness.ts";
import { Life } from "./life.ts";
import { isPending, settle } from "./sim_client.ts";

const EVENT = "sw_interface_event";

async function wanted(): Promise<Life> {
  const life = await Life.connected();
  const channel = life.mux.newAPIChannel();
  await channel.request("want_interface_events", { enableDisable: 1, pid: 7 });
  return life;
}

describe("subscriptions", () => {
  it("of two subscribers each get every event once, whoever leaves first", async () => {
    for (const leaves of [0, 1]) {
      await using life = await wanted();
      const channel = life.mux.newAPIChannel();
      const both = [channel.subscribeNotification(EVENT), channel.subscribeNotification(EVENT)];
      life.sim.emit(EVENT, { swIfIndex: 1 });
      for (const one of both) assert.equal((await one.next()).value?.["swIfIndex"], 1);
      both[leaves]?.unsubscribe();
      const stays = both[1 - leaves]!;
      life.sim.emit(EVENT, { swIfIndex: 2 });
      life.sim.emit(EVENT, { swIfIndex: 3 });
      assert.equal((await stays.next()).value?.["swIfIndex"], 2);
      assert.equal((await stays.next()).value?.["swIfIndex"], 3);
      assert.ok(await isPending(stays.next()));
      stays.unsubscribe();
      life.sim.emit(EVENT, { swIfIndex: 4 });
      await settle();
      assert.equal(life.mux.connected, true);
    }
  });

  it("get nothing after they left, and what they held before", async () => {
    await using life = await wanted();
    const events = life.mux.newAPIChannel().subscribeNotification(EVENT);
    life.sim.emit(EVENT, { swIfIndex: 1 });
    await settle();
    events.unsubscribe();
    events.unsubscribe();
    life.sim.emit(EVENT, { swIfIndex: 2 });
    await settle();
    assert.equal((await events.next()).value?.["swIfIndex"], 1);
    assert.equal((await events.next()).done, true);
    assert.equal(life.mux.counters.unclaimed, 1, "the session has forgotten it as well");
  });

  it("end with their channel, and those of others go on", async () => {
    await using life = await wanted();
    const channel = life.mux.newAPIChannel();
    const mine = channel.subscribeNotification(EVENT);
    const others = life.mux.newAPIChannel().subscribeNotification(EVENT);
    const waiting = mine.next();
    await channel.close();
    assert.equal((await waiting).done, true);
    life.sim.emit(EVENT, { swIfIndex: 5 });
    assert.equal((await others.next()).value?.["swIfIndex"], 5);
  });

  it("end with the mux, and with their signal", async () => {
    const life = await wanted();
    const channel = life.mux.newAPIChannel();
    const giveUp = new AbortController();
    const aborted = channel.subscribeNotification(EVENT, { signal: giveUp.signal });
    giveUp.abort();
    assert.equal((await aborted.next()).done, true);
    const last = channel.subscribeNotification(EVENT).next();
    await life.close();
    assert.equal((await last).done, true);
  });

  it("whose event cannot be decoded fail for their reader, and for nobody else", async () => {
    await using life = await wanted();
    const channel = life.mux.newAPIChannel();
    const { message } = {
      message: life.mux.schema?.message(EVENT),
    };
    assert.ok(message);
    const broken = channel.subscribeNotification({
      name: EVENT,
      crc: message.crc,
      nameCrc: message.nameCrc,
      module: message.module,
      kind: message.kind,
      message,
      decode: () => {
        throw new Error("decoder");
      },
    });
    const sound = channel.subscribeNotification(EVENT);
    const failing = assert.rejects(broken.next(), /decoder/);
    life.sim.emit(EVENT, { swIfIndex: 1 });
    await failing;
    assert.equal((await sound.next()).value?.["swIfIndex"], 1);
    assert.equal(life.mux.state.state, "Connected");
  });
});

describe("channels", () => {
  it("begin with the reply timeout of the mux, whatever another had", async () => {
    await using life = await Life.connected({ mux: { replyTimeoutMs: 400 } });
    const first = life.mux.newAPIChannel();
    first.setReplyTimeout(50_000);
    await first.close();
    life.sim.faults.add({ kind: "drop" }, { message: "show_version" });
    const lost = assert.rejects(life.mux.newAPIChannel().request("show_version"), {
      code: "REPLY_TIMEOUT",
      timeoutMs: 400,
    });
    await life.elapse(400);
    await lost;
  });

  it("refuse settings that cannot be", async () => {
    await using life = await Life.connected();
    assert.throws(() => life.mux.newAPIChannelBuffered(0, 1), /requestBuffer.*1 or more.*0/);
    assert.throws(() => life.mux.newAPIChannel({ replyTimeoutMs: NaN }), /replyTimeoutMs/);
    assert.throws(() => life.mux.newAPIChannel().setReplyTimeout(-1), /above 0 ms.*-1/);
  });
});
