/**
 * The configuration that the environment gives: `GOVPPMUX_<KEY>` overrides a single key,
 * `GOVPPMUX_CONFIG` names the file.
 *
 * @module
 */
import type { ConfigField } from "./config.ts";
import { ConfigError } from "./config_error.ts";
import { configKeys, fieldsByKey } from "./keys.ts";
import { type ConfigLayer, LayerDraft } from "./layer.ts";
import { nearMiss } from "./near_miss.ts";

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

const PREFIX = "GOVPPMUX_";
const SOURCE = "environment";

/** The variable that names the configuration file. */
export const CONFIG_FILE_VARIABLE = `${PREFIX}CONFIG`;

/** The variable that overrides a key: `GOVPPMUX_REPLY_TIMEOUT` for `reply-timeout`. */
export function variableName(key: string): string {
  return PREFIX + key.toUpperCase().replaceAll("-", "_");
}

const fieldsByVariable: ReadonlyMap<string, ConfigField> = new Map(
  [...fieldsByKey].map(([key, field]) => [variableName(key), field]),
);

/** Every variable that means something to the configuration. */
export const configVariables: readonly string[] = [
  CONFIG_FILE_VARIABLE,
  ...fieldsByVariable.keys(),
];

/**
 * Reads the overrides of single keys.
 *
 * A variable that begins with `GOVPPMUX_` and resembles no key is somebody else's and ignored (an
 * orchestrator may set `GOVPPMUX_SERVICE_HOST`); one that resembles a key is an error.
 *
 * @throws {ConfigError} naming every variable with a bad value and every misspelt one
 */
export function configFromEnvironment(environment: Environment): ConfigLayer {
  const draft = new LayerDraft();
  for (const [name, text] of Object.entries(environment)) {
    if (text !== undefined && name.startsWith(PREFIX)) readVariable(name, text, draft);
  }
  return draft.finish();
}

/**
 * The path of the configuration file, or undefined where the environment names none.
 *
 * @throws {ConfigError} where the variable is set and empty
 */
export function configFileFromEnvironment(environment: Environment): string | undefined {
  const file = environment[CONFIG_FILE_VARIABLE];
  if (file !== "") return file;
  const message = "expected the path of a configuration file, not nothing";
  throw new ConfigError([{ source: SOURCE, key: CONFIG_FILE_VARIABLE, message }]);
}

function readVariable(name: string, text: string, draft: LayerDraft): void {
  const place = { source: SOURCE, key: name };
  const field = fieldsByVariable.get(name);
  if (field !== undefined) {
    const current = variableName(configKeys[field].key);
    if (name !== current) draft.warn(place, `old name; set ${current} instead`);
    draft.set(field, text, place);
  } else if (name !== CONFIG_FILE_VARIABLE) {
    const meant = nearMiss(withoutPrefix(name), configVariables.map(withoutPrefix));
    if (meant !== undefined) draft.problem(place, `unknown; did you mean ${PREFIX}${meant}?`);
  }
}

function withoutPrefix(name: string): string {
  return name.slice(PREFIX.length);
}
