/**
 * Lists → arrays of a record, but for those of bytes.
 *
 * @module
 */
import type { ArraySlot, VlaSlot } from "../schema/layout.ts";
import { below, FieldFault } from "./field_fault.ts";
import type { RecordWriter, ValueWriter } from "./record_writer.ts";
import { elementTemplate } from "./template.ts";
import { asList } from "./write_bytes.ts";
import type { SlotWriter } from "./write_slot.ts";

/** Elements that are not given keep their defaults. */
export function fixedArrayWriter(slot: ArraySlot, element: SlotWriter): ValueWriter {
  return (to, value, at) => {
    const list = asList(value);
    if (list.length > slot.count) {
      throw new FieldFault(`${list.length} elements, and there is room for ${slot.count}`);
    }
    writeElements(to, list, at, slot.stride, element);
  };
}

export function variableArrayWriter(slot: VlaSlot, element: SlotWriter): ValueWriter {
  const template = elementTemplate(slot.element, slot.stride);
  return (to, value, at) => {
    const list = asList(value);
    const offset = to.allocate(list.length * slot.stride);
    if (template !== undefined) {
      for (let i = 0; i < list.length; i++) {
        to.u8.set(template, to.base + offset + i * slot.stride);
      }
    }
    to.setPair(at, offset, list.length);
    writeElements(to, list, offset, slot.stride, element);
  };
}

function writeElements(
  to: RecordWriter,
  list: ArrayLike<unknown>,
  at: number,
  stride: number,
  element: SlotWriter,
): void {
  let i = 0;
  try {
    for (; i < list.length; i++) element.write(to, list[i], at + i * stride);
  } catch (error) {
    throw below(`[${i}]`, error);
  }
}
