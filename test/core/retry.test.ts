import { ShowVersion } from "../../src/binapi/vpe.ts";
import { assert, describe, it } from "../harness.ts";
import { Life, type LifeOptions } from "./life.ts";
import { settle } from "./sim_client.ts";

/** Connected; channels repeat requests twice, 500 ms apart. */
function retrying(options: LifeOptions = {}): Promise<Life> {
  return Life.connected({ ...options, mux: { channel: { retries: 2 }, ...options.mux } });
}

/** How often VPP executes a request. */
function executions(life: Life, message: string): { count: number } {
  const seen = { count: 0 };
  life.sim.on(message, (call) => {
    seen.count++;
    call.reply();
  });
  return seen;
}

describe("a request whose connection ended", () => {
  it("is not sent again unless that is asked for", async () => {
    await using life = await Life.connected();
    const seen = executions(life, "create_loopback");
    life.sim.faults.add({ kind: "close" }, { message: "create_loopback" });
    await assert.rejects(
      life.mux.newAPIChannel().request("create_loopback", {}, { idempotent: true }),
      { code: "DISCONNECTED", maybeExecuted: true, message: /may have executed the request$/ },
    );
    await life.elapse(10_000);
    assert.equal(seen.count, 0);
  });

  it("is sent again after the interval where it may be executed twice", async () => {
    await using life = await retrying();
    const seen = executions(life, "create_loopback");
    life.sim.faults.add({ kind: "cut", bytes: 3 }, { message: "create_loopback" });
    const reply = life.mux.newAPIChannel().request("create_loopback", {}, { idempotent: true });
    await life.elapse(499);
    assert.equal(seen.count, 1);
    await life.elapse(1);
    await reply;
    assert.equal(seen.count, 2);
  });

  it("is not sent again where VPP may have executed it and nothing says that this is harmless", async () => {
    await using life = await retrying();
    const seen = executions(life, "create_loopback");
    life.sim.faults.add({ kind: "cut", bytes: 0 }, { message: "create_loopback" });
    await assert.rejects(life.mux.newAPIChannel().request("create_loopback"), {
      code: "DISCONNECTED",
      maybeExecuted: true,
      message: /create_loopback.*may have executed.*not sent again; mark the call idempotent/,
    });
    await life.elapse(10_000);
    assert.equal(seen.count, 1);
  });

  it("is sent again without a mark where it had not been sent", async () => {
    await using life = await retrying();
    const seen = executions(life, "create_loopback");
    const channel = life.mux.newAPIChannel();
    life.sim.stop();
    await settle();
    const reply = channel.request("create_loopback", {}, { retries: 3 });
    const typed = channel.request(ShowVersion, {}, { retries: 3 });
    life.sim.restart();
    await life.elapse(1500);
    await reply;
    assert.equal((await typed).version, "26.06-release");
    assert.equal(seen.count, 1);
  });

  it("fails with the last error where all repetitions are in vain", async () => {
    await using life = await retrying();
    life.sim.stop();
    await settle();
    const failed = assert.rejects(life.mux.newAPIChannel().request("show_version"), {
      code: "DISCONNECTED",
      maybeExecuted: false,
      message: /no connection to VPP.*sent again 2 times in vain/,
    });
    await life.elapse(999);
    assert.equal(life.clock.pending > 0, true);
    await life.elapse(1);
    await failed;
  });

  it("may have a policy of its own", async () => {
    await using life = await Life.connected();
    const seen = executions(life, "show_version");
    const channel = life.mux.newAPIChannel();
    life.sim.faults.add({ kind: "cut", bytes: 1 }, { message: "show_version", times: 3 });
    const reply = channel.request("show_version", {}, {
      retries: 3,
      retryIntervalMs: 20_000,
      idempotent: true,
    });
    await life.elapse(60_000);
    await reply;
    assert.equal(seen.count, 4);
    const once = life.mux.newAPIChannel({ retries: 5 });
    life.sim.faults.add({ kind: "close" }, { message: "show_version" });
    await assert.rejects(once.request("show_version", {}, { retries: 0, idempotent: true }), {
      code: "DISCONNECTED",
    });
  });

  it("that fails otherwise is not repeated", async () => {
    await using life = await retrying();
    const channel = life.mux.newAPIChannel();
    life.sim.faults.add({ kind: "retval", retval: -2 }, { message: "sw_interface_set_flags" });
    await assert.rejects(channel.request("sw_interface_set_flags", { swIfIndex: 9 }), {
      code: "API",
    });
    life.sim.faults.add({ kind: "drop" }, { message: "show_version" });
    const lost = assert.rejects(channel.request("show_version", {}, { idempotent: true }), {
      code: "REPLY_TIMEOUT",
    });
    await life.elapse(1000);
    await lost;
    assert.throws(() => channel.sendRequest("sw_interface_set_flags", { swIfIndex: -1 }), {
      code: "ENCODE",
    });
  });

  it("is not repeated any more once its signal is aborted, or its channel is closed", async () => {
    await using life = await retrying();
    life.sim.stop();
    await settle();
    const channel = life.mux.newAPIChannel();
    const giveUp = new AbortController();
    const { signal } = giveUp;
    const aborted = assert.rejects(channel.request("show_version", {}, { signal }), {
      code: "ABORTED",
    });
    const closed = assert.rejects(channel.request("show_version"), { code: "CLOSED" });
    await life.elapse(100);
    giveUp.abort();
    await aborted;
    await channel.close();
    await closed;
  });

  it("and that nobody waits for is no unhandled rejection", async () => {
    await using life = await retrying();
    life.sim.stop();
    await settle();
    life.mux.newAPIChannel().sendRequest("show_version");
    await life.elapse(5000);
  });

  it("turns events on in the session in which it succeeds", async () => {
    await using life = await retrying();
    life.sim.faults.add({ kind: "close" }, { message: "want_interface_events" });
    const channel = life.mux.newAPIChannel();
    const wanted = channel.request("want_interface_events", { enableDisable: 1 }, {
      idempotent: true,
    });
    await life.elapse(500);
    await wanted;
    life.sim.restart();
    await life.until("Connected");
    assert.equal(life.sim.emit("sw_interface_event", { swIfIndex: 1 }), 1);
  });
});
