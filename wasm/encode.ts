// Record → wire: the same programs as decoding, run the other way. The host has checked that every
// value fits (it alone knows the field's name for the error), so nothing fails here but memory.

import {
  FRAME_HEADER,
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
  SLACK,
} from "./constants";
import { doubled, enlarge, reserve, zero } from "./memory";
import { isOneShuffle } from "./messages";

let start: usize = 0;
let capacity: usize = 0;
/** Bytes of complete frames. */
let used: usize = 0;
/** Offset at which the message that is being written goes on. */
let at: usize = 0;
let record: usize = 0;

export function initSend(): bool {
  capacity = 1 << 16;
  start = reserve(capacity + SLACK);
  return start != 0;
}
export function sendStart(): usize {
  return start;
}
export function sendLength(): u32 {
  return <u32> used;
}
export function clearSend(): void {
  used = 0;
}

/** Appends the record as one frame; false at the memory's maximum, and then nothing is appended. */
export function encodeFrame(program: usize, from: usize): bool {
  at = used;
  if (!room(FRAME_HEADER)) return false;
  at = used + FRAME_HEADER;
  record = from;
  if (!run(program + (PROGRAM_OPS << 2), from)) return false;
  store<u64>(start + used, 0);
  store<u32>(start + used, bswap(<u32> (at - used - FRAME_HEADER)), 8);
  store<u32>(start + used, 0, 12);
  used = at;
  return true;
}

/** Encodes a record behind the frames, where the next frame will overwrite it; its length, or -1. */
export function encodeBare(program: usize, from: usize): i32 {
  at = used;
  record = from;
  return run(program + (PROGRAM_OPS << 2), from) ? <i32> (at - used) : -1;
}

/** Makes sure that `n` more bytes fit; the area may move. */
function room(n: usize): bool {
  return at + n <= capacity || grow(at + n);
}

/** Apart from `room`, which is inlined then. */
function grow(needed: usize): bool {
  const larger = doubled(capacity, needed);
  const place = enlarge(start, at, capacity + SLACK, larger + SLACK);
  if (place == 0) return false;
  start = place;
  capacity = larger;
  return true;
}

/**
 * Runs the ops at `ip` on the struct at `base`. `segment` is the offset of the current segment in the
 * send area, where a body has none of its own: no global, so that engines keep it in a register.
 */
function run(ip: usize, base: usize, segment: usize = 0): bool {
  while (true) {
    switch (load<u32>(ip)) {
      case OP_END:
        return true;
      case OP_SEGMENT: {
        const n = load<u32>(ip, 4);
        if (!room(n)) return false;
        segment = at;
        at += n;
        ip += 8;
        break;
      }
      case OP_SHUFFLE: {
        const to = start + segment;
        // Most ops are shuffles, and most of them follow one another.
        do {
          const bytes = v128.load(base + load<u32>(ip, 4));
          v128.store(to + load<u32>(ip, 8), i8x16.swizzle(bytes, v128.load(ip, 28)));
          ip += 44;
        } while (load<u32>(ip) == OP_SHUFFLE);
        break;
      }
      case OP_BYTES: {
        memory.copy(start + segment + load<u32>(ip, 8), base + load<u32>(ip, 4), load<u32>(ip, 12));
        ip += 16;
        break;
      }
      case OP_STRING: {
        const slot = base + load<u32>(ip, 4);
        const length = load<u32>(slot, 4);
        const to = start + segment + load<u32>(ip, 8);
        copyText(to, record + load<u32>(slot), length, load<u32>(ip, 12));
        ip += 20;
        break;
      }
      case OP_STRING_VAR: {
        const slot = base + load<u32>(ip, 4);
        const length = load<u32>(slot, 4);
        if (!room(<usize> length + 4)) return false;
        store<u32>(start + at, bswap(length));
        memory.copy(start + at + 4, record + load<u32>(slot), length);
        at += <usize> length + 4;
        ip += 8;
        break;
      }
      case OP_REPEAT: {
        const words = load<u32>(ip, 24);
        const first = base + load<u32>(ip, 4);
        const to = segment + load<u32>(ip, 8);
        if (
          !elements(ip + 28, first, to, load<u32>(ip, 12), load<u32>(ip, 16), load<u32>(ip, 20))
        ) {
          return false;
        }
        ip += 28 + (<usize> words << 2);
        break;
      }
      case OP_VLA: {
        const slot = base + load<u32>(ip, 4);
        const n = load<u32>(slot, 4);
        const stride = load<u32>(ip, 20);
        const length = <usize> n * stride;
        if (!room(length)) return false;
        const to = at;
        at += length;
        if (!elements(ip + 28, record + load<u32>(slot), to, n, load<u32>(ip, 16), stride)) {
          return false;
        }
        ip += 28 + (<usize> load<u32>(ip, 24) << 2);
        break;
      }
      case OP_VLA_BYTES: {
        const slot = base + load<u32>(ip, 4);
        const n = load<u32>(slot, 4);
        if (!room(n)) return false;
        memory.copy(start + at, record + load<u32>(slot), n);
        at += n;
        ip += 16;
        break;
      }
      case OP_VLA_VAR: {
        const slot = base + load<u32>(ip, 4);
        const first = record + load<u32>(slot);
        if (!structs(ip + 28, first, load<u32>(slot, 4), load<u32>(ip, 16))) return false;
        ip += 28 + (<usize> load<u32>(ip, 24) << 2);
        break;
      }
      case OP_REPEAT_VAR: {
        if (!structs(ip + 20, base + load<u32>(ip, 4), load<u32>(ip, 8), load<u32>(ip, 12))) {
          return false;
        }
        ip += 20 + (<usize> load<u32>(ip, 16) << 2);
        break;
      }
      default:
        return unreachable();
    }
  }
}

/** Elements of fixed length; `to` is an offset in the send area. */
function elements(
  body: usize,
  from: usize,
  to: usize,
  n: u32,
  recordStride: u32,
  wireStride: u32,
): bool {
  if (isOneShuffle(body)) {
    shuffles(body, from, start + to, n, recordStride, wireStride);
    return true;
  }
  for (let i: u32 = 0; i < n; i++) {
    if (!run(body, from, to)) return false;
    to += wireStride;
    from += recordStride;
  }
  return true;
}

/** Elements that one shuffle encodes each: no op is interpreted for them. */
function shuffles(
  body: usize,
  from: usize,
  to: usize,
  n: u32,
  recordStride: u32,
  wireStride: u32,
): void {
  // Arrays of fixed length are mostly empty: those of labels in paths.
  if (isZero(from, n * recordStride)) {
    zero(to, n * wireStride);
    return;
  }
  const mask = v128.load(body, 28);
  from += load<u32>(body, 4);
  to += load<u32>(body, 8);
  for (let i: u32 = 0; i < n; i++) {
    v128.store(to, i8x16.swizzle(v128.load(from), mask));
    to += wireStride;
    from += recordStride;
  }
}

/** Whether `length` bytes are zero; false where what lies behind them, up to 15 bytes, is not. */
function isZero(from: usize, length: u32): bool {
  const end = from + length;
  let any = i8x16.splat(0);
  for (; from + 64 <= end; from += 64) {
    any = v128.or(
      any,
      v128.or(
        v128.or(v128.load(from), v128.load(from, 16)),
        v128.or(v128.load(from, 32), v128.load(from, 48)),
      ),
    );
  }
  for (; from < end; from += 16) any = v128.or(any, v128.load(from));
  return !v128.any_true(any);
}

/**
 * A text of `length` bytes, then NUL up to `size`. Moves 16 bytes at a time, since the engine's own copy
 * of a few bytes costs a call: what it reads too much the NULs overwrite, and what these spill a later
 * op does.
 */
function copyText(to: usize, from: usize, length: u32, size: u32): void {
  for (let i: u32 = 0; i < length; i += 16) v128.store(to + i, v128.load(from + i));
  if (size > length) zero(to + length, size - length);
}

/** Elements of variable length, with segments of their own. */
function structs(body: usize, from: usize, n: u32, stride: u32): bool {
  for (let i: u32 = 0; i < n; i++) {
    if (!run(body, from)) return false;
    from += stride;
  }
  return true;
}
