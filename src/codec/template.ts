/**
 * Records with the defaults of their definition.
 *
 * @module
 */
import type { Slot, StructLayout } from "../schema/layout.ts";
import type { Field, Scalar } from "../schema/model.ts";

/** A record with the defaults of its definition, and zero elsewhere. */
export interface RecordTemplate {
  /** A multiple of 8. */
  readonly bytes: number;
  /** The words that are not zero: index and value of the first, of the second, and so on. */
  readonly defaults: readonly number[];
}

export function templateOf(layout: StructLayout): RecordTemplate {
  const bytes = (layout.size + 7) & ~7;
  const words = new Uint32Array(bytes >> 2);
  applyDefaults(new DataView(words.buffer), layout, 0);
  const defaults = [...words].flatMap((word, index) => word === 0 ? [] : [index, word]);
  return { bytes, defaults };
}

/** The same for an element of an array; undefined where all of it is zero. */
export function elementTemplate(element: Slot, stride: number): Uint8Array | undefined {
  const template = new Uint8Array((stride + 7) & ~7);
  applyDefault(new DataView(template.buffer), element, 0, undefined);
  return template.some((byte) => byte !== 0) ? template.subarray(0, stride) : undefined;
}

function applyDefaults(to: DataView, layout: StructLayout, at: number): void {
  for (const { field, offset, slot } of layout.fields) {
    applyDefault(to, slot, at + offset, field.default);
  }
}

function applyDefault(to: DataView, slot: Slot, at: number, value: Field["default"]): void {
  if (slot.kind === "struct") return applyDefaults(to, slot.layout, at);
  if (slot.kind === "array") {
    for (let i = 0; i < slot.count; i++) {
      applyDefault(to, slot.element, at + i * slot.stride, value);
    }
    return;
  }
  if (slot.kind !== "scalar" || value === undefined) return;
  setScalar(to, at, slot.scalar, defaultNumber(value));
}

/** The definitions have the text "true" where they mean true. */
export function defaultNumber(value: number | boolean | string): number {
  if (typeof value === "string" && /^(true|false)$/i.test(value)) {
    return value.toLowerCase() === "true" ? 1 : 0;
  }
  const number = Number(value);
  return Number.isNaN(number) ? 0 : number;
}

/** Little-endian, as the core's memory is. */
function setScalar(to: DataView, at: number, scalar: Scalar, value: number): void {
  switch (scalar) {
    case "f64":
      return to.setFloat64(at, value, true);
    case "u64":
    case "i64":
      return to.setBigUint64(at, bits64(BigInt(Math.trunc(value))), true);
    case "u32":
    case "i32":
      return to.setUint32(at, value, true);
    case "u16":
    case "i16":
      return to.setUint16(at, value, true);
    case "bool":
      // sw_interface_set_vpath has the default 0xffffffff for a bool.
      return to.setUint8(at, value === 0 ? 0 : 1);
    case "u8":
    case "i8":
      return to.setUint8(at, value);
  }
}

/** JSON has rounded a default of 0xffffffffffffffff up to 2^64. */
function bits64(value: bigint): bigint {
  const most = (1n << 64n) - 1n;
  return value > most ? most : BigInt.asUintN(64, value);
}
