import { AsyncLocalStorage } from "node:async_hooks";
import type { AsyncContextFactory } from "../../src/core/async_context.ts";
import type { EventSummary } from "../../src/core/trace.ts";
import { assert, describe, it } from "../harness.ts";
import { Life, type LifeOptions } from "./life.ts";
import { settle } from "./sim_client.ts";

const asyncContext: AsyncContextFactory = { create: <T>() => new AsyncLocalStorage<T>() };

function traced(mux: LifeOptions["mux"] = {}, sim: LifeOptions["sim"] = {}): Promise<Life> {
  return Life.connected({ sim, mux: { traceEnabled: true, asyncContext, ...mux } });
}

function summaries(life: Life): EventSummary[] {
  return life.log.filter(({ message }) => message === "Trace of an event")
    .map(({ data }) => data as unknown as EventSummary);
}

describe("trace", () => {
  it("is off unless it is asked for", async () => {
    await using life = await Life.connected();
    const channel = life.mux.newAPIChannel();
    await life.mux.trace.event("nothing", () => channel.request("show_version"));
    assert.deepEqual(life.mux.trace.records(), []);
    assert.deepEqual(summaries(life), []);
    life.mux.trace.enabled = true;
    await channel.request("show_version");
    life.mux.trace.enabled = false;
    await channel.request("show_version");
    assert.equal(life.mux.trace.records().length, 1);
  });

  it("has each call in the order of sending, with its time", async () => {
    await using life = await traced();
    const channel = life.mux.newAPIChannel();
    life.sim.faults.add({ kind: "delay", ms: 30 }, { message: "show_version" });
    const slow = channel.request("show_version");
    await channel.request("control_ping");
    const [open] = life.mux.trace.records();
    assert.equal(open?.durationMs, undefined, "a call that is open has no time yet");
    await life.elapse(30);
    await slow;
    assert.deepEqual(
      life.mux.trace.records().map(({ message, durationMs }) => [message, durationMs]),
      [["show_version", 30], ["control_ping", 0]],
    );
    assert.equal(open?.time, life.clock.wallTime() - 30);
  });

  it("counts the parts of a dump, which ends with its last part", async () => {
    await using life = await traced({}, { interfaces: 300 });
    const channel = life.mux.newAPIChannel();
    await channel.sendMultiRequest("sw_interface_dump").toArray();
    const [record] = life.mux.trace.records();
    assert.equal(record?.parts, 301);
    assert.equal(record?.durationMs, 0);
  });

  it("says what failed, and of what", async () => {
    await using life = await traced();
    const channel = life.mux.newAPIChannel();
    await channel.request("sw_interface_set_flags", { swIfIndex: 99 }).catch(() => {});
    life.sim.faults.add({ kind: "drop" }, { message: "show_version" });
    const lost = channel.request("show_version").catch(() => {});
    await life.elapse(1000);
    await lost;
    const records = life.mux.trace.records();
    assert.match(records[0]?.error?.message ?? "", /INVALID_SW_IF_INDEX/);
    assert.match(records[1]?.error?.message ?? "", /within 1000 ms/);
    assert.equal(records[1]?.durationMs, 1000);
  });

  it("keeps the newest, and a bounded number of them", async () => {
    await using life = await traced({ traceSize: 100 });
    const channel = life.mux.newAPIChannel();
    for (let i = 0; i < 250; i++) await channel.request("control_ping");
    await channel.request("show_version");
    const records = life.mux.trace.records();
    assert.equal(records.length, 100);
    assert.equal(records.at(-1)?.message, "show_version");
  });

  it("is filtered by channel, by message and by event, and cleared", async () => {
    await using life = await traced();
    const [one, two] = [life.mux.newAPIChannel(), life.mux.newAPIChannel()];
    await one.request("control_ping");
    await life.mux.trace.event("mine", () => two.request("control_ping"));
    await two.request("show_version");
    const count = (filter: object) => life.mux.trace.records(filter).length;
    assert.deepEqual([
      count({ channel: one.id }),
      count({ channel: two.id }),
      count({ message: "control_ping" }),
      count({ event: "mine" }),
      count({ channel: two.id, message: "show_version" }),
    ], [1, 2, 2, 1, 1]);
    life.mux.trace.clear();
    assert.equal(count({}), 0);
  });

  it("has no probes and no other calls of the mux itself", async () => {
    await using life = await traced();
    await life.elapse(5000);
    await life.mux.vppInfo();
    assert.deepEqual(life.mux.trace.records(), []);
  });

  it("records nothing once the mux is closed", async () => {
    const life = await traced();
    const channel = life.mux.newAPIChannel();
    await channel.request("control_ping");
    await life.close();
    assert.throws(() => channel.sendRequest("control_ping"));
    assert.equal(life.mux.trace.records().length, 1);
  });

  it("can be read after a reply that could not be decoded", async () => {
    await using life = await traced();
    life.sim.faults.add({ kind: "shorten", bytes: 1 }, { message: "show_version" });
    await assert.rejects(life.mux.newAPIChannel().request("show_version"), { code: "DECODE" });
    assert.match(life.mux.trace.records()[0]?.error?.message ?? "", /Cannot decode/);
  });

  it("has the times of each message, with percentiles", async () => {
    await using life = await traced();
    const channel = life.mux.newAPIChannel();
    for (let i = 1; i <= 100; i++) {
      life.sim.faults.add({ kind: "delay", ms: i }, { message: "show_version" });
      const reply = channel.request("show_version");
      await life.elapse(i);
      await reply;
    }
    await channel.request("sw_interface_set_flags", { swIfIndex: 99 }).catch(() => {});
    assert.deepEqual(life.mux.trace.summary(), [{
      message: "show_version",
      count: 100,
      errors: 0,
      averageMs: 50.5,
      minMs: 1,
      maxMs: 100,
      totalMs: 5050,
      p50Ms: 50,
      p90Ms: 90,
      p99Ms: 99,
    }, {
      message: "sw_interface_set_flags",
      count: 1,
      errors: 1,
      averageMs: 0,
      minMs: 0,
      maxMs: 0,
      totalMs: 0,
      p50Ms: 0,
      p90Ms: 0,
      p99Ms: 0,
    }]);
  });
});

describe("an event of the trace", () => {
  it("is summed up in one line of the log, with the calls made inside it, also after awaits", async () => {
    await using life = await traced();
    const channel = life.mux.newAPIChannel();
    const result = await life.mux.trace.event("interfaces", async () => {
      await channel.request("create_loopback");
      await settle();
      await Promise.all([channel.request("create_loopback"), channel.request("show_version")]);
      await life.elapse(70);
      return "done";
    });
    assert.equal(result, "done");
    const [summary, ...more] = summaries(life);
    assert.deepEqual(more, []);
    assert.equal(summary?.event, "interfaces");
    assert.equal(summary?.durationMs, 70);
    assert.equal(summary?.grouping, "context");
    assert.deepEqual(summary?.calls.map(({ message, count }) => [message, count]), [
      ["create_loopback", 2],
      ["show_version", 1],
    ]);
  });

  it("has no calls of others, made at the same time", async () => {
    await using life = await traced();
    const channel = life.mux.newAPIChannel();
    await Promise.all([
      life.mux.trace.event("one", async () => {
        for (let i = 0; i < 3; i++) await channel.request("create_loopback");
      }),
      life.mux.trace.event("two", async () => {
        for (let i = 0; i < 5; i++) await channel.request("show_version");
      }),
      channel.request("control_ping"),
    ]);
    const counts = summaries(life).map(({ event, calls }) => [
      event,
      ...calls.map(({ message, count }) => `${count} ${message}`),
    ]);
    assert.deepEqual(counts.sort(), [["one", "3 create_loopback"], ["two", "5 show_version"]]);
    assert.equal(life.mux.trace.records({ message: "control_ping" })[0]?.event, undefined);
  });

  it("may contain events: their calls belong to both", async () => {
    await using life = await traced();
    const channel = life.mux.newAPIChannel();
    await life.mux.trace.event("outer", async () => {
      await channel.request("show_version");
      await life.mux.trace.event("inner", () => channel.request("control_ping"));
    });
    const [inner, outer] = summaries(life);
    assert.deepEqual(inner?.calls.map(({ message }) => message), ["control_ping"]);
    assert.equal(outer?.calls.length, 2);
    assert.equal(life.mux.trace.records({ message: "control_ping" })[0]?.event, "inner");
  });

  it("that fails is summed up as well, and fails", async () => {
    await using life = await traced();
    const channel = life.mux.newAPIChannel();
    await assert.rejects(
      life.mux.trace.event(
        "bad",
        () => channel.request("sw_interface_set_flags", { swIfIndex: 9 }),
      ),
      { code: "API" },
    );
    assert.equal(summaries(life)[0]?.calls[0]?.errors, 1);
  });

  it("takes in what happens while it lasts where the runtime cannot follow, and says so", async () => {
    await using life = await traced({ asyncContext: undefined });
    const channel = life.mux.newAPIChannel();
    await Promise.all([
      life.mux.trace.event("mine", async () => {
        await channel.request("show_version");
        await settle();
      }),
      channel.request("control_ping"),
    ]);
    const [summary] = summaries(life);
    assert.equal(summary?.grouping, "time");
    assert.equal(summary?.calls.length, 2);
  });

  it("is each resync, and each hook of a part", async () => {
    await using life = await traced({ resyncAfterReconnect: true });
    life.mux.onResync("part", async (context) => {
      await context.newAPIChannel().request("create_loopback");
    });
    life.sim.restart();
    await life.until("Connected");
    const [part, resync] = summaries(life);
    assert.equal(part?.event, "resync part");
    assert.equal(resync?.event, "resync");
    assert.deepEqual(resync?.calls.map(({ message }) => message), ["create_loopback"]);
  });
});
