import type { Config, ConfigField } from "./config.ts";
import { configFields, configKeys } from "./keys.ts";

const WIDTH = 90;

const HEADER = `# The configuration of govppmux: every key, its meaning and its default.
# A duration is 250ms, 1s or 1m30s; a bare integer is nanoseconds.
# GOVPPMUX_CONFIG names this file; GOVPPMUX_REPLY_TIMEOUT overrides reply-timeout, and so on.
# Check a file with: govppmux config check FILE
`;

/** The text of `govpp.conf.example`: every key with its meaning and default. */
export function exampleConfig(): string {
  return [HEADER, ...configFields.map(exampleOf)].join("\n");
}

/** The value of a setting, as it is written in a file. */
export function formatValue<F extends ConfigField>(field: F, value: Config[F]): string {
  return configKeys[field].kind.write(value);
}

function exampleOf(field: ConfigField): string {
  const { key, doc, kind } = configKeys[field];
  const text = `${doc} (${kind.expected})`.replaceAll("`", "");
  return `${comment(text)}${key}: ${formatDefault(field)}\n`;
}

/** The default of a setting, as it is written in a file. */
export function formatDefault<F extends ConfigField>(field: F): string {
  return formatValue(field, configKeys[field].default);
}

/** Breaks a text into comment lines. */
function comment(text: string): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.pop() ?? "";
    if (line === "") lines.push(`# ${word}`);
    else if (line.length + 1 + word.length <= WIDTH) lines.push(`${line} ${word}`);
    else lines.push(line, `# ${word}`);
  }
  return lines.map((line) => `${line}\n`).join("");
}
