/**
 * What Node and Deno have and the core, which runs anywhere, must be given.
 *
 * @module
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { MuxOptions } from "../core/mux_options.ts";
import { logtapeLogger } from "./logging.ts";
import { diagnosticsInstrument, openTelemetryInstrument } from "./telemetry.ts";

/** Options of a mux that uses its runtime: the log, trace events across awaits, telemetry. */
export function runtimeOptions(): Required<
  Pick<MuxOptions, "logger" | "asyncContext" | "instruments">
> {
  return {
    logger: logtapeLogger(),
    asyncContext: { create: <T>() => new AsyncLocalStorage<T>() },
    instruments: [diagnosticsInstrument(), openTelemetryInstrument()],
  };
}
