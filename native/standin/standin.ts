/**
 * The stand-in for libvppapiclient: its server's functions, and how it is made. Its client's functions
 * are those of `native/vapi.ts`.
 *
 * @module
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { VppError } from "../../src/errors.ts";
import { openLibrary } from "../library.ts";
import type { NativeRuntime, NativeSymbols } from "../types.ts";

const standinSymbols = {
  /** `(prefix or null, table, queue length)`: a server, or 0. */
  standin_server_open: { parameters: ["buffer", "buffer", "i32"], result: "pointer" },
  /** `(server, buffer, its size, i32[3] of {kind, client index, length})`: the kind. */
  standin_server_read: { parameters: ["pointer", "buffer", "i32", "buffer"], result: "i32" },
  /** `(server, client index, message, length)`: 0, or one of {@linkcode standinWriteErrors}. */
  standin_server_write: { parameters: ["pointer", "u32", "buffer", "i32"], result: "i32" },
  /** `(server, client index)`: how many keepalives it has answered, or -1. */
  standin_server_keepalive: { parameters: ["pointer", "u32"], result: "i32" },
  standin_server_close: { parameters: ["pointer"], result: "void" },
  standin_server_die: { parameters: ["pointer"], result: "void" },
} as const;

/** What `standin_server_read` finds. */
export const standinEvents = { nothing: 0, message: 1, connected: 2, disconnected: 3 } as const;

/** Why `standin_server_write` has not written. */
export const standinWriteErrors = { unknownClient: -1, queueFull: -2, noMemory: -3 } as const;

/** The server's functions. */
export type StandinSymbols = NativeSymbols<typeof standinSymbols>;

/** @throws {VppError} `NATIVE` */
export function openStandin(runtime: NativeRuntime, path: string): StandinSymbols {
  return openLibrary(runtime, {
    name: libraryName,
    path,
    symbols: standinSymbols,
    advice: "It is made by buildStandin",
  }).symbols;
}

/** As clients look for it. */
const libraryName = "libvppapiclient.so";
const compilerOptions = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-fvisibility=hidden"];
const linkerOptions = ["-shared", "-fPIC", "-pthread", "-lrt"];

/** A stand-in that was made for this process. */
export interface BuiltStandin {
  readonly path: string;
  /** Holds nothing but the library, so that GOVPPMUX_VPP_LIB_DIR can name it. */
  readonly directory: string;
  /** Removes it. */
  remove(): Promise<void>;
}

/**
 * Compiles the stand-in into a temporary folder.
 *
 * @throws {VppError} `NATIVE`: there is no compiler (`cc`), or no source (the package has none).
 */
export async function buildStandin(): Promise<BuiltStandin> {
  const sources = await sourceFiles();
  const directory = await mkdtemp(join(tmpdir(), "govppmux-standin-"));
  const path = join(directory, libraryName);
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    const options = [...compilerOptions, "-o", path, ...sources, ...linkerOptions];
    await promisify(execFile)("cc", options);
  } catch (cause) {
    await remove();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new VppError("NATIVE", `Cannot compile the stand-in for libvppapiclient: ${reason}`, {
      cause,
    });
  }
  return { path, directory, remove };
}

async function sourceFiles(): Promise<string[]> {
  const directory = sourceDirectory();
  if (directory === undefined) {
    throw new VppError(
      "NATIVE",
      "Cannot make the stand-in for libvppapiclient: its source (native/standin/*.c) is not here; it " +
        "comes with the repository, and not with the package",
    );
  }
  const names = await readdir(directory);
  return names.filter((name) => name.endsWith(".c")).map((name) => join(directory, name));
}

/** Beside this module; where that was compiled into `dist`, beside its source. */
function sourceDirectory(): string | undefined {
  const here = dirname(fileURLToPath(import.meta.url));
  const candidates = [here, join(here, "..", "..", "..", "native", "standin")];
  return candidates.find((directory) => existsSync(join(directory, "standin.h")));
}
