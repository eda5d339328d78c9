import type { MessageView } from "../../src/codec/view.ts";
import type { Handler } from "../../src/sim/call.ts";
import { assert, describe, it } from "../harness.ts";
import { isPending, settle, SimClient } from "./sim_client.ts";

const DUMP = "sw_interface_dump";
const CURSOR = "sw_interface_tx_placement_get";

function indices(details: readonly MessageView[]): unknown[] {
  return details.map((one) => one["swIfIndex"]);
}

/** Answers a dump with interfaces of these indices, and something else after each of them. */
function details(numbers: readonly number[], then: Handler = () => {}): Handler {
  return (call) => {
    for (const swIfIndex of numbers) {
      call.details({ swIfIndex });
      then(call);
    }
  };
}

/** Answers a cursor request with parts of three, each of two details but the last. */
const inParts: Handler<{ readonly cursor: number }> = (call) => {
  const { cursor } = call.fields;
  call.details({ swIfIndex: cursor });
  if (cursor === 4) return call.reply({ cursor: 0xffffffff });
  call.details({ swIfIndex: cursor + 1 });
  call.reply({ retval: -165, cursor: cursor + 2 });
};

describe("dumps", () => {
  it("give 10 details in order, then stop", async () => {
    await using client = await SimClient.open({ sim: { interfaces: 9 } });
    const dump = client.channel.sendMultiRequest(DUMP);
    const names: unknown[] = [];
    while (true) {
      const { message, stop } = await dump.receiveReply();
      if (stop) break;
      names.push(message["interfaceName"]);
    }
    const loops = Array.from({ length: 9 }, (_, n) => `loop${n}`);
    assert.deepEqual(names, ["local0", ...loops]);
    assert.deepEqual(await dump.receiveReply(), { message: undefined, stop: true });
  });

  it("are read by for await, as an array, or before anything has come", async () => {
    await using client = await SimClient.open({ sim: { interfaces: 3 } });
    const read: MessageView[] = [];
    for await (const one of client.channel.sendMultiRequest(DUMP)) read.push(one);
    assert.deepEqual(indices(read), [0, 1, 2, 3]);
    assert.deepEqual(indices(await client.channel.sendMultiRequest(DUMP).toArray()), [0, 1, 2, 3]);
    const dump = client.channel.sendMultiRequest(DUMP);
    const all = await Promise.all(Array.from({ length: 5 }, () => dump.receiveReply()));
    assert.deepEqual(all.map((one) => one.stop), [false, false, false, false, true]);
  });

  it("of nothing stop at once", async () => {
    await using client = await SimClient.open();
    assert.deepEqual(
      await client.channel.sendMultiRequest("acl_dump", { aclIndex: 7 }).toArray(),
      [],
    );
  });

  it("two at once on one channel get each their own", async () => {
    await using client = await SimClient.open({ sim: { interfaces: 5 } });
    const all = client.channel.sendMultiRequest(DUMP);
    const one = client.channel.sendMultiRequest(DUMP, { swIfIndex: 3 });
    const first = [await all.receiveReply(), await one.receiveReply(), await all.receiveReply()];
    assert.deepEqual(first.map(({ message }) => message?.["swIfIndex"]), [0, 3, 1]);
    assert.equal((await one.receiveReply()).stop, true);
    assert.deepEqual(indices(await all.toArray()), [2, 3, 4, 5]);
  });

  it("of 10,000 that nobody reads yet lose neither a part nor their end", async () => {
    await using client = await SimClient.open({ sim: { interfaces: 10_000 } });
    const dump = client.channel.sendMultiRequest(DUMP);
    await settle();
    assert.equal(await client.echo(1), 1);
    const read = indices(await dump.toArray());
    assert.deepEqual(read, Array.from({ length: 10_001 }, (_, n) => n));
  });

  it("left early are over: nothing is outstanding, the rest is dropped", async () => {
    await using client = await SimClient.open({ sim: { interfaces: 5 } });
    for await (const one of client.channel.sendMultiRequest(DUMP)) {
      assert.equal(one["swIfIndex"], 0);
      break;
    }
    const cancelled = client.channel.sendMultiRequest(DUMP);
    cancelled.cancel();
    await assert.rejects(cancelled.receiveReply(), { code: "ABORTED" });
    assert.equal(await client.echo(1), 1);
  });
});

describe("dumps that go wrong", () => {
  it("an error in the middle ends the dump and leaves the next request right", async () => {
    await using client = await SimClient.open();
    await client.channel.request("show_version");
    client.sim.on(DUMP, details([1, 2], (call) => call.sendMessage("show_version_reply", {})));
    const dump = client.channel.sendMultiRequest(DUMP);
    assert.equal((await dump.receiveReply()).message?.["swIfIndex"], 1);
    await assert.rejects(dump.receiveReply(), {
      code: "UNEXPECTED_MESSAGE",
      message: /show_version_reply/,
    });
    client.sim.on(DUMP, details([3]));
    assert.deepEqual(indices(await client.channel.sendMultiRequest(DUMP).toArray()), [3]);
    assert.equal(await client.echo(1), 1);
  });

  it("a part that is malformed ends the dump", async () => {
    await using client = await SimClient.open({ sim: { interfaces: 2 } });
    client.sim.faults.add({ kind: "shorten", bytes: 2 }, { message: DUMP });
    await assert.rejects(client.channel.sendMultiRequest(DUMP).toArray(), {
      code: "DECODE",
      message: /sw_interface_details/,
    });
    assert.equal(await client.echo(1), 1);
  });

  it("that take too long time out, and their late parts are dropped", async () => {
    await using client = await SimClient.open({ sim: { interfaces: 3 } });
    client.sim.faults.add({ kind: "delay", ms: 1500 }, { message: DUMP });
    client.sim.faults.add({ kind: "drop" }, { message: "control_ping" });
    const late = assert.rejects(client.channel.sendMultiRequest(DUMP).toArray(), {
      code: "REPLY_TIMEOUT",
      timeoutMs: 1000,
      message: /sw_interface_dump/,
    });
    await client.advance(1000);
    await late;
    const next = client.channel.sendMultiRequest(DUMP).toArray();
    await client.advance(500);
    assert.deepEqual(indices(await next), [0, 1, 2, 3]);
    assert.equal(client.mux.counters.stale, 4);
  });

  it("have their whole time again with each part", async () => {
    await using client = await SimClient.open();
    client.sim.faults.add({ kind: "drop" }, { message: "control_ping" });
    client.sim.on(DUMP, (call) => {
      for (const n of [1, 2, 3]) {
        client.clock.setTimeout(() => {
          call.details({ swIfIndex: n });
          call.vpp.flush();
        }, n * 800);
      }
    });
    const dump = client.channel.sendMultiRequest(DUMP);
    for (const n of [1, 2, 3]) {
      await client.advance(800);
      assert.equal((await dump.receiveReply()).message?.["swIfIndex"], n);
    }
    // No end comes: the time runs out after the last part.
    const lost = assert.rejects(dump.receiveReply(), { code: "REPLY_TIMEOUT" });
    await client.advance(999);
    assert.ok(await isPending(lost));
    await client.advance(1);
    await lost;
  });

  it("are given up by their signal, whether somebody waits or not", async () => {
    await using client = await SimClient.open({ sim: { interfaces: 2 } });
    client.sim.faults.add({ kind: "drop" }, { times: Infinity });
    const giveUp = new AbortController();
    const { signal } = giveUp;
    const waiting = client.channel.sendMultiRequest(DUMP, {}, { signal }).toArray();
    const ignored = client.channel.sendMultiRequest(DUMP, {}, { signal });
    await settle();
    giveUp.abort();
    await assert.rejects(waiting, { code: "ABORTED", message: /sw_interface_dump/ });
    await assert.rejects(ignored.receiveReply(), { code: "ABORTED" });
    client.sim.faults.clear();
    assert.equal(await client.echo(1), 1);
  });
});

describe("cursor requests", () => {
  it("go on by themselves while VPP says EAGAIN", async () => {
    await using client = await SimClient.open();
    client.sim.on(CURSOR, inParts);
    const get = client.channel.sendMultiRequest(CURSOR, { cursor: 0 });
    const read: unknown[] = [];
    let end = await get.receiveReply();
    while (!end.stop) {
      read.push(end.message["swIfIndex"]);
      end = await get.receiveReply();
    }
    assert.deepEqual(read, [0, 1, 2, 3, 4]);
    assert.equal(end.message?.["cursor"], 0xffffffff);
    assert.equal(client.writes.length, 3);
  });

  it("keep their other fields in each round", async () => {
    await using client = await SimClient.open();
    const asked: unknown[] = [];
    client.sim.on<{ readonly cursor: number; readonly swIfIndex: number }>(CURSOR, (call) => {
      asked.push(call.fields.swIfIndex);
      inParts(call);
    });
    const all = await client.channel.sendMultiRequest(CURSOR, { cursor: 0, swIfIndex: 9 })
      .toArray();
    assert.equal(all.length, 5);
    assert.deepEqual(asked, [9, 9, 9]);
  });

  it("that VPP refuses fail after the details that came", async () => {
    await using client = await SimClient.open();
    client.sim.on(CURSOR, (call) => {
      call.details({ swIfIndex: 1 });
      call.reply({ retval: -6 });
    });
    const get = client.channel.sendMultiRequest(CURSOR);
    assert.equal((await get.receiveReply()).message?.["swIfIndex"], 1);
    await assert.rejects(get.receiveReply(), { code: "API", retval: -6, request: CURSOR });
  });

  it("time out in a later round as in the first", async () => {
    await using client = await SimClient.open();
    client.sim.on(CURSOR, inParts);
    client.sim.faults.add({ kind: "drop" }, { message: CURSOR, skip: 1 });
    const lost = assert.rejects(client.channel.sendMultiRequest(CURSOR).toArray(), {
      code: "REPLY_TIMEOUT",
    });
    await client.advance(1000);
    await lost;
  });
});
