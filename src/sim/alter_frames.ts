/**
 * Makes frames wrong.
 *
 * @module
 */
import { CONTEXT_NONE, FRAME_HEADER } from "../schema/constants.generated.ts";
import type { Fault } from "./faults.ts";
import { putU32 } from "./outbox.ts";
import type { VppRun } from "./run.ts";

/** An id that no table reaches. */
const UNKNOWN_ID = 0xfffe;
const LENGTH_AT = 8;

export type Alteration = Extract<Fault, { readonly kind: "wrongId" | "wrongContext" | "shorten" }>;

/** Alters each of the frames; the bytes are the caller's and may be overwritten. */
export function alterFrames(
  frames: Uint8Array<ArrayBuffer>,
  alteration: Alteration,
  vpp: VppRun,
): Uint8Array<ArrayBuffer> {
  const view = new DataView(frames.buffer, frames.byteOffset, frames.byteLength);
  let read = 0;
  let written = 0;
  while (read < frames.length) {
    const length = view.getUint32(read + LENGTH_AT);
    frames.copyWithin(written, read, read + FRAME_HEADER + length);
    written += alter(frames, view, written, length, alteration, vpp);
    read += FRAME_HEADER + length;
  }
  return frames.subarray(0, written);
}

/** Alters the frame at `at`; returns the bytes that it has then. */
function alter(
  frames: Uint8Array,
  view: DataView,
  at: number,
  length: number,
  alteration: Alteration,
  vpp: VppRun,
): number {
  const message = at + FRAME_HEADER;
  switch (alteration.kind) {
    case "wrongId":
      view.setUint16(message, alteration.id ?? UNKNOWN_ID);
      return FRAME_HEADER + length;
    case "wrongContext": {
      const offset = vpp.contextOffset(view.getUint16(message));
      if (offset === CONTEXT_NONE) return FRAME_HEADER + length;
      const context = alteration.context ?? ~view.getUint32(message + offset);
      putU32(frames, message + offset, context);
      return FRAME_HEADER + length;
    }
    case "shorten": {
      const shorter = Math.max(0, length - alteration.bytes);
      putU32(frames, at + LENGTH_AT, shorter);
      return FRAME_HEADER + shorter;
    }
  }
}
