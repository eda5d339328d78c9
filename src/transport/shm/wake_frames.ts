/**
 * The few frames that the wake-up connection speaks. All fields are big-endian; only the ids of the
 * handshake are the same in every VPP.
 *
 * @module
 */
import { FRAME_HEADER } from "../../schema/constants.generated.ts";
import {
  CREATE,
  CREATE_REPLY,
  SOCKCLNT_CREATE_ID,
  SOCKCLNT_CREATE_REPLY_ID,
} from "../../schema/handshake_layout.ts";
import { FRAME_LENGTH_AT } from "../bytes.ts";

/** What is needed to send a `control_ping`, and to take leave. */
export interface WakeSession {
  readonly clientIndex: number;
  readonly pingId: number;
  readonly deleteId: number;
}

/** The frame of a `sockclnt_create`. */
export function handshake(name: string): Uint8Array {
  const { frame, message } = newFrame(CREATE.bytes);
  message.setUint16(0, SOCKCLNT_CREATE_ID);
  new TextEncoder().encodeInto(name, frame.subarray(FRAME_HEADER + CREATE.name, frame.length - 1));
  return frame;
}

/** undefined: no `sockclnt_create_reply`, or its table lacks what is needed. */
export function parseHandshake(message: Uint8Array): WakeSession | undefined {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  if (message.length < CREATE_REPLY.entries || view.getUint16(0) !== SOCKCLNT_CREATE_REPLY_ID) {
    return undefined;
  }
  const pingId = idOf(message, "control_ping_51077d14");
  const deleteId = idOf(message, "sockclnt_delete_8ac76db6");
  if (pingId === undefined || deleteId === undefined) return undefined;
  return { clientIndex: view.getUint32(CREATE_REPLY.index), pingId, deleteId };
}

/** The id of a message by the table of a `sockclnt_create_reply`. */
function idOf(reply: Uint8Array, nameCrc: string): number | undefined {
  const view = new DataView(reply.buffer, reply.byteOffset, reply.byteLength);
  const count = Math.min(
    view.getUint16(CREATE_REPLY.count),
    Math.floor((reply.length - CREATE_REPLY.entries) / CREATE_REPLY.entryBytes),
  );
  for (let i = 0; i < count; i++) {
    const at = CREATE_REPLY.entries + i * CREATE_REPLY.entryBytes;
    if (nameAt(reply, at + 2) === nameCrc) return view.getUint16(at);
  }
  return undefined;
}

/** The frame of a `control_ping`: u16 id, u32 client_index, u32 context. */
export function controlPing({ pingId, clientIndex }: WakeSession): Uint8Array {
  const { frame, message } = newFrame(10);
  message.setUint16(0, pingId);
  message.setUint32(2, clientIndex);
  return frame;
}

/** The frame of a `sockclnt_delete`: u16 id, u32 client_index, u32 context, u32 index. */
export function farewell({ deleteId, clientIndex }: WakeSession): Uint8Array {
  const { frame, message } = newFrame(14);
  message.setUint16(0, deleteId);
  message.setUint32(2, clientIndex);
  message.setUint32(10, clientIndex);
  return frame;
}

/** The process that answered: `vpe_pid`, u32 at 14 of a `control_ping_reply`. */
export function pingedProcess(reply: Uint8Array): number | undefined {
  if (reply.length < 18) return undefined;
  return new DataView(reply.buffer, reply.byteOffset, reply.byteLength).getUint32(14);
}

function newFrame(length: number): { frame: Uint8Array; message: DataView } {
  const frame = new Uint8Array(FRAME_HEADER + length);
  new DataView(frame.buffer).setUint32(FRAME_LENGTH_AT, length);
  return { frame, message: new DataView(frame.buffer, FRAME_HEADER) };
}

/** The NUL-padded name of a table entry. */
function nameAt(message: Uint8Array, at: number): string {
  const field = message.subarray(at, at + CREATE.nameBytes);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end === -1 ? field : field.subarray(0, end));
}
