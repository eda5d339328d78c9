/**
 * The client library of VPP's binary API over shared memory, `libvppapiclient`, and a few functions
 * of the libraries that it brings along (`libvppinfra`, `libsvm`, `libvlibapi`). All of its state
 * belongs to the process: one connection at a time, whichever thread calls.
 *
 * Addresses are numbers here and not bigints: those of a process fit, and messages are many.
 *
 * @module
 */
import { VppError } from "../src/errors.ts";
import { cString } from "./libc.ts";
import { type LibraryDescription, openLibrary } from "./library.ts";
import type { NativeLibrary, NativeRuntime, NativeSymbols } from "./types.ts";

const vapiSymbols = {
  /** `(bytes)`: gives the process the heap that `vac_connect` needs. Again: no effect. */
  vac_mem_init: { parameters: ["usize"], result: "void", optional: true },
  /** `(base, bytes)`, in libvppinfra: the same, where `vac_mem_init` is not exported. Once only. */
  clib_mem_init: { parameters: ["usize", "usize"], result: "usize", optional: true },
  /**
   * `(name, prefix, callback, length of the receive queue)`: 0 on success. Waits up to 100 s for the
   * segment, 100 s for its initialisation, 10 s for VPP. The library keeps `prefix` as a pointer.
   */
  vac_connect: { parameters: ["usize", "usize", "usize", "i32"], result: "i32" },
  /** Waits up to 2 s for VPP, and for ever where VPP's queue is full and nobody reads it. */
  vac_disconnect: { parameters: [], result: "i32" },
  /**
   * `(char **message, int *length, seconds)`: 0, or one of {@linkcode vacErrors}. 0 seconds is for
   * ever; otherwise it returns up to a second early. The message must go to `vac_free`.
   */
  vac_read: { parameters: ["usize", "usize", "u16"], result: "i32" },
  vac_read_async: {
    name: "vac_read",
    parameters: ["usize", "usize", "u16"],
    result: "i32",
    nonblocking: true,
  },
  /**
   * `(message, length)`: 0 on success. Copies the message, with the client index in bytes 2 to 5.
   * Waits while VPP's queue is full. Crashes where there is no connection.
   */
  vac_write: { parameters: ["usize", "i32"], result: "i32" },
  vac_free: { parameters: ["usize"], result: "void" },
  /** `(name_crc)`: the id of a message, or -1. */
  vac_get_msg_index: { parameters: ["buffer"], result: "i32" },
  /** `(queue, address of a message's address, 1)`, in libsvm: puts in a message; does not wait. */
  svm_queue_add: { parameters: ["usize", "usize", "i32"], result: "i32", optional: true },
  /** `(prefix)`, in libvlibapi: what `vac_connect` does with a prefix; 0 is none again. */
  vl_set_memory_root_path: { parameters: ["usize"], result: "void", optional: true },
  /** `(mutex)`, in libc as the three below: 0, EBUSY, or EOWNERDEAD, with which it is locked too. */
  pthread_mutex_trylock: { parameters: ["usize"], result: "i32", optional: true },
  pthread_mutex_consistent: { parameters: ["usize"], result: "i32", optional: true },
  pthread_mutex_unlock: { parameters: ["usize"], result: "i32", optional: true },
  pthread_cond_broadcast: { parameters: ["usize"], result: "i32", optional: true },
  /** `(length)`, in libvlibapi: a new message in shared memory. */
  vl_msg_api_alloc: { parameters: ["i32"], result: "usize", optional: true },
} as const;

/**
 * Ids of the messages by which the library's own threads make `vac_read` return. 26.06 counts them from
 * 0, where VPP's ids (memclnt.api) count from 1: its 6 is a timeout there, and `memclnt_rx_thread_suspend`
 * elsewhere, on which `vac_read` returns as well. VPP sends neither.
 */
export const libraryMessages = { interrupt: 6, readTimeout: 7 } as const;

/** Ids of VPP's question whether a client lives, and of the answer. */
export interface KeepaliveIds {
  readonly question: number;
  readonly answer: number;
}

/**
 * To be asked once connected; undefined where VPP has no such messages. `vac_read` should answer by
 * itself, but that of 26.06 takes another message for the question (see {@linkcode libraryMessages}).
 */
export function keepaliveIds({ vac_get_msg_index }: VapiSymbols): KeepaliveIds | undefined {
  const question = vac_get_msg_index(cString("memclnt_keepalive_51077d14"));
  const answer = vac_get_msg_index(cString("memclnt_keepalive_reply_e8d4e804"));
  return question < 0 || answer < 0 ? undefined : { question, answer };
}

/** What `vac_read` returns where it has no message. */
export const vacErrors = { notConnected: -3, notReady: -4, timeout: -5 } as const;

/** The functions of `libvppapiclient`. */
export type VapiSymbols = NativeSymbols<typeof vapiSymbols>;

/** `libvppapiclient`, open. */
export interface Vapi {
  /** What the loader was given: opens the same library in another thread. */
  readonly path: string;
  readonly symbols: VapiSymbols;
}

function description(path: string | undefined): LibraryDescription<typeof vapiSymbols> {
  return {
    name: "libvppapiclient.so",
    path,
    directoryVariable: "GOVPPMUX_VPP_LIB_DIR",
    dependencies: ["libvppinfra.so", "libsvm.so", "libvlibapi.so", "libvlibmemoryclient.so"],
    symbols: vapiSymbols,
    advice: "Install VPP's libraries (the packages vpp and libvppinfra), name their folder in " +
      "GOVPPMUX_VPP_LIB_DIR, or use the socket instead of shared memory",
  };
}

/**
 * Opens the library, and does not close it again: unloading it would take the heap's bookkeeping
 * with it and leave the heap.
 *
 * @param path the library, or the folder that holds it; by default GOVPPMUX_VPP_LIB_DIR, then where
 * the system's loader looks.
 * @throws {VppError} `NATIVE`
 */
export function openVapi(runtime: NativeRuntime, path?: string): Vapi {
  const library: NativeLibrary<typeof vapiSymbols> = openLibrary(runtime, description(path));
  return { path: library.path, symbols: library.symbols };
}

/**
 * Gives the library the heap that it needs. To be called once in a process.
 *
 * @throws {VppError} `NATIVE`: this library exports neither of the functions that do it.
 */
export function initVapiHeap(vapi: Vapi, byteLength: number): void {
  const { vac_mem_init, clib_mem_init } = vapi.symbols;
  if (vac_mem_init !== undefined) vac_mem_init(byteLength);
  else if (clib_mem_init !== undefined) clib_mem_init(0, byteLength);
  else {
    throw new VppError(
      "NATIVE",
      `Cannot use ${vapi.path}: neither it nor libvppinfra exports vac_mem_init or clib_mem_init, ` +
        "one of which has to make VPP's heap. Use the socket instead of shared memory",
    );
  }
}
