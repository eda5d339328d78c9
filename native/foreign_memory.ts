/**
 * Memory outside of JavaScript's heap: allocated by libc, or mapped from a descriptor.
 *
 * @module
 */
import { VppError } from "../src/errors.ts";
import { cString, type Libc, libcError } from "./libc.ts";

/** Memory that does not move, so that structures in it may hold each other's addresses. */
export interface ForeignMemory {
  readonly address: bigint;
  /** Must not be read or written after `release`. */
  readonly buffer: ArrayBuffer;
  /** Gives the memory back. Harmless when repeated. */
  release(): void;
}

/** @throws {VppError} `NATIVE`: out of memory. */
export function allocateMemory(libc: Libc, byteLength: number): ForeignMemory {
  const address = libc.symbols.malloc(byteLength);
  if (address === 0n) throw libcError(libc, `allocate ${byteLength} bytes`);
  const buffer = libc.runtime.view(address, byteLength);
  new Uint8Array(buffer).fill(0);
  return { address, buffer, release: once(() => libc.symbols.free(address)) };
}

const protectRead = 1;
const protectWrite = 2;
const mapShared = 1;
const mapFailed = 0xffff_ffff_ffff_ffffn;

/**
 * Maps the whole of what a descriptor stands for, shared. The mapping outlives the descriptor.
 *
 * @throws {VppError} `NATIVE`: it is empty, or cannot be mapped.
 */
export function mapDescriptor(
  libc: Libc,
  descriptor: number,
  access: "read" | "write",
): ForeignMemory {
  const byteLength = descriptorSize(libc, descriptor);
  const protection = access === "write" ? protectRead | protectWrite : protectRead;
  const address = libc.symbols.mmap(0n, byteLength, protection, mapShared, descriptor, 0n);
  if (address === mapFailed) throw libcError(libc, `map ${byteLength} bytes of shared memory`);
  return {
    address,
    buffer: libc.runtime.view(address, byteLength),
    release: once(() => libc.symbols.munmap(address, byteLength)),
  };
}

const seekEnd = 2;

/** `lseek` instead of `fstat`, which glibc exports since 2.33 only. */
function descriptorSize(libc: Libc, descriptor: number): number {
  const size = libc.symbols.lseek(descriptor, 0n, seekEnd);
  if (size < 0n) throw libcError(libc, "find the size of the shared memory");
  if (size === 0n) throw new VppError("NATIVE", "Cannot map shared memory: it is empty");
  return Number(size);
}

const addSeals = 1033; // F_ADD_SEALS
const getSeals = 1034; // F_GET_SEALS
const sealShrink = 2; // F_SEAL_SHRINK

/**
 * True where nobody can make the memory smaller. Reading a mapping beyond the end of its file ends
 * the process with SIGBUS, so memory of another process should not be mapped without this seal.
 */
export function isSealedAgainstShrinking(libc: Libc, descriptor: number): boolean {
  const seals = libc.symbols.fcntl(descriptor, getSeals, 0);
  return seals !== -1 && (seals & sealShrink) !== 0;
}

const memfdCloseOnExec = 1;
const memfdAllowSealing = 2;

/**
 * Creates anonymous memory that can be passed to other processes, sealed against shrinking as
 * VPP's is (`clib_mem_vm_create_fd`). The caller closes the descriptor.
 *
 * @throws {VppError} `NATIVE`
 */
export function createSharedMemory(libc: Libc, name: string, byteLength: number): number {
  const { memfd_create, ftruncate, fcntl, close } = libc.symbols;
  if (memfd_create === undefined) {
    throw new VppError("NATIVE", "Cannot create shared memory: this libc has no memfd_create");
  }
  const descriptor = memfd_create(cString(name), memfdCloseOnExec | memfdAllowSealing);
  if (descriptor === -1) throw libcError(libc, "create shared memory");
  if (
    ftruncate(descriptor, BigInt(byteLength)) === -1 ||
    fcntl(descriptor, addSeals, sealShrink) === -1
  ) {
    const error = libcError(libc, `give shared memory ${byteLength} bytes and seal it`);
    close(descriptor);
    throw error;
  }
  return descriptor;
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    action();
  };
}
