/**
 * What this process knows of `libvppapiclient`. The library's state belongs to the process, so the
 * record of who uses it has to as well: it hangs on `globalThis`, where two copies of this module
 * share it.
 *
 * @module
 */
import { allocateMemory, type ForeignMemory } from "../../../native/foreign_memory.ts";
import { cString, type Libc, openLibc } from "../../../native/libc.ts";
import { initVapiHeap, openVapi, type Vapi } from "../../../native/vapi.ts";
import { VppError } from "../../errors.ts";
import { orAborted } from "./wait.ts";
import { WorkerPool } from "./worker_pool.ts";

/** Of the heap that the library keeps its table of messages in; memory that is not used costs nothing. */
const heapBytes = 64 * 1024 * 1024;

/** The right to use the library, from before `vac_connect` until after `vac_disconnect`. */
export interface Lease {
  /** What it is used for: a path. */
  readonly segmentPath: string;
  /** Counts this process's connections. */
  readonly number: number;
  /** From here on a successor waits for the release. */
  closing(): void;
  /** The library cannot be left: nobody gets it, unless it is released after all. */
  stuck(reason: string): void;
  release(): void;
}

interface Holder {
  readonly segmentPath: string;
  readonly released: Promise<void>;
  isClosing: boolean;
  stuck?: string;
}

/** The library and its user. */
export class LibraryState {
  readonly libc: Libc;
  readonly vapi: Vapi;
  readonly workers = new WorkerPool();
  #holder: Holder | undefined;
  #connections = 0;
  /** The prefix of the last connection that had one. */
  #prefix: string | undefined;
  readonly #prefixMemory = new Map<string, ForeignMemory>();

  constructor(libc: Libc, vapi: Vapi) {
    this.libc = libc;
    this.vapi = vapi;
  }

  /**
   * Takes the library. Waits where the last connection is still being closed.
   *
   * @throws {VppError} `ALREADY_CONNECTED`: this process has a connection; `NATIVE`: it could not leave
   * the last one.
   * @throws {unknown} the reason of `signal`.
   */
  async acquire(segmentPath: string, signal: AbortSignal): Promise<Lease> {
    while (this.#holder !== undefined) {
      if (this.#holder.stuck !== undefined) throw stuck(segmentPath, this.#holder.stuck);
      if (!this.#holder.isClosing) throw alreadyConnected(segmentPath, this.#holder.segmentPath);
      await orAborted(this.#holder.released, signal);
    }
    signal.throwIfAborted();
    return this.#take(segmentPath);
  }

  #take(segmentPath: string): Lease {
    let settle = () => {};
    const released = new Promise<void>((resolve) => settle = resolve);
    const holder: Holder = { segmentPath, released, isClosing: false };
    this.#holder = holder;
    return {
      segmentPath,
      number: this.#connections++,
      closing: () => void (holder.isClosing = true),
      stuck: (reason) => {
        holder.stuck = reason;
        settle();
      },
      release: () => {
        if (this.#holder === holder) this.#holder = undefined;
        settle();
      },
    };
  }

  /**
   * The address of a prefix, as `vac_connect` takes it: the library keeps it, so the memory is kept
   * too. 0 where there is no prefix.
   *
   * @throws {VppError} `CONNECT`: there was a prefix before, and this library does not export what makes
   * it forget one.
   */
  prefixAddress(prefix: string | undefined): number {
    if (prefix === undefined) {
      const canForget = this.vapi.symbols.vl_set_memory_root_path !== undefined;
      if (this.#prefix === undefined || canForget) return 0;
      throw new VppError(
        "CONNECT",
        "Cannot connect over shared memory without a prefix: this process has used the prefix " +
          `"${this.#prefix}", and libvppapiclient cannot go back. Use the socket, or a process of ` +
          "its own",
      );
    }
    this.#prefix = prefix;
    const memory = this.#prefixMemory.get(prefix) ?? this.#storePrefix(prefix);
    return Number(memory.address);
  }

  #storePrefix(prefix: string): ForeignMemory {
    const text = cString(prefix);
    const memory = allocateMemory(this.libc, text.byteLength);
    new Uint8Array(memory.buffer).set(text);
    this.#prefixMemory.set(prefix, memory);
    return memory;
  }
}

function alreadyConnected(wanted: string, used: string): VppError {
  return new VppError(
    "ALREADY_CONNECTED",
    `Cannot connect to ${wanted}: this process is connected to ${used}, and libvppapiclient allows ` +
      "one connection a process. Share that connection, use the socket for this one, or a process " +
      "of its own",
  );
}

function stuck(wanted: string, reason: string): VppError {
  return new VppError(
    "NATIVE",
    `Cannot connect to ${wanted}: libvppapiclient has not come back from the last connection ` +
      `(${reason}). Use the socket, or restart this process`,
  );
}

const stateKey = Symbol.for("govppmux.libvppapiclient.1");

/**
 * The library of this process, opened on first use.
 *
 * @param path as for `openVapi`; has no effect where the library is open.
 * @throws {VppError} `NATIVE`
 */
export async function libraryState(path: string | undefined): Promise<LibraryState> {
  const global: object = globalThis; // Its declared type has no room for our key.
  const scope = global as { [stateKey]?: LibraryState };
  if (scope[stateKey] !== undefined) return scope[stateKey];
  const libc = await openLibc();
  scope[stateKey] ??= openState(libc, path); // Another caller may have been faster.
  return scope[stateKey];
}

function openState(libc: Libc, path: string | undefined): LibraryState {
  const vapi = openVapi(libc.runtime, path);
  initVapiHeap(vapi, heapBytes);
  return new LibraryState(libc, vapi);
}
