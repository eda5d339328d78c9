/**
 * The log, through LogTape: silent until the program configures it, under the category `govppmux`.
 *
 * @module
 */
import process from "node:process";
import {
  configureSync,
  getLogfmtFormatter,
  getLogger,
  type LogLevel,
  type LogRecord,
} from "@logtape/logtape";
import type { CallInstrument, CallStart, CallWatch } from "../core/call_watch.ts";
import type { Logger } from "../core/logger.ts";

/** The category by which a program chooses what it wants to read. */
export const LOG_CATEGORY = "govppmux";

/** A logger that hands everything to LogTape; what becomes of it, the program's configuration says. */
export function logtapeLogger(...subcategory: readonly string[]): Logger {
  const logger = getLogger([LOG_CATEGORY, ...subcategory]);
  return {
    debug: (message, data = {}) => logger.debug(message, data),
    info: (message, data = {}) => logger.info(message, data),
    warn: (message, data = {}) => logger.warn(message, data),
    error: (message, data = {}) => logger.error(message, data),
  };
}

/**
 * Prints the log on standard error, a line of `name=value` each; for the command line and for programs
 * that have no configuration of their own.
 *
 * @param lowestLevel the least that is printed
 */
export function logToStderr(lowestLevel: LogLevel = "info"): void {
  const format = getLogfmtFormatter();
  configureSync({
    reset: true,
    sinks: { stderr: (record: LogRecord) => void process.stderr.write(format(record)) },
    loggers: [
      { category: LOG_CATEGORY, sinks: ["stderr"], lowestLevel },
      { category: ["logtape", "meta"], sinks: ["stderr"], lowestLevel: "error" },
    ],
  });
}

/** Logs each call when it is over, at level `debug`: what it was and how it went, not what it said. */
export function callLog(logger: Logger): CallInstrument {
  return { active: true, begin: (call) => new LoggedCall(call, logger) };
}

class LoggedCall implements CallWatch {
  readonly #call: CallStart;
  readonly #logger: Logger;
  readonly #start = performance.now();
  #parts = 0;

  constructor(call: CallStart, logger: Logger) {
    this.#call = call;
    this.#logger = logger;
  }

  part(): void {
    this.#parts++;
  }

  end(error: Error | undefined): void {
    const { message, channel, multi } = this.#call;
    this.#logger.debug("Call", {
      message,
      channel,
      durationMs: Number((performance.now() - this.#start).toFixed(3)),
      ...(multi ? { parts: this.#parts } : {}),
      ...(error === undefined ? {} : { error: error.message }),
    });
  }
}
