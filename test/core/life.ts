/**
 * A mux whose life is watched: a simulator that can be stopped and started, a clock that stands still,
 * every change of state, every line of the log.
 *
 * @module
 */
import type { Logger } from "../../src/core/logger.ts";
import { Mux } from "../../src/core/mux.ts";
import type { MuxOptions } from "../../src/core/mux_options.ts";
import type { StateEvent } from "../../src/core/state.ts";
import { ApiSet } from "../../src/sim/api_set.ts";
import { simTransport } from "../../src/sim/in_memory.ts";
import { Simulator, type SimulatorOptions } from "../../src/sim/simulator.ts";
import { FakeClock } from "../fake_clock.ts";
import { assert } from "../harness.ts";
import { settle } from "./sim_client.ts";

/** A line of the log. */
export interface LogLine {
  readonly level: keyof Logger;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface LifeOptions {
  readonly sim?: SimulatorOptions;
  readonly mux?: Partial<MuxOptions>;
}

export class Life {
  readonly clock = new FakeClock();
  readonly sim: Simulator;
  readonly mux: Mux;
  readonly events: StateEvent[] = [];
  readonly log: LogLine[] = [];

  constructor({ sim, mux }: LifeOptions = {}) {
    this.sim = new Simulator({ clock: this.clock, ...sim });
    this.mux = new Mux({
      transport: simTransport(this.sim),
      schema: ApiSet.builtIn().schema,
      clock: this.clock,
      // Without jitter.
      random: () => 0,
      logger: recordingLogger(this.log),
      ...mux,
    });
    this.mux.onState((event) => this.events.push(event));
  }

  /** With a mux that is connected. */
  static async connected(options: LifeOptions = {}): Promise<Life> {
    const life = new Life(options);
    await life.mux.connect();
    return life;
  }

  /** The states that were told since the last time, one behind the other. */
  states(): string[] {
    return this.events.splice(0).map((event) => event.state);
  }

  /** Moves the clock on, timer by timer; whatever a timer causes has happened before the next fires. */
  async elapse(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    await settle();
    for (
      let wait = this.clock.untilNext;
      wait !== undefined && this.clock.now() + wait <= end;
      wait = this.clock.untilNext
    ) {
      this.clock.advance(wait);
      await settle();
    }
    this.clock.advance(end - this.clock.now());
    await settle();
  }

  /** Moves the clock on until the mux is in this state; fails where that takes over ten minutes. */
  async until(state: StateEvent["state"]): Promise<void> {
    const end = this.clock.now() + 600_000;
    await settle();
    while (this.mux.state.state !== state) {
      assert.ok(this.clock.now() < end, `waiting for ${state} in ${this.mux.state.state}`);
      await this.elapse(this.clock.untilNext ?? 1000);
    }
  }

  /** VPP ends and is started anew; the mux has noticed its end, and is not connected yet. */
  async restartVpp(api?: ApiSet): Promise<void> {
    this.sim.restart(api);
    await Promise.resolve();
  }

  /** Closes; nothing may be left: no timer, no client of the simulator. */
  async close(): Promise<void> {
    const closed = this.mux.close();
    await this.elapse(60_000);
    await closed;
    assert.equal(this.sim.vpp.clients().length, 0, "clients that are left");
    this.sim.stop();
    assert.equal(this.clock.pending, 0, "timers that are left");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function recordingLogger(lines: LogLine[]): Logger {
  const at = (level: keyof Logger): Logger["info"] => (message, data = {}) => {
    lines.push({ level, message, data });
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
