/**
 * VPP's reply to `sockclnt_create`: the client's index and the whole message table, as one frame of
 * many kilobytes. It is encoded once; index and context are all that differs from client to client.
 *
 * @module
 */
import { FRAME_HEADER } from "../schema/constants.generated.ts";
import { putU32 } from "../transport/bytes.ts";
import type { Encoder } from "./encoder.ts";
import type { Frame } from "./outbox.ts";
import type { MessageTable } from "./table.ts";

/** Offset of the client index in the reply (u16 id, u32 client_index, u32 context, i32 response). */
const INDEX_AT = FRAME_HEADER + 14;

export class Handshake {
  readonly #frame: Frame;

  constructor(encoder: Encoder, table: MessageTable) {
    this.#frame = encoder.frame("sockclnt_create_reply", {
      messageTable: table.entries.map(({ id, name }) => ({ index: id, name })),
    });
  }

  /** The reply to one client; its context is still to be written. */
  reply(clientIndex: number): Frame {
    const bytes = this.#frame.bytes.slice();
    putU32(bytes, INDEX_AT, clientIndex);
    return { bytes, contextAt: this.#frame.contextAt };
  }
}
