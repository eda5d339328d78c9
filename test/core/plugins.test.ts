import type { Channel } from "../../src/core/channel.ts";
import type { HookRun, Part } from "../../src/core/parts.ts";
import { assert, describe, it } from "../harness.ts";
import { Life } from "./life.ts";
import { settle } from "./sim_client.ts";

/** A part whose hooks are noted. */
function noting(name: string, heard: string[], more: Part = {}): Part {
  const note = (hook: string) => (_: unknown, { restarted }: HookRun): void => {
    heard.push(`${name} ${hook}${restarted ? " restarted" : ""}`);
  };
  return {
    init: note("init"),
    afterReconnect: note("afterReconnect"),
    resync: note("resync"),
    close: note("close"),
    ...more,
  };
}

const RESYNC = { mux: { resyncAfterReconnect: true } } as const;

describe("parts of an agent", () => {
  it("run their hooks in order of registration, and are closed in reverse order", async () => {
    const heard: string[] = [];
    const life = new Life(RESYNC);
    life.mux.register("one", noting("one", heard));
    life.mux.register("two", noting("two", heard));
    assert.deepEqual(heard, []);
    await life.mux.connect();
    assert.deepEqual(heard.splice(0), ["one init", "two init"]);
    life.sim.restart();
    await life.until("Connected");
    assert.deepEqual(heard.splice(0), [
      "one afterReconnect restarted",
      "two afterReconnect restarted",
      "one resync restarted",
      "two resync restarted",
    ]);
    await life.close();
    assert.deepEqual(heard, ["two close", "one close"]);
  });

  it("have done all of it before the mux is Connected", async () => {
    const heard: string[] = [];
    await using life = new Life(RESYNC);
    life.mux.onState(({ state }) => heard.push(state));
    life.mux.register("part", noting("part", heard));
    await life.mux.connect();
    life.sim.restart();
    await life.until("Connected");
    assert.deepEqual(heard, [
      "Connecting",
      "part init",
      "Connected",
      "Disconnected",
      "Connecting",
      "part afterReconnect restarted",
      "part resync restarted",
      "Connected",
    ]);
    assert.equal(life.mux.state.resynced, true);
  });

  it("are not asked to resync where that is off", async () => {
    const heard: string[] = [];
    await using life = new Life();
    life.mux.register("part", noting("part", heard));
    await life.mux.connect();
    life.sim.restart();
    await life.until("Connected");
    assert.ok(!heard.includes("part resync restarted"));
    assert.equal(life.mux.state.resynced, undefined);
  });

  it("can resync whenever the program asks", async () => {
    const heard: string[] = [];
    await using life = await Life.connected();
    life.mux.register("part", noting("part", heard));
    assert.deepEqual(await life.mux.resync(), []);
    assert.deepEqual(heard, ["part init", "part resync"]);
    life.sim.stop();
    await settle();
    await assert.rejects(life.mux.resync(), { code: "DISCONNECTED" });
  });

  it("that are registered while connected begin at once", async () => {
    const heard: string[] = [];
    await using life = await Life.connected();
    life.mux.register("part", noting("part", heard));
    await settle();
    assert.deepEqual(heard, ["part init"]);
  });

  it("that are registered while connected begin one after the other", async () => {
    const heard: string[] = [];
    await using life = await Life.connected();
    life.mux.register("slow", {
      init: async () => {
        await settle();
        heard.push("slow init");
      },
    });
    life.mux.register("quick", noting("quick", heard));
    await settle();
    await settle();
    assert.deepEqual(heard, ["slow init", "quick init"]);
  });

  it("that are registered by a hook of another have their turn as well", async () => {
    const heard: string[] = [];
    await using life = new Life();
    life.mux.register("one", {
      init: () => void life.mux.register("two", noting("two", heard)),
    });
    await life.mux.connect();
    assert.deepEqual(heard, ["two init"]);
  });

  it("have channels of their own, which end with them", async () => {
    let channel: Channel | undefined;
    const life = await Life.connected();
    const part = life.mux.register("part", {
      init: async (context) => {
        channel = context.newAPIChannel();
        await channel.request("show_version");
      },
      close: async () => {
        assert.equal((await channel?.request("show_version"))?.["version"], "26.06-release");
      },
    });
    await settle();
    assert.ok(channel !== undefined);
    const other = life.mux.newAPIChannel();
    await part.unregister();
    assert.throws(() => channel?.sendRequest("show_version"), { code: "CLOSED" });
    await other.request("show_version");
    assert.deepEqual(life.mux.statusCheck().parts.map(({ name }) => name), ["mux"]);
    await life.close();
    assert.ok(life.log.every(({ level }) => level !== "error"));
  });

  it("have names of their own", async () => {
    await using life = new Life();
    life.mux.register("part", {});
    assert.throws(() => life.mux.register("part", {}), {
      code: "PART",
      message: /Cannot register part/,
    });
  });

  it("that fail are reported, and the others go on", async () => {
    const heard: string[] = [];
    await using life = new Life(RESYNC);
    life.mux.register("bad", {
      ...noting("bad", heard),
      resync: () => Promise.reject(new Error("no route")),
    });
    life.mux.register("good", noting("good", heard));
    await life.mux.connect();
    life.sim.restart();
    await life.until("Connected");
    assert.equal(heard.at(-1), "good resync restarted");
    const { resynced, problems } = life.mux.state;
    assert.equal(resynced, false);
    assert.deepEqual(problems?.map(({ name, error }) => [name, error.message]), [
      ["bad", "no route"],
    ]);
    const line = life.log.find(({ level }) => level === "error");
    assert.deepEqual(line?.data["part"], "bad");
    assert.deepEqual(line?.data["hook"], "resync");
  });

  it("whose init failed begin anew with the next connection", async () => {
    const heard: string[] = [];
    await using life = new Life(RESYNC);
    let fails = true;
    life.mux.register("part", {
      ...noting("part", heard),
      init: () => {
        heard.push("part init");
        if (fails) throw new Error("not yet");
      },
    });
    await life.mux.connect();
    fails = false;
    life.sim.restart();
    await life.until("Connected");
    assert.deepEqual(heard, ["part init", "part init", "part resync restarted"]);
    life.sim.restart();
    await life.until("Connected");
    assert.ok(heard.includes("part afterReconnect restarted"));
  });

  it("whose init failed begin anew with a resync that the program asks for", async () => {
    const heard: string[] = [];
    await using life = new Life();
    let fails = 2;
    life.mux.register("part", {
      ...noting("part", heard),
      init: () => {
        if (fails-- > 0) throw new Error("not yet");
      },
    });
    await life.mux.connect();
    assert.equal((await life.mux.resync())[0]?.error.message, "not yet");
    assert.deepEqual(heard, []);
    assert.deepEqual(await life.mux.resync(), []);
    assert.deepEqual(heard, ["part resync"]);
    assert.equal(life.mux.statusCheck().parts[1]?.state, "OK");
  });

  it("that take too long are given up, and told so", async () => {
    await using life = new Life();
    let given: unknown;
    life.mux.register("slow", {
      init: (_, { signal }) =>
        new Promise((resolve) => {
          signal.addEventListener("abort", () => {
            given = signal.reason;
            resolve();
          });
        }),
    }, { timeoutMs: 3000 });
    const connecting = life.mux.connect();
    await life.elapse(2999);
    assert.equal(life.mux.state.state, "Connecting");
    await life.elapse(1);
    await connecting;
    assert.match(String(given), /init of slow was given up: it took over 3000 ms/);
    assert.match(life.mux.state.problems?.[0]?.error.message ?? "", /took over 3000 ms/);
  });

  it("are not waited for where the connection ends meanwhile, and run one hook at a time", async () => {
    await using life = new Life();
    let running = 0;
    let most = 0;
    const signals: AbortSignal[] = [];
    life.mux.register("stubborn", {
      init: async (_, { signal }) => {
        signals.push(signal);
        most = Math.max(most, ++running);
        // Does not listen to the signal.
        if (signals.length === 1) await new Promise((r) => life.clock.setTimeout(() => r(0), 9000));
        running--;
      },
    });
    const connecting = life.mux.connect();
    await settle();
    life.sim.restart();
    await settle();
    assert.equal(signals[0]?.aborted, true);
    await life.elapse(20_000);
    await connecting;
    assert.equal(life.mux.state.state, "Connected");
    assert.equal(signals.length, 2);
    assert.equal(most, 1);
  });

  it("can close the mux from a hook", async () => {
    const life = new Life();
    const before: number[] = [];
    life.mux.register("part", {
      init: async () => {
        before.push(life.clock.now());
        await life.mux.close();
      },
    });
    await assert.rejects(life.mux.connect(), { code: "ABORTED" });
    await life.mux.close();
    assert.equal(life.clock.now(), before[0]);
    await life.close();
  });

  it("whose close fails or hangs do not keep the mux from closing", async () => {
    const life = new Life();
    life.mux.register("hangs", { close: () => new Promise(() => {}) }, { timeoutMs: 1000 });
    life.mux.register("fails", { close: () => Promise.reject(new Error("in use")) });
    await life.mux.connect();
    await life.close();
    assert.equal(life.mux.state.state, "Closed");
    const parts = life.log.filter(({ level }) => level === "error").map(({ data }) => data["part"]);
    assert.deepEqual(parts, ["fails", "hangs"]);
  });
});

describe("onResync", () => {
  it("registers a callback with a timeout of its own", async () => {
    await using life = await Life.connected(RESYNC);
    const order: string[] = [];
    life.mux.onResync("hangs", () => new Promise(() => {}), { timeoutMs: 500 });
    life.mux.onResync("works", async (context) => {
      order.push("works");
      await context.newAPIChannel().request("create_loopback");
    });
    life.sim.restart();
    await settle();
    assert.deepEqual(order, []);
    assert.equal(life.mux.state.state, "Connecting");
    await life.elapse(500);
    assert.deepEqual(order, ["works"]);
    assert.equal(life.mux.state.state, "Connected");
    assert.equal(life.mux.state.resynced, false);
    const dump = life.mux.newAPIChannel().sendMultiRequest("sw_interface_dump");
    assert.equal((await dump.toArray()).length, 2);
  });
});
