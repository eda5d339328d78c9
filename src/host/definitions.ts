/**
 * Reads API definitions from the file system.
 *
 * @module
 */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { SchemaError } from "../errors.ts";
import { Schema } from "../schema/schema.ts";

/** Where a VPP package installs its definitions. */
export const SYSTEM_DEFINITIONS = "/usr/share/vpp/api";

/** A definition as `Schema.fromJson` takes it. */
export interface DefinitionFile {
  readonly value: unknown;
  /** The file's path. */
  readonly source: string;
}

/**
 * Reads a definition file, or all `.api.json` files of a folder and the folders in it.
 *
 * @throws SchemaError where the path or a file cannot be read, or a folder holds no definition
 */
export async function readDefinitions(path: string): Promise<DefinitionFile[]> {
  const files = await definitionFiles(path);
  if (files.length === 0) {
    throw new SchemaError(`Cannot load API definitions: there is no .api.json file in ${path}`);
  }
  return Promise.all(files.map(async (source) => ({ value: await readJson(source), source })));
}

/**
 * Loads a schema from a definition file or a folder of them.
 *
 * @throws SchemaError where something cannot be read or is no definition
 */
export async function loadSchema(path: string): Promise<Schema> {
  return Schema.fromJson(await readDefinitions(path));
}

async function definitionFiles(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && entry.name.endsWith(".api.json"))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch (cause) {
    throw new SchemaError(`Cannot load API definitions from ${path}: ${messageOf(cause)}`, {
      cause,
    });
  }
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new SchemaError(`Cannot read API definition ${path}: ${messageOf(cause)}`, { cause });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
