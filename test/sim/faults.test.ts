import type { Fault, FaultRule } from "../../src/sim/faults.ts";
import { Simulator } from "../../src/sim/simulator.ts";
import { FakeClock } from "../fake_clock.ts";
import { assert, describe, it } from "../harness.ts";
import { RawClient } from "./raw_client.ts";

async function withFault(
  fault: Fault,
  rule: FaultRule = { message: "show_version" },
): Promise<{ sim: Simulator; client: RawClient; clock: FakeClock }> {
  const clock = new FakeClock();
  const sim = new Simulator({ clock, interfaces: 3 });
  const client = await RawClient.open(sim);
  sim.faults.add(fault, rule);
  return { sim, client, clock };
}

/** Names of what came after a request. */
async function answers(client: RawClient, message: string, fields?: object): Promise<string[]> {
  return (await client.dump(message, fields)).map((m) => m.name);
}

describe("simulator: faults", () => {
  it("happen to so many requests of a name, after so many that go well", async () => {
    const { client } = await withFault({ kind: "drop" }, {
      message: "show_version",
      skip: 1,
      times: 2,
    });
    const seen = [];
    for (let i = 0; i < 4; i++) seen.push((await answers(client, "show_version")).length);
    assert.deepEqual(seen, [1, 0, 0, 1]);
    await client.close();
  });

  it("end when they are removed or cleared", async () => {
    const { sim, client } = await withFault({ kind: "drop" }, { times: Infinity, message: "x" });
    const remove = sim.faults.add({ kind: "drop" }, { message: "show_version", times: Infinity });
    assert.equal((await answers(client, "show_version")).length, 0);
    remove();
    assert.equal((await answers(client, "show_version")).length, 1);
    sim.faults.clear();
    assert.ok(sim.faults.isEmpty);
    await client.close();
  });

  it("delay: the answer is late, later requests are not held up", async () => {
    const { client, clock } = await withFault({ kind: "delay", ms: 500 });
    const late = client.send("show_version");
    await client.settle();
    clock.advance(499);
    await client.settle();
    assert.equal(client.received.length, 0);
    clock.advance(1);
    await client.until(() => client.received.length > 0);
    assert.equal(client.received[0]?.context, late);
    await client.close();
  });

  it("delay: nothing comes late to a client that has gone, or after VPP's end", async () => {
    const { sim, client, clock } = await withFault({ kind: "delay", ms: 500 }, { times: 2 });
    client.send("show_version");
    client.send("show_version");
    await client.settle();
    await client.close();
    assert.equal(clock.pending, 2);
    sim.stop();
    assert.equal(clock.pending, 0);
  });

  it("drop: not executed; loseReply: executed, not answered", async () => {
    const { sim, client } = await withFault({ kind: "drop" }, { message: "create_loopback" });
    assert.deepEqual(await answers(client, "create_loopback"), []);
    assert.equal((await client.dump("sw_interface_dump")).length, 4);
    sim.faults.add({ kind: "loseReply" }, { message: "create_loopback" });
    assert.deepEqual(await answers(client, "create_loopback"), []);
    assert.equal((await client.dump("sw_interface_dump")).length, 5);
    await client.close();
  });

  it("retval: refused with that number, not executed", async () => {
    const { client } = await withFault({ kind: "retval", retval: -165 }, {
      message: "create_loopback",
    });
    assert.equal(await client.retval("create_loopback"), -165);
    assert.equal((await client.dump("sw_interface_dump")).length, 4);
    await client.close();
  });

  it("close and cut: the connection ends, before the answer or inside it", async () => {
    const closed = await withFault({ kind: "close" });
    const before = closed.client.bytes;
    closed.client.send("show_version");
    await closed.client.untilEnded();
    assert.equal(closed.client.bytes, before);

    const cut = await withFault({ kind: "cut", bytes: 400 }, { message: "sw_interface_dump" });
    const start = cut.client.bytes;
    cut.client.send("sw_interface_dump");
    await cut.client.untilEnded();
    assert.equal(cut.client.bytes - start, 400);
    assert.equal(cut.client.received.length, 1);
  });

  it("silence: the connection stays and says nothing more, another one works", async () => {
    const { sim, client } = await withFault({ kind: "silence" });
    client.send("show_version");
    client.send("control_ping");
    const other = await RawClient.open(sim);
    await other.settle();
    assert.equal(client.received.length, 0);
    assert.equal(client.ended, false);
    await Promise.all([client.close(), other.close()]);
  });

  it("silence: a server that accepts and never answers the handshake", async () => {
    const sim = new Simulator();
    sim.faults.add({ kind: "silence" }, { message: "sockclnt_create", times: Infinity });
    const client = await RawClient.open(sim, { handshake: false });
    client.send("sockclnt_create", { name: "x" });
    const other = await RawClient.open(sim, { handshake: false });
    other.send("sockclnt_create", { name: "y" });
    await new Promise((resolve) => setTimeout(resolve, 1));
    assert.equal(client.bytes + other.bytes, 0);
    await Promise.all([client.close(), other.close()]);
  });

  it("stopReading: what the client sends piles up on its side", async () => {
    const { sim, client } = await withFault({ kind: "stopReading" });
    await client.call("show_version");
    client.send("show_version");
    client.send("show_version");
    await new Promise((resolve) => setTimeout(resolve, 1));
    assert.equal(client.transport.pendingBytes, 2 * 26);
    sim.vpp.clients()[0]?.link.resume();
    await client.until(() => client.received.length === 2);
    assert.equal(client.transport.pendingBytes, 0);
    await client.close();
  });

  it("wrong ids, contexts, messages and lengths", async () => {
    const { sim, client } = await withFault({ kind: "wrongId" });
    const wrong = (fault: Fault) => sim.faults.add(fault, { message: "show_version" });
    assert.deepEqual(await answers(client, "show_version"), []);
    assert.deepEqual(client.unknownIds.splice(0), [0xfffe]);

    wrong({ kind: "wrongContext" });
    const sent = client.send("show_version");
    await client.settle();
    assert.deepEqual(client.received.splice(0).map((m) => m.context), [~sent >>> 0]);

    wrong({ kind: "wrongContext", context: 4711 });
    client.send("show_version");
    await client.settle();
    assert.deepEqual(client.received.splice(0).map((m) => m.context), [4711]);

    wrong({ kind: "wrongMessage", message: "create_loopback_reply" });
    assert.deepEqual(await answers(client, "show_version"), ["create_loopback_reply"]);

    wrong({ kind: "shorten", bytes: 1 });
    assert.deepEqual(await answers(client, "show_version"), []);
    // To the raw client a message that cannot be decoded is as good as unknown.
    assert.deepEqual(client.unknownIds.splice(0), [client.id("show_version_reply")]);
    await client.close();
  });

  it("raw: any bytes in place of the answer", async () => {
    const { client } = await withFault({ kind: "raw", bytes: new Uint8Array(10).fill(255) });
    const before = client.bytes;
    client.send("show_version");
    await client.until(() => client.bytes > before);
    assert.equal(client.bytes - before, 10);
    await client.close();
  });

  it("happen to every part of a dump's answer", async () => {
    const { client } = await withFault({ kind: "wrongContext" }, { message: "sw_interface_dump" });
    const sent = client.send("sw_interface_dump");
    await client.settle();
    const contexts = client.received.splice(0).map((m) => m.context);
    assert.deepEqual(contexts, new Array(4).fill(~sent >>> 0));
    await client.close();
  });
});
