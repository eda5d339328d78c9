/**
 * Sends and receives past the runtime, on a stream socket that the runtime owns. No call here waits.
 *
 * @module
 */
import type { Libc } from "./libc.ts";

const withoutWaiting = 0x40; // MSG_DONTWAIT
const noSignal = 0x4000; // MSG_NOSIGNAL
const connectionReset = 104; // ECONNRESET

/** What {@linkcode receiveAtOnce} returns where the other side has closed with bytes of ours unread. */
export const RESET = -1;

/**
 * Returns how many bytes the system took. A failure counts as none: it stays, and the owner of the
 * descriptor finds it when it writes the rest.
 */
export function sendAtOnce(libc: Libc, descriptor: number, bytes: Uint8Array): number {
  const flags = withoutWaiting | noSignal;
  return Math.max(0, libc.symbols.sendBytes(descriptor, bytes, bytes.byteLength, flags));
}

/**
 * Returns how many bytes came; 0 where none are there, and at an end, which the owner of the descriptor
 * finds as well. A reset, {@linkcode RESET}, is reported by the system only once.
 */
export function receiveAtOnce(libc: Libc, descriptor: number, buffer: Uint8Array): number {
  const { runtime, symbols } = libc;
  const received = symbols.recvBytes(descriptor, buffer, buffer.byteLength, withoutWaiting);
  if (received >= 0) return received;
  return runtime.errno() === connectionReset ? RESET : 0;
}
