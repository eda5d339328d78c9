/**
 * What commands say of their own work on standard error: nothing, unless they are asked to.
 *
 * @module
 */
import { type Command, Option } from "commander";
import type { MuxOptions } from "../core/mux_options.ts";
import type { CallSummary } from "../core/trace_summary.ts";
import { printError } from "./output.ts";
import { formatTable } from "./table.ts";

const LEVELS = ["debug", "info", "warning", "error"] as const;

/** The options that `withLog` adds. */
export interface LogOptions {
  readonly logLevel?: (typeof LEVELS)[number];
}

/** The options that `withTrace` adds. */
export interface TraceOptions {
  readonly trace?: boolean;
}

/** Adds the option that lets a command's connection speak. */
export function withLog(command: Command): Command {
  return command.addOption(
    new Option(
      "--log-level <level>",
      "the log on standard error, from this level on; debug has every call",
    ).choices(LEVELS),
  );
}

/** Adds the option that has a command's calls measured. */
export function withTrace(command: Command): Command {
  return command.option(
    "--trace",
    "how long the calls (the newest 10,000) took, on standard error",
  );
}

/** The options of a mux for what a command was asked to say. */
export async function muxOptionsOf(
  { logLevel, trace }: LogOptions & TraceOptions,
): Promise<Pick<MuxOptions, "logger" | "instruments" | "traceEnabled">> {
  const traced = trace === true ? { traceEnabled: true } : {};
  if (logLevel === undefined) return traced;
  // Loaded where it is needed: most commands are over sooner than the library is there.
  const { callLog, logtapeLogger, logToStderr } = await import("../host/logging.ts");
  logToStderr(logLevel);
  const logger = logtapeLogger();
  return logLevel === "debug"
    ? { ...traced, logger, instruments: [callLog(logger)] }
    : { ...traced, logger };
}

/** A line for each message, with its times in milliseconds. */
export function traceTable(calls: readonly CallSummary[]): string {
  const rows = calls.map(({ message, count, errors, ...times }) => {
    const { averageMs, minMs, maxMs, p50Ms, p99Ms, totalMs } = times;
    const ms = [averageMs, minMs, maxMs, p50Ms, p99Ms, totalMs];
    return [message, count, errors, ...ms.map((time) => time.toFixed(3))];
  });
  return formatTable(
    ["message", "calls", "failed", "average ms", "min", "max", "p50", "p99", "total"],
    rows,
  );
}

/** Prints what `--trace` asks for. */
export function printTrace(calls: readonly CallSummary[]): void {
  printError(traceTable(calls));
}
