// The request table. A context is `slot | generation << CONTEXT_SLOT_BITS`: a late reply to a request
// that is over finds another generation in its slot, or none, and cannot answer a newer request. Free
// slots are reused in the order in which they became free, so that a generation lasts long.

import { CONTEXT_SLOT_BITS } from "./constants";
import { enlarge, reserve } from "./memory";

const SLOTS: u32 = 1 << CONTEXT_SLOT_BITS;
const GENERATIONS: u32 = 1 << (32 - CONTEXT_SLOT_BITS);
const SLOT_SIZE: u32 = 16;
const NONE: u32 = 0xffffffff;

// A slot: u16 generation, u8 kind (0: free), pad; u16 id of the last or only reply, u16 id of the
// details; u32 next free slot; u32 unused.
let slots: usize = 0;
let capacity: u32 = 0;
let firstFree: u32 = NONE;
let lastFree: u32 = NONE;
let open: u32 = 0;

export function initRequests(): bool {
  return growTable();
}

function growTable(): bool {
  if (capacity == SLOTS) return false;
  const larger: u32 = capacity == 0 ? 1024 : capacity << 1;
  const place = capacity == 0 ? reserve(<usize> larger * SLOT_SIZE) : enlarge(
    slots,
    <usize> capacity * SLOT_SIZE,
    <usize> capacity * SLOT_SIZE,
    <usize> larger * SLOT_SIZE,
  );
  if (place == 0) return false;
  slots = place;
  for (let slot = capacity; slot < larger; slot++) release(slot);
  capacity = larger;
  return true;
}

function entry(slot: u32): usize {
  return slots + <usize> slot * SLOT_SIZE;
}

/** Puts a slot behind the other free ones, with the next generation. */
function release(slot: u32): void {
  const at = entry(slot);
  const next = (<u32> load<u16>(at) + 1) & (GENERATIONS - 1);
  // Generation 0 is left out, so that no context is 0: what VPP sends unasked often has 0 there.
  store<u16>(at, next == 0 ? 1 : next);
  store<u8>(at, 0, 2);
  store<u32>(at, NONE, 8);
  if (lastFree == NONE) firstFree = slot;
  else store<u32>(entry(lastFree), slot, 8);
  lastFree = slot;
}

/** A context for a new request; 0 where all slots are taken. */
export function openSlot(kind: u32, replyId: u32, detailsId: u32): u32 {
  if (firstFree == NONE && !growTable()) return 0;
  const slot = firstFree;
  const at = entry(slot);
  firstFree = load<u32>(at, 8);
  if (firstFree == NONE) lastFree = NONE;
  store<u8>(at, kind, 2);
  store<u16>(at, replyId, 4);
  store<u16>(at, detailsId, 6);
  open++;
  return slot | (<u32> load<u16>(at) << CONTEXT_SLOT_BITS);
}

/** The slot of a request that is open, or -1. */
export function findSlot(context: u32): i32 {
  const slot = context & (SLOTS - 1);
  if (slot >= capacity) return -1;
  const at = entry(slot);
  if (load<u8>(at, 2) == 0 || <u32> load<u16>(at) != context >>> CONTEXT_SLOT_BITS) return -1;
  return <i32> slot;
}

export function closeSlot(slot: u32): void {
  release(slot);
  open--;
}

export function closeAllSlots(): void {
  for (let slot: u32 = 0; slot < capacity; slot++) {
    if (load<u8>(entry(slot), 2) != 0) closeSlot(slot);
  }
}

export function openSlots(): u32 {
  return open;
}
export function slotKind(slot: u32): u32 {
  return load<u8>(entry(slot), 2);
}
export function slotReplyId(slot: u32): u32 {
  return load<u16>(entry(slot), 4);
}
export function slotDetailsId(slot: u32): u32 {
  return load<u16>(entry(slot), 6);
}
