// Interned strings. Most strings from VPP repeat (device types, tags, ""), so each distinct one gets an
// id and the host makes its JavaScript string once.
//
// Ids are given in sequence; the bytes of the strings lie one after another in the arena, each start
// 16-aligned and padded with NUL, so that two strings are compared 16 bytes at a time and the strings
// that a call added are one contiguous range. When table or arena is full, no further string is
// interned until `beginStrings` starts a new epoch; ids of different epochs have nothing to do with
// each other.

import { SLACK, STRING_INTERN_MAX } from "./constants";
import { reserve } from "./memory";

const CAPACITY: u32 = 1 << 15;
const BUCKETS: u32 = CAPACITY << 1;
const ARENA: usize = 1 << 20;

/** Per bucket: u32 hash, u32 id + 1 (0: free). */
let buckets: usize = 0;
/** Per id: u32 offset in the arena, u32 length with bit 31 set where a byte is above 0x7f. */
let index: usize = 0;
let arena: usize = 0;
let arenaUsed: usize = 0;
let count: u32 = 0;
let full: bool = false;
let epoch: u32 = 0;
/** What the host has not seen yet. */
let seenCount: u32 = 0;
let seenArena: usize = 0;

export function initStrings(): bool {
  buckets = reserve(<usize> BUCKETS << 3);
  index = reserve(<usize> CAPACITY << 3);
  arena = reserve(ARENA + STRING_INTERN_MAX + SLACK);
  return buckets != 0 && index != 0 && arena != 0;
}

/** Before a chunk: where the last one found table or arena full, all ids become free. */
export function beginStrings(): void {
  if (full) {
    memory.fill(buckets, 0, <usize> BUCKETS << 3);
    arenaUsed = 0;
    count = 0;
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

/** The bytes [0, n) of a word; n from 0 to 8. */
// @ts-ignore: decorator

function lowBytes(word: u64, n: u32): u64 {
  return n >= 8 ? word : word & ((<u64> 1 << (n << 3)) - 1);
}

// @ts-ignore: decorator

function mix(h: u64, word: u64): u64 {
  const x = (h ^ word) * 0x9e3779b97f4a7c15;
  return x ^ (x >> 29);
}

/** The id of the `length` bytes at `p`, or -1 where no further string can be interned. */
export function intern(p: usize, length: u32): i32 {
  let h: u64 = length;
  let all: u64 = 0;
  for (let i: u32 = 0; i < length; i += 8) {
    const word = lowBytes(load<u64>(p + i), length - i);
    h = mix(h, word);
    all |= word;
  }
  const hash = <u32> (h ^ (h >> 32));
  let bucket = hash & (BUCKETS - 1);
  while (true) {
    const at = buckets + (<usize> bucket << 3);
    const id = load<u32>(at, 4);
    if (id == 0) break;
    if (load<u32>(at) == hash && same(id - 1, p, length)) return <i32> (id - 1);
    bucket = (bucket + 1) & (BUCKETS - 1);
  }
  return add(bucket, hash, p, length, (all & 0x8080808080808080) != 0);
}

function same(id: u32, p: usize, length: u32): bool {
  const entry = index + (<usize> id << 3);
  if ((load<u32>(entry, 4) & 0x7fffffff) != length) return false;
  const stored = arena + load<u32>(entry);
  for (let i: u32 = 0; i < length; i += 8) {
    if (load<u64>(stored + i) != lowBytes(load<u64>(p + i), length - i)) return false;
  }
  return true;
}

function add(bucket: u32, hash: u32, p: usize, length: u32, high: bool): i32 {
  const padded = <usize> ((length + 15) & ~15);
  if (count == CAPACITY || arenaUsed + padded > ARENA) {
    full = true;
    return -1;
  }
  const at = arena + arenaUsed;
  memory.copy(at, p, length);
  // The rest of the last 16 bytes: whatever an earlier epoch left there.
  memory.fill(at + length, 0, padded - length);
  const entry = index + (<usize> count << 3);
  store<u32>(entry, <u32> arenaUsed);
  store<u32>(entry, length | (high ? 0x80000000 : 0), 4);
  arenaUsed += padded;
  const place = buckets + (<usize> bucket << 3);
  store<u32>(place, hash);
  count++;
  store<u32>(place, count, 4);
  return <i32> (count - 1);
}
