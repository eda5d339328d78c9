import { dirname, isAbsolute } from "node:path";
import { VppError } from "../src/errors.ts";
import { libraryCandidates, type LibrarySearch } from "./library_search.ts";
import type { NativeLibrary, NativeRuntime, SymbolTable } from "./types.ts";

/** A shared library: where to look for it, what it exports, what to do where it is missing. */
export interface LibraryDescription<T extends SymbolTable> extends LibrarySearch {
  readonly symbols: T;
  /**
   * Names of libraries that it needs, in the order of loading. They are loaded from the same
   * folder first, so that a folder outside the loader's path works.
   */
  readonly dependencies?: readonly string[];
  /** Advice for people, for example `Install the package libvppinfra`. */
  readonly advice: string;
}

/**
 * Opens the first library that can be opened.
 *
 * @throws {VppError} `NATIVE`: says every path that was tried, why it failed and what to do.
 */
export function openLibrary<const T extends SymbolTable>(
  runtime: NativeRuntime,
  description: LibraryDescription<T>,
): NativeLibrary<T> {
  const failures: string[] = [];
  for (const path of libraryCandidates(description)) {
    try {
      openDependencies(runtime, path, description.dependencies ?? []);
      return runtime.open(path, description.symbols);
    } catch (error) {
      if (error instanceof VppError) throw error;
      failures.push(`"${path}" (${error instanceof Error ? error.message : error})`);
    }
  }
  throw new VppError(
    "NATIVE",
    `Cannot open the library ${description.name}: tried ${failures.join(", ")}. ` +
      description.advice,
  );
}

/**
 * A dependency that is already in the process is found by the loader under its own name, wherever
 * it lies. One that cannot be opened here is left to the loader, whose message will name it.
 */
function openDependencies(runtime: NativeRuntime, path: string, names: readonly string[]): void {
  if (!isAbsolute(path)) return;
  for (const name of names) {
    for (const candidate of libraryCandidates({ name, path: dirname(path) })) {
      try {
        runtime.open(candidate, {});
        break;
      } catch (error) {
        if (error instanceof VppError) throw error;
      }
    }
  }
}
