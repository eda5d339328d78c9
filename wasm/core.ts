// The exports of the core. One instance serves one connection.

import { doubled, enlarge, reserve, zero } from "./memory";
import { SLACK } from "./constants";
import { clearSend, encodeBare, encodeFrame, initSend, sendLength, sendStart } from "./encode";
import {
  forgetMessages,
  initMessages,
  lastProgram,
  newProgram,
  programAddress,
  setEntry,
} from "./messages";
import { initOutput, outputLength, outputStart } from "./output";
import { decodeMessage, forgetReceived, initReceive, receiveBytes, receivePlace } from "./receive";
import { closeAllSlots, closeSlot, findSlot, initRequests, openSlot, openSlots } from "./requests";
import {
  freshArena,
  freshArenaLength,
  freshCount,
  freshIndex,
  initStrings,
  stringEpoch,
} from "./strings";

/** Where the host writes records to be encoded. */
let scratch: usize = 0;
let scratchCapacity: usize = 0;
/** Where the host writes messages that are decoded alone, maybe while a record is being written. */
let single: usize = 0;
let singleCapacity: usize = 0;

/** Must be called once, first. False where the memory does not suffice. */
export function init(maxFrame: u32): bool {
  scratchCapacity = 1 << 16;
  scratch = reserve(scratchCapacity + SLACK);
  singleCapacity = 1 << 12;
  single = reserve(singleCapacity + SLACK);
  return scratch != 0 && single != 0 && initMessages() && initRequests() && initStrings() &&
    initOutput() &&
    initReceive(maxFrame) && initSend();
}

/** Forgets the stream, the message table and all requests; programs and strings stay. */
export function reset(): void {
  forgetReceived();
  forgetMessages();
  closeAllSlots();
  clearSend();
}

/** The scratch area with room for `bytes`, of which the first `used` are kept; 0 at the maximum. */
export function scratchPlace(bytes: u32, used: u32): usize {
  if (<usize> bytes > scratchCapacity) {
    const larger = doubled(scratchCapacity, bytes);
    const place = enlarge(scratch, used, scratchCapacity + SLACK, larger + SLACK);
    if (place == 0) return 0;
    scratch = place;
    scratchCapacity = larger;
  }
  return scratch;
}

/** Room for `bytes` of a message that is to be decoded alone; 0 at the maximum. */
export function singlePlace(bytes: u32): usize {
  if (<usize> bytes > singleCapacity) {
    const larger = doubled(singleCapacity, bytes);
    const place = enlarge(single, 0, singleCapacity + SLACK, larger + SLACK);
    if (place == 0) return 0;
    single = place;
    singleCapacity = larger;
  }
  return single;
}

export function setMessage(id: u32, contextOffset: u32, program: u32): bool {
  return setEntry(id, contextOffset, program);
}

export function openRequest(kind: u32, replyId: u32, detailsId: u32): u32 {
  return openSlot(kind, replyId, detailsId);
}

/** Ends a request from the host's side; what still comes for it is stale. */
export function closeRequest(context: u32): void {
  const slot = findSlot(context);
  if (slot >= 0) closeSlot(slot);
}

export function openRequests(): u32 {
  return openSlots();
}

/**
 * Appends the record of `length` bytes in the scratch area as a frame, and zeroes its place. Returns how
 * many bytes wait to be sent then; 0 at the maximum.
 */
export function encode(program: u32, length: u32): u32 {
  if (!encodeFrame(programAddress(program), scratch)) return 0;
  zero(scratch, length);
  return sendLength();
}

/** Encodes the record at `offset` of the scratch area, for the host to copy from the send area's end. */
export function encodePart(program: u32, offset: u32): i32 {
  return encodeBare(programAddress(program), scratch + offset);
}

/** Decodes the message of `length` bytes at `singlePlace` into the output; 0 or a FAULT_. */
export function decode(program: u32, length: u32): u32 {
  return decodeMessage(program, single, length);
}

export function receive(length: u32): i32 {
  return receiveBytes(length);
}

export {
  clearSend,
  freshArena,
  freshArenaLength,
  freshCount,
  freshIndex,
  lastProgram,
  newProgram,
  outputLength,
  outputStart,
  receivePlace,
  sendStart,
  stringEpoch,
};
