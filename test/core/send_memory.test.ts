/** What a transport was given to send stays as it is for as long as the transport may hold it. */
import { simTransport } from "../../src/sim/in_memory.ts";
import { Simulator } from "../../src/sim/simulator.ts";
import { ApiSet } from "../../src/sim/api_set.ts";
import { Mux } from "../../src/core/mux.ts";
import type { Transport, TransportFactory } from "../../src/transport/transport.ts";
import { FakeClock } from "../fake_clock.ts";
import { assert, describe, it } from "../harness.ts";

describe("frames that were given to a transport", () => {
  it("stay as they are where it does not say when it lets go of them", async () => {
    const given = await sendAll({ pendingBytes: 0 });
    assert.equal(given.changed, 0);
  });

  it("stay as they are while bytes of it are pending", async () => {
    const given = await sendAll({ returnsMemory: true, pendingBytes: 1 });
    assert.equal(given.changed, 0);
  });

  it("are written again where it holds nothing any more", async () => {
    const given = await sendAll({ returnsMemory: true, pendingBytes: 0 });
    assert.ok(given.changed > 0);
    assert.equal(given.memories, 1);
  });
});

/** Fifty requests one after another through a transport that says so; what became of what it was given. */
async function sendAll(
  says: Pick<Transport, "returnsMemory" | "pendingBytes">,
): Promise<{ readonly changed: number; readonly memories: number }> {
  const clock = new FakeClock();
  const given: { readonly frames: Uint8Array; readonly copy: Uint8Array }[] = [];
  const mux = new Mux({
    transport: watched(simTransport(new Simulator({ clock })), says, (frames) => {
      given.push({ frames, copy: frames.slice() });
    }),
    schema: ApiSet.builtIn().schema,
    clock,
    healthIntervalMs: 0,
    reconnect: false,
  });
  await mux.connect();
  given.length = 0;
  const channel = mux.newAPIChannel();
  for (let swIfIndex = 0; swIfIndex < 50; swIfIndex++) {
    await channel.request("sw_interface_get_table", { swIfIndex }).catch(() => {});
  }
  await mux.close();
  assert.ok(given.length >= 50);
  return {
    changed: given.filter(({ frames, copy }) => !frames.every((b, i) => b === copy[i])).length,
    memories: new Set(given.map(({ frames }) => frames.buffer)).size,
  };
}

/** The same transport, which gets copies and says something else of itself. */
function watched(
  factory: TransportFactory,
  says: Pick<Transport, "returnsMemory" | "pendingBytes">,
  sent: (frames: Uint8Array) => void,
): TransportFactory {
  return {
    name: factory.name,
    open: async (sink, options) => {
      const transport = await factory.open(sink, options);
      return {
        ...says,
        name: transport.name,
        send(frames) {
          sent(frames);
          transport.send(frames.slice());
        },
        drained: () => transport.drained(),
        close: () => transport.close(),
      };
    },
  };
}
