// VPP's message table: what the core must know of each message id; and the loaded programs.

import { CONTEXT_NONE, OP_END, OP_SHUFFLE } from "./constants";
import { enlarge, reserve } from "./memory";

// An entry: u32 program (0: none), u16 offset of the context in the message or CONTEXT_NONE, u8 known,
// pad.
const ENTRY: usize = 8;
let entries: usize = 0;
let entryCapacity: u32 = 0;

/** Addresses of the programs by id; id 0 means none. */
let programs: usize = 0;
let programCapacity: u32 = 0;
let programCount: u32 = 1;

export function initMessages(): bool {
  entryCapacity = 2048;
  programCapacity = 512;
  entries = reserve(<usize> entryCapacity * ENTRY);
  programs = reserve(<usize> programCapacity << 2);
  return entries != 0 && programs != 0;
}

export function forgetMessages(): void {
  memory.fill(entries, 0, <usize> entryCapacity * ENTRY);
}

/** Enters a message id; ids are u16. False at the memory's maximum. */
export function setEntry(id: u32, contextOffset: u32, program: u32): bool {
  if (id >= entryCapacity) {
    let larger = entryCapacity;
    while (larger <= id) larger <<= 1;
    const place = enlarge(
      entries,
      <usize> entryCapacity * ENTRY,
      <usize> entryCapacity * ENTRY,
      <usize> larger * ENTRY,
    );
    if (place == 0) return false;
    entries = place;
    entryCapacity = larger;
  }
  const at = entries + <usize> id * ENTRY;
  store<u32>(at, program);
  store<u16>(at, contextOffset, 4);
  store<u8>(at, 1, 6);
  return true;
}

export function isKnown(id: u32): bool {
  return id < entryCapacity && load<u8>(entries + <usize> id * ENTRY, 6) != 0;
}
export function contextOffset(id: u32): u32 {
  return load<u16>(entries + <usize> id * ENTRY, 4);
}
export function isEvent(id: u32): bool {
  return contextOffset(id) == CONTEXT_NONE;
}
/** The program's id, or 0. */
export function programOf(id: u32): u32 {
  return load<u32>(entries + <usize> id * ENTRY);
}

export function programAddress(program: u32): usize {
  return load<u32>(programs + (<usize> program << 2));
}

/** Room for a program of `bytes` bytes, which the host fills; 0 at the memory's maximum. */
export function newProgram(bytes: u32): usize {
  if (programCount == programCapacity) {
    const have = <usize> programCapacity << 2;
    const place = enlarge(programs, have, have, have << 1);
    if (place == 0) return 0;
    programs = place;
    programCapacity <<= 1;
  }
  const place = reserve(bytes);
  if (place == 0) return 0;
  store<u32>(programs + (<usize> programCount << 2), <u32> place);
  programCount++;
  return place;
}

/** The id of the program that `newProgram` made last. */
export function lastProgram(): u32 {
  return programCount - 1;
}

/** Whether all that the ops at `body` do is one shuffle, of 11 words. */
export function isOneShuffle(body: usize): bool {
  return load<u32>(body) == OP_SHUFFLE && load<u32>(body, 44) == OP_END;
}
