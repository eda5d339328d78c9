// The parts of a dump come one behind the other. What was found for one of them (request, program) holds
// for the next that begins with the same id and context, as long as no request is closed in between: the
// host closes some between two calls only, so each call begins by forgetting.

import { DELIVERY_HEADER } from "./constants";
import { decodeRecord, OUTPUT_FULL, recordEnd } from "./decode";
import { deliveryAt, finishDelivery, fits } from "./output";

/** No message begins with this: a head has 48 bits. */
const NONE: u64 = ~0;

let head: u64 = NONE;
/** Address of the program. */
let program: usize = 0;
/** The delivery's header, of which size and length are each part's own. */
let header: v128 = i32x4.splat(0);

/** The id and the context with which a message begins, where the context follows the id at once. */
function headOf(p: usize): u64 {
  return load<u64>(p) & 0xffffffffffff;
}

export function forgetParts(): void {
  head = NONE;
}

/** Remembers the part at `p`, which was delivered at `delivery`. */
export function rememberPart(p: usize, delivery: usize, programAddress: usize): void {
  head = headOf(p);
  program = programAddress;
  header = v128.load(delivery);
}

/** Whether the message at `p` is another part; `length` 6 at least is its header. */
export function isNextPart(p: usize, length: u32): bool {
  return headOf(p) == head && length >= 6;
}

/** Delivers another part; 0, a FAULT_ (nothing is delivered then) or OUTPUT_FULL. */
export function deliverPart(p: usize, length: u32): u32 {
  const at = deliveryAt();
  if (!fits(at, DELIVERY_HEADER)) return OUTPUT_FULL;
  const fault = decodeRecord(program, p, length, at + DELIVERY_HEADER);
  if (fault != 0) return fault;
  const size = finishDelivery(recordEnd());
  // The lanes of DELIVERY_SIZE and DELIVERY_WIRE_LENGTH.
  v128.store(at, i32x4.replace_lane(i32x4.replace_lane(header, 2, size), 3, length));
  return 0;
}
