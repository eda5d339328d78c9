/**
 * Where a shared library may lie: given by the caller, in a folder named by an environment
 * variable, or where the system's loader and its usual folders have it, with or without a version
 * behind the name (`libvppapiclient.so.26.06`).
 *
 * @module
 */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

/** What to search for. */
export interface LibrarySearch {
  /** The file name without a version, for example `libvppapiclient.so`. */
  readonly name: string;
  /** Names that the library has on other systems; also tried through the loader. */
  readonly alternatives?: readonly string[] | undefined;
  /** A file, or a folder that holds the library: nothing else is tried. */
  readonly path?: string | undefined;
  /** An environment variable that names a folder; nothing else is tried where it is set. */
  readonly directoryVariable?: string | undefined;
}

const systemDirectories = [
  "/usr/local/lib",
  "/usr/lib/x86_64-linux-gnu",
  "/usr/lib/aarch64-linux-gnu",
  "/usr/lib64",
  "/usr/lib",
];

/**
 * What to hand to the loader, the best first. Folders are looked into only when it comes to them:
 * on Deno, each look may ask the user for a permission.
 */
export function* libraryCandidates(search: LibrarySearch): Generator<string> {
  if (search.path !== undefined) return yield* fileOrFolder(search.path, search.name);
  const directory = search.directoryVariable && environmentVariable(search.directoryVariable);
  if (directory) return yield* inFolder(directory, search.name);
  yield search.name;
  for (const each of search.alternatives ?? []) yield each;
  for (const each of loaderDirectories()) yield* versionsIn(each, search.name);
  for (const each of systemDirectories) yield* versionsIn(each, search.name);
}

function fileOrFolder(path: string, name: string): string[] {
  return isDirectory(path) ? inFolder(path, name) : [path];
}

/** Where nothing is found, the loader is asked for the plain name: its message is the best. */
function inFolder(directory: string, name: string): string[] {
  const found = versionsIn(directory, name);
  return found.length > 0 ? found : [join(directory, name)];
}

function loaderDirectories(): string[] {
  return (environmentVariable("LD_LIBRARY_PATH") ?? "").split(":").filter((each) => each !== "");
}

/** The files `name` and `name.1.2.3` in a folder; the unversioned first, then the newest. */
function versionsIn(directory: string, name: string): string[] {
  return listing(directory)
    .filter((file) => file === name || isVersionOf(file, name))
    .sort((a, b) => a === name ? -1 : b === name ? 1 : compareVersions(b, a))
    .map((file) => join(directory, file));
}

function isVersionOf(file: string, name: string): boolean {
  return file.startsWith(name) && /^(\.\d+)+$/.test(file.slice(name.length));
}

function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

/** A folder that is not there, or may not be read, holds no library. */
function listing(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Deno throws where it may not read the environment; that is the same as unset. */
function environmentVariable(name: string): string | undefined {
  try {
    return process.env[name];
  } catch {
    return undefined;
  }
}
