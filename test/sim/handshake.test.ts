import { Simulator } from "../../src/sim/simulator.ts";
import { assert, describe, it } from "../harness.ts";
import { RawClient } from "./raw_client.ts";

describe("simulator: handshake and ids", () => {
  it("lists every message of its schema, the first ones at VPP's fixed ids", async () => {
    const sim = new Simulator();
    const client = await RawClient.open(sim, { handshake: false });
    const { fields } = await client.handshake();
    const table = fields["messageTable"] as { index: number; name: string }[];
    assert.equal(table.length, [...sim.vpp.api.schema.messages()].length);
    assert.equal(fields["count"], table.length);
    assert.equal(fields["response"], 0);
    assert.equal(new Set(table.map((entry) => entry.index)).size, table.length);
    const ids = new Map(table.map((entry) => [entry.name, entry.index]));
    assert.equal(ids.get("memclnt_create_9c5e1c2f"), 1);
    assert.equal(ids.get("sockclnt_create_455fb9c4"), 15);
    assert.equal(ids.get("control_ping_51077d14"), 23);
    assert.equal(ids.get("get_api_json_reply_ea715b59"), 28);
    assert.ok(Math.min(...table.map((entry) => entry.index)) === 1);
    assert.notDeepEqual(
      table.map((e) => e.index),
      table.map((e) => e.index).toSorted((a, b) => a - b),
    );
    await client.close();
  });

  it("gives clients indices with the top bit set, and reuses those of clients that are gone", async () => {
    const sim = new Simulator();
    const first = await RawClient.open(sim);
    const second = await RawClient.open(sim);
    assert.equal(first.clientIndex, 0x80000001);
    assert.equal(second.clientIndex, 0x80000002);
    await first.close();
    const third = await RawClient.open(sim);
    assert.equal(third.clientIndex, 0x80000001);
    await Promise.all([second.close(), third.close()]);
  });

  it("has no handshake gate: any message is answered right after the connect", async () => {
    const sim = new Simulator();
    const known = await RawClient.open(sim);
    const ping = new Uint8Array([0, known.id("control_ping"), 0x80, 0, 0, 2, 0, 0, 0, 9]);
    const client = await RawClient.open(sim, { handshake: false });
    client.sendFrame(ping);
    await client.until(() => client.unknownIds.length > 0);
    assert.deepEqual(client.unknownIds, [known.id("control_ping_reply")]);
    await Promise.all([known.close(), client.close()]);
  });

  it("sends no reply to a client index that nobody has, though the handler runs", async () => {
    const sim = new Simulator();
    const client = await RawClient.open(sim);
    client.send("create_loopback", {}, { clientIndex: 0x80000063 });
    await client.settle();
    assert.deepEqual(client.received, []);
    assert.equal((await client.dump("sw_interface_dump")).length, 2);
    await client.close();
  });

  it("sends the reply to whoever has the request's client index", async () => {
    const sim = new Simulator();
    const one = await RawClient.open(sim);
    const other = await RawClient.open(sim);
    one.send("show_version", {}, { clientIndex: other.clientIndex });
    await one.settle();
    await other.until(() => other.received.length > 0);
    assert.equal(one.received.length, 0);
    assert.deepEqual(other.received.map((m) => m.name), ["show_version_reply"]);
    await Promise.all([one.close(), other.close()]);
  });

  it("answers sockclnt_delete with 1 and ends the connection; an unknown index gets -1", async () => {
    const client = await RawClient.open(new Simulator());
    const unknown = await client.call("sockclnt_delete", { index: 0x80000063 });
    assert.equal(unknown.fields["response"], -1);
    const reply = await client.call("sockclnt_delete", { index: client.clientIndex });
    assert.equal(reply.fields["response"], 1);
    await client.untilEnded();
  });

  it("refuses memclnt_create and rpc_call without a reply, and says so in the log", async () => {
    const lines: string[] = [];
    const client = await RawClient.open(new Simulator({ log: (line) => lines.push(line) }));
    client.send("memclnt_create", { ctxQuota: 1, name: "x" });
    client.send("rpc_call", { function: 4711n });
    await client.settle();
    assert.deepEqual(client.received, []);
    assert.deepEqual(lines, [
      "client raw client: memclnt_create refused",
      "client raw client: rpc_call refused",
    ]);
    await client.close();
  });
});
