import type { Channel } from "../../src/core/channel.ts";
import { assert, describe, it } from "../harness.ts";
import { echo, isPending, settle, SimClient } from "./sim_client.ts";

describe("channels", () => {
  it("have numbers of their own, and as many as one likes", async () => {
    await using client = await SimClient.open();
    const ids = new Set<number>();
    for (let n = 0; n < 40_000; n++) {
      const channel = client.mux.newAPIChannel();
      ids.add(channel.id);
      await channel.close();
    }
    assert.equal(ids.size, 40_000);
    assert.equal(await client.echo(1), 1);
  });

  it("that are closed fail what they wait for, and no other notices", async () => {
    await using client = await SimClient.open();
    client.sim.faults.add({ kind: "delay", ms: 100 }, { times: 3 });
    client.sim.faults.add({ kind: "drop" }, { message: "control_ping" });
    const other = client.mux.newAPIChannel();
    const kept = echo(other, 1);
    const failed = assert.rejects(client.echo(2), { code: "CLOSED" });
    const dump = client.channel.sendMultiRequest("sw_interface_dump");
    await settle();
    await client.channel.close();
    await failed;
    await assert.rejects(dump.receiveReply(), { code: "CLOSED" });
    await client.advance(100);
    assert.equal(await kept, 1);
    assert.equal(await echo(other, 3), 3);
  });

  it("that are closed fail what waits for ever, too, and nobody else's", async () => {
    await using client = await SimClient.open();
    client.sim.faults.add({ kind: "delay", ms: 1e9 }, { times: 3 });
    const other = client.mux.newAPIChannel({ replyTimeoutMs: Infinity });
    client.channel.setReplyTimeout(Infinity);
    const kept = echo(other, 1);
    const failed = [client.echo(2), client.channel.request("show_version")].map((request) =>
      assert.rejects(request, { code: "CLOSED" })
    );
    await settle();
    await client.channel.close();
    await Promise.all(failed);
    await client.advance(1e9);
    assert.equal(await kept, 1);
  });

  it("that are closed refuse everything, and closing twice is harmless", async () => {
    await using client = await SimClient.open();
    const { channel } = client;
    await channel.close();
    await channel.close();
    assert.throws(() => channel.sendRequest("show_version"), { code: "CLOSED" });
    assert.throws(() => channel.sendMultiRequest("sw_interface_dump"), { code: "CLOSED" });
    assert.throws(() => channel.subscribeNotification("sw_interface_event"), { code: "CLOSED" });
    assert.equal(client.writes.length, 0);
  });

  it("are closed at the end of their block by await using", async () => {
    await using client = await SimClient.open();
    let left: Channel;
    {
      await using channel = client.mux.newAPIChannel();
      assert.equal(await echo(channel, 1), 1);
      left = channel;
    }
    assert.throws(() => left.sendRequest("show_version"), { code: "CLOSED" });
  });

  it("take no timeout from a channel before them", async () => {
    await using client = await SimClient.open();
    const first = client.mux.newAPIChannel();
    first.setReplyTimeout(1);
    await first.close();
    client.sim.faults.add({ kind: "delay", ms: 500 });
    const reply = echo(client.mux.newAPIChannel(), 1);
    await client.advance(500);
    assert.equal(await reply, 1);
  });

  it("one that reads nothing delays no other", async () => {
    await using client = await SimClient.open({ sim: { interfaces: 2000 } });
    const lazy = client.mux.newAPIChannelBuffered(1, 1);
    const unread = Array.from({ length: 5 }, () => lazy.sendMultiRequest("sw_interface_dump"));
    lazy.sendRequest("show_version");
    for (let n = 0; n < 100; n++) assert.equal(await client.echo(n), n);
    for (const dump of unread) assert.equal((await dump.toArray()).length, 2001);
  });

  it("one that times out takes no reply from another", async () => {
    await using client = await SimClient.open();
    client.sim.faults.add({ kind: "delay", ms: 150 }, { times: 2 });
    const hasty = client.mux.newAPIChannel();
    hasty.setReplyTimeout(100);
    const lost = assert.rejects(echo(hasty, 1), { code: "REPLY_TIMEOUT" });
    const reply = client.echo(2);
    await client.advance(100);
    await lost;
    assert.ok(await isPending(reply));
    await client.advance(50);
    assert.equal(await reply, 2);
  });
});

describe("a mux", () => {
  it("that is closed fails what its channels wait for, and refuses everything then", async () => {
    const client = await SimClient.open();
    client.sim.faults.add({ kind: "drop" });
    const failed = assert.rejects(client.echo(1), { code: "CLOSED" });
    await settle();
    await client.close();
    await failed;
    await client.mux.close();
    assert.throws(() => client.channel.sendRequest("show_version"), { code: "CLOSED" });
    assert.throws(() => client.mux.newAPIChannel(), { code: "CLOSED" });
    assert.equal(client.mux.connected, false);
  });

  it("takes leave of VPP with sockclnt_delete", async () => {
    const client = await SimClient.open();
    const [connection] = client.sim.vpp.clients();
    assert.equal(connection?.clientName, "govppmux");
    await client.close();
    assert.deepEqual(client.sim.vpp.clients(), []);
    assert.equal(client.writes.length, 1);
  });

  it("is closed at the end of its block by await using", async () => {
    const client = await SimClient.open();
    {
      await using _mux = client.mux;
    }
    assert.equal(client.mux.state.state, "Closed");
    await client.close();
  });
});
