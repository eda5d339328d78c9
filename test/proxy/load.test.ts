import { assert, describe, it } from "../harness.ts";
import { contextOf, RemoteClient } from "./remote_client.ts";
import { ProxyFixture, until } from "./support.ts";

describe("proxy: many clients", () => {
  it("serves 100 sessions at once, each its own dumps, and leaves nothing behind", async () => {
    await using fixture = await ProxyFixture.open({ sim: { interfaces: 200 } });
    const muxes = await Promise.all(Array.from({ length: 100 }, () => fixture.connect()));
    assert.equal(fixture.proxy.sessions, 100);
    assert.equal(fixture.sim.vpp.clients().length, 1);
    const counts = await Promise.all(muxes.flatMap((mux) => {
      const channel = mux.newAPIChannel();
      return [1, 2, 3].map(async () => {
        const details = await channel.sendMultiRequest("sw_interface_dump", {}).toArray();
        return new Set(details.map((itf) => itf["swIfIndex"])).size;
      });
    }));
    assert.deepEqual(counts, Array(300).fill(201));
    for (const mux of muxes) assert.deepEqual({ ...mux.counters }, { ...muxes[0]?.counters });
    assert.equal(muxes[0]?.counters.stale, 0);
    await Promise.all(muxes.map((mux) => mux.close()));
    await until(() => fixture.proxy.sessions === 0, "the end of all sessions");
    assert.equal(fixture.proxy.outstanding, 0);
  });

  it("does not touch what a slow client has not read yet, whatever others get meanwhile", async () => {
    await using fixture = await ProxyFixture.open({ sim: { interfaces: 3000 } });
    const slow = await RemoteClient.open(fixture.url);
    const dump = [255, 255, 255, 255, 0, 0, 0, 0, 0];
    for (let round = 1; round <= 5; round++) {
      slow.socket.pause();
      slow.send(
        slow.request("sw_interface_dump", round, dump),
        slow.request("control_ping", round),
      );
      const others = await Promise.all(
        Array.from({ length: 4 }, () => RemoteClient.open(fixture.url)),
      );
      for (const other of others) {
        other.send(other.request("sw_interface_dump", 0xdead, dump));
        await other.settle(0xdead);
        assert.equal(contextsOf(other), "57005");
      }
      slow.socket.resume();
      await until(() => slow.all("control_ping_reply").length === 1, "the end of the dump");
      assert.equal(slow.all("sw_interface_details").length, 3001);
      assert.equal(contextsOf(slow), String(round));
      slow.received.length = 0;
      await Promise.all(others.map((other) => other.close()));
    }
    await slow.close();
  });

  it("dumps 10,000 interfaces, several times over the one connection", async () => {
    await using fixture = await ProxyFixture.open({ sim: { interfaces: 10_000 } });
    const mux = await fixture.connect();
    const channel = mux.newAPIChannel();
    for (let i = 0; i < 3; i++) {
      const details = await channel.sendMultiRequest("sw_interface_dump", {}).toArray();
      assert.equal(details.length, 10_001);
      assert.equal(details.at(-1)?.["interfaceName"], "loop9999");
    }
  });
});

/** The contexts of all answers but the handshake's. */
function contextsOf({ received }: RemoteClient): string {
  const answers = received.filter(({ name }) => name !== "sockclnt_create_reply");
  return [...new Set(answers.map(({ bytes }) => contextOf(bytes)))].join();
}
