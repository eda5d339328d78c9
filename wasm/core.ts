// The exports of the core. One instance serves one connection.

import { doubled, enlarge, reserve } from "./memory";
import { SLACK } from "./constants";
import { clearSend, encodeFrame, initSend, sendLength, sendStart } from "./encode";
import { addProgram, forgetMessages, initMessages, programAddress, setEntry } from "./messages";
import { initOutput, outputLength, outputStart } from "./output";
import {
  decodeMessage,
  forgetReceived,
  initReceive,
  receiveBytes,
  receivePlace,
} from "./receive";
import { closeAllSlots, closeSlot, findSlot, initRequests, openSlot, openSlots } from "./requests";
import {
  freshArena,
  freshArenaLength,
  freshCount,
  freshIndex,
  initStrings,
  stringEpoch,
} from "./strings";

/** Where the host writes programs, records to be encoded and messages to be decoded alone. */
let scratch: usize = 0;
let scratchCapacity: usize = 0;

/** Must be called once, first. False where the memory does not suffice. */
export function init(maxFrame: u32): bool {
  scratchCapacity = 1 << 16;
  scratch = reserve(scratchCapacity + SLACK);
  return scratch != 0 && initMessages() && initRequests() && initStrings() && initOutput() &&
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

/** Loads the program of `bytes` bytes in the scratch area; its id, or 0 at the memory's maximum. */
export function loadProgram(bytes: u32): u32 {
  return addProgram(scratch, bytes);
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

/** Appends the record in the scratch area as a frame to what is to be sent. */
export function encode(program: u32): bool {
  return encodeFrame(programAddress(program), scratch);
}

/** Decodes the message of `length` bytes in the scratch area into the output; 0 or a FAULT_. */
export function decode(program: u32, length: u32): u32 {
  return decodeMessage(program, scratch, length);
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
  outputLength,
  outputStart,
  receivePlace,
  sendLength,
  sendStart,
  stringEpoch,
};
