import type { VapiSymbols } from "../../../native/vapi.ts";
import { mutexBytes } from "./queue_layout.ts";

/** `EOWNERDEAD` of Linux: the lock is ours, and its last owner died with it. */
const ownerDead = 130;
/** How often a held lock is tried again: VPP holds it for some 50 ns. */
const lockAttempts = 100;

/** The functions of libc that the library itself locks with. */
export interface LockFunctions {
  readonly tryLock: NonNullable<VapiSymbols["pthread_mutex_trylock"]>;
  readonly makeConsistent: NonNullable<VapiSymbols["pthread_mutex_consistent"]>;
  readonly unlock: NonNullable<VapiSymbols["pthread_mutex_unlock"]>;
  readonly broadcast: NonNullable<VapiSymbols["pthread_cond_broadcast"]>;
}

/** undefined where they are not to be found. */
export function lockFunctions(vapi: VapiSymbols): LockFunctions | undefined {
  const tryLock = vapi.pthread_mutex_trylock;
  const makeConsistent = vapi.pthread_mutex_consistent;
  const unlock = vapi.pthread_mutex_unlock;
  const broadcast = vapi.pthread_cond_broadcast;
  return tryLock && makeConsistent && unlock && broadcast &&
    { tryLock, makeConsistent, unlock, broadcast };
}

/** The lock of a queue, and the condition that its other side may wait for. Never waits. */
export class QueueLock {
  readonly #functions: LockFunctions;
  /** Of the queue, as libc is given it. */
  readonly #address: number;

  constructor(functions: LockFunctions, address: number) {
    this.#functions = functions;
    this.#address = address;
  }

  /** False where somebody keeps it. */
  acquire(): boolean {
    const { tryLock, makeConsistent } = this.#functions;
    for (let attempt = 0; attempt < lockAttempts; attempt++) {
      const result = tryLock(this.#address);
      if (result === 0) return true;
      if (result === ownerDead) return makeConsistent(this.#address) === 0;
    }
    return false;
  }

  release(): void {
    this.#functions.unlock(this.#address);
  }

  /** Wakes who waits for room, or for a message. */
  signal(): void {
    this.#functions.broadcast(this.#address + mutexBytes);
  }
}
