import { readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { Mux } from "../../src/core/mux.ts";
import { ApiSet } from "../../src/sim/api_set.ts";
import { serveSocket, type SimListener } from "../../src/sim/listen_socket.ts";
import { Simulator } from "../../src/sim/simulator.ts";
import { socketTransport } from "../../src/transport/socket.ts";
import { heapAfterCollection } from "../garbage.ts";
import { assert, describe, it } from "../harness.ts";
import { Life } from "./life.ts";
import { settle } from "./sim_client.ts";

const RECONNECTS = 1000;

/** What a reconnect may leave behind on average, in bytes, before it is a leak. */
const TOLERANCE = 100;

/** How often the engine may be given the time of another thousand reconnects to come to rest. */
const CHANCES = 6;

/** Descriptors that this process has open; undefined where the system does not say. */
function openDescriptors(): number | undefined {
  return process.platform === "linux" ? readdirSync("/proc/self/fd").length : undefined;
}

/** The table of texts that VPP has sent is bounded, but a new text in each reply lets it grow. */
function answerWithOneTime(sim: Simulator): void {
  sim.on("cli_inband", (call) => call.reply({ reply: "Time now 1.000000\n" }));
}

/**
 * Runs thousands of rounds; fails where each thousand of them leaves more in the heap. What is kept is
 * seen in every thousand. What the engine itself adds is not: compiled code and type feedback, some
 * hundred kilobytes in the first two thousand rounds and next to nothing later (heap snapshots of then
 * and 2,000 rounds later differ in nothing else).
 */
async function assertNothingKept(round: () => Promise<void>): Promise<void> {
  const grown: number[] = [];
  let before = heapAfterCollection();
  do {
    for (let i = 0; i < RECONNECTS; i++) await round();
    const after = heapAfterCollection();
    grown.push(after - before);
    before = after;
  } while (grown.at(-1)! >= RECONNECTS * TOLERANCE && grown.length < CHANCES);
  assert.ok(
    grown.at(-1)! < RECONNECTS * TOLERANCE,
    `bytes more after each thousand: ${grown.join(", ")}`,
  );
}

/** A simulator on a socket and a mux that is connected to it. */
class SocketLife {
  readonly sim: Simulator;
  readonly mux: Mux;
  readonly #folder: string;
  readonly #listener: SimListener;

  private constructor(sim: Simulator, folder: string, listener: SimListener) {
    this.sim = sim;
    this.#folder = folder;
    this.#listener = listener;
    this.mux = new Mux({
      transport: socketTransport(listener.path),
      schema: ApiSet.builtIn().schema,
      connectIntervalMs: 1,
      connectIntervalMaxMs: 1,
    });
  }

  static async begin(): Promise<SocketLife> {
    const sim = new Simulator();
    answerWithOneTime(sim);
    const folder = await mkdtemp(join(tmpdir(), "govppmux-"));
    const listener = await serveSocket(sim, join(folder, "api.sock"));
    const life = new SocketLife(sim, folder, listener);
    await life.mux.connect();
    return life;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.mux.close();
    await this.#listener.close();
    await rm(this.#folder, { recursive: true });
  }
}

describe("a thousand reconnects", () => {
  it("leave no timer, no client, and the heap where it was", async () => {
    await using life = await Life.connected({
      sim: { interfaces: 3 },
      mux: { resyncAfterReconnect: true, connectIntervalMs: 1, connectIntervalMaxMs: 1 },
    });
    answerWithOneTime(life.sim);
    const channel = life.mux.newAPIChannel();
    const events = channel.subscribeNotification("sw_interface_event");
    await channel.request("want_interface_events", { enableDisable: 1 });
    life.mux.onResync("part", async (context) => {
      const own = context.newAPIChannel();
      await own.sendMultiRequest("sw_interface_dump").toArray();
      await own.close();
    });
    const round = async (): Promise<void> => {
      const lost = channel.request("show_version").catch(() => {});
      for (const client of life.sim.vpp.clients()) client.drop("by the test");
      await lost;
      await settle();
      await life.until("Connected");
      assert.equal(life.mux.state.resynced, true);
      life.sim.emit("sw_interface_event", { swIfIndex: 1 });
      assert.equal((await events.next()).value?.["swIfIndex"], 1);
      life.events.length = 0;
      life.log.length = 0;
    };
    for (let i = 0; i < 300; i++) await round();
    const timers = life.clock.pending;
    await assertNothingKept(round);
    assert.equal(life.clock.pending, timers);
    assert.equal(life.sim.vpp.clients().length, 1);
  });

  it("over a socket leave no descriptor, and the heap where it was", async () => {
    await using life = await SocketLife.begin();
    const { sim, mux } = life;
    const channel = mux.newAPIChannel();
    const round = async (): Promise<void> => {
      const reconnected = new Promise<void>((resolve) => {
        const stop = mux.onState(({ state }) => {
          if (state !== "Connected") return;
          stop();
          resolve();
        });
      });
      for (const client of sim.vpp.clients()) client.drop("by the test");
      await reconnected;
      await channel.request("show_version");
    };
    for (let i = 0; i < 300; i++) await round();
    const before = openDescriptors();
    await assertNothingKept(round);
    assert.equal(openDescriptors(), before);
  });
});

describe("a dump that nobody reads", () => {
  it("takes nothing of its channel's buffer once it is let go of", async () => {
    await using life = await Life.connected({ sim: { interfaces: 1000 } });
    const channel = life.mux.newAPIChannel({ replyBufferBytes: 1_500_000, replyBuffer: 1 });
    for (let i = 0; i < 20; i++) {
      channel.sendMultiRequest("sw_interface_dump");
      await settle();
      heapAfterCollection();
      await settle();
    }
    const dump = channel.sendMultiRequest("sw_interface_dump");
    await settle();
    assert.equal((await dump.toArray()).length, 1001);
  });

  it("also where no other dump is sent, after a second", async () => {
    await using life = await Life.connected({ sim: { interfaces: 1000 } });
    const channel = life.mux.newAPIChannel({ replyBufferBytes: 250_000, replyBuffer: 1 });
    channel.sendMultiRequest("sw_interface_dump");
    await settle();
    life.clock.advance(1000);
    heapAfterCollection();
    await settle();
    assert.equal((await channel.sendMultiRequest("sw_interface_dump").toArray()).length, 1001);
  });
});
