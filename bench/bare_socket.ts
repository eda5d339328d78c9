/**
 * VPP's API socket with as little as possible on top: frames by hand, bytes counted.
 *
 * @module
 */
import { connect, type Socket } from "node:net";
import { FRAME_HEADER } from "../src/schema/constants.generated.ts";

const SOCKCLNT_CREATE = 15;
/** Where the body of a request begins: behind its id, client index and context. */
const REQUEST_HEADER = 10;
/** Of the handshake's reply. */
const INDEX_AT = 14;
const ENTRIES_AT = 20;
const ENTRY_BYTES = 66;
/** Bytes of `sockclnt_delete_reply`. */
const DELETE_REPLY_BYTES = 10;
/** Bytes of `control_ping_reply`. */
const PING_REPLY_BYTES = 18;

export class BareSocket {
  /** Told of all bytes that came since `received` was called. */
  onBytes: ((total: number) => void) | undefined;
  readonly #socket: Socket;
  readonly #ids = new Map<string, number>();
  #clientIndex = 0;
  #total = 0;
  #expected = 0;
  #done: (() => void) | undefined;
  #chunks: Uint8Array[] | undefined;

  private constructor(path: string) {
    this.#socket = connect({
      path,
      onread: {
        buffer: new Uint8Array(1 << 18),
        callback: (size, buffer) => this.#take(buffer.subarray(0, size)),
      },
    });
  }

  /** Connects and reads the message table. */
  static async open(path: string): Promise<BareSocket> {
    const bare = new BareSocket(path);
    const body = new Uint8Array(6 + 64);
    new DataView(body.buffer).setUint16(0, SOCKCLNT_CREATE);
    body.set(new TextEncoder().encode("bench"), 6);
    bare.write(framed(body));
    const reply = await bare.#untilWhole();
    bare.#clientIndex = reply.getUint32(INDEX_AT);
    for (let at = ENTRIES_AT; at + ENTRY_BYTES <= reply.byteLength; at += ENTRY_BYTES) {
      const bytes = new Uint8Array(reply.buffer, reply.byteOffset + at + 2, ENTRY_BYTES - 2);
      const name = new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
      bare.#ids.set(name.slice(0, name.lastIndexOf("_")), reply.getUint16(at));
    }
    return bare;
  }

  write(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** A request in its frame. */
  request(name: string, body: Uint8Array = new Uint8Array()): Uint8Array {
    const bytes = new Uint8Array(REQUEST_HEADER + body.length);
    const view = new DataView(bytes.buffer);
    view.setUint16(0, this.#ids.get(name) ?? 0);
    view.setUint32(2, this.#clientIndex);
    view.setUint32(6, 1);
    bytes.set(body, REQUEST_HEADER);
    return framed(bytes);
  }

  /** Resolves when so many bytes have come, counted from the end of those waited for before. */
  received(bytes: number): Promise<void> {
    this.#expected = bytes;
    return new Promise((resolve) => {
      this.#done = resolve;
      this.#look();
    });
  }

  /** Sends a dump and the ping behind it; counts the bytes of the answer, and its messages. */
  async count(request: Uint8Array, details: string): Promise<{ bytes: number; messages: number }> {
    const detailsId = this.#ids.get(details);
    const pingId = this.#ids.get("control_ping_reply");
    this.#chunks = [];
    this.write(request);
    while (true) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      const all = Buffer.concat(this.#chunks);
      let messages = 0;
      let at = 0;
      while (at + FRAME_HEADER + 2 <= all.length) {
        const id = all.readUInt16BE(at + FRAME_HEADER);
        at += FRAME_HEADER + all.readUInt32BE(at + 8);
        if (id === detailsId) messages++;
        if (id === pingId && at === all.length) {
          this.#chunks = undefined;
          this.#total = 0;
          return { bytes: at, messages };
        }
      }
    }
  }

  /** The first whole message. */
  async #untilWhole(): Promise<DataView> {
    this.#chunks = [];
    while (true) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      const all = Buffer.concat(this.#chunks);
      if (all.length < FRAME_HEADER || all.length < FRAME_HEADER + all.readUInt32BE(8)) continue;
      this.#chunks = undefined;
      this.#total = 0;
      return new DataView(all.buffer, all.byteOffset + FRAME_HEADER, all.length - FRAME_HEADER);
    }
  }

  /** Takes leave: VPP 26.06 may turn in circles, a processor for nobody, after a client that just hangs up. */
  async close(): Promise<void> {
    const index = new Uint8Array(4);
    new DataView(index.buffer).setUint32(0, this.#clientIndex);
    this.write(this.request("sockclnt_delete", index));
    await this.received(FRAME_HEADER + DELETE_REPLY_BYTES);
    this.#socket.destroy();
  }

  #take(bytes: Uint8Array): boolean {
    this.#total += bytes.length;
    this.#chunks?.push(bytes.slice());
    this.onBytes?.(this.#total);
    this.#look();
    return true;
  }

  #look(): void {
    if (this.#done === undefined || this.#total < this.#expected) return;
    const done = this.#done;
    this.#done = undefined;
    this.#total -= this.#expected;
    done();
  }
}

/** Bytes of a control_ping_reply in its frame. */
export const pingReplyBytes = FRAME_HEADER + PING_REPLY_BYTES;

function framed(message: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(FRAME_HEADER + message.length);
  new DataView(bytes.buffer).setUint32(8, message.length);
  bytes.set(message, FRAME_HEADER);
  return bytes;
}
