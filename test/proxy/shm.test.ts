import { shmTransport } from "../../src/transport/shm/shm.ts";
import { assert, it } from "../harness.ts";
import { describeWithStandin } from "../shm/standin.ts";
import { RemoteClient } from "./remote_client.ts";
import { ProxyFixture } from "./support.ts";

/** u32 sw_if_index (all), bool name_filter_valid, string name_filter[]. */
const EVERY_INTERFACE = [255, 255, 255, 255, 0, 0, 0, 0, 0];

await describeWithStandin("proxy: over shared memory", ({ serve }) => {
  it("serves several sessions, each its own, over the one connection", async () => {
    const { sim, listener, options } = await serve({ interfaces: 300 });
    await using fixture = await ProxyFixture.open({ proxy: { transport: shmTransport(options) } });
    const clients = await Promise.all([1, 2, 3].map(() => RemoteClient.open(fixture.url)));
    assert.equal(sim.vpp.clients().length, 1);
    for (const client of clients) {
      client.send(
        client.request("want_interface_events", 5, [0, 0, 0, 1, 0, 0, 0, 9]),
        client.request("sw_interface_dump", 7, EVERY_INTERFACE),
        client.request("control_ping", 7),
      );
    }
    for (const client of clients) {
      await client.first("control_ping_reply");
      assert.equal(client.all("sw_interface_details").length, 301);
    }
    assert.equal(sim.emit("sw_interface_event", { swIfIndex: 2 }), 1);
    for (const client of clients) await client.first("sw_interface_event");
    await Promise.all(clients.map((client) => client.close()));
    listener.close();
  });
});
