import { FRAME_HEADER } from "../../schema/constants.generated.ts";
import { FRAME_LENGTH_AT, getU32 } from "../bytes.ts";
import type { FixedFrames } from "./frame_writer.ts";
import { barrierContext } from "./protocol.ts";

const messageBytes = 10;

/** Bytes of a short frame. */
export const shortFrameBytes = FRAME_HEADER + messageBytes;

/**
 * The third field of `memclnt_keepalive_reply`: u16 id, u32 context, i32 retval. VPP wants the context
 * of its question, which is the client index, which the library puts there.
 */
export const keepaliveRetval = 0;

/** Makes a message of ten bytes at the start of `memory`: u16 id, what the library puts in, u32, big-endian. */
export function shortFrame(
  memory: { readonly address: bigint; readonly buffer: ArrayBuffer },
  id: number,
  value: number,
): FixedFrames {
  const bytes = new Uint8Array(memory.buffer, 0, shortFrameBytes);
  const view = new DataView(memory.buffer);
  bytes.fill(0);
  view.setUint32(FRAME_LENGTH_AT, messageBytes);
  view.setUint16(FRAME_HEADER, id);
  view.setUint32(FRAME_HEADER + 6, value);
  return { bytes, address: Number(memory.address) };
}

/** True for the reply to the closing ping, in `[from, to)`: its context, after the id, is as it was sent. */
export function isBarrierReply(bytes: Uint8Array, from: number, to: number): boolean {
  const context = from + FRAME_HEADER + 2;
  return context + 4 <= to && getU32(bytes, context) === barrierContext;
}
