import type { Call } from "../../src/sim/call.ts";
import { assert, describe, it } from "../harness.ts";
import { seeded } from "../random.ts";
import { echo, settle, SimClient, type SimClientOptions } from "./sim_client.ts";

/** A frame header that announces so many bytes. */
function header(length: number): Uint8Array {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint32(8, length);
  return bytes;
}

/** Bytes in their frame. */
function frame(message: Uint8Array): Uint8Array {
  return new Uint8Array([...header(message.length), ...message]);
}

/** Sends a reply of this name with some of its bytes changed, from its message id on. */
function sendChanged(
  call: Call,
  reply: string,
  fields: object,
  change: (message: DataView) => void,
): void {
  const bytes = call.vpp.encoder.encode(reply, { context: call.context }, fields).slice();
  change(new DataView(bytes.buffer, 16));
  call.client?.sendBytes(bytes);
}

/** After this the connection goes on: the next request, and one that waits on another channel, are right. */
async function goesOn(client: SimClient, waiting: Promise<number>): Promise<void> {
  assert.equal(await client.echo(1), 1);
  await client.advance(500);
  assert.equal(await waiting, 2);
  assert.equal(client.mux.connected, true);
}

/** A request of another channel whose reply comes half a second late. */
async function waitingRequest(client: SimClient): Promise<{ readonly reply: Promise<number> }> {
  client.sim.faults.add({ kind: "delay", ms: 500 });
  const reply = echo(client.mux.newAPIChannel(), 2);
  await settle();
  return { reply };
}

describe("bad input that is one message's own: no other notices", () => {
  const strays: readonly (readonly [what: string, bytes: Uint8Array])[] = [
    ["a frame of no length", header(0)],
    ["a hundred frames of no length", new Uint8Array(1600)],
    ["a frame of one byte", frame(new Uint8Array(1))],
    ["an id that is in no table", frame(new Uint8Array(100).fill(0xfe))],
    ["an id that is in no table, without more", frame(Uint8Array.of(0xff, 0xfd))],
  ];
  for (const [what, bytes] of strays) {
    it(`${what} in place of a reply: that one times out`, async () => {
      await using client = await SimClient.open();
      const { reply } = await waitingRequest(client);
      client.sim.faults.add({ kind: "raw", bytes });
      const lost = assert.rejects(client.channel.request("show_version", {}, { timeoutMs: 100 }), {
        code: "REPLY_TIMEOUT",
        message: /show_version/,
      });
      await client.advance(100);
      await lost;
      await goesOn(client, reply);
    });
  }

  it("a message cut at any place is an error that names it", async () => {
    await using client = await SimClient.open();
    const { reply } = await waitingRequest(client);
    // id, context, retval, vrf_id: up to the context nobody knows whose it is.
    for (const bytes of [1, 2, 3, 4, 5, 6, 7, 8]) {
      client.sim.faults.add({ kind: "shorten", bytes });
      await assert.rejects(client.echo(3), {
        code: "DECODE",
        message: /sw_interface_get_table_reply of \d+ bytes.*shorter than its definition/,
      });
    }
    await goesOn(client, reply);
    assert.equal(client.mux.counters.malformed, 8);
  });

  it("a count that is larger than the frame is an error that names the message", async () => {
    await using client = await SimClient.open();
    const { reply } = await waitingRequest(client);
    for (const count of [2, 0xffff, 0xffffffff]) {
      client.sim.on("acl_dump", (call) => {
        const fields = { aclIndex: 1, r: [{ isPermit: 1 }] };
        // id, context, acl_index, tag of 64 bytes, count
        sendChanged(call, "acl_details", fields, (message) => message.setUint32(74, count));
      });
      await assert.rejects(client.channel.sendMultiRequest("acl_dump").toArray(), {
        code: "DECODE",
        message: /acl_details.*count or length/,
      });
    }
    await goesOn(client, reply);
  });

  it("a text that is longer than the frame is an error that names the message", async () => {
    await using client = await SimClient.open();
    const { reply } = await waitingRequest(client);
    for (const length of [6, 0x7fffffff, 0xffffffff]) {
      client.sim.on("cli_inband", (call) => {
        // id, context, retval, length
        sendChanged(call, "cli_inband_reply", { reply: "hello" }, (message) => {
          message.setUint32(10, length);
        });
      });
      await assert.rejects(client.channel.request("cli_inband", { cmd: "show" }), {
        code: "DECODE",
        message: /cli_inband_reply.*count or length/,
      });
    }
    await goesOn(client, reply);
  });

  it("an event that is malformed is left out", async () => {
    await using client = await SimClient.open();
    const events = client.channel.subscribeNotification("sw_interface_event");
    client.sim.on("show_version", (call) => {
      for (const bytes of [18, 19]) {
        const event = call.vpp.encoder.encode("sw_interface_event", { clientIndex: 0 }, {});
        call.client?.sendBytes(frame(event.subarray(16, 16 + bytes)));
      }
      call.reply();
    });
    await client.channel.request("show_version");
    assert.equal((await events.next()).value?.["swIfIndex"], 0);
    events.unsubscribe();
    assert.equal((await events.next()).done, true);
    assert.equal(client.mux.counters.malformed, 1);
  });

  it("random messages in the place of replies never do more than fail or time out", async () => {
    await using client = await SimClient.open();
    const random = seeded(77);
    const entries = [...client.sim.vpp.table.entries];
    for (let n = 0; n < 300; n++) {
      const { id } = random.pick(entries);
      const bytes = random.bytes(2 + random.below(200));
      new DataView(bytes.buffer).setUint16(0, id);
      client.sim.on("show_version", (call) => {
        // Some have the request's own context, so that they are taken for its reply.
        if (random.below(2) === 0 && bytes.length >= 6) {
          new DataView(bytes.buffer).setUint32(2, call.context);
        }
        call.client?.sendBytes(frame(bytes));
      });
      const request = client.channel.request("show_version", {}, { timeoutMs: 10 });
      const over = request.then(() => {}, () => {});
      await client.advance(10);
      await over;
    }
    assert.equal(await client.echo(1), 1);
  });
});

describe("bad input that loses the stream: the connection ends at once, with the reason", () => {
  const lost: readonly (readonly [what: string, bytes: Uint8Array, reason: RegExp])[] = [
    ["a frame of 4 GB", header(0xffffffff), /maxFrameBytes/],
    ["a frame just above the limit", header((16 << 20) + 1), /maxFrameBytes/],
    ["garbage", new Uint8Array(5000).fill(0x93), /maxFrameBytes/],
  ];
  const noReconnect: SimClientOptions = { mux: { reconnect: false } };

  for (const [what, bytes, reason] of lost) {
    it(`${what}: every request fails, and says that it may have been executed`, async () => {
      await using client = await SimClient.open(noReconnect);
      const { reply } = await waitingRequest(client);
      const other = assert.rejects(reply, { code: "DISCONNECTED", message: reason });
      client.sim.faults.add({ kind: "raw", bytes });
      await assert.rejects(client.echo(1), {
        code: "DISCONNECTED",
        message: reason,
        maybeExecuted: true,
      });
      await other;
      assert.equal(client.mux.state.state, "Disconnected");
      assert.throws(() => client.channel.sendRequest("show_version"), {
        code: "DISCONNECTED",
        maybeExecuted: false,
      });
      assert.equal(client.sim.vpp.clients().length, 0);
    });
  }

  it("a frame above a limit of one's own", async () => {
    await using client = await SimClient.open({
      mux: { reconnect: false, maxFrameBytes: 200_000 },
    });
    client.sim.on("cli_inband", (call) => call.reply({ reply: "x".repeat(200_001) }));
    const command = client.channel.request("cli_inband", { cmd: "show" });
    await assert.rejects(command, { code: "DISCONNECTED", message: /maxFrameBytes/ });
  });

  for (const bytes of [0, 1, 15, 16, 17, 29]) {
    it(`a frame cut off after ${bytes} bytes by a close`, async () => {
      await using client = await SimClient.open(noReconnect);
      const { reply } = await waitingRequest(client);
      const other = assert.rejects(reply, { code: "DISCONNECTED", message: /ended/ });
      client.sim.faults.add({ kind: "cut", bytes });
      await assert.rejects(client.echo(1), { code: "DISCONNECTED", message: /ended/ });
      await other;
    });
  }

  it("half of a frame, then silence: that request times out, and the end of VPP ends the wait", async () => {
    await using client = await SimClient.open(noReconnect);
    client.sim.faults.add({ kind: "raw", bytes: header(100) });
    const first = assert.rejects(client.echo(1), { code: "REPLY_TIMEOUT" });
    await client.advance(1000);
    await first;
    const second = assert.rejects(client.echo(2), { code: "DISCONNECTED" });
    await settle();
    client.sim.stop();
    await second;
  });

  it("what is left of the stream does not reach the next connection", async () => {
    await using client = await SimClient.open({ mux: { reconnect: true, connectIntervalMs: 10 } });
    for (const bytes of [header(0xffffffff), header(1000)]) {
      client.sim.faults.add({ kind: "raw", bytes });
      const failed = assert.rejects(client.echo(1));
      await client.advance(1000);
      await failed;
      client.sim.restart();
      await settle();
      while (client.mux.state.state !== "Connected") await client.advance(1000);
      assert.equal(await client.echo(2), 2);
    }
  });
});
