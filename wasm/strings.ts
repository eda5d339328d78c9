// Interned strings. Most strings from VPP repeat (device types, tags, ""), so each distinct one gets an
// id and the host makes its JavaScript string once.
//
// Ids are given in sequence; 0 is the empty string in every epoch. The bytes of the strings lie one
// after another in the arena, in blocks of 16: each starts a block and is followed by NULs, one at
// least, so strings whose blocks are equal are equal, and the strings that a call added are one
// contiguous range. When table or arena is full, no further string is interned until `beginStrings`
// starts a new epoch; ids of different epochs have nothing to do with each other.

import { SLACK, STRING_INTERN_MAX } from "./constants";
import { reserve } from "./memory";

const CAPACITY: u32 = 1 << 15;
const BUCKET_BITS: u32 = 16;
const BUCKETS: u32 = 1 << BUCKET_BITS;
const ARENA: usize = 1 << 20;

/** Per bucket of the hash: u32 address of the string's entry (0: free). */
let buckets: usize = 0;
/**
 * Per id: u32 address of the string in the arena, u32 entry of the string that followed it last (0: none),
 * u32 id, u32 length. In the order of the ids, and so of the dump in which the strings came first: a table
 * that is dumped again is read from one line of the cache to the next, where buckets would be all misses.
 */
let entries: usize = 0;
/** For the host, per id: u32 offset in the arena, u32 length with bit 31 set where a byte is above 0x7f. */
let index: usize = 0;
let arena: usize = 0;
let arenaUsed: usize = 0;
let count: u32 = 1;
let full: bool = false;
let epoch: u32 = 0;
/** What the host has not seen yet. */
let seenCount: u32 = 1;
let seenArena: usize = 0;

export function initStrings(): bool {
  buckets = reserve(<usize> BUCKETS << 2);
  entries = reserve(<usize> CAPACITY << 4);
  index = reserve(<usize> CAPACITY << 3);
  arena = reserve(ARENA + STRING_INTERN_MAX + SLACK);
  return buckets != 0 && entries != 0 && index != 0 && arena != 0;
}

/** Before a chunk: where the last one found table or arena full, all ids become free. */
export function beginStrings(): void {
  if (full) {
    memory.fill(buckets, 0, <usize> BUCKETS << 2);
    // Fields remember the entries of their last texts, and these their followers.
    memory.fill(entries, 0, <usize> count << 4);
    arenaUsed = 0;
    count = 1;
    full = false;
    epoch++;
  }
  seenCount = count;
  seenArena = arenaUsed;
}

export function stringEpoch(): u32 {
  return epoch;
}
export function freshCount(): u32 {
  return count - seenCount;
}
/** The entries of the strings that were added since `beginStrings`. */
export function freshIndex(): usize {
  return index + (<usize> seenCount << 3);
}
export function freshArena(): usize {
  return arena + seenArena;
}
export function freshArenaLength(): u32 {
  return <u32> (arenaUsed - seenArena);
}

/** Length of the text at `p`: up to the first NUL, at most `max`. May load SLACK bytes past the end. */
export function textLength(p: usize, max: u32): u32 {
  for (let i: u32 = 0; i < max; i += 16) {
    const zeros = i8x16.bitmask(i8x16.eq(v128.load(p + i), i8x16.splat(0)));
    if (zeros != 0) return min(i + <u32> ctz(zeros), max);
  }
  return max;
}

/** Where a mask of the first n bytes of a block begins is n bytes before the middle. */
const MASKS: usize = memory.data<u64>([~0, ~0, 0, 0], 16);

/** The block at `p` of a text of which `left` bytes are left, NULs behind it. */
function block(p: usize, left: u32): v128 {
  return v128.and(v128.load(p), v128.load(MASKS + 16 - min(left, 16)));
}

/**
 * The entry of the text at `p`, in a field of `max` bytes, where it is the one that followed the text of
 * the entry `last` (0: none) before; otherwise 0. Tables are dumped in the same order again and again,
 * and a text that stands in all rows follows itself: so most texts are found here, without a hash.
 */
export function expectedText(p: usize, max: u32, last: usize): usize {
  // Where there is none, zeros are read: the memory's first bytes, which nothing is ever written to.
  const entry = <usize> load<u32>(last, 4);
  const length = load<u32>(entry, 12);
  // Another field's text may be too long for this one: what stands behind the field does not count.
  if (length >= max) return 0;
  const stored = <usize> load<u32>(entry);
  // Whole blocks: VPP fills fields up with NULs, and where it does not, the text is looked up.
  for (let i: u32 = 0; i <= length; i += 16) {
    if (v128.any_true(v128.xor(v128.load(p + i), v128.load(stored + i)))) return 0;
  }
  return entry;
}

/**
 * The entry of the `length` bytes at `p`, none of them NUL and one at least; a string that is new is
 * added. 0 where there is no room for it.
 */
export function intern(p: usize, length: u32): usize {
  let hash: u64 = 0;
  for (let i: u32 = 0; i <= length; i += 16) {
    const bytes = block(p + i, length - i);
    // Products by odd numbers: their upper bits depend on all bits of either half.
    hash = (hash ^ v128.extract_lane<u64>(bytes, 0)) * 0x9e3779b97f4a7c15 ^
      v128.extract_lane<u64>(bytes, 1) * 0xc2b2ae3d27d4eb4f;
  }
  let bucket = <u32> (hash >> (64 - BUCKET_BITS));
  while (true) {
    const at = buckets + (<usize> bucket << 2);
    const entry = <usize> load<u32>(at);
    if (entry == 0) return add(at, p, length);
    if (same(load<u32>(entry), p, length)) return entry;
    bucket = (bucket + 1) & (BUCKETS - 1);
  }
}

/** What a record has of an entry's string: id, and length in the upper half. */
export function slotIn(entry: usize): u64 {
  return load<u64>(entry, 8);
}

/** From now on `next` is expected where the string of the entry `last` was read before; 0: of none. */
export function follow(last: usize, next: usize): void {
  if (last != 0) store<u32>(last, <u32> next, 4);
}

function same(stored: usize, p: usize, length: u32): bool {
  for (let i: u32 = 0; i <= length; i += 16) {
    const difference = v128.xor(v128.load(stored + i), block(p + i, length - i));
    if (v128.any_true(difference)) return false;
  }
  return true;
}

/** Adds a string to a free bucket; its entry, or 0 where there is no room. */
function add(bucket: usize, p: usize, length: u32): usize {
  const padded = <usize> ((length + 16) & ~15);
  if (count == CAPACITY || arenaUsed + padded > ARENA) {
    full = true;
    return 0;
  }
  const at = arena + arenaUsed;
  let high: i32 = 0;
  for (let i: u32 = 0; i <= length; i += 16) {
    const bytes = block(p + i, length - i);
    v128.store(at + i, bytes);
    high |= i8x16.bitmask(bytes);
  }
  const shown = index + (<usize> count << 3);
  store<u32>(shown, <u32> arenaUsed);
  store<u32>(shown, length | (high != 0 ? 0x80000000 : 0), 4);
  const entry = entries + (<usize> count << 4);
  store<u64>(entry, <u64> at);
  store<u64>(entry, <u64> count | <u64> length << 32, 8);
  store<u32>(bucket, <u32> entry);
  arenaUsed += padded;
  count++;
  return entry;
}
