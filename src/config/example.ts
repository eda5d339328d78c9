import type { Config, ConfigField } from "./config.ts";
import { configFields, type ConfigKey, configKeys, formatValue } from "./keys.ts";

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

function exampleOf<F extends ConfigField>(field: F): string {
  const { key, doc, kind, default: value }: ConfigKey<Config[F]> = configKeys[field];
  const meaning = comment(doc.replaceAll("`", ""));
  return `${meaning}${comment(`Expected: ${kind.expected}.`)}${key}: ${
    formatValue(field, value)
  }\n`;
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
