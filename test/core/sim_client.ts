/**
 * A mux and its simulator in one process, on a clock that stands still: nothing times out unless a test
 * moves the clock.
 *
 * @module
 */
import { setImmediate } from "node:timers";
import type { Channel } from "../../src/core/channel.ts";
import { Mux } from "../../src/core/mux.ts";
import { ApiSet } from "../../src/sim/api_set.ts";
import { simTransport } from "../../src/sim/in_memory.ts";
import { Simulator, type SimulatorOptions } from "../../src/sim/simulator.ts";
import type { TransportFactory } from "../../src/transport/transport.ts";
import { FakeClock } from "../fake_clock.ts";
import { assert } from "../harness.ts";

type MuxOptions = ConstructorParameters<typeof Mux>[0];

export interface SimClientOptions {
  readonly sim?: SimulatorOptions;
  readonly mux?: Partial<MuxOptions>;
}

/** The request that a simulator of `SimClient` answers with the number that it was sent. */
const ECHO = "sw_interface_get_table";

export class SimClient {
  readonly clock = new FakeClock();
  readonly sim: Simulator;
  readonly mux: Mux;
  /** The bytes of each write, in their order. */
  readonly writes: Uint8Array[] = [];
  readonly #channel: { value?: Channel } = {};

  private constructor({ sim, mux }: SimClientOptions) {
    this.sim = new Simulator({ clock: this.clock, ...sim });
    this.sim.on<{ readonly swIfIndex: number }>(ECHO, (call) => {
      call.reply({ vrfId: call.fields.swIfIndex });
    });
    this.mux = new Mux({
      transport: recorded(simTransport(this.sim), this.writes),
      schema: ApiSet.builtIn().schema,
      clock: this.clock,
      healthIntervalMs: 0,
      reconnect: false,
      ...mux,
    });
  }

  static async open(options: SimClientOptions = {}): Promise<SimClient> {
    const client = new SimClient(options);
    await client.mux.connect();
    client.writes.length = 0;
    return client;
  }

  /** One channel that is made when it is first asked for. */
  get channel(): Channel {
    return this.#channel.value ??= this.mux.newAPIChannel();
  }

  /** Sends a number; resolves to the number that comes back. */
  echo(number: number, channel: Channel = this.channel): Promise<number> {
    return echo(channel, number);
  }

  /** Moves the clock on, and lets arrive what is on its way then. */
  async advance(ms: number): Promise<void> {
    await settle();
    this.clock.advance(ms);
    await settle();
  }

  /** Closes; nothing may be left to time out. */
  async close(): Promise<void> {
    const closed = this.mux.close();
    await this.advance(60_000);
    await closed;
    this.sim.stop();
    assert.equal(this.clock.pending, 0, "timers that are left");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

export async function echo(channel: Channel, number: number): Promise<number> {
  const reply = await channel.sendRequest(ECHO, { swIfIndex: number }).receiveReply();
  return Number(reply["vrfId"]);
}

/** Lets everything happen that needs no time. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Whether a promise has not been settled yet. */
export async function isPending(promise: Promise<unknown>): Promise<boolean> {
  let pending = true;
  const over = (): void => void (pending = false);
  promise.then(over, over);
  await settle();
  return pending;
}

/** The same way to VPP; enters a copy of what each write sends. */
function recorded(factory: TransportFactory, writes: Uint8Array[]): TransportFactory {
  return {
    name: factory.name,
    open: async (sink, options) => {
      const transport = await factory.open(sink, options);
      return {
        name: transport.name,
        get pendingBytes() {
          return transport.pendingBytes;
        },
        drained: () => transport.drained(),
        close: () => transport.close(),
        send: (frames) => {
          writes.push(frames.slice());
          transport.send(frames);
        },
      };
    },
  };
}
