// Where deliveries and their records are written, one after another, for the host to take in one copy.

import { DELIVERY_HEADER, SLACK } from "./constants";
import { doubled, enlarge, reserve } from "./memory";

/** The host takes what is there when this much is full; a single larger record makes the area grow. */
const SOFT_LIMIT: usize = 1 << 18;

let start: usize = 0;
let capacity: usize = 0;
let used: usize = 0;

export function initOutput(): bool {
  capacity = SOFT_LIMIT;
  start = reserve(capacity + SLACK);
  return start != 0;
}

export function clearOutput(): void {
  used = 0;
}
export function outputStart(): usize {
  return start;
}
export function outputLength(): u32 {
  return <u32> used;
}

/** Where the next delivery begins. */
export function deliveryAt(): usize {
  return start + used;
}

/** Whether `bytes` fit from `at` on. */
export function fits(at: usize, bytes: usize): bool {
  return bytes <= start + capacity - at;
}

/** Ends the delivery that began at `deliveryAt()`; the next begins 8-aligned behind it. */
export function finishDelivery(end: usize): u32 {
  const from = used;
  used = (end - start + 7) & ~7;
  return <u32> (used - from);
}

/** Makes room for a delivery that did not fit into an empty output; false at the memory's maximum. */
export function growOutput(): bool {
  const larger = doubled(capacity, (capacity << 1) + DELIVERY_HEADER);
  const place = enlarge(start, 0, capacity + SLACK, larger + SLACK);
  if (place == 0) return false;
  start = place;
  capacity = larger;
  return true;
}
