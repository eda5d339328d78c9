import { VppError } from "../errors.ts";

/** Where a setting was given. */
export interface ConfigPlace {
  /** The file's name as it was given, `environment`, or `options`. */
  readonly source: string;
  /** Counted from 1; only in a file. */
  readonly line?: number;
  /** The key, environment variable or option, as it was written; absent where none is concerned. */
  readonly key?: string;
}

/** One thing that is wrong, or, as a warning, worth changing. */
export interface ConfigProblem extends ConfigPlace {
  /** What is wrong, and what was expected. */
  readonly message: string;
}

/** For people: `govpp.conf:3: reply-timeout`. */
export function formatPlace(place: ConfigPlace): string {
  const source = place.line === undefined ? place.source : `${place.source}:${place.line}`;
  return place.key === undefined ? source : `${source}: ${place.key}`;
}

/** For people: `govpp.conf:3: reply-timeout: expected …`. */
export function formatProblem(problem: ConfigProblem): string {
  return `${formatPlace(problem)}: ${problem.message}`;
}

/** Of a message; whoever reads more is not looking at a configuration. */
const MAX_LINES = 20;

/** A configuration cannot be used; `problems` holds everything that is wrong with its source. */
export class ConfigError extends VppError {
  override name = "ConfigError";
  /** In the order in which they stand in the source; never empty. */
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[], options?: ErrorOptions) {
    super("CONFIG", describe(problems.map(formatProblem)), options);
    this.problems = problems;
  }
}

function describe(lines: readonly string[]): string {
  if (lines.length === 1) return `Cannot use the configuration: ${lines[0]}`;
  const shown = lines.slice(0, MAX_LINES);
  if (lines.length > shown.length) shown.push(`and ${lines.length - shown.length} more`);
  return [`Cannot use the configuration, ${lines.length} problems:`, ...shown].join("\n  ");
}
