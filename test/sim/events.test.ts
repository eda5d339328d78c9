import { Simulator } from "../../src/sim/simulator.ts";
import { assert, describe, it } from "../harness.ts";
import { RawClient } from "./raw_client.ts";

const INVALID_REGISTRATION = -31;

describe("simulator: events", () => {
  it("tells of every change of an interface, to whoever asked, behind the reply", async () => {
    const client = await RawClient.open(new Simulator());
    assert.equal(await client.retval("want_interface_events", { enableDisable: 1, pid: 4242 }), 0);
    await client.call("create_loopback");
    const context = client.send("sw_interface_set_flags", { swIfIndex: 1, flags: 1 });
    await client.settle();
    const replyAt = client.received.findIndex((m) => m.context === context);
    const eventAt = client.received.findIndex((m) => m.fields["flags"] === 3);
    assert.ok(replyAt >= 0 && replyAt < eventAt);
    await client.call("sw_interface_set_flags", { swIfIndex: 1, flags: 1 });
    await client.call("sw_interface_set_flags", { swIfIndex: 1, flags: 0 });
    await client.call("delete_loopback", { swIfIndex: 1 });
    await client.settle();
    const seen = client.events("sw_interface_event");
    assert.deepEqual(seen.map((e) => [e["pid"], e["swIfIndex"], e["flags"], e["deleted"]]), [
      [4242, 1, 0, false],
      [4242, 1, 3, false],
      [4242, 1, 0, false],
      [4242, 1, 0, true],
    ]);
    await client.close();
  });

  it("counts registrations as VPP does: once on, once off", async () => {
    const client = await RawClient.open(new Simulator());
    const want = (enableDisable: number) =>
      client.retval("want_interface_events", { enableDisable, pid: 1 });
    assert.equal(await want(0), INVALID_REGISTRATION);
    assert.equal(await want(1), 0);
    assert.equal(await want(1), INVALID_REGISTRATION);
    assert.equal(await want(0), 0);
    await client.call("create_loopback");
    await client.settle();
    assert.deepEqual(client.events("sw_interface_event"), []);
    await client.close();
  });

  it("sends a test's events, to every client with its own pid, and forgets clients that leave", async () => {
    const sim = new Simulator();
    const clients = [await RawClient.open(sim), await RawClient.open(sim)];
    for (const [i, client] of clients.entries()) {
      await client.call("want_ip_neighbor_events_v2", { enable: true, pid: 100 + i });
    }
    const neighbor = { swIfIndex: 1, macAddress: "02:00:00:00:00:01", ipAddress: "10.0.0.1" };
    assert.equal(sim.emit("ip_neighbor_event_v2", { flags: 1, neighbor }), 2);
    for (const [i, client] of clients.entries()) {
      await client.until(() => client.received.length > 0);
      const [event] = client.events("ip_neighbor_event_v2");
      assert.equal(event?.["pid"], 100 + i);
    }
    await clients[0]?.close();
    assert.equal(sim.emit("ip_neighbor_event_v2", { flags: 1, neighbor }), 1);
    await clients[1]?.close();
  });
});
