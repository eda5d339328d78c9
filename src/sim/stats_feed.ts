/**
 * Keeps the simulator's stats segment in step with its interfaces. The counters stay 0: there is no
 * data plane.
 *
 * @module
 */
import { InterfaceWriter } from "../stats/interface_writer.ts";
import type { Simulator } from "./simulator.ts";
import { startStatsServer, type StatsServer } from "./stats_server.ts";

/** How often interfaces are compared, in milliseconds. */
const COMPARE_MS = 50;

/**
 * Serves the counters of the simulator's interfaces at `socketPath`, until `close`.
 *
 * @throws VppError code CONNECT where the path is in use, NATIVE where there is no FFI
 */
export async function serveStats(sim: Simulator, socketPath: string): Promise<StatsServer> {
  const server = await startStatsServer({ socketPath });
  const writer = new InterfaceWriter(server.builder);
  const present = new Map<number, string>();
  const compare = (): void => {
    const now = new Map(
      [...sim.vpp.state.interfaces].map((itf) => [itf.swIfIndex, itf.settings.name] as const),
    );
    for (const swIfIndex of present.keys()) {
      if (!now.has(swIfIndex)) writer.remove(swIfIndex);
    }
    for (const [swIfIndex, name] of now) {
      if (present.get(swIfIndex) !== name) writer.add(swIfIndex, name);
    }
    present.clear();
    for (const [swIfIndex, name] of now) present.set(swIfIndex, name);
  };
  compare();
  const timer = setInterval(compare, COMPARE_MS);
  return {
    socketPath,
    builder: server.builder,
    close: () => {
      clearInterval(timer);
      return server.close();
    },
  };
}
