import type { VapiSymbols } from "../../../native/vapi.ts";
import { FRAME_HEADER } from "../../schema/constants.generated.ts";
import { FRAME_LENGTH_AT, getU32 } from "../bytes.ts";
import type { QueueGauge } from "./queue_layout.ts";

/** Slots of VPP's queue that are not taken, so that a disconnect finds one when VPP has died. */
const reservedSlots = 32;
/** Bytes before a message's context; the library writes the client index into the last four. */
const minMessageBytes = 6;
/** How often a held lock is looked at again before its owner counts as stopped. */
const lockAttempts = 100;

/** Frames in memory that does not move, so that the library can read them. */
export interface FixedFrames {
  readonly bytes: Uint8Array;
  /** Of the first byte. */
  readonly address: number;
}

/** How far writing came. */
export interface WriteProgress {
  /** Where the first frame begins that is not written. */
  readonly at: number;
  /** Frames written by this call. */
  readonly frames: number;
  /** What went wrong; undefined where all is written, or where VPP takes no more at the moment. */
  readonly failure?: string;
}

/** Hands frames to VPP. */
export class FrameWriter {
  readonly #vapi: VapiSymbols;
  readonly #gauge: QueueGauge | undefined;
  readonly #reserved: number;

  /** @param gauge undefined: VPP's queue cannot be looked at, and every write may wait. */
  constructor(vapi: VapiSymbols, gauge: QueueGauge | undefined) {
    this.#vapi = vapi;
    this.#gauge = gauge;
    this.#reserved = Math.min(reservedSlots, (gauge?.maximum ?? 0) >> 2);
  }

  /** True where VPP has requests to work on; false as well where its queue cannot be looked at. */
  get isVppBusy(): boolean {
    return this.#gauge?.isEmpty === false;
  }

  /** Writes the whole frames in `[from, to)` as long as this does not wait. */
  write({ bytes, address }: FixedFrames, from: number, to: number): WriteProgress {
    let at = from;
    let frames = 0;
    for (; at < to && this.hasRoom(); frames++) {
      const end = frameEnd(bytes, at, to);
      if (end === undefined) return { at, frames, failure: "a frame is not whole" };
      const message = at + FRAME_HEADER;
      const result = this.#vapi.vac_write(address + message, end - message);
      if (result !== 0) return { at, frames, failure: `vac_write returned ${result}` };
      at = end;
    }
    return { at, frames };
  }

  /** True where a write does not wait now: VPP's queue has slots, and nobody sits on its lock. */
  hasRoom(): boolean {
    const gauge = this.#gauge;
    if (gauge === undefined || gauge.isOpen(this.#reserved)) return true;
    if (gauge.room() <= this.#reserved) return false;
    for (let attempt = 0; attempt < lockAttempts; attempt++) if (!gauge.isLocked()) return true;
    return false;
  }
}

/**
 * Where the frame that begins at `at` ends; undefined where that is behind `limit`, or where the
 * message is too short for the client index that the library writes into it.
 */
export function frameEnd(bytes: Uint8Array, at: number, limit: number): number | undefined {
  if (at + FRAME_HEADER > limit) return undefined;
  const length = getU32(bytes, at + FRAME_LENGTH_AT);
  const end = at + FRAME_HEADER + length;
  return length >= minMessageBytes && end <= limit ? end : undefined;
}
