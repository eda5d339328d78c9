import { Mux } from "../../src/core/mux.ts";
import type { StateEvent } from "../../src/core/state.ts";
import type { TransportFactory } from "../../src/transport/transport.ts";
import { FakeClock } from "../fake_clock.ts";
import { assert, describe, it } from "../harness.ts";
import { Life } from "./life.ts";
import { isPending, settle } from "./sim_client.ts";

describe("connect", () => {
  it("tells of one connect and one end", async () => {
    const life = await Life.connected();
    assert.equal(life.mux.connected, true);
    await life.close();
    assert.deepEqual(life.states(), ["Connecting", "Connected", "Closed"]);
    assert.equal(life.mux.connected, false);
  });

  it("tells when, why, and of which attempt", async () => {
    await using life = new Life();
    life.clock.advance(250);
    await life.mux.connect();
    const [connecting, connected] = life.events;
    assert.equal(connecting?.attempt, 1);
    assert.match(connecting?.reason ?? "", /simulator/);
    assert.equal(connected?.time, life.clock.wallTime());
    assert.equal(connected?.resynced, undefined);
  });

  it("succeeds with the second attempt where the first fails", async () => {
    await using life = new Life();
    life.sim.stop();
    const connecting = life.mux.connect();
    await settle();
    life.sim.restart();
    await life.elapse(1000);
    await connecting;
    assert.deepEqual(life.events.map((e) => [e.state, e.attempt]), [
      ["Connecting", 1],
      ["Connecting", 2],
      ["Connected", 2],
    ]);
  });

  it("makes the configured attempts, and says what the last one failed of", async () => {
    await using life = new Life({ mux: { connectAttempts: 2 } });
    life.sim.stop();
    const failed = assert.rejects(life.mux.connect(), {
      code: "CONNECT",
      message: /simulator in 2 attempts: .*it is stopped/,
    });
    await life.elapse(1000);
    await failed;
    assert.deepEqual(life.states(), ["Connecting", "Connecting", "Failed"]);
    await life.elapse(60_000);
    assert.deepEqual(life.states(), [], "nothing goes on in the background");
  });

  it("can be called again after it failed", async () => {
    await using life = new Life({ mux: { connectAttempts: 1 } });
    life.sim.stop();
    await assert.rejects(life.mux.connect(), { code: "CONNECT" });
    life.sim.restart();
    await life.mux.connect();
    assert.equal(life.mux.state.state, "Connected");
  });

  it("refuses a second connection, and a second attempt", async () => {
    await using life = new Life();
    const first = life.mux.connect();
    await assert.rejects(life.mux.connect(), { code: "ALREADY_CONNECTED" });
    await first;
    await assert.rejects(life.mux.connect(), { code: "ALREADY_CONNECTED" });
    life.mux.connectAsync();
    await settle();
    assert.equal(life.sim.vpp.clients().length, 1);
  });

  it("ends at once where its signal is aborted between attempts", async () => {
    await using life = new Life({ mux: { connectAttempts: 100 } });
    life.sim.stop();
    const giveUp = new AbortController();
    const connecting = assert.rejects(life.mux.connect(giveUp.signal), { code: "ABORTED" });
    await life.elapse(2000);
    giveUp.abort();
    await connecting;
    assert.equal(life.clock.pending, 0);
    assert.equal(life.mux.state.state, "Disconnected");
    life.sim.restart();
    await life.mux.connect();
  });

  it("does not begin where its signal is aborted already", async () => {
    await using life = new Life();
    await assert.rejects(life.mux.connect(AbortSignal.abort()), { code: "ABORTED" });
    assert.equal(life.sim.vpp.clients().length, 0);
  });

  it("leaves nothing with a signal that lives on", async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => (listeners++, add(...args));
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--;
      remove(...args);
    };
    await using life = new Life();
    await life.mux.connect(signal);
    assert.equal(listeners, 0);
  });
});

describe("connectAsync", () => {
  it("goes on where the configured attempts are used up", async () => {
    await using life = new Life();
    life.sim.stop();
    life.mux.connectAsync();
    const connected = life.mux.whenConnected();
    await life.elapse(300_000);
    assert.ok(life.states().includes("Failed"));
    assert.ok(await isPending(connected));
    life.sim.restart();
    await life.elapse(10_000);
    await connected;
    assert.equal(life.mux.state.state, "Connected");
  });

  it("waits longer from attempt to attempt, up to the bound", async () => {
    await using life = new Life({ mux: { connectIntervalMs: 1000, connectIntervalMaxMs: 5000 } });
    life.sim.stop();
    life.mux.connectAsync();
    await life.elapse(30_000);
    const times = life.events.filter((e) => e.state === "Connecting").map((e) => e.time);
    const waits = times.slice(1).map((time, i) => time - times[i]!);
    assert.deepEqual(waits.slice(0, 5), [1000, 2000, 4000, 5000, 5000]);
  });

  it("spreads the attempts of many clients", async () => {
    const waits = await Promise.all([0, 0.5, 0.999].map(async (random) => {
      await using life = new Life({ mux: { random: () => random } });
      life.sim.stop();
      life.mux.connectAsync();
      await life.elapse(1000);
      const [first, second] = life.events.filter((e) => e.state === "Connecting");
      return Math.round((second?.time ?? 0) - (first?.time ?? 0));
    }));
    assert.deepEqual(waits, [1000, 875, 750]);
  });

  it("stops where its signal is aborted", async () => {
    await using life = new Life();
    life.sim.stop();
    const giveUp = new AbortController();
    life.mux.connectAsync(giveUp.signal);
    await life.elapse(2000);
    giveUp.abort();
    await settle();
    assert.equal(life.clock.pending, 0);
  });
});

describe("close", () => {
  it("ends attempts at once, also while the way to VPP does not exist yet", async () => {
    for (const start of ["connect", "connectAsync"] as const) {
      const life = new Life();
      life.sim.stop();
      const connecting = Promise.resolve(life.mux[start]()).catch((error) => error.code);
      await life.elapse(500);
      await life.mux.close();
      assert.equal(await connecting, start === "connect" ? "ABORTED" : undefined);
      assert.equal(life.clock.pending, 0);
      assert.equal(life.states().at(-1), "Closed");
    }
  });

  it("ends an attempt whose way to VPP hangs", async () => {
    const clock = new FakeClock();
    const mux = new Mux({ transport: hanging(), clock });
    const connecting = assert.rejects(mux.connect(), { code: "ABORTED" });
    await settle();
    await mux.close();
    await connecting;
    assert.equal(clock.pending, 0);
  });

  it("is harmless when called twice, also at once", async () => {
    const life = await Life.connected();
    await Promise.all([life.mux.close(), life.mux.close()]);
    await life.mux.close();
    assert.deepEqual(life.states(), ["Connecting", "Connected", "Closed"]);
    await life.close();
  });

  it("is harmless for a mux that was never connected", async () => {
    await new Life().close();
  });

  it("lets nothing be done afterwards, and says why", async () => {
    const life = await Life.connected();
    const channel = life.mux.newAPIChannel();
    await life.close();
    await assert.rejects(life.mux.connect(), { code: "CLOSED" });
    assert.throws(() => life.mux.connectAsync(), { code: "CLOSED" });
    assert.throws(() => life.mux.newAPIChannel(), { code: "CLOSED" });
    assert.throws(() => channel.sendRequest("control_ping"), { code: "CLOSED" });
    assert.throws(() => life.mux.register("part", {}), { code: "CLOSED" });
    await assert.rejects(life.mux.whenConnected(), { code: "CLOSED" });
  });

  it("takes leave of VPP with sockclnt_delete, and does not wait for a VPP that hangs", async () => {
    const left: number[] = [];
    const life = new Life();
    life.sim.on<{ readonly index: number }>("sockclnt_delete", (call) => {
      left.push(call.fields.index);
    });
    await life.mux.connect();
    const { clientIndex } = life.mux;
    const closed = life.mux.close();
    await life.elapse(200);
    await closed;
    assert.deepEqual(left, [clientIndex]);
    await life.close();
  });

  it("from a listener of the state ends what the state announced", async () => {
    const life = new Life();
    life.mux.onState(({ state }) => {
      if (state === "Connecting") void life.mux.close();
    });
    await assert.rejects(life.mux.connect(), { code: "ABORTED" });
    await life.close();
    assert.deepEqual(life.states(), ["Connecting", "Closed"]);
  });
});

describe("listeners of the state", () => {
  it("are all told, in order, also of what one of them causes", async () => {
    const life = new Life();
    const heard: string[] = [];
    life.mux.onState(({ state }) => {
      heard.push(`one ${state}`);
      if (state === "Connected") void life.mux.close();
    });
    life.mux.onState(({ state }) => heard.push(`two ${state}`));
    await life.mux.connect();
    await life.close();
    assert.deepEqual(heard, [
      "one Connecting",
      "two Connecting",
      "one Connected",
      "two Connected",
      "one Closed",
      "two Closed",
    ]);
  });

  it("that throw disturb nobody, and are reported", async () => {
    await using life = new Life();
    const heard: string[] = [];
    life.mux.onState(() => {
      throw new Error("listener");
    });
    life.mux.onState(({ state }) => heard.push(state));
    await life.mux.connect();
    assert.deepEqual(heard, ["Connecting", "Connected"]);
    const line = life.log.find((entry) => entry.level === "error");
    assert.match(String(line?.data["error"]), /listener/);
  });

  it("hear nothing any more once they stopped", async () => {
    await using life = new Life();
    const heard: string[] = [];
    const stop = life.mux.onState(({ state }) => heard.push(state));
    stop();
    await life.mux.connect();
    assert.deepEqual(heard, []);
  });

  it("iterate until the mux is closed", async () => {
    const life = new Life();
    const heard: StateEvent["state"][] = [];
    const iterating = (async () => {
      for await (const { state } of life.mux.events()) heard.push(state);
    })();
    await life.mux.connect();
    await life.close();
    await iterating;
    assert.deepEqual(heard, ["Connecting", "Connected", "Closed"]);
    for await (const _ of life.mux.events()) assert.fail("there is nothing after Closed");
  });

  it("may leave an iteration, and one that does not read holds a bounded number of events", async () => {
    await using life = await Life.connected({ mux: { healthIntervalMs: 0 } });
    const unread = life.mux.events();
    for (let i = 0; i < 100; i++) {
      life.sim.restart();
      await life.until("Connected");
      await life.elapse(10_000);
    }
    let held = 0;
    const end = life.mux.close();
    await life.elapse(1000);
    await end;
    for await (const _ of unread) held++;
    assert.ok(held <= 256, String(held));
    for await (const _ of life.mux.events()) break;
  });
});

/** Never opens; gives up when it is told to. */
function hanging(): TransportFactory {
  return {
    name: "a way that hangs",
    open: (_sink, { signal }) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      }),
  };
}
