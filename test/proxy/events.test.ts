import type { Call } from "../../src/sim/call.ts";
import { getU32 } from "../../src/transport/bytes.ts";
import { assert, describe, it } from "../harness.ts";
import { RemoteClient } from "./remote_client.ts";
import { ProxyFixture, until } from "./support.ts";

/** enable_disable, pid. */
const on = (pid: number) => [0, 0, 0, 1, 0, 0, 0, pid];
const off = (pid: number) => [0, 0, 0, 0, 0, 0, 0, pid];

describe("proxy: events", () => {
  it("reach the sessions that asked, with the pid that each gave, by one want to VPP", async () => {
    const { fixture, wants } = await recorded();
    const [one, two, three] = await open(fixture, 3);
    // Both at once: the second must wait for the answer to the first.
    one.send(one.request("want_interface_events", 1, on(11)));
    two.send(two.request("want_interface_events", 2, on(22)));
    await Promise.all([one, two].map((c) => c.first("want_interface_events_reply")));
    assert.deepEqual(wants, [true]);
    assert.equal(fixture.sim.emit("sw_interface_event", { swIfIndex: 2 }), 1);
    const toOne = await one.first("sw_interface_event");
    const toTwo = await two.first("sw_interface_event");
    // u32 client_index, u32 pid.
    assert.deepEqual([getU32(toOne, 2), getU32(toOne, 6)], [one.clientIndex, 11]);
    assert.deepEqual([getU32(toTwo, 2), getU32(toTwo, 6)], [two.clientIndex, 22]);
    await three.settle();
    assert.deepEqual(three.all("sw_interface_event"), []);
    await fixture.close();
  });

  it("reach the sessions of a read-only proxy where it lets them, which changes nothing", async () => {
    for (const events of [false, true]) {
      const fixture = await ProxyFixture.open({ proxy: { readOnly: true, events } });
      const [client] = await open(fixture, 1);
      client.send(
        client.request("want_interface_events", 1, on(11)),
        client.request("sw_interface_set_flags", 2, [0, 0, 0, 1, 0, 0, 0, 1]),
      );
      await client.settle();
      const refused = client.control.filter((c) => c.type === "refused").map((c) => c.context);
      assert.deepEqual(refused, events ? [2] : [1, 2]);
      assert.equal(fixture.sim.emit("sw_interface_event", { swIfIndex: 2 }), events ? 1 : 0);
      await client.settle();
      assert.equal(client.all("sw_interface_event").length, events ? 1 : 0);
      await fixture.close();
    }
  });

  it("go on for the others when one takes its want back, and end at VPP with the last", async () => {
    const { fixture, wants } = await recorded();
    const [one, two] = await open(fixture, 2);
    for (const client of [one, two]) {
      client.send(client.request("want_interface_events", 1, on(1)));
      await client.first("want_interface_events_reply");
    }
    one.send(one.request("want_interface_events", 2, off(1)));
    await one.settle();
    assert.deepEqual(wants, [true]);
    fixture.sim.emit("sw_interface_event", { swIfIndex: 1 });
    await two.first("sw_interface_event");
    await one.settle();
    assert.deepEqual(one.all("sw_interface_event"), []);
    // A session that just vanishes takes its want with it.
    await two.close();
    await until(() => wants.length === 2, "the end of the want");
    assert.deepEqual(wants, [true, false]);
    // What one does not have, it cannot take back.
    one.send(one.request("want_interface_events", 3, off(1)));
    await one.settle();
    const replies = one.all("want_interface_events_reply");
    assert.deepEqual(replies.map((reply) => getU32(reply, 6) | 0), [0, 0, -31]);
    await fixture.close();
  });

  it("pass VPP's refusal on to all who wait, and ask again the next time", async () => {
    const { fixture } = await recorded();
    const asked: Call[] = [];
    fixture.sim.on("want_interface_events", (call: Call) => {
      asked.push(call);
    });
    const answer = (retval: number) => {
      asked.at(-1)?.replyRetval(retval);
      fixture.sim.vpp.flush();
    };
    const [one, two] = await open(fixture, 2);
    one.send(one.request("want_interface_events", 1, on(1)));
    await one.settle();
    two.send(two.request("want_interface_events", 1, on(1)));
    await two.settle();
    assert.equal(asked.length, 1);
    answer(-9);
    const replies = await Promise.all(
      [one, two].map((c) => c.first("want_interface_events_reply")),
    );
    assert.deepEqual(replies.map((reply) => getU32(reply, 6) | 0), [-9, -9]);
    two.send(two.request("want_interface_events", 2, on(1)));
    await two.settle();
    assert.equal(asked.length, 2);
    answer(0);
    await until(() => two.all("want_interface_events_reply").length === 2, "the second answer");
    await fixture.close();
  });

  it("tell sessions apart that want the same event of different things", async () => {
    const { fixture } = await recorded();
    const pids: number[] = [];
    fixture.sim.on<{ readonly pid: number }>("want_ip_neighbor_events_v2", (call) => {
      pids.push(call.fields.pid);
      call.reply();
    });
    const [one, two] = await open(fixture, 2);
    if (!one.ids.has("want_ip_neighbor_events_v2")) return await fixture.close();
    // bool enable, u32 pid, address (17 bytes), u32 sw_if_index.
    const want = (sw: number) => [1, 0, 0, 0, 5, ...Array(17).fill(0), 0, 0, 0, sw];
    one.send(one.request("want_ip_neighbor_events_v2", 1, want(1)));
    two.send(two.request("want_ip_neighbor_events_v2", 1, want(2)));
    await Promise.all([one, two].map((c) => c.first("want_ip_neighbor_events_v2_reply")));
    assert.equal(new Set(pids).size, 2);
    const [client] = fixture.sim.vpp.clients();
    const frame = fixture.sim.vpp.encoder.encode(
      "ip_neighbor_event_v2",
      { clientIndex: client?.clientIndex ?? 0 },
      { pid: pids[1] },
    );
    client?.sendBytes(frame);
    fixture.sim.vpp.flush();
    const event = await two.first("ip_neighbor_event_v2");
    assert.equal(getU32(event, 6), 5);
    await one.settle();
    assert.deepEqual(one.all("ip_neighbor_event_v2"), []);
    await fixture.close();
  });
});

/** A fixture whose simulator notes what is turned on and off. */
async function recorded(): Promise<{ fixture: ProxyFixture; wants: boolean[] }> {
  const fixture = await ProxyFixture.open();
  const wants: boolean[] = [];
  fixture.sim.on<{ readonly enableDisable: number; readonly pid: number }>(
    "want_interface_events",
    (call) => {
      const { enableDisable, pid } = call.fields;
      wants.push(enableDisable !== 0);
      const enable = enableDisable !== 0;
      call.replyRetval(call.vpp.events.want("sw_interface_event", call.connection, pid, enable));
    },
  );
  return { fixture, wants };
}

async function open<N extends number>(
  fixture: ProxyFixture,
  count: N,
): Promise<N extends 2 ? [RemoteClient, RemoteClient] : [RemoteClient, RemoteClient, RemoteClient]>;
async function open(fixture: ProxyFixture, count: number): Promise<RemoteClient[]> {
  return await Promise.all(Array.from({ length: count }, () => RemoteClient.open(fixture.url)));
}
