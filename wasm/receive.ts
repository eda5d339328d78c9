// Bytes from VPP → deliveries: cuts the stream into frames, finds the request of each message by its
// context, decodes it and writes a delivery.

import {
  CONTEXT_NONE,
  DELIVERY_CONTEXT,
  DELIVERY_HEADER,
  DELIVERY_SIZE,
  DELIVERY_WHAT,
  DELIVERY_WIRE_LENGTH,
  FAULT_NO_ID,
  FAULT_SHORT,
  FRAME_HEADER,
  KIND_END,
  KIND_EVENT,
  KIND_MALFORMED,
  KIND_MISMATCH,
  KIND_PART,
  KIND_REPLY,
  KIND_STALE,
  KIND_UNKNOWN,
  RECEIVE_DONE,
  RECEIVE_FRAME_TOO_LONG,
  RECEIVE_MORE,
  RECEIVE_NO_MEMORY,
  REQUEST_SINGLE,
  SLACK,
} from "./constants";
import { decodeRecord, OUTPUT_FULL, recordEnd } from "./decode";
import { doubled, enlarge, reserve } from "./memory";
import { contextOffset, isKnown, programAddress, programOf } from "./messages";
import { clearOutput, deliveryAt, finishDelivery, fits, growOutput, outputLength } from "./output";
import { deliverPart, forgetParts, isNextPart, rememberPart } from "./parts";
import { closeSlot, findSlot, slotDetailsId, slotKind, slotReplyId } from "./requests";
import { beginStrings } from "./strings";

let start: usize = 0;
let capacity: usize = 0;
/** What was written by the host and not yet parsed lies in [parsed, written). */
let parsed: usize = 0;
let written: usize = 0;
let maxFrame: u32 = 16 << 20;

export function initReceive(limit: u32): bool {
  maxFrame = limit;
  capacity = 1 << 17;
  start = reserve(capacity + SLACK);
  return start != 0;
}

export function forgetReceived(): void {
  parsed = 0;
  written = 0;
}

/** A place for `n` more bytes of the stream; 0 at the memory's maximum. */
export function receivePlace(n: u32): usize {
  if (parsed == written) forgetReceived();
  if (written + n > capacity && parsed != 0) {
    memory.copy(start, start + parsed, written - parsed);
    written -= parsed;
    parsed = 0;
  }
  if (written + n > capacity) {
    const larger = doubled(capacity, written + n);
    const place = enlarge(start, written, capacity + SLACK, larger + SLACK);
    if (place == 0) return 0;
    start = place;
    capacity = larger;
  }
  return start + written;
}

/** Takes in the `n` bytes that the host wrote at `receivePlace`; a RECEIVE_ value. */
export function receiveBytes(n: u32): i32 {
  written += n;
  clearOutput();
  beginStrings();
  forgetParts();
  while (written - parsed >= FRAME_HEADER) {
    const frame = start + parsed;
    const length = bswap(load<u32>(frame, 8));
    if (length > maxFrame) return RECEIVE_FRAME_TOO_LONG;
    if (written - parsed - FRAME_HEADER < <usize> length) break;
    if (!message(frame + FRAME_HEADER, length)) {
      // The first message of a call has the whole output: where it does not fit, the output is small.
      if (outputLength() != 0) return RECEIVE_MORE;
      if (!growOutput()) return RECEIVE_NO_MEMORY;
      continue;
    }
    parsed += <usize> FRAME_HEADER + length;
  }
  return RECEIVE_DONE;
}

/** Delivers one message; false where the output is full. */
function message(p: usize, length: u32): bool {
  if (isNextPart(p, length)) {
    const fault = deliverPart(p, length);
    if (fault == 0) return true;
    if (fault == OUTPUT_FULL) return false;
    // What is wrong with it is found again and said as of any other message.
    forgetParts();
  }
  if (length < 2) return bare(KIND_MALFORMED, 0, 0, length, FAULT_NO_ID);
  const id = <u32> bswap(load<u16>(p));
  if (!isKnown(id)) return bare(KIND_UNKNOWN, id, 0, length, 0);
  const offset = contextOffset(id);
  if (offset == CONTEXT_NONE) return event(p, length, id);
  if (length < offset + 4) return bare(KIND_MALFORMED, id, 0, length, FAULT_SHORT);
  const context = bswap(load<u32>(p + offset));
  const slot = findSlot(context);
  if (slot < 0) return bare(KIND_STALE, id, context, length, 0);
  return answer(p, length, id, context, slot);
}

function event(p: usize, length: u32, id: u32): bool {
  const program = programOf(id);
  if (program == 0) return bare(KIND_UNKNOWN, id, 0, length, 0);
  const fault = withRecord(KIND_EVENT, id, 0, program, p, length);
  if (fault == OUTPUT_FULL) return false;
  return fault == 0 || bare(KIND_MALFORMED, id, 0, length, fault);
}

function answer(p: usize, length: u32, id: u32, context: u32, slot: u32): bool {
  const kind = answerKind(id, slot);
  const program = programOf(id);
  if (kind == KIND_MISMATCH || program == 0) {
    if (!bare(KIND_MISMATCH, id, context, length, 0)) return false;
    end(slot);
    return true;
  }
  const at = deliveryAt();
  const fault = withRecord(kind, id, context, program, p, length);
  if (fault == OUTPUT_FULL) return false;
  if (fault != 0 && !bare(KIND_MALFORMED, id, context, length, fault)) return false;
  if (kind != KIND_PART || fault != 0) end(slot);
  else if (contextOffset(id) == 2) rememberPart(p, at, programAddress(program));
  return true;
}

/** Ends a request, whose late parts are stale. */
function end(slot: u32): void {
  closeSlot(slot);
  forgetParts();
}

function answerKind(id: u32, slot: u32): u32 {
  const single = slotKind(slot) == REQUEST_SINGLE;
  if (id == slotReplyId(slot)) return single ? KIND_REPLY : KIND_END;
  return !single && id == slotDetailsId(slot) ? KIND_PART : KIND_MISMATCH;
}

/** A delivery without a record. */
function bare(kind: u32, id: u32, context: u32, length: u32, fault: u32): bool {
  const at = deliveryAt();
  if (!fits(at, DELIVERY_HEADER)) return false;
  finish(at, at + DELIVERY_HEADER, kind | fault << 8 | id << 16, context, length);
  return true;
}

/** A delivery with the decoded record; 0, a FAULT_ (nothing is delivered then) or OUTPUT_FULL. */
function withRecord(
  kind: u32,
  id: u32,
  context: u32,
  program: u32,
  p: usize,
  length: u32,
): u32 {
  const at = deliveryAt();
  if (!fits(at, DELIVERY_HEADER)) return OUTPUT_FULL;
  const fault = decodeRecord(programAddress(program), p, length, at + DELIVERY_HEADER);
  if (fault != 0) return fault;
  finish(at, recordEnd(), kind | id << 16, context, length);
  return 0;
}

/** Writes the header of the delivery at `at`, which reaches to `end`. */
function finish(at: usize, end: usize, what: u32, context: u32, length: u32): void {
  store<u32>(at, what, DELIVERY_WHAT << 2);
  store<u32>(at, context, DELIVERY_CONTEXT << 2);
  store<u32>(at, finishDelivery(end), DELIVERY_SIZE << 2);
  store<u32>(at, length, DELIVERY_WIRE_LENGTH << 2);
}

/** Decodes one message that did not come by the stream; a FAULT_, or 0 and one delivery. */
export function decodeMessage(program: u32, p: usize, length: u32): u32 {
  clearOutput();
  beginStrings();
  while (true) {
    const fault = withRecord(KIND_REPLY, 0, 0, program, p, length);
    if (fault != OUTPUT_FULL) return fault;
    if (!growOutput()) return OUTPUT_FULL;
  }
}
