import { VppError } from "../../src/errors.ts";
import { simTransport } from "../../src/sim/in_memory.ts";
import { Simulator } from "../../src/sim/simulator.ts";
import { assert, describe, it } from "../harness.ts";
import { RawClient } from "./raw_client.ts";

describe("simulator: restart", () => {
  it("drops every client, forgets everything, and comes back with other ids and another pid", async () => {
    const sim = new Simulator({ interfaces: 1 });
    const before = await RawClient.open(sim);
    await before.call("create_loopback");
    const pid = (await before.call("control_ping")).fields["vpePid"];
    const id = before.id("show_version");
    sim.restart();
    await before.untilEnded();
    const after = await RawClient.open(sim);
    assert.notEqual(after.id("show_version"), id);
    assert.equal(after.id("control_ping"), before.id("control_ping"));
    assert.notEqual((await after.call("control_ping")).fields["vpePid"], pid);
    assert.equal((await after.dump("sw_interface_dump")).length, 2);
    await after.close();
  });

  it("keeps the handlers and faults of a test", async () => {
    const sim = new Simulator();
    sim.on("show_version", (call) => call.reply({ version: "mine" }));
    sim.faults.add({ kind: "drop" }, { message: "show_version" });
    sim.restart();
    const client = await RawClient.open(sim);
    assert.deepEqual(await client.dump("show_version"), []);
    assert.equal((await client.call("show_version")).fields["version"], "mine");
    await client.close();
  });

  it("has the same ids for the same seed, others for another one", () => {
    const ids = (seed: number) => new Simulator({ seed }).vpp.table.entries.map((e) => e.id);
    assert.deepEqual(ids(5), ids(5));
    assert.notDeepEqual(ids(5), ids(6));
  });

  it("refuses clients while it is stopped", async () => {
    const sim = new Simulator();
    const client = await RawClient.open(sim);
    sim.stop();
    await client.untilEnded();
    const sink = { chunk: () => {}, ended: () => {} };
    await assert.rejects(
      simTransport(sim).open(sink, { timeoutMs: 1000 }),
      (error) => error instanceof VppError && error.code === "CONNECT",
    );
    sim.restart();
    await (await RawClient.open(sim)).close();
  });

  it("does not open what was aborted", async () => {
    const sink = { chunk: () => {}, ended: () => {} };
    const signal = AbortSignal.abort();
    const sim = new Simulator();
    await assert.rejects(
      simTransport(sim).open(sink, { timeoutMs: 1000, signal }),
      (error) => error instanceof VppError && error.code === "ABORTED",
    );
    assert.equal(sim.vpp.clients().length, 0);
  });
});
