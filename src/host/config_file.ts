/**
 * The configuration as a program on Node or Deno finds it: in a file and in the environment.
 *
 * @module
 */
import { open } from "node:fs/promises";
import process from "node:process";
import type { Config } from "../config/config.ts";
import { ConfigError } from "../config/config_error.ts";
import {
  CONFIG_FILE_VARIABLE,
  configFileFromEnvironment,
  configFromEnvironment,
  configVariables,
  type Environment,
} from "../config/environment.ts";
import { parseConfig } from "../config/parse_config.ts";
import { resolveConfig, type ResolvedConfig } from "../config/resolve_config.ts";

/** A configuration is some kilobytes; whatever is much larger is another file. */
const MAX_FILE_BYTES = 64 * 1024;

/** What else decides, beside the file. */
export interface LoadConfigOptions {
  /** Settings given in code, stronger than everything else. */
  readonly options?: Partial<Config>;
  /** Instead of the process's own environment. */
  readonly environment?: Environment;
}

/**
 * Loads the configuration: `options` over the environment over the file over the defaults.
 *
 * @param path of the file; without it the one that `GOVPPMUX_CONFIG` names; without that, no file
 * @throws {ConfigError} where the file cannot be read, or with everything that is wrong in it
 */
export async function loadConfig(
  path?: string,
  { options, environment = processEnvironment() }: LoadConfigOptions = {},
): Promise<ResolvedConfig> {
  const file = path ?? configFileFromEnvironment(environment);
  const namedBy = path === undefined ? CONFIG_FILE_VARIABLE : undefined;
  return resolveConfig({
    options,
    environment: configFromEnvironment(environment),
    file: file === undefined ? undefined : parseConfig(await readText(file, namedBy), { file }),
  });
}

/** The process's variables; on Deno those that may not be read (`--allow-env`) count as unset. */
export function processEnvironment(): Environment {
  try {
    return { ...process.env };
  } catch {
    return Object.fromEntries(configVariables.map((name) => [name, readVariable(name)]));
  }
}

function readVariable(name: string): string | undefined {
  try {
    return process.env[name];
  } catch {
    return undefined;
  }
}

async function readText(file: string, namedBy: string | undefined): Promise<string> {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await readBytes(file));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `cannot be read: ${reason}; expected a YAML file in UTF-8`;
    throw new ConfigError([{ source: file, key: namedBy, message }], { cause });
  }
}

/** Reads at most the limit, so that a device or a huge file cannot fill the memory. */
async function readBytes(file: string): Promise<Uint8Array> {
  const handle = await open(file, "r");
  try {
    const buffer = new Uint8Array(MAX_FILE_BYTES + 1);
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, null);
      if (bytesRead === 0) return buffer.subarray(0, length);
      length += bytesRead;
    }
    throw new RangeError(`it is larger than ${MAX_FILE_BYTES} bytes`);
  } finally {
    await handle.close();
  }
}
