/**
 * Ways to watch a mux, each of which may cost something.
 *
 * @module
 */
import { subscribe } from "node:diagnostics_channel";
import { CALL_END_CHANNEL, type ConnectOptions } from "../../src/mod.ts";
import type { Watching } from "../parameters.ts";

/** What a mux is connected with. */
export function watchingOptions(watching: Watching): ConnectOptions {
  switch (watching) {
    case "nothing":
      return { healthIntervalMs: 0, instruments: [] };
    case "unwatched":
      return { healthIntervalMs: 0 };
    case "probes":
      return { healthIntervalMs: 1000 };
    case "probes, 10 ms":
      return { healthIntervalMs: 10 };
    case "trace":
      return { healthIntervalMs: 0, traceEnabled: true };
    case "subscriber":
      subscribe(CALL_END_CHANNEL, () => {});
      return { healthIntervalMs: 0 };
  }
}
