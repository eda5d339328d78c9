import { Simulator } from "../../src/sim/simulator.ts";
import { assert, describe, it } from "../harness.ts";
import { seeded } from "../random.ts";
import { RawClient } from "./raw_client.ts";

/** One message behind its frame header. */
function frame(message: readonly number[], length = message.length): Uint8Array {
  const bytes = new Uint8Array(16 + message.length);
  new DataView(bytes.buffer).setUint32(8, length);
  bytes.set(message, 16);
  return bytes;
}

/** A control_ping of the first client. */
function ping(client: RawClient, context: number): number[] {
  return [0, client.id("control_ping"), 0x80, 0, 0, 1, 0, 0, 0, context];
}

describe("simulator: what clients send", () => {
  it("takes frames that are cut anywhere, also byte by byte", async () => {
    const client = await RawClient.open(new Simulator());
    const random = seeded(7);
    const bytes = new Uint8Array(
      Array.from({ length: 200 }, (_, i) => [...frame(ping(client, i))]).flat(),
    );
    for (const size of [1, 2, 15, 16, 17, 1000, 0]) {
      for (let at = 0; at < bytes.length;) {
        const end = at + (size === 0 ? 1 + random.below(60) : size);
        client.sendBytes(bytes.subarray(at, end));
        at = end;
      }
      await client.until(() => client.received.length >= 200);
      const contexts = client.received.splice(0).map((m) => m.context);
      assert.deepEqual(contexts, Array.from({ length: 200 }, (_, i) => i));
    }
    await client.close();
  });

  it("takes a frame of a megabyte in small pieces", async () => {
    const client = await RawClient.open(new Simulator());
    const big = frame([...ping(client, 1), ...new Array<number>(1 << 20).fill(7)]);
    for (let at = 0; at < big.length; at += 4096) client.sendBytes(big.subarray(at, at + 4096));
    client.sendBytes(frame(ping(client, 2)));
    await client.until(() => client.received.length >= 2);
    assert.deepEqual(client.received.map((m) => m.context), [1, 2]);
    await client.close();
  });

  it("accepts bytes behind a message's end", async () => {
    const client = await RawClient.open(new Simulator());
    client.sendBytes(frame([...ping(client, 77), 1, 2, 3]));
    await client.until(() => client.received.length > 0);
    assert.equal(client.received[0]?.context, 77);
    await client.close();
  });

  it("drops what it cannot use, says so, and keeps the connection", async () => {
    const lines: string[] = [];
    const client = await RawClient.open(new Simulator({ log: (line) => lines.push(line) }));
    client.sendBytes(frame([]));
    client.sendBytes(frame([0]));
    client.sendBytes(frame([0xff, 0xf0, 1, 2, 3, 4, 5, 6, 7, 8]));
    client.sendBytes(frame(ping(client, 1).slice(0, 9)));
    client.sendBytes(frame([0, client.id("control_ping_reply"), 0, 0, 0, 1]));
    const acl = client.id("acl_interface_set_acl_list");
    // The count says 200 lists, and there is room for none.
    client.sendBytes(
      frame([acl >> 8, acl & 255, 0x80, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 200, 0]),
    );
    await client.settle();
    assert.deepEqual(client.received, []);
    assert.deepEqual(lines, [
      "client raw client: message 0 dropped: the frame is too short for a message id",
      "client raw client: message 0 dropped: the frame is too short for a message id",
      "client raw client: message 65520 dropped: VPP has no request with this id",
      `client raw client: message ${
        client.id("control_ping")
      } dropped: the message is shorter than its definition`,
      `client raw client: message ${
        client.id("control_ping_reply")
      } dropped: VPP has no request with this id`,
      `client raw client: message ${acl} dropped: a count or length field reaches past the message's end`,
    ]);
    await client.close();
  });

  it("drops a client whose frame is longer than the limit, and no other", async () => {
    const lines: string[] = [];
    const sim = new Simulator({ maxFrameBytes: 1000, log: (line) => lines.push(line) });
    const good = await RawClient.open(sim);
    for (const length of [1001, 0x7fffffff, 0xffffffff]) {
      const bad = await RawClient.open(sim);
      bad.sendBytes(frame([1, 2, 3], length));
      await bad.untilEnded();
      assert.match(lines.at(-1) ?? "", new RegExp(`a frame of ${length} bytes, .* limit is 1000`));
    }
    await good.settle();
    assert.equal(sim.vpp.clients().length, 1);
    await good.close();
  });

  it("survives garbage", async () => {
    const sim = new Simulator();
    const random = seeded(42);
    for (let round = 0; round < 50; round++) {
      const client = await RawClient.open(sim, { handshake: false });
      // Lengths that the frames keep, so that the messages are what is garbage.
      const message = [...random.bytes(random.below(400))];
      message[0] = 0;
      client.sendBytes(frame(message));
      client.sendBytes(random.bytes(random.below(100)));
      await client.close();
    }
    const client = await RawClient.open(sim);
    await client.settle();
    assert.equal(sim.vpp.clients().length, 1);
    await client.close();
  });

  it("drops a client that does not read once too much waits for it", async () => {
    const lines: string[] = [];
    const sim = new Simulator({
      interfaces: 1000,
      maxPendingBytes: 1 << 20,
      log: (line) => lines.push(line),
    });
    const sent: number[] = [];
    let destroyed = false;
    const connection = sim.attach({
      name: "a client that does not read",
      send: (frames) => void sent.push(frames.length),
      get pendingBytes() {
        return sent.reduce((sum, length) => sum + length, 0);
      },
      pause: () => {},
      resume: () => {},
      end: () => {},
      destroy: () => void (destroyed = true),
    });
    const known = await RawClient.open(sim);
    const id = known.id("sw_interface_dump");
    const dump = [id >> 8, id & 255, 0x80, 0, 0, 1, 0, 0, 0, 1, 255, 255, 255, 255, 0, 0, 0, 0, 0];
    for (let i = 0; i < 10 && !destroyed; i++) connection.chunk(frame(dump));
    assert.ok(destroyed);
    assert.ok(sent.length < 6);
    assert.match(
      lines[0] ?? "",
      /dropped: it does not read: \d+ bytes wait, and the limit is 1048576/,
    );
    await known.settle();
    await known.close();
  });
});
