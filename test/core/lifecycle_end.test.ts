import { DisconnectedError } from "../../src/errors.ts";
import { assert, describe, it } from "../harness.ts";
import { Life } from "./life.ts";
import { settle } from "./sim_client.ts";

/** What is caught of a promise that must be rejected. */
async function errorOf(promise: Promise<unknown>): Promise<DisconnectedError> {
  const error = await promise.then(() => undefined, (thrown: unknown) => thrown);
  assert.ok(error instanceof DisconnectedError, String(error));
  return error;
}

describe("the end of the connection", () => {
  it("fails all that wait at once, and says what each waited for", async () => {
    await using life = await Life.connected();
    const channel = life.mux.newAPIChannel();
    life.sim.faults.add({ kind: "drop" }, { times: Infinity });
    const request = errorOf(channel.request("show_version"));
    const dump = errorOf(channel.sendMultiRequest("sw_interface_dump").toArray());
    await settle();
    const before = life.clock.now();
    life.sim.stop();
    const errors = await Promise.all([request, dump]);
    assert.equal(life.clock.now(), before, "nobody waited for a timeout");
    assert.match(errors[0].message, /No reply to show_version: the connection.*simulator.*ended/);
    assert.match(errors[1].message, /No reply to sw_interface_dump/);
    for (const error of errors) assert.equal(error.maybeExecuted, true);
  });

  it("fails them in the order in which they were sent", async () => {
    await using life = await Life.connected();
    const channel = life.mux.newAPIChannel();
    // Slots that were used before are not in order.
    await Promise.all(Array.from({ length: 7 }, () => channel.request("control_ping")));
    life.sim.faults.add({ kind: "drop" }, { times: Infinity });
    const order: number[] = [];
    const all = Array.from(
      { length: 1500 },
      (_, i) => channel.request("control_ping").catch(() => order.push(i)),
    );
    await settle();
    life.sim.stop();
    await Promise.all(all);
    assert.deepEqual(order, Array.from({ length: 1500 }, (_, i) => i));
  });

  it("says of what had not left yet that it cannot have been executed", async () => {
    await using life = await Life.connected();
    const channel = life.mux.newAPIChannel();
    life.sim.faults.add({ kind: "drop" }, { times: Infinity });
    const left = errorOf(channel.request("show_version"));
    await settle();
    const waiting = errorOf(channel.request("create_loopback"));
    // Frames leave at the end of the tick, and the connection ends before.
    for (const client of life.sim.vpp.clients()) client.link.destroy();
    assert.equal((await left).maybeExecuted, true);
    const error = await waiting;
    assert.equal(error.maybeExecuted, false);
    assert.match(error.message, /had not been sent/);
  });

  it("gives the reader of a dump what came before, then the error", async () => {
    await using life = await Life.connected({ sim: { interfaces: 50 } });
    const channel = life.mux.newAPIChannel();
    life.sim.faults.add({ kind: "cut", bytes: 5000 }, { message: "sw_interface_dump" });
    const context = channel.sendMultiRequest("sw_interface_dump");
    await settle();
    let count = 0;
    const error = await errorOf((async () => {
      for await (const _ of context) count++;
    })());
    assert.match(error.message, /sw_interface_dump/);
    assert.ok(count > 5 && count < 50, String(count));
  });

  it("in the middle of a frame is as any other, and the next connection is right", async () => {
    await using life = await Life.connected();
    const channel = life.mux.newAPIChannel();
    for (let bytes = 0; bytes < 40; bytes += 3) {
      life.sim.faults.add({ kind: "cut", bytes }, { message: "show_version" });
      await errorOf(channel.request("show_version"));
      await life.until("Connected");
      const reply = await channel.request("show_version");
      assert.equal(reply["version"], "26.06-release");
    }
  });

  it("leaves no connection to send on, and the error says why", async () => {
    await using life = await Life.connected({ mux: { reconnect: false } });
    const channel = life.mux.newAPIChannel();
    life.sim.stop();
    await settle();
    assert.equal(life.mux.connected, false);
    assert.equal(life.mux.clientIndex, undefined);
    assert.throws(() => channel.sendRequest("show_version"), {
      code: "DISCONNECTED",
      maybeExecuted: false,
      message: /Cannot send show_version: there is no connection.*Disconnected.*ended/,
    });
    assert.throws(() => channel.checkCompatibility("show_version"), { code: "DISCONNECTED" });
  });

  it("is told once", async () => {
    await using life = await Life.connected({ mux: { reconnect: false } });
    life.sim.stop();
    await life.elapse(10_000);
    assert.deepEqual(life.states(), ["Connecting", "Connected", "Disconnected"]);
  });

  it("during the handshake fails the attempt at once", async () => {
    await using life = new Life({ mux: { connectAttempts: 1 } });
    for (const fault of [{ kind: "close" }, { kind: "cut", bytes: 1000 }] as const) {
      life.sim.faults.add(fault, { message: "sockclnt_create" });
      await assert.rejects(life.mux.connect(), {
        code: "CONNECT",
        message: /simulator: it closed the connection/,
      });
    }
    assert.equal(life.clock.now(), 0);
  });

  it("right behind the handshake fails the attempt, or is an end like any other", async () => {
    await using life = new Life({ mux: { connectAttempts: 1, reconnect: false } });
    life.sim.on("sockclnt_create", (call) => {
      call.connection.send(
        call.vpp.handshake.reply(call.connection.clientIndex),
        call.context,
      );
      call.connection.end();
    });
    await life.mux.connect().catch(() => {});
    await settle();
    assert.equal(life.mux.connected, false);
    assert.ok(["Failed", "Disconnected"].includes(life.mux.state.state));
  });

  it("while definitions are learned fails the attempt, and the next one learns them", async () => {
    await using life = new Life({ mux: { schema: "vpp" } });
    life.sim.faults.add({ kind: "close" }, { message: "get_api_json" });
    const connecting = life.mux.connect();
    await life.elapse(1000);
    await connecting;
    assert.deepEqual(life.states(), ["Connecting", "Connecting", "Connected"]);
    const reply = await life.mux.newAPIChannel().request("show_version");
    assert.equal(reply["version"], "26.06-release");
  });

  it("fails pending calls of a channel with CLOSED where it is the program that ends it", async () => {
    const life = await Life.connected();
    life.sim.faults.add({ kind: "drop" }, { message: "show_version" });
    const pending = assert.rejects(life.mux.newAPIChannel().request("show_version"), {
      code: "CLOSED",
    });
    await settle();
    await life.close();
    await pending;
  });
});
