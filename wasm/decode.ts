// Wire → record. Interprets a codec program; docs/architecture.md describes the ops and why stores of
// 16 bytes that run past a field are safe: ops go upwards in the record, so what one store spills, a
// later one overwrites, and every area ends with SLACK bytes.

import {
  FAULT_COUNT,
  FAULT_SHORT,
  OP_BYTES,
  OP_END,
  OP_REPEAT,
  OP_REPEAT_VAR,
  OP_SEGMENT,
  OP_SHUFFLE,
  OP_STRING,
  OP_STRING_VAR,
  OP_VLA,
  OP_VLA_BYTES,
  OP_VLA_VAR,
  PROGRAM_OPS,
  PROGRAM_RECORD_SIZE,
  SLACK,
  STRING_INLINE,
  STRING_INTERN_MAX,
} from "./constants";
import { isOneShuffle } from "./messages";
import { fits } from "./output";
import { expectedText, follow, intern, slotIn, textLength } from "./strings";

/** The output has no room: nothing is wrong with the message. */
export const OUTPUT_FULL: u32 = 0xffff;

/** Next byte of the wire, and its end. */
let wire: usize = 0;
let wireEnd: usize = 0;
/** Start of the record, and where its variable part goes on. */
let record: usize = 0;
let tail: usize = 0;

/** Decodes `length` bytes at `p` into the output at `at`; 0, a FAULT_ or OUTPUT_FULL. */
export function decodeRecord(program: usize, p: usize, length: u32, at: usize): u32 {
  const size = load<u32>(program + (PROGRAM_RECORD_SIZE << 2));
  if (!fits(at, <usize> size + SLACK)) return OUTPUT_FULL;
  wire = p;
  wireEnd = p + length;
  record = at;
  tail = at + size;
  return run(program + (PROGRAM_OPS << 2), at);
}

/** The end of the record that `decodeRecord` wrote. */
export function recordEnd(): usize {
  return tail;
}

/** 8-aligned room for `bytes` behind the record, or 0. */
function allocate(bytes: u64): usize {
  const place = (tail + 7) & ~7;
  if (bytes > 0x7fffffff || !fits(place, <usize> bytes + SLACK)) return 0;
  tail = place + <usize> bytes;
  return place;
}

function countAt(at: usize, width: u32): u32 {
  return width == 1 ? load<u8>(at) : width == 2 ? load<u16>(at) : load<u32>(at);
}

function setSlot(slot: usize, place: usize, n: u32): void {
  store<u32>(slot, <u32> (place - record));
  store<u32>(slot, n, 4);
}

/** Writes the slot of a text. `hint`: where the entry of the field's last text is remembered, or 0. */
function text(slot: usize, p: usize, length: u32, hint: usize): u32 {
  if (length == 0) {
    store<u64>(slot, 0);
    return 0;
  }
  if (length <= STRING_INTERN_MAX) {
    const entry = intern(p, length);
    if (entry != 0) {
      if (hint != 0) {
        follow(load<u32>(hint), entry);
        store<u32>(hint, <u32> entry);
      }
      store<u64>(slot, slotIn(entry));
      return 0;
    }
  }
  const place = allocate(length);
  if (place == 0) return OUTPUT_FULL;
  memory.copy(place, p, length);
  store<u32>(slot, <u32> (place - record) | STRING_INLINE);
  store<u32>(slot, length, 4);
  return 0;
}

/**
 * Runs the ops at `ip` on the struct at `base`. `from` is the start of the current segment on the wire,
 * where a body has none of its own: no global, so that engines keep it in a register.
 */
function run(ip: usize, base: usize, from: usize = 0): u32 {
  while (true) {
    switch (load<u32>(ip)) {
      case OP_END:
        return 0;
      case OP_SEGMENT: {
        const n = load<u32>(ip, 4);
        if (<usize> n > wireEnd - wire) return FAULT_SHORT;
        from = wire;
        wire += n;
        ip += 8;
        break;
      }
      case OP_SHUFFLE: {
        // Most ops are shuffles, and most of them follow one another.
        do {
          const bytes = v128.load(from + load<u32>(ip, 8));
          v128.store(base + load<u32>(ip, 4), i8x16.swizzle(bytes, v128.load(ip, 12)));
          ip += 44;
        } while (load<u32>(ip) == OP_SHUFFLE);
        break;
      }
      case OP_BYTES: {
        memory.copy(base + load<u32>(ip, 4), from + load<u32>(ip, 8), load<u32>(ip, 12));
        ip += 16;
        break;
      }
      case OP_STRING: {
        const slot = base + load<u32>(ip, 4);
        const p = from + load<u32>(ip, 8);
        if (load<u8>(p) == 0) {
          store<u64>(slot, 0);
        } else {
          const expected = expectedText(p, load<u32>(ip, 12), load<u32>(ip, 16));
          if (expected != 0) {
            store<u32>(ip, <u32> expected, 16);
            store<u64>(slot, slotIn(expected));
          } else {
            const fault = text(slot, p, textLength(p, load<u32>(ip, 12)), ip + 16);
            if (fault != 0) return fault;
          }
        }
        ip += 20;
        break;
      }
      case OP_STRING_VAR: {
        const fault = variableText(base + load<u32>(ip, 4));
        if (fault != 0) return fault;
        ip += 8;
        break;
      }
      case OP_REPEAT: {
        const words = load<u32>(ip, 24);
        const fault = elements(
          ip + 28,
          base + load<u32>(ip, 4),
          from + load<u32>(ip, 8),
          load<u32>(ip, 12),
          load<u32>(ip, 16),
          load<u32>(ip, 20),
        );
        if (fault != 0) return fault;
        ip += 28 + (<usize> words << 2);
        break;
      }
      case OP_VLA: {
        const fault = counted(ip, base);
        if (fault != 0) return fault;
        ip += 28 + (<usize> load<u32>(ip, 24) << 2);
        break;
      }
      case OP_VLA_BYTES: {
        const n = countAt(base + load<u32>(ip, 8), load<u32>(ip, 12));
        if (<usize> n > wireEnd - wire) return FAULT_COUNT;
        const place = allocate(n);
        if (place == 0) return OUTPUT_FULL;
        memory.copy(place, wire, n);
        wire += n;
        setSlot(base + load<u32>(ip, 4), place, n);
        ip += 16;
        break;
      }
      case OP_VLA_VAR: {
        const fault = countedVariable(ip, base);
        if (fault != 0) return fault;
        ip += 28 + (<usize> load<u32>(ip, 24) << 2);
        break;
      }
      case OP_REPEAT_VAR: {
        const stride = load<u32>(ip, 12);
        const first = base + load<u32>(ip, 4);
        for (let i: u32 = 0, n = load<u32>(ip, 8); i < n; i++) {
          const fault = run(ip + 20, first + <usize> i * stride);
          if (fault != 0) return fault;
        }
        ip += 20 + (<usize> load<u32>(ip, 16) << 2);
        break;
      }
      default:
        return unreachable();
    }
  }
}

/** A u32 length, then the text, of which what follows a NUL does not count. */
function variableText(slot: usize): u32 {
  if (wireEnd - wire < 4) return FAULT_SHORT;
  const n = bswap(load<u32>(wire));
  wire += 4;
  if (<usize> n > wireEnd - wire) return FAULT_COUNT;
  const p = wire;
  wire += n;
  return text(slot, p, textLength(p, n), 0);
}

/** Elements of fixed length that lie inside the wire's bounds, which the caller has checked. */
function elements(
  body: usize,
  place: usize,
  from: usize,
  n: u32,
  recordStride: u32,
  wireStride: u32,
): u32 {
  if (isOneShuffle(body)) {
    shuffles(body, place, from, n, recordStride, wireStride);
    return 0;
  }
  for (let i: u32 = 0; i < n; i++) {
    const fault = run(body, place, from);
    if (fault != 0) return fault;
    from += wireStride;
    place += recordStride;
  }
  return 0;
}

/** Elements that one shuffle decodes each: no op is interpreted for them. */
function shuffles(
  body: usize,
  place: usize,
  from: usize,
  n: u32,
  recordStride: u32,
  wireStride: u32,
): void {
  const mask = v128.load(body, 12);
  place += load<u32>(body, 4);
  from += load<u32>(body, 8);
  for (let i: u32 = 0; i < n; i++) {
    v128.store(place, i8x16.swizzle(v128.load(from), mask));
    from += wireStride;
    place += recordStride;
  }
}

function counted(ip: usize, base: usize): u32 {
  const n = countAt(base + load<u32>(ip, 8), load<u32>(ip, 12));
  const recordStride = load<u32>(ip, 16);
  const wireStride = load<u32>(ip, 20);
  if (<u64> n * <u64> wireStride > <u64> (wireEnd - wire)) return FAULT_COUNT;
  const place = allocate(<u64> n * <u64> recordStride);
  if (place == 0) return OUTPUT_FULL;
  // The last element's stores may spill into what comes next: its texts, written before them.
  tail += SLACK;
  const fault = elements(ip + 28, place, wire, n, recordStride, wireStride);
  if (fault != 0) return fault;
  wire += <usize> n * wireStride;
  setSlot(base + load<u32>(ip, 4), place, n);
  return 0;
}

function countedVariable(ip: usize, base: usize): u32 {
  const n = countAt(base + load<u32>(ip, 8), load<u32>(ip, 12));
  const stride = load<u32>(ip, 16);
  // Each element takes at least so many bytes, so a count that the frame cannot hold is seen here.
  if (<u64> n * <u64> load<u32>(ip, 20) > <u64> (wireEnd - wire)) return FAULT_COUNT;
  const place = allocate(<u64> n * <u64> stride);
  if (place == 0) return OUTPUT_FULL;
  // The last element's stores may spill into what comes next, which is written before them.
  tail += SLACK;
  for (let i: u32 = 0; i < n; i++) {
    const fault = run(ip + 28, place + <usize> i * stride);
    if (fault != 0) return fault;
  }
  setSlot(base + load<u32>(ip, 4), place, n);
  return 0;
}
