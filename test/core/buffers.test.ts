import { MemclntReadTimeout } from "../../src/binapi/memclnt.ts";
import type { Channel } from "../../src/core/channel.ts";
import { assert, describe, it } from "../harness.ts";
import { Life, type LifeOptions } from "./life.ts";
import { isPending, settle } from "./sim_client.ts";

/** A way to VPP on which nothing may wait. */
function narrow(channel: NonNullable<LifeOptions["mux"]>["channel"] = {}): Promise<Life> {
  return Life.connected({ mux: { sendBufferBytes: 0, healthIntervalMs: 0, channel } });
}

/** VPP does not take what it is sent, until the function that is returned is called. */
function stuck(life: Life): () => void {
  const links = life.sim.vpp.clients().map(({ link }) => link);
  for (const link of links) link.pause();
  return () => links.forEach((link) => link.resume());
}

/** Sends a request that stays in the way. */
async function fill(channel: Channel): Promise<void> {
  channel.sendRequest("show_version");
  await settle();
}

describe("the request buffer", () => {
  it("holds requests back while VPP takes none, and sends them in order", async () => {
    await using life = await narrow();
    const channel = life.mux.newAPIChannel();
    const order: number[] = [];
    life.sim.on<{ readonly swIfIndex: number }>("sw_interface_get_table", (call) => {
      order.push(call.fields.swIfIndex);
      call.reply();
    });
    const resume = stuck(life);
    await fill(channel);
    const replies = [1, 2, 3, 4].map((swIfIndex) =>
      channel.request("sw_interface_get_table", { swIfIndex })
    );
    await settle();
    resume();
    await Promise.all(replies);
    assert.deepEqual(order, [1, 2, 3, 4]);
  });

  it("holds a request that has no reply back as well, in its turn", async () => {
    await using life = await narrow();
    const channel = life.mux.newAPIChannel();
    const order: string[] = [];
    life.sim.on("show_version", (call) => {
      order.push("show_version");
      call.reply();
    });
    life.sim.on(MemclntReadTimeout.name, () => order.push("oneway"));
    await channel.send(MemclntReadTimeout, { dummy: 0 });
    const resume = stuck(life);
    await fill(channel);
    const calls = [
      channel.request("show_version"),
      channel.send(MemclntReadTimeout, { dummy: 0 }),
      channel.request("show_version"),
    ];
    assert.ok(await isPending(calls[1]!), "it is not said to be sent");
    resume();
    await Promise.all(calls);
    assert.deepEqual(order, ["oneway", ...[
      "show_version",
      "show_version",
      "oneway",
      "show_version",
    ]]);
  });

  it("fails a request that has no reply where it could not be sent", async () => {
    await using life = await narrow({ requestBuffer: 1, whenFull: "fail" });
    const [late, closed] = [300, 60_000].map((replyTimeoutMs) =>
      life.mux.newAPIChannel({ replyTimeoutMs })
    );
    assert.ok(late !== undefined && closed !== undefined);
    const resume = stuck(life);
    await fill(life.mux.newAPIChannel());
    const all = Promise.all([
      assert.rejects(late.send(MemclntReadTimeout, { dummy: 0 }), { code: "REPLY_TIMEOUT" }),
      assert.rejects(late.send(MemclntReadTimeout, { dummy: 0 }), { code: "BUFFER_FULL" }),
      assert.rejects(closed.send(MemclntReadTimeout, { dummy: 0 }), { code: "CLOSED" }),
    ]);
    await life.elapse(300);
    await closed.close();
    await all;
    resume();
  });

  it("that is full lets requests wait, and says when there is room", async () => {
    await using life = await narrow({ requestBuffer: 2 });
    const channel = life.mux.newAPIChannel();
    const resume = stuck(life);
    await fill(channel);
    await channel.ready();
    const replies = [channel.request("show_version"), channel.request("show_version")];
    const ready = channel.ready();
    assert.ok(await isPending(ready));
    replies.push(channel.request("show_version"));
    resume();
    await ready;
    assert.equal((await Promise.all(replies)).length, 3);
  });

  it("that is full lets requests fail where that is asked for", async () => {
    await using life = await narrow({ requestBuffer: 2, whenFull: "fail" });
    const channel = life.mux.newAPIChannel();
    const resume = stuck(life);
    await fill(channel);
    const replies = [channel.request("show_version"), channel.request("show_version")];
    assert.throws(() => channel.sendRequest("show_version"), {
      code: "BUFFER_FULL",
      message: /Cannot send show_version: VPP takes no requests.*2 wait/,
    });
    const other = life.mux.newAPIChannel();
    replies.push(other.request("show_version"));
    resume();
    assert.equal((await Promise.all(replies)).length, 3, "others have buffers of their own");
    await channel.request("show_version");
  });

  it("counts the time that a request waits in it", async () => {
    await using life = await narrow();
    const channel = life.mux.newAPIChannel({ replyTimeoutMs: 300 });
    const resume = stuck(life);
    await fill(channel);
    const late = assert.rejects(channel.request("create_loopback"), {
      code: "REPLY_TIMEOUT",
      message: /create_loopback could not be sent within 300 ms: VPP takes no requests/,
    });
    await life.elapse(300);
    await late;
    resume();
    await settle();
    const dump = await channel.sendMultiRequest("sw_interface_dump").toArray();
    assert.equal(dump.length, 1, "it was never sent");
  });

  it("can be left: by a signal, by closing, by the end of the connection", async () => {
    await using life = await narrow();
    const channels = [0, 1, 2].map(() => life.mux.newAPIChannel());
    const resume = stuck(life);
    await fill(life.mux.newAPIChannel());
    const giveUp = new AbortController();
    const all = Promise.all([
      assert.rejects(
        channels[0]!.request("create_loopback", {}, { signal: giveUp.signal }),
        { code: "ABORTED" },
      ),
      assert.rejects(channels[1]!.request("create_loopback"), { code: "CLOSED" }),
      assert.rejects(channels[2]!.request("create_loopback"), {
        code: "DISCONNECTED",
        maybeExecuted: false,
        message: /create_loopback.*had not been sent/,
      }),
    ]);
    giveUp.abort();
    await channels[1]!.close();
    life.sim.restart();
    await all;
    resume();
    await life.until("Connected");
    const dump = await channels[2]!.sendMultiRequest("sw_interface_dump").toArray();
    assert.equal(dump.length, 1, "none of them was sent");
  });

  it("says a wrong value at the latest when the request is sent", async () => {
    await using life = await narrow();
    const channel = life.mux.newAPIChannel();
    const resume = stuck(life);
    await fill(channel);
    const wrong = assert.rejects(channel.request("sw_interface_set_flags", { swIfIndex: -1 }), {
      code: "ENCODE",
    });
    resume();
    await wrong;
  });

  it("of each channel has its turn", async () => {
    await using life = await narrow();
    const busy = life.mux.newAPIChannel();
    const quiet = life.mux.newAPIChannel();
    const resume = stuck(life);
    await fill(busy);
    const many = Array.from({ length: 5000 }, () => busy.request("show_version"));
    const one = quiet.request("show_version");
    let before = 0;
    for (const reply of many) void reply.then(() => before++);
    resume();
    await one;
    assert.ok(before < 5000, `${before} requests of another channel went first`);
    await Promise.all(many);
  });
});

describe("the reply buffer", () => {
  it("of a dump that is larger loses nothing, not even its end", async () => {
    await using life = await Life.connected({ sim: { interfaces: 5000 } });
    const channel = life.mux.newAPIChannelBuffered(10, 10);
    const context = channel.sendMultiRequest("sw_interface_dump");
    await life.elapse(5000);
    const indices: unknown[] = [];
    while (true) {
      const { message, stop } = await context.receiveReply();
      if (stop) break;
      indices.push(message["swIfIndex"]);
    }
    assert.deepEqual(indices, Array.from({ length: 5001 }, (_, i) => i));
  });

  it("beyond its limit lets that one request fail, and the others go on", async () => {
    await using life = await Life.connected({ sim: { interfaces: 5000 } });
    const channel = life.mux.newAPIChannel({ replyBufferBytes: 100_000, replyBuffer: 5 });
    const dump = channel.sendMultiRequest("sw_interface_dump");
    const version = channel.request("show_version");
    await settle();
    await assert.rejects(dump.receiveReply(), {
      code: "BUFFER_FULL",
      message: /sw_interface_dump failed: more than 100000 bytes.*replyBufferBytes/,
    });
    assert.equal((await version)["version"], "26.06-release");
    const filter = { nameFilterValid: true, nameFilter: "loop123" };
    const rest = await channel.sendMultiRequest("sw_interface_dump", filter).toArray();
    assert.equal(rest.length, 11);
  });

  it("is one for all requests of a channel", async () => {
    await using life = await Life.connected({ sim: { interfaces: 100 } });
    const one = (await dumpSize(life)) * 1.5;
    const channel = life.mux.newAPIChannel({ replyBufferBytes: one, replyBuffer: 1 });
    const first = channel.sendMultiRequest("sw_interface_dump");
    const second = channel.sendMultiRequest("sw_interface_dump");
    await settle();
    await assert.rejects(second.receiveReply(), { code: "BUFFER_FULL" });
    assert.equal((await first.toArray()).length, 101);
    const third = channel.sendMultiRequest("sw_interface_dump");
    await settle();
    assert.equal((await third.toArray()).length, 101, "what was read makes room");
    const other = life.mux.newAPIChannel({ replyBufferBytes: one, replyBuffer: 1 });
    assert.equal((await other.sendMultiRequest("sw_interface_dump").toArray()).length, 101);
  });

  it("is empty again where a dump is cancelled", async () => {
    await using life = await Life.connected({ sim: { interfaces: 100 } });
    const limit = (await dumpSize(life)) * 1.5;
    const channel = life.mux.newAPIChannel({ replyBufferBytes: limit, replyBuffer: 1 });
    for (let i = 0; i < 10; i++) {
      const context = channel.sendMultiRequest("sw_interface_dump");
      await settle();
      await context.receiveReply();
      context.cancel();
    }
  });
});

/** The least limit with which the dump of this VPP's interfaces can wait as a whole. */
async function dumpSize(life: Life): Promise<number> {
  for (let limit = 1000;; limit = Math.ceil(limit * 1.1)) {
    const channel = life.mux.newAPIChannel({ replyBufferBytes: limit, replyBuffer: 1 });
    const context = channel.sendMultiRequest("sw_interface_dump");
    await settle();
    const fits = await context.toArray().then(() => true, () => false);
    await channel.close();
    if (fits) return limit;
  }
}

describe("the event buffer", () => {
  async function flood(drop: "oldest" | "newest", count = 10): Promise<[Life, Channel, number[]]> {
    const life = await Life.connected({ mux: { healthIntervalMs: 0 } });
    const channel = life.mux.newAPIChannel({ eventBuffer: 4, dropEvents: drop });
    const events = channel.subscribeNotification("sw_interface_event");
    await channel.request("want_interface_events", { enableDisable: 1 });
    for (let swIfIndex = 1; swIfIndex <= count; swIfIndex++) {
      life.sim.emit("sw_interface_event", { swIfIndex });
    }
    await settle();
    assert.equal(events.droppedCount, count - 4);
    events.unsubscribe();
    const read: number[] = [];
    for await (const event of events) read.push(Number(event["swIfIndex"]));
    return [life, channel, read];
  }

  it("that is full drops the oldest, or the newest", async () => {
    for (
      const [drop, kept] of [["oldest", [7, 8, 9, 10]], ["newest", [1, 2, 3, 4]]] as const
    ) {
      const [life, channel, read] = await flood(drop);
      assert.deepEqual(read, kept);
      assert.equal(channel.droppedEvents, 6);
      await life.close();
    }
  });

  it("says so at once, then once a second at most, and how many there were", async () => {
    const [life, channel] = await flood("oldest", 1004);
    const drops = () => life.log.filter((line) => line.message.includes("dropped"));
    assert.equal(drops().length, 1);
    const unread = channel.subscribeNotification("sw_interface_event");
    for (let ms = 0; ms < 3000; ms += 10) {
      life.sim.emit("sw_interface_event", { swIfIndex: 1 });
      await life.elapse(10);
    }
    assert.equal(drops().length, 4);
    await life.elapse(60_000);
    assert.ok(drops().length <= 5);
    const said = drops().flatMap(({ data }) => data["drops"] as { dropped: number }[]);
    const total = said.reduce((sum, { dropped }) => sum + dropped, 0);
    assert.equal(total, channel.droppedEvents);
    assert.equal(total, 1000 + unread.droppedCount);
    assert.equal(life.clock.pending, 0, "where nothing is dropped, nothing is timed");
    await life.close();
  });
});

describe("a channel that never reads", () => {
  it("slows none of 19 others, nor the health check, nor VPP", async () => {
    await using life = await Life.connected({ sim: { interfaces: 200 } });
    const lazy = life.mux.newAPIChannel({ replyBufferBytes: 200_000, eventBuffer: 10 });
    lazy.subscribeNotification("sw_interface_event");
    await lazy.request("want_interface_events", { enableDisable: 1 });
    for (let i = 0; i < 50; i++) {
      lazy.sendMultiRequest("sw_interface_dump");
      lazy.sendRequest("show_version");
    }
    const others = Array.from({ length: 19 }, () => life.mux.newAPIChannel());
    const before = life.clock.now();
    await Promise.all(others.map(async (channel) => {
      for (let round = 0; round < 20; round++) {
        await channel.request("show_version");
        const dump = await channel.sendMultiRequest("sw_interface_dump").toArray();
        assert.equal(dump.length, 201);
        life.sim.emit("sw_interface_event", { swIfIndex: round });
      }
    }));
    assert.equal(life.clock.now(), before, "nobody waited for a time to pass");
    await life.elapse(10_000);
    assert.equal(life.mux.state.state, "Connected");
    assert.equal(lazy.droppedEvents, 380 - 10);
  });
});
