import type { CallInstrument } from "../../src/core/call_watch.ts";
import { assert, describe, it } from "../harness.ts";
import { SimClient } from "./sim_client.ts";

/** Counts how often it is asked, and enters the calls that it was told of. */
function countingInstrument() {
  const seen = { asked: 0, active: false, calls: [] as string[] };
  const instrument: CallInstrument = {
    get active() {
      seen.asked++;
      return seen.active;
    },
    begin: ({ message }) => {
      seen.calls.push(message);
      return { part: () => {}, end: () => {} };
    },
  };
  return { seen, instrument };
}

describe("an instrument", () => {
  it("at which nobody looks is asked once for all calls of a tick", async () => {
    const { seen, instrument } = countingInstrument();
    await using client = await SimClient.open({ mux: { instruments: [instrument] } });
    await Promise.all(Array.from({ length: 100 }, (_, n) => client.echo(n)));
    assert.equal(seen.asked, 1);
    await client.echo(0);
    assert.equal(seen.asked, 2);
    assert.deepEqual(seen.calls, []);
  });

  it("hears of the calls of the next tick as soon as anybody looks", async () => {
    const { seen, instrument } = countingInstrument();
    await using client = await SimClient.open({ mux: { instruments: [instrument] } });
    await client.echo(0);
    seen.active = true;
    await client.channel.request("show_version");
    seen.active = false;
    await client.echo(0);
    assert.deepEqual(seen.calls, ["show_version"]);
  });

  it("does not keep the trace from calls of the tick in which it is turned on", async () => {
    const { instrument } = countingInstrument();
    await using client = await SimClient.open({ mux: { instruments: [instrument] } });
    const first = client.echo(0);
    client.mux.trace.enabled = true;
    await Promise.all([first, client.channel.request("show_version")]);
    assert.deepEqual(client.mux.trace.records().map(({ message }) => message), ["show_version"]);
  });
});
