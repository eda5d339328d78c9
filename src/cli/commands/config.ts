import type { Command } from "commander";
import {
  ConfigError,
  type ConfigPlace,
  formatPlace,
  formatProblem,
} from "../../config/config_error.ts";
import type { ConfigField } from "../../config/config.ts";
import { exampleConfig } from "../../config/example.ts";
import { configFields, configKeys, formatValue } from "../../config/keys.ts";
import type { ResolvedConfig } from "../../config/resolve_config.ts";
import { loadConfig } from "../../host/config_file.ts";

/** Adds `govppmux config check` and `govppmux config example`. */
export function registerConfig(program: Command): void {
  const config = program.command("config").description("check a govpp.conf, or write one");
  config.command("check")
    .description("say what is wrong with a govpp.conf, or print the effective values")
    .argument("[file]", "the file; otherwise the one that GOVPPMUX_CONFIG names")
    .action(check);
  config.command("example")
    .description("print a govpp.conf with every key, its meaning and its default")
    .action(example);
}

async function check(file: string | undefined, _options: unknown, command: Command) {
  const { writeOut, writeErr } = command.configureOutput();
  try {
    const resolved = await loadConfig(file);
    for (const warning of resolved.warnings) writeErr?.(`warning: ${formatProblem(warning)}\n`);
    writeOut?.(effectiveTable(resolved));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    command.error(error.message, { exitCode: 1 });
  }
}

function example(_options: unknown, command: Command) {
  command.configureOutput().writeOut?.(exampleConfig());
}

/** Each key with its effective value and where that comes from. */
function effectiveTable(resolved: ResolvedConfig): string {
  const rows = configFields.map((field) => effectiveRow(resolved, field));
  const keyWidth = Math.max(...rows.map(({ key }) => key.length));
  const valueWidth = Math.max(...rows.map(({ value }) => value.length));
  return rows.map(({ key, value, origin }) =>
    `${key.padEnd(keyWidth)}  ${value.padEnd(valueWidth)}  ${origin}\n`
  ).join("");
}

function effectiveRow<F extends ConfigField>({ config, places }: ResolvedConfig, field: F) {
  return {
    key: configKeys[field].key,
    value: formatValue(field, config[field]),
    origin: originOf(places[field]),
  };
}

function originOf(place: ConfigPlace | undefined): string {
  if (place === undefined) return "default";
  // A line of a file is the same key as the row's, so that its name adds nothing.
  return formatPlace(place.line === undefined ? place : { ...place, key: undefined });
}
