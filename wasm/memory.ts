// The core's memory: areas that grow by moving to a larger place. Memory grows to the maximum that the
// binary declares and no further. Nothing is ever given back: an area at least doubles when it grows,
// so what the outgrown places waste is less than the areas themselves.

let top: usize = (__heap_base + 15) & ~15;

/** 16-aligned, zeroed memory; 0 where the maximum is reached. */
export function reserve(size: usize): usize {
  const start = top;
  const end = (start + size + 15) & ~15;
  if (end < start) return 0;
  const have = <usize> memory.size() << 16;
  if (end > have) {
    const pages = <i32> ((end - have + 0xffff) >>> 16);
    // Grow by a quarter at least, so that growing stays rare.
    const wanted = max(pages, memory.size() >>> 2);
    if (memory.grow(wanted) < 0 && memory.grow(pages) < 0) return 0;
  }
  top = end;
  return start;
}

/** A larger place with the same first `used` bytes; 0 where the maximum is reached. */
export function enlarge(start: usize, used: usize, capacity: usize, needed: usize): usize {
  // The area at the top of the memory grows where it stands.
  if (start != 0 && ((start + capacity + 15) & ~15) == top) {
    return reserve(needed - capacity) == 0 ? 0 : start;
  }
  const place = reserve(needed);
  if (place != 0 && used != 0) memory.copy(place, start, used);
  return place;
}

/** The least doubling of `capacity` that holds `needed`. */
export function doubled(capacity: usize, needed: usize): usize {
  let size = capacity;
  while (size < needed) size <<= 1;
  return size;
}

/** From so many bytes on the engine's own fill is quicker than a loop. */
const FILL_FROM: usize = 1024;

/** Zeroes `length` bytes, and up to 15 behind them. */
export function zero(start: usize, length: usize): void {
  if (length >= FILL_FROM) {
    memory.fill(start, 0, length);
    return;
  }
  const end = start + length;
  const zeros = i8x16.splat(0);
  for (; start + 64 <= end; start += 64) {
    v128.store(start, zeros);
    v128.store(start, zeros, 16);
    v128.store(start, zeros, 32);
    v128.store(start, zeros, 48);
  }
  for (; start < end; start += 16) v128.store(start, zeros);
}
