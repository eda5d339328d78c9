import { assert, describe, it } from "../harness.ts";
import { ProxyFixture, until } from "./support.ts";

describe("proxy: many clients", () => {
  it("serves 100 sessions at once, each its own dumps, and leaves nothing behind", async () => {
    const fixture = await ProxyFixture.open({ sim: { interfaces: 200 } });
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
    await fixture.close();
  });

  it("dumps 10,000 interfaces, several times over the one connection", async () => {
    const fixture = await ProxyFixture.open({ sim: { interfaces: 10_000 } });
    const mux = await fixture.connect();
    const channel = mux.newAPIChannel();
    for (let i = 0; i < 3; i++) {
      const details = await channel.sendMultiRequest("sw_interface_dump", {}).toArray();
      assert.equal(details.length, 10_001);
      assert.equal(details.at(-1)?.["interfaceName"], "loop9999");
    }
    await fixture.close();
  });
});
