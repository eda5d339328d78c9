/**
 * The functions of libc that the stats segment needs, and the constants of Linux on x86-64 and
 * arm64 that go with them. glibc and musl agree on all of these.
 *
 * @module
 */
import process from "node:process";
import { getSystemErrorName } from "node:util";
import { VppError } from "../src/errors.ts";
import { openLibrary } from "./library.ts";
import { loadNativeRuntime } from "./runtime.ts";
import type { NativeRuntime, NativeSymbols, SymbolTable } from "./types.ts";

const libcSymbols = {
  malloc: { parameters: ["usize"], result: "pointer" },
  free: { parameters: ["pointer"], result: "void" },
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  listen: { parameters: ["i32", "i32"], result: "i32" },
  accept4: { parameters: ["i32", "buffer", "buffer", "i32"], result: "i32" },
  poll: { parameters: ["buffer", "u64", "i32"], result: "i32" },
  recvmsg: { parameters: ["i32", "pointer", "i32"], result: "isize" },
  sendmsg: { parameters: ["i32", "pointer", "i32"], result: "isize" },
  send: { parameters: ["i32", "usize", "usize", "i32"], result: "i32" },
  recv: { parameters: ["i32", "usize", "usize", "i32"], result: "i32" },
  sendBytes: { name: "send", parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
  recvBytes: { name: "recv", parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
  getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
  fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" },
  lseek: { parameters: ["i32", "i64", "i32"], result: "i64" },
  ftruncate: { parameters: ["i32", "i64"], result: "i32" },
  memfd_create: { parameters: ["buffer", "u32"], result: "i32", optional: true },
  mmap: { parameters: ["pointer", "usize", "i32", "i32", "i32", "i64"], result: "pointer" },
  munmap: { parameters: ["pointer", "usize"], result: "i32" },
  unlink: { parameters: ["buffer"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  kill: { parameters: ["i32", "i32"], result: "i32" },
  sched_yield: { parameters: [], result: "i32" },
  _exit: { parameters: ["i32"], result: "void" },
} as const satisfies SymbolTable;

/** libc, open, with the runtime that calls it. */
export interface Libc {
  readonly runtime: NativeRuntime;
  readonly symbols: NativeSymbols<typeof libcSymbols>;
  close(): void;
}

/** @throws {VppError} `NATIVE`: not Linux on x86-64 or arm64, no FFI, or no libc. */
export async function openLibc(): Promise<Libc> {
  const { arch, platform } = process;
  if (platform !== "linux" || (arch !== "x64" && arch !== "arm64")) {
    throw new VppError(
      "NATIVE",
      `Cannot call libc: this machine is ${platform} on ${arch}, and only the structures of Linux ` +
        "on x86-64 and arm64 are known",
    );
  }
  const runtime = await loadNativeRuntime();
  const library = openLibrary(runtime, {
    // musl has no libc.so.6; its one library is also the loader.
    name: "libc.so.6",
    alternatives: [arch === "x64" ? "libc.musl-x86_64.so.1" : "libc.musl-aarch64.so.1"],
    symbols: libcSymbols,
    advice: "glibc and musl are known",
  });
  return { runtime, symbols: library.symbols, close: () => library.close() };
}

/** Says which call failed, with what, and why. */
export function libcError(libc: Libc, action: string, advice = ""): VppError {
  const name = errnoName(libc);
  return new VppError("NATIVE", `Cannot ${action}: ${name}${advice && `. ${advice}`}`);
}

/** The name of `errno`, for example `ENOENT`. */
export function errnoName(libc: Libc): string {
  const errno = libc.runtime.errno();
  return errno === 0 ? "unknown error" : getSystemErrorName(-errno);
}

/** A NUL-terminated string for a `buffer` parameter. */
export function cString(text: string): Uint8Array {
  if (text.includes("\0")) {
    throw new VppError("NATIVE", `Cannot pass ${JSON.stringify(text)} to C: it contains a NUL`);
  }
  return new TextEncoder().encode(`${text}\0`);
}

/**
 * False where no process has this id (`kill(pid, 0)`). One that may not be signalled is alive, and
 * a zombie is too. An id of another PID namespace means nothing here.
 */
export function processExists(libc: Libc, pid: number): boolean {
  return libc.symbols.kill(pid, 0) === 0 || errnoName(libc) !== "ESRCH";
}
