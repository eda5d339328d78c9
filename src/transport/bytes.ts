/**
 * Numbers in frames, by hand: a `DataView` for each buffer would cost more than they do.
 *
 * @module
 */

/** Offset of the payload's length, u32 big-endian, in a frame's header. */
export const FRAME_LENGTH_AT = 8;

/** The u16, big-endian, at `at`. */
export function getU16(from: Uint8Array, at: number): number {
  return (from[at]! << 8) | from[at + 1]!;
}

/** Writes a u16, big-endian. */
export function putU16(to: Uint8Array, at: number, value: number): void {
  to[at] = value >>> 8;
  to[at + 1] = value;
}

/** The u32, big-endian, at `at`. */
export function getU32(from: Uint8Array, at: number): number {
  return ((from[at]! << 24) | (from[at + 1]! << 16) | (from[at + 2]! << 8) | from[at + 3]!) >>> 0;
}

/** Writes a u32, big-endian. */
export function putU32(to: Uint8Array, at: number, value: number): void {
  to[at] = value >>> 24;
  to[at + 1] = value >>> 16;
  to[at + 2] = value >>> 8;
  to[at + 3] = value;
}
