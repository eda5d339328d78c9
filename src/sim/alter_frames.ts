/**
 * Makes frames wrong.
 *
 * @module
 */
import { CONTEXT_NONE, FRAME_HEADER } from "../schema/constants.generated.ts";
import { FRAME_LENGTH_AT, getU32 } from "../transport/bytes.ts";
import type { Fault } from "./faults.ts";
import type { VppRun } from "./run.ts";

/** An id that no table reaches. */
const UNKNOWN_ID = 0xfffe;

export type Alteration = Extract<Fault, { readonly kind: "wrongId" | "wrongContext" | "shorten" }>;

/** Alters each of the frames; the bytes are the caller's and are overwritten. */
export function alterFrames(
  frames: Uint8Array<ArrayBuffer>,
  alteration: Alteration,
  vpp: VppRun,
): Uint8Array<ArrayBuffer> {
  let read = 0;
  let written = 0;
  while (read < frames.length) {
    const end = read + FRAME_HEADER + getU32(frames, read + FRAME_LENGTH_AT);
    frames.copyWithin(written, read, end);
    const frame = frames.subarray(written, written + end - read);
    written += alter(frame, alteration, vpp);
    read = end;
  }
  return frames.subarray(0, written);
}

/** Alters one frame; returns the bytes that it has then. */
function alter(frame: Uint8Array, alteration: Alteration, vpp: VppRun): number {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  switch (alteration.kind) {
    case "wrongId":
      view.setUint16(FRAME_HEADER, alteration.id ?? UNKNOWN_ID);
      return frame.length;
    case "wrongContext": {
      const offset = vpp.contextOffset(view.getUint16(FRAME_HEADER));
      if (offset === CONTEXT_NONE) return frame.length;
      const at = FRAME_HEADER + offset;
      view.setUint32(at, alteration.context ?? ~view.getUint32(at));
      return frame.length;
    }
    case "shorten": {
      const length = Math.max(FRAME_HEADER, frame.length - alteration.bytes);
      view.setUint32(FRAME_LENGTH_AT, length - FRAME_HEADER);
      return length;
    }
  }
}
