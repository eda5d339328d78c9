import type { Config, ConfigField } from "./config.ts";
import { ConfigError, type ConfigPlace, type ConfigProblem } from "./config_error.ts";
import { configFields, configKeys, isConfigField } from "./keys.ts";
import type { ConfigLayer } from "./layer.ts";
import { nearMiss } from "./near_miss.ts";

/** Where a configuration comes from, the strongest first. */
export interface ConfigSources {
  /** Given in code; an undefined value counts as not given. */
  readonly options?: Partial<Config>;
  /** From `configFromEnvironment`. */
  readonly environment?: ConfigLayer;
  /** From `parseConfig`. */
  readonly file?: ConfigLayer;
}

/** A complete configuration, and where it comes from. */
export interface ResolvedConfig {
  readonly config: Config;
  /** Where each setting was given; absent for a default. */
  readonly places: ConfigLayer["places"];
  /** For the log: for example that an old name was used. */
  readonly warnings: readonly ConfigProblem[];
}

/** What holds where nothing else is said. */
export const defaultConfig: Config = Object.freeze(complete([]));

/**
 * Merges what was said: options in code over the environment over the file over the defaults.
 *
 * @throws {ConfigError} naming every option that is unknown or out of range
 */
export function resolveConfig(sources: ConfigSources = {}): ResolvedConfig {
  const layers = [optionsLayer(sources.options ?? {}), sources.environment, sources.file]
    .filter((layer) => layer !== undefined);
  return {
    config: complete(layers),
    places: layers.reduceRight<ConfigLayer["places"]>(
      (weaker, layer) => ({ ...weaker, ...layer.places }),
      {},
    ),
    warnings: layers.flatMap((layer) => layer.warnings),
  };
}

/** Options come from programs, JavaScript among them, so their values are checked like any other. */
function optionsLayer(options: Partial<Config>): ConfigLayer {
  const problems: ConfigProblem[] = [];
  const places: Partial<Record<ConfigField, ConfigPlace>> = {};
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const place = { source: "options", key: name };
    const message = optionProblem(name, value);
    if (message !== undefined) problems.push({ ...place, message });
    if (isConfigField(name)) places[name] = place;
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return { values: options, places, warnings: [] };
}

function optionProblem(name: string, value: unknown): string | undefined {
  if (!isConfigField(name)) {
    const meant = nearMiss(name, configFields);
    return meant === undefined ? "unknown option" : `unknown option; did you mean ${meant}?`;
  }
  const { kind } = configKeys[name];
  if (kind.accepts(value)) return undefined;
  const unit = kind.unit === undefined ? "" : ` (given in ${kind.unit})`;
  const given = typeof value === "object" ? "an object" : `${typeof value} ${String(value)}`;
  return `expected ${kind.expected}${unit}, not ${given}`;
}

function complete(layers: readonly ConfigLayer[]): Config {
  const config: { -readonly [F in ConfigField]?: Config[F] } = {};
  const set = <F extends ConfigField>(field: F) => {
    const layer = layers.find((layer) => layer.values[field] !== undefined);
    config[field] = layer?.values[field] ?? configKeys[field].default;
  };
  configFields.forEach(set);
  // Complete, because `configKeys` has a key for every field.
  return config as Config;
}
