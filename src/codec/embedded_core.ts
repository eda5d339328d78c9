/**
 * The core as every bundle has it: packed by `scripts/pack.mjs` to half its size.
 *
 * A byte of flags, the lowest bit first, says what the next eight items are. 1: a byte as it is. 0: two
 * bytes, big-endian, for a repetition of what came before: 12 bits of distance less 1, 4 bits of length
 * less 3.
 *
 * @module
 */

import { coreBytes, packedCore } from "./core_binary.generated.ts";

/** The bytes of the compiled core. */
export function embeddedCore(): Uint8Array<ArrayBuffer> {
  const packed = Uint8Array.from(atob(packedCore), (char) => char.charCodeAt(0));
  const bytes = new Uint8Array(coreBytes);
  let from = 0;
  for (let at = 0, flags = 0; at < coreBytes; flags >>= 1) {
    // The ninth bit tells when eight items are through.
    if (flags <= 1) flags = packed[from++]! | 0x100;
    if ((flags & 1) === 1) {
      bytes[at++] = packed[from++]!;
      continue;
    }
    const high = packed[from++]!;
    const low = packed[from++]!;
    const distance = ((high << 4) | (low >> 4)) + 1;
    // Byte by byte: a repetition may reach into itself.
    for (const end = at + (low & 15) + 3; at < end; at++) bytes[at] = bytes[at - distance]!;
  }
  return bytes;
}
