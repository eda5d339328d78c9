import { heapAfterCollection } from "../garbage.ts";
import { assert, describe, it } from "../harness.ts";
import { SimClient } from "./sim_client.ts";

/** What engines may keep of compiled code and caches. */
const TOLERANCE = 3_000_000;
const WINDOW = 2000;

describe("heap: requests leave it where it was", () => {
  /** Runs `work` until the engine has settled, then `times` more. */
  async function leavesNothing(times: number, work: () => Promise<void>): Promise<void> {
    for (let n = 0; n < 20; n++) await work();
    const heap = heapAfterCollection();
    for (let n = 0; n < times; n++) await work();
    const grown = heapAfterCollection() - heap;
    assert.ok(grown < TOLERANCE, `the heap has grown by ${grown} bytes`);
  }

  it("1,000,000 with their replies", async () => {
    await using client = await SimClient.open();
    await leavesNothing(1_000_000 / WINDOW, async () => {
      const pings = Array.from({ length: WINDOW }, () => client.channel.request("control_ping"));
      await Promise.all(pings);
      client.writes.length = 0;
    });
  });

  it("20,000 that time out", async () => {
    await using client = await SimClient.open();
    client.sim.faults.add({ kind: "loseReply" }, { times: Infinity });
    await leavesNothing(20_000 / WINDOW, async () => {
      const lost = Array.from(
        { length: WINDOW },
        () => client.channel.request("control_ping").then(() => 0, () => 1),
      );
      await client.advance(1000);
      const failed = await Promise.all(lost);
      assert.equal(failed.reduce<number>((sum, one) => sum + one, 0), WINDOW);
      client.writes.length = 0;
    });
  });

  it("1,000 dumps of 1,000 interfaces, read and left early", async () => {
    await using client = await SimClient.open({ sim: { interfaces: 999 } });
    await leavesNothing(500, async () => {
      const all = await client.channel.sendMultiRequest("sw_interface_dump").toArray();
      assert.equal(all.length, 1000);
      for await (const _ of client.channel.sendMultiRequest("sw_interface_dump")) break;
      client.writes.length = 0;
    });
  });
});
