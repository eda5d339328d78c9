/**
 * Compiles a layout into a codec program: what the WASM core interprets to turn wire bytes into a
 * record and back. docs/architecture.md describes the ops.
 *
 * @module
 */
import {
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
  SLACK,
} from "./constants.generated.ts";
import type { Slot, StructLayout } from "./layout.ts";

/** From here on bytes are copied by one op instead of shuffles of 16. */
const COPY_FROM = 33;
/** Up to so many wire bytes a fixed array is written out instead of repeated. */
const UNROLL_UP_TO = 64;

/** A scalar to be moved: wire offset in its segment, record offset in its struct. */
interface Move {
  readonly wire: number;
  readonly record: number;
  readonly size: number;
  readonly swap: boolean;
}

/** The words of a program: its header, then its ops. */
export function compileProgram(layout: StructLayout): Uint32Array {
  const emitter = new Emitter();
  emitter.struct(layout, 0);
  const ops = emitter.finish(true);
  // A store may spill over the record's end, where texts and arrays lie that were decoded before it.
  const end = layout.fields.some((f) => hasTail(f.slot)) ? emitter.storedEnd : 0;
  const size = (Math.max(layout.size, end) + 7) & ~7;
  return Uint32Array.from([size, ...ops]);
}

/** Bytes on the wire of the fixed parts of a type: the least that it can take. */
export function minimumWireSize(slot: Slot): number {
  switch (slot.kind) {
    case "scalar":
    case "union":
      return slot.size;
    case "string":
      return slot.wireLength === 0 ? 4 : slot.wireLength;
    case "array":
      return slot.count * minimumWireSize(slot.element);
    case "vla":
      return 0;
    case "struct":
      return slot.layout.fields.reduce((sum, f) => sum + minimumWireSize(f.slot), 0);
  }
}

function isVariable(slot: Slot): boolean {
  switch (slot.kind) {
    case "scalar":
    case "union":
      return false;
    case "string":
      return slot.wireLength === 0;
    case "array":
      return isVariable(slot.element);
    case "vla":
      return true;
    case "struct":
      return slot.layout.fields.some((f) => isVariable(f.slot));
  }
}

/** Whether decoding puts something behind the fixed part: an array, or a text that is not interned. */
function hasTail(slot: Slot): boolean {
  switch (slot.kind) {
    case "scalar":
    case "union":
      return false;
    case "string":
    case "vla":
      return true;
    case "array":
      return hasTail(slot.element);
    case "struct":
      return slot.layout.fields.some((f) => hasTail(f.slot));
  }
}

class Emitter {
  readonly #words: number[] = [];
  /** The ops of the open segment; its length is known when it ends. */
  #segment: number[] = [];
  #moves: Move[] = [];
  #wire = 0;
  /** How far the stores of 16 bytes reach. */
  #storedEnd = 0;

  get storedEnd(): number {
    return this.#storedEnd;
  }

  struct(layout: StructLayout, base: number): void {
    for (const field of layout.fields) this.#slot(field.slot, base + field.offset, base);
  }

  /** The words so far; `segmented` where the body checks its own bounds. */
  finish(segmented: boolean): number[] {
    if (segmented) this.#endSegment();
    else this.#endMoves();
    return [...this.#words, ...this.#segment, OP_END];
  }

  #slot(slot: Slot, record: number, base: number): void {
    switch (slot.kind) {
      case "scalar":
        return this.#move(record, slot.size, slot.size > 1 && slot.scalar !== "f64");
      case "union":
        return this.#bytes(record, slot.size);
      case "struct":
        return this.struct(slot.layout, record);
      case "string":
        if (slot.wireLength === 0) return this.#alone([OP_STRING_VAR, record]);
        this.#inSegment([OP_STRING, record, this.#wire, slot.wireLength, 0]);
        this.#wire += slot.wireLength;
        return;
      case "array":
        return this.#array(slot, record, base);
      case "vla":
        return this.#vla(slot, record, base);
    }
  }

  #array(slot: Slot & { kind: "array" }, record: number, base: number): void {
    const { element, count, stride } = slot;
    if (count === 0) return;
    if (isVariable(element)) {
      const body = bodyOf(element, true);
      this.#stores(record + count * stride + SLACK);
      return this.#alone([OP_REPEAT_VAR, record, count, stride, body.length, ...body]);
    }
    const wireStride = minimumWireSize(element);
    if (element.kind === "scalar" && element.size === 1) return this.#bytes(record, count);
    if (count * wireStride <= UNROLL_UP_TO) {
      for (let i = 0; i < count; i++) this.#slot(element, record + i * stride, base);
      return;
    }
    const body = bodyOf(element, false);
    this.#stores(record + count * stride + SLACK);
    this.#inSegment(
      [OP_REPEAT, record, this.#wire, count, stride, wireStride, body.length, ...body],
    );
    this.#wire += count * wireStride;
  }

  #vla(slot: Slot & { kind: "vla" }, record: number, base: number): void {
    const { element, stride, countWidth } = slot;
    const head = [record, base + slot.countOffset, countWidth];
    if (element.kind === "scalar" && element.size === 1) {
      return this.#alone([OP_VLA_BYTES, ...head]);
    }
    const variable = isVariable(element);
    const body = bodyOf(element, variable);
    // An element that could take no bytes at all would make any count believable.
    const wire = variable ? Math.max(1, minimumWireSize(element)) : minimumWireSize(element);
    this.#alone([variable ? OP_VLA_VAR : OP_VLA, ...head, stride, wire, body.length, ...body]);
  }

  #bytes(record: number, n: number): void {
    if (n >= COPY_FROM) {
      this.#inSegment([OP_BYTES, record, this.#wire, n]);
      this.#wire += n;
      return;
    }
    for (let i = 0; i < n; i++) this.#move(record + i, 1, false);
  }

  #move(record: number, size: number, swap: boolean): void {
    this.#moves.push({ wire: this.#wire, record, size, swap });
    this.#wire += size;
  }

  #inSegment(words: readonly number[]): void {
    this.#endMoves();
    this.#segment.push(...words);
  }

  /** An op that moves along the wire by itself. */
  #alone(words: readonly number[]): void {
    this.#endSegment();
    this.#words.push(...words);
  }

  #endSegment(): void {
    this.#endMoves();
    if (this.#wire > 0) this.#words.push(OP_SEGMENT, this.#wire, ...this.#segment);
    this.#segment = [];
    this.#wire = 0;
  }

  #endMoves(): void {
    let group: Move[] = [];
    for (const move of this.#moves) {
      const first = group[0];
      if (first !== undefined && !fitsWindow(first, move)) {
        this.#shuffle(group);
        group = [];
      }
      group.push(move);
    }
    this.#shuffle(group);
    this.#moves = [];
  }

  #shuffle(group: readonly Move[]): void {
    const first = group[0];
    if (first === undefined) return;
    this.#stores(first.record + 16);
    this.#segment.push(...shuffle(group, first));
  }

  #stores(end: number): void {
    this.#storedEnd = Math.max(this.#storedEnd, end);
  }
}

function bodyOf(element: Slot, segmented: boolean): number[] {
  const emitter = new Emitter();
  emitter.struct({
    name: "",
    fields: [{
      name: "",
      field: { name: "", type: { kind: "scalar", scalar: "u8" } },
      offset: 0,
      slot: element,
    }],
    size: element.size,
    align: element.align,
  }, 0);
  return emitter.finish(segmented);
}

/** Whether a move still lies in the 16 bytes, on both sides, that begin at `first`. */
function fitsWindow(first: Move, move: Move): boolean {
  return move.record + move.size - first.record <= 16 && move.wire + move.size - first.wire <= 16;
}

/** One OP_SHUFFLE for moves that lie in one window, which begins at the first. */
function shuffle(group: readonly Move[], first: Move): number[] {
  // A mask byte of 0x80 yields 0.
  const decode = new Uint8Array(16).fill(0x80);
  const encode = new Uint8Array(16).fill(0x80);
  for (const { wire, record, size, swap } of group) {
    for (let i = 0; i < size; i++) {
      const w = wire - first.wire + i;
      const r = record - first.record + (swap ? size - 1 - i : i);
      decode[r] = w;
      encode[w] = r;
    }
  }
  return [
    OP_SHUFFLE,
    first.record,
    first.wire,
    ...new Uint32Array(decode.buffer),
    ...new Uint32Array(encode.buffer),
  ];
}
