import { assert, describe, it } from "../harness.ts";
import { Life, type LifeOptions } from "./life.ts";
import { settle } from "./sim_client.ts";

/** Connected, with the states told so far put aside. */
async function connected(mux: LifeOptions["mux"] = {}): Promise<Life> {
  const life = await Life.connected({ mux });
  life.states();
  return life;
}

/** Counts the probes that VPP gets, and answers them while `answers` is true. */
function probes(life: Life): { count: number; answers: boolean } {
  const seen = { count: 0, answers: true };
  life.sim.on("control_ping", (call) => {
    seen.count++;
    if (seen.answers) call.reply({ vpePid: life.sim.vpp.pid });
  });
  return seen;
}

describe("health probes", () => {
  it("are sent at the interval, and say nothing while VPP answers", async () => {
    await using life = await connected();
    const seen = probes(life);
    await life.elapse(10_000);
    assert.equal(seen.count, 10);
    assert.deepEqual(life.states(), []);
  });

  it("report NotResponding after the reply timeout, and Connected after the next success", async () => {
    await using life = await connected();
    const seen = probes(life);
    seen.answers = false;
    await life.elapse(1249);
    assert.deepEqual(life.states(), []);
    await life.elapse(1);
    assert.deepEqual(life.states(), ["NotResponding"]);
    await life.elapse(60_000);
    assert.deepEqual(life.states(), [], "it is said once");
    seen.answers = true;
    await life.elapse(1250);
    assert.deepEqual(life.states(), ["Connected"]);
  });

  it("never tear the connection down by themselves", async () => {
    await using life = await connected();
    const { clientIndex } = life.mux;
    const channel = life.mux.newAPIChannel({ replyTimeoutMs: 3_600_000 });
    life.sim.faults.add({ kind: "delay", ms: 600_000 }, { message: "show_version" });
    const slow = channel.request("show_version");
    probes(life).answers = false;
    await life.elapse(599_000);
    assert.equal(life.mux.state.state, "NotResponding");
    assert.equal(life.mux.clientIndex, clientIndex);
    await life.elapse(1_000);
    assert.equal((await slow)["version"], "26.06-release", "the busy VPP answered in the end");
  });

  it("count in a row, up to the threshold", async () => {
    await using life = await connected({ healthThreshold: 3 });
    const seen = probes(life);
    seen.answers = false;
    await life.elapse(2 * 1250);
    seen.answers = true;
    await life.elapse(1250);
    seen.answers = false;
    await life.elapse(2 * 1250);
    assert.deepEqual(life.states(), [], "twice two failures are no three in a row");
    await life.elapse(1250);
    assert.deepEqual(life.states(), ["NotResponding"]);
  });

  it("that are not answered do not count where VPP answers others meanwhile", async () => {
    await using life = await connected();
    const channel = life.mux.newAPIChannel();
    probes(life).answers = false;
    for (let i = 0; i < 50; i++) {
      await life.elapse(200);
      await channel.request("show_version");
    }
    assert.deepEqual(life.states(), []);
  });

  it("never queue up", async () => {
    await using life = await connected({ healthIntervalMs: 100, healthReplyTimeoutMs: 1000 });
    const seen = probes(life);
    seen.answers = false;
    await life.elapse(11_000);
    assert.equal(seen.count, 10, "the next one is sent when the last one is over");
  });

  it("are not sent where VPP does not even read", async () => {
    await using life = await connected();
    const before = life.sim.vpp.clients().map(({ link }) => link);
    const channel = life.mux.newAPIChannel({ replyTimeoutMs: Infinity });
    for (const link of before) link.pause();
    channel.sendRequest("show_version");
    await life.elapse(60_000);
    assert.equal(life.mux.state.state, "NotResponding");
    const seen = probes(life);
    for (const link of before) link.resume();
    await settle();
    assert.ok(seen.count <= 1, `${seen.count} probes were waiting`);
    await life.elapse(1250);
    assert.equal(life.mux.state.state, "Connected");
  });

  it("can be turned off", async () => {
    await using life = await connected({ healthIntervalMs: 0 });
    const seen = probes(life);
    await life.elapse(60_000);
    assert.equal(seen.count, 0);
    assert.equal(life.clock.pending, 0);
  });

  it("end with the connection, and begin again with the next one", async () => {
    await using life = await connected();
    const seen = probes(life);
    life.sim.stop();
    await settle();
    life.sim.restart();
    await life.until("Connected");
    seen.count = 0;
    await life.elapse(5000);
    assert.equal(seen.count, 5);
  });

  it("are right after VPP came back with another table", async () => {
    await using life = await connected();
    const first = life.sim.vpp.table;
    for (let i = 0; i < 5; i++) {
      life.sim.restart();
      await life.until("Connected");
      await life.elapse(20_000);
      assert.equal(life.mux.state.state, "Connected");
      assert.equal(life.mux.counters.unclaimed, 0);
    }
    assert.notEqual(life.sim.vpp.table, first);
  });
});

describe("health-check-disconnect-after", () => {
  it("gives the connection up where VPP has not responded for so long, and connects anew", async () => {
    await using life = await connected({ healthDisconnectAfterMs: 5000 });
    life.sim.faults.add({ kind: "silence" }, { message: "control_ping" });
    const pending = life.mux.newAPIChannel({ replyTimeoutMs: Infinity });
    await life.elapse(1250);
    assert.deepEqual(life.states(), ["NotResponding"]);
    const lost = assert.rejects(pending.request("show_version"), {
      code: "DISCONNECTED",
      message: /VPP did not respond for 5000 ms/,
    });
    await life.elapse(4999);
    assert.deepEqual(life.states(), []);
    await life.elapse(1);
    await lost;
    assert.deepEqual(life.states(), ["Disconnected", "Connecting", "Connected"]);
    assert.equal(life.sim.vpp.clients().length, 1, "the old connection is gone");
  });

  it("leaves alone what responds again in time", async () => {
    await using life = await connected({ healthDisconnectAfterMs: 5000 });
    const seen = probes(life);
    seen.answers = false;
    await life.elapse(5000);
    seen.answers = true;
    await life.elapse(60_000);
    assert.deepEqual(life.states(), ["NotResponding", "Connected"]);
  });
});

describe("a program that was busy itself", () => {
  it("reads what VPP answered meanwhile before anything times out", async () => {
    await using life = await connected();
    const channel = life.mux.newAPIChannel();
    const request = channel.request("show_version");
    // The clock jumps before the answer could be taken in, as it does where the loop is blocked.
    life.clock.jump(5000);
    assert.equal((await request)["version"], "26.06-release");
    await settle();
    assert.deepEqual(life.states(), []);
  });
});
