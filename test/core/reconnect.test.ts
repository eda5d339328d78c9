import { ShowVersion } from "../../src/binapi/vpe.ts";
import type { TransportFactory } from "../../src/transport/transport.ts";
import { simTransport } from "../../src/sim/in_memory.ts";
import { Simulator } from "../../src/sim/simulator.ts";
import { assert, describe, it } from "../harness.ts";
import { OtherVpp } from "./apis.ts";
import { Life } from "./life.ts";
import { settle } from "./sim_client.ts";

/** VPP breaks the connection and lives on. */
function breakConnection(life: Life): void {
  for (const client of life.sim.vpp.clients()) client.drop("broken by the test");
}

describe("a connection that ended", () => {
  it("is made again at once, and its channels stay usable", async () => {
    await using life = await Life.connected();
    const channel = life.mux.newAPIChannel();
    await channel.request("show_version");
    await channel.request(ShowVersion, {});
    life.sim.restart();
    await settle();
    assert.deepEqual(life.states(), [
      "Connecting",
      "Connected",
      "Disconnected",
      "Connecting",
      "Connected",
    ]);
    assert.equal(life.clock.now(), 0);
    // The ids of these messages are others now.
    assert.equal((await channel.request("show_version"))["version"], "26.06-release");
    assert.equal((await channel.request(ShowVersion, {})).version, "26.06-release");
    assert.equal((await channel.sendMultiRequest("sw_interface_dump").toArray()).length, 1);
  });

  it("stays ended where the mux is told so", async () => {
    await using life = await Life.connected({ mux: { reconnect: false } });
    life.sim.restart();
    await life.elapse(60_000);
    assert.equal(life.mux.state.state, "Disconnected");
    await life.mux.connect();
    assert.equal(life.mux.state.state, "Connected");
  });

  it("is found again where VPP comes back after a minute", async () => {
    await using life = await Life.connected();
    const channel = life.mux.newAPIChannel();
    life.sim.stop();
    await life.elapse(60_000);
    assert.equal(life.states().filter((state) => state === "Failed").length, 1);
    life.sim.restart();
    await life.elapse(10_000);
    assert.equal(life.mux.state.state, "Connected");
    await channel.request("show_version");
  });

  it("is not made again in a hurry where VPP ends it at once, again and again", async () => {
    await using life = await Life.connected({ mux: { healthIntervalMs: 0 } });
    life.mux.onState(({ state }) => {
      if (state === "Connected") breakConnection(life);
    });
    breakConnection(life);
    await life.elapse(60_000);
    const connects = life.states().filter((state) => state === "Connected").length;
    assert.ok(connects >= 6 && connects <= 12, `${connects} connections in a minute`);
  });

  it("and that ends again before it is told of is one attempt more, and never two sessions", async () => {
    await using life = await Life.connected();
    const channel = life.mux.newAPIChannel();
    await channel.request("want_interface_events", { enableDisable: 1, pid: 1 });
    life.states();
    life.sim.faults.add({ kind: "close" }, { message: "want_interface_events", times: 3 });
    breakConnection(life);
    await life.until("Connected");
    assert.deepEqual(life.states(), [
      "Disconnected",
      "Connecting",
      "Connecting",
      "Connecting",
      "Failed",
      "Connecting",
      "Connected",
    ]);
    assert.equal(life.sim.vpp.clients().length, 1);
  });

  it("leaves no call hanging, whenever it ends", async () => {
    await using life = await Life.connected({ sim: { interfaces: 20 } });
    const channel = life.mux.newAPIChannel();
    const outcomes = new Map<string, number>();
    const count = (outcome: string): void => {
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    };
    const calls: Promise<void>[] = [];
    for (let round = 0; round < 200; round++) {
      for (let i = 0; i < 5; i++) {
        calls.push(
          channel.request("show_version").then(() => count("reply"), (e) => count(e.code)),
          (async () => await channel.sendMultiRequest("sw_interface_dump").toArray())()
            .then(() => count("dump"), (e) => count(e.code)),
        );
      }
      // Between the sending and the end lie more and more microtasks.
      for (let turn = 0; turn < round % 20; turn++) await Promise.resolve();
      if (round % 2 === 0) life.sim.restart();
      else breakConnection(life);
      await life.until("Connected");
    }
    await Promise.all(calls);
    assert.deepEqual([...outcomes.keys()].sort(), ["DISCONNECTED", "dump", "reply"]);
    assert.equal([...outcomes.values()].reduce((sum, n) => sum + n, 0), 2000);
  });
});

describe("whether VPP was started anew", () => {
  async function restartedAfter(
    pid: number | undefined,
    act: (life: Life) => void,
    mux = {},
  ): Promise<boolean | undefined> {
    await using life = new Life({ sim: pid === undefined ? {} : { pid }, mux });
    await life.elapse(10);
    await life.mux.connect();
    await life.elapse(5001);
    act(life);
    await settle();
    await life.until("Connected");
    const { state, restarted } = life.mux.state;
    assert.equal(state, "Connected");
    return restarted;
  }

  it("is told by the process id", async () => {
    assert.equal(await restartedAfter(undefined, (life) => life.sim.restart()), true);
    assert.equal(await restartedAfter(undefined, breakConnection), false);
  });

  it("is told by the time of its start where every VPP has the same process id", async () => {
    assert.equal(await restartedAfter(1, (life) => life.sim.restart()), true);
    assert.equal(await restartedAfter(1, breakConnection), false);
  });

  it("is told also where no probe ever brought the process id", async () => {
    const mux = { healthIntervalMs: 0 };
    assert.equal(await restartedAfter(undefined, (life) => life.sim.restart(), mux), true);
    assert.equal(await restartedAfter(undefined, breakConnection, mux), false);
  });

  it("is not said of the first connection", async () => {
    await using life = await Life.connected();
    assert.equal(life.mux.state.restarted, undefined);
  });
});

describe("a VPP that came back with another table", () => {
  it("is asked by its own ids and definitions: nothing of the old ones is left", async () => {
    const old = new OtherVpp().moved("control_ping", "memclnt", "vpe").api();
    await using life = await Life.connected({ sim: { api: old }, mux: { schema: "vpp" } });
    const channel = life.mux.newAPIChannel();
    const pingId = () => life.sim.vpp.table.get("control_ping")?.id;
    for (let round = 0; round < 6; round++) {
      const before = pingId();
      const next = round % 2 === 0
        ? new OtherVpp().withField("sw_interface_details", ["u32", "novelty"], "11112222").api()
        : old;
      life.sim.restart(next);
      await life.until("Connected");
      assert.notEqual(pingId(), before);
      await life.elapse(20_000);
      assert.equal(life.mux.state.state, "Connected", "probes are answered");
      const [itf] = await channel.sendMultiRequest("sw_interface_dump").toArray();
      assert.equal(itf !== undefined && "novelty" in itf, round % 2 === 0);
      assert.equal(life.mux.counters.unclaimed + life.mux.counters.mismatched, 0);
    }
  });

  it("asks for no definitions where the table is the same", async () => {
    await using life = new Life({ mux: { schema: "vpp" } });
    let asked = 0;
    life.sim.on("get_api_json", (call) => {
      asked++;
      call.reply({ json: call.vpp.api.json() });
    });
    await life.mux.connect();
    const { schema } = life.mux;
    life.sim.restart();
    await life.until("Connected");
    assert.equal(asked, 1);
    assert.equal(life.mux.schema, schema);
    life.sim.restart(new OtherVpp().without("acl").api());
    await life.until("Connected");
    assert.equal(asked, 2);
  });

  it("lets a request fail that it does not have, and says whether it is missing or another", async () => {
    await using life = await Life.connected();
    const channel = life.mux.newAPIChannel();
    await channel.request("show_version");
    life.sim.restart(
      new OtherVpp().without("acl").withField("show_version", ["u32", "x"], "0badcafe").api(),
    );
    await life.until("Connected");
    assert.throws(() => channel.sendRequest("show_version"), {
      code: "INCOMPATIBLE",
      message: /another show_version.*0badcafe.*51077d14/,
    });
    assert.throws(() => channel.sendRequest("acl_plugin_get_version"), {
      code: "INCOMPATIBLE",
      message: /no message acl_plugin_get_version.*acl/,
    });
  });
});

describe("two VPPs of different releases in one process", () => {
  it("are each spoken to with their own definitions", async () => {
    const other = new OtherVpp().withField("show_version_reply", ["u32", "novelty"], "11112222");
    await using one = await Life.connected({ mux: { schema: "vpp" } });
    await using two = await Life.connected({ sim: { api: other.api() }, mux: { schema: "vpp" } });
    const channels = [one, two].map((life) => life.mux.newAPIChannel());
    const replies = await Promise.all(channels.map((channel) => channel.request("show_version")));
    assert.deepEqual(replies.map((reply) => "novelty" in reply), [false, true]);
    for (const reply of replies) assert.equal(reply["version"], "26.06-release");
  });
});

describe("an attempt whose way to VPP opens after it was given up", () => {
  it("is closed, and never used", async () => {
    const gate: { open?: () => void } = {};
    const sim = new Simulator();
    const inner = simTransport(sim);
    const late: TransportFactory = {
      name: "late",
      open: async (sink, { timeoutMs }) => {
        await new Promise<void>((resolve) => gate.open = resolve);
        return await inner.open(sink, { timeoutMs });
      },
    };
    await using life = new Life({ mux: { transport: late } });
    const giveUp = new AbortController();
    const connecting = assert.rejects(life.mux.connect(giveUp.signal), { code: "ABORTED" });
    await settle();
    giveUp.abort();
    gate.open?.();
    await connecting;
    await settle();
    assert.equal(sim.vpp.clients().length, 0);
  });
});
