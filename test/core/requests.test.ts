import { VppApiError } from "../../src/errors.ts";
import { assert, describe, it } from "../harness.ts";
import { echo, isPending, settle, SimClient } from "./sim_client.ts";

const VERSION = "show_version";

describe("requests", () => {
  it("pipelined, their replies come in their order", async () => {
    await using client = await SimClient.open();
    const order: number[] = [];
    const replies = Array.from({ length: 10 }, async (_, n) => {
      assert.equal(await client.echo(n), n);
      order.push(n);
    });
    await Promise.all(replies);
    assert.deepEqual(order, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("65,635 in a row wrap correctly", async () => {
    await using client = await SimClient.open();
    for (let n = 0; n < 65_635; n++) {
      if (await client.echo(n) !== n) assert.fail(`request ${n} got another's reply`);
    }
  });

  it("65,000 outstanding at once get each their own reply", async () => {
    await using client = await SimClient.open();
    const replies = await Promise.all(Array.from({ length: 65_000 }, (_, n) => client.echo(n)));
    assert.ok(replies.every((reply, n) => reply === n));
  });

  it("the second one's reply can be read first", async () => {
    await using client = await SimClient.open();
    const first = client.channel.sendRequest("sw_interface_get_table", { swIfIndex: 1 });
    const second = client.channel.sendRequest("sw_interface_get_table", { swIfIndex: 2 });
    assert.equal((await second.receiveReply())["vrfId"], 2);
    assert.equal((await first.receiveReply())["vrfId"], 1);
  });

  it("give the same reply however often it is asked for", async () => {
    await using client = await SimClient.open();
    const request = client.channel.sendRequest(VERSION);
    const reply = await request.receiveReply();
    assert.equal(await request.receiveReply(), reply);
    assert.equal(reply["version"], "26.06-release");
  });

  it("by name take and give fields in camelCase", async () => {
    await using client = await SimClient.open();
    const created = await client.channel.request("create_loopback_instance", {
      macAddress: "02:fe:00:00:00:05",
      isSpecified: true,
      userInstance: 5,
    });
    assert.equal(created["swIfIndex"], 1);
    const mac = await client.channel.request("sw_interface_get_mac_address", { swIfIndex: 1 });
    assert.equal(mac["macAddress"], "02:fe:00:00:00:05");
  });

  it("of one tick leave in one write, whichever channel they are of", async () => {
    await using client = await SimClient.open();
    const others = [client.mux.newAPIChannel(), client.mux.newAPIChannel()];
    const channels = [client.channel, ...others];
    const replies = Array.from({ length: 30 }, (_, n) => echo(channels[n % 3]!, n));
    // What a promise brings in the same tick goes with them.
    replies.push(Promise.resolve().then(() => client.echo(30)));
    await Promise.all(replies);
    assert.equal(client.writes.length, 1);
    assert.equal(client.writes[0]?.length, 31 * (16 + 15));
    await client.echo(31);
    assert.equal(client.writes.length, 2);
  });

  it("without a reply resolve once they are sent", async () => {
    await using client = await SimClient.open();
    const seen: unknown[] = [];
    client.sim.on("rx_thread_exit", (call) => seen.push(call.request.name));
    await client.channel.sendRequest("rx_thread_exit").receiveReply();
    await settle();
    assert.deepEqual(seen, ["rx_thread_exit"]);
  });
});

describe("requests that VPP refuses", () => {
  it("fail with the number, VPP's name for it and the request", async () => {
    await using client = await SimClient.open();
    const request = client.channel.request("sw_interface_set_flags", { swIfIndex: 999, flags: 1 });
    await assert.rejects(request, (error: unknown) => {
      assert.ok(error instanceof VppApiError);
      assert.equal(error.code, "API");
      assert.equal(error.retval, -2);
      assert.equal(error.retvalName, "INVALID_SW_IF_INDEX");
      assert.equal(error.request, "sw_interface_set_flags");
      assert.match(error.message, /sw_interface_set_flags.*INVALID_SW_IF_INDEX.*-2/);
      return true;
    });
    assert.equal(await client.echo(7), 7);
  });

  it("fail also where the number is new", async () => {
    await using client = await SimClient.open();
    client.sim.faults.add({ kind: "retval", retval: -9999 }, { message: "create_loopback" });
    await assert.rejects(client.channel.request("create_loopback"), {
      code: "API",
      retval: -9999,
      retvalName: "UNKNOWN",
    });
  });

  it("and that nobody waits for disturb nobody", async () => {
    await using client = await SimClient.open();
    client.channel.sendRequest("sw_interface_set_flags", { swIfIndex: 999 });
    assert.equal(await client.echo(1), 1);
  });
});

describe("requests that are answered wrongly", () => {
  it("fail where another message has their context", async () => {
    await using client = await SimClient.open();
    await client.channel.request(VERSION);
    client.sim.faults.add({ kind: "wrongMessage", message: "show_version_reply" });
    await assert.rejects(client.echo(1), {
      code: "UNEXPECTED_MESSAGE",
      message: /show_version_reply/,
    });
    assert.equal(await client.echo(2), 2);
    assert.equal(client.mux.counters.mismatched, 1);
  });

  it("fail where that is a message that was never asked for before", async () => {
    await using client = await SimClient.open();
    client.sim.faults.add({ kind: "wrongMessage", message: "acl_details" });
    await assert.rejects(client.echo(1), { code: "UNEXPECTED_MESSAGE", message: /acl_details/ });
    assert.equal(await client.echo(2), 2);
  });

  it("time out where the reply has an id that is in no table", async () => {
    await using client = await SimClient.open();
    client.sim.faults.add({ kind: "wrongId" });
    const lost = assert.rejects(client.echo(1), { code: "REPLY_TIMEOUT" });
    assert.equal(await client.echo(2), 2);
    await client.advance(1000);
    await lost;
    assert.equal(client.mux.counters.unclaimed, 1);
  });

  it("time out where the reply has another context", async () => {
    await using client = await SimClient.open();
    client.sim.faults.add({ kind: "wrongContext" });
    const lost = assert.rejects(client.echo(1), { code: "REPLY_TIMEOUT" });
    assert.equal(await client.echo(2), 2);
    await client.advance(1000);
    await lost;
    assert.equal(client.mux.counters.stale, 1);
  });

  it("fail at once where the reply is shorter than its definition", async () => {
    await using client = await SimClient.open();
    client.sim.faults.add({ kind: "shorten", bytes: 1 });
    await assert.rejects(client.echo(1), {
      code: "DECODE",
      message: /sw_interface_get_table_reply.*shorter/,
    });
    assert.equal(await client.echo(2), 2);
    assert.equal(client.mux.counters.malformed, 1);
  });
});

describe("requests that are answered late or never", () => {
  it("time out with the time that ran out", async () => {
    await using client = await SimClient.open();
    client.sim.faults.add({ kind: "drop" });
    const lost = assert.rejects(client.echo(1), {
      code: "REPLY_TIMEOUT",
      timeoutMs: 1000,
      message: /sw_interface_get_table.*1000 ms/,
    });
    await client.advance(1000);
    await lost;
  });

  it("have their whole time from when they leave, whatever the program does before", async () => {
    await using client = await SimClient.open();
    client.sim.faults.add({ kind: "drop" });
    const lost = assert.rejects(client.echo(1), { code: "REPLY_TIMEOUT" });
    // It works on for 900 ms before the requests of this tick leave.
    client.clock.jump(900);
    await client.advance(999);
    assert.ok(await isPending(lost));
    await client.advance(1);
    await lost;
  });

  it("leave the next one right: a reply too late is skipped", async () => {
    await using client = await SimClient.open();
    client.sim.faults.add({ kind: "delay", ms: 1500 });
    client.sim.faults.add({ kind: "delay", ms: 800 });
    const late = assert.rejects(client.echo(1), { code: "REPLY_TIMEOUT" });
    await client.advance(1000);
    await late;
    const next = client.echo(2);
    await client.advance(500);
    assert.equal(client.mux.counters.stale, 1);
    assert.ok(await isPending(next));
    await client.advance(300);
    assert.equal(await next, 2);
  });

  it("two missing replies leave the third request right", async () => {
    await using client = await SimClient.open();
    client.sim.faults.add({ kind: "loseReply" }, { times: 2 });
    const lost = [1, 2].map((n) => assert.rejects(client.echo(n), { code: "REPLY_TIMEOUT" }));
    assert.equal(await client.echo(3), 3);
    await client.advance(1000);
    await Promise.all(lost);
  });

  it("take the timeout of their channel, or their own", async () => {
    await using client = await SimClient.open();
    client.sim.faults.add({ kind: "drop" }, { times: 3 });
    client.channel.setReplyTimeout(200);
    const short = assert.rejects(client.echo(1), { timeoutMs: 200 });
    const other = assert.rejects(client.echo(2, client.mux.newAPIChannel()), { timeoutMs: 1000 });
    const own = client.channel.request(VERSION, {}, { timeoutMs: 50 });
    const shortest = assert.rejects(own, { timeoutMs: 50 });
    await client.advance(50);
    await shortest;
    await client.advance(150);
    await short;
    await client.advance(800);
    await other;
  });

  it("wait for ever where the timeout is Infinity", async () => {
    await using client = await SimClient.open();
    client.sim.faults.add({ kind: "delay", ms: 1e9 });
    client.channel.setReplyTimeout(Infinity);
    const reply = client.echo(1);
    await client.advance(1e9 - 1);
    assert.ok(await isPending(reply));
    await client.advance(1);
    assert.equal(await reply, 1);
  });

  it("refuse a timeout that is none", async () => {
    await using client = await SimClient.open();
    for (const timeoutMs of [0, -1, Number.NaN]) {
      assert.throws(() => client.channel.setReplyTimeout(timeoutMs), RangeError);
      assert.throws(() => client.channel.sendRequest(VERSION, {}, { timeoutMs }), RangeError);
    }
    assert.equal(await client.echo(1), 1);
  });
});

describe("requests that are given up", () => {
  it("fail at once, and the late reply answers nobody", async () => {
    await using client = await SimClient.open();
    client.sim.faults.add({ kind: "delay", ms: 100 });
    const giveUp = new AbortController();
    const request = client.channel.request(VERSION, {}, { signal: giveUp.signal });
    const given = assert.rejects(request, { code: "ABORTED", message: /show_version/ });
    await settle();
    giveUp.abort(new Error("no longer needed"));
    await given;
    const next = client.echo(1);
    await client.advance(100);
    assert.equal(await next, 1);
    assert.equal(client.mux.counters.stale, 1);
  });

  it("before they were sent are not sent", async () => {
    await using client = await SimClient.open();
    const signal = AbortSignal.abort();
    await assert.rejects(client.channel.request(VERSION, {}, { signal }), { code: "ABORTED" });
    assert.equal(client.writes.length, 0);
  });

  it("after their reply keep it", async () => {
    await using client = await SimClient.open();
    const giveUp = new AbortController();
    const request = client.channel.sendRequest(VERSION, {}, { signal: giveUp.signal });
    await settle();
    giveUp.abort();
    assert.equal((await request.receiveReply())["program"], "vpe");
  });
});
