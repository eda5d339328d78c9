/**
 * A number for a layout. Generated code reads records by offsets that were computed when it was
 * generated; where the fingerprint is another one, those offsets would read the wrong bytes.
 *
 * @module
 */
import type { Slot, StructLayout } from "./layout.ts";

/** 32 bits over every offset, size and kind of the layout. */
export function layoutFingerprint(layout: StructLayout): number {
  return mixStruct(0x811c9dc5, layout);
}

function mixStruct(seed: number, layout: StructLayout): number {
  let hash = mix(seed, layout.size);
  for (const { offset, slot } of layout.fields) hash = mixSlot(mix(hash, offset), slot);
  return hash;
}

function mixSlot(seed: number, slot: Slot): number {
  const hash = mixText(mix(seed, slot.size), slot.kind);
  switch (slot.kind) {
    case "scalar":
      return mixText(hash, slot.scalar);
    case "array":
      return mixSlot(mix(hash, slot.count), slot.element);
    case "vla":
      return mixSlot(mix(hash, slot.stride), slot.element);
    case "struct":
      return mixStruct(hash, slot.layout);
    case "string":
    case "union":
      return hash;
  }
}

function mixText(seed: number, text: string): number {
  let hash = seed;
  for (let i = 0; i < text.length; i++) hash = mix(hash, text.charCodeAt(i));
  return hash;
}

/** FNV-1a, by 32-bit words. */
function mix(hash: number, word: number): number {
  return Math.imul(hash ^ word, 0x01000193) >>> 0;
}
