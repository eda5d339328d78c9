import type { TransportSink } from "../../src/transport/transport.ts";

const frameHeaderBytes = 16;

/** Puts the messages together that a transport brings. */
export class Received implements TransportSink {
  readonly messages: Uint8Array[] = [];
  /** undefined until the transport ends. */
  end: { readonly error: Error | undefined } | undefined;
  #pending = new Uint8Array(0);
  #changed: () => void = () => {};

  chunk(bytes: Uint8Array): void {
    const all = new Uint8Array(this.#pending.length + bytes.length);
    all.set(this.#pending);
    all.set(bytes, this.#pending.length);
    let at = 0;
    while (at + frameHeaderBytes <= all.length) {
      const end = at + frameHeaderBytes + new DataView(all.buffer, at).getUint32(8);
      if (end > all.length) break;
      this.messages.push(all.slice(at + frameHeaderBytes, end));
      at = end;
    }
    this.#pending = all.slice(at);
    this.#changed();
  }

  ended(error: Error | undefined): void {
    if (this.end !== undefined) throw new Error("ended twice");
    this.end = { error };
    this.#changed();
  }

  /** Resolves when the condition holds. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#changed = resolve);
  }

  /** The next `count` messages. */
  async take(count: number): Promise<Uint8Array[]> {
    await this.until(() => this.messages.length >= count || this.end !== undefined);
    return this.messages.splice(0, count);
  }
}

/** The context of a reply: u32 at 2. */
export function contextOf(message: Uint8Array): number {
  return new DataView(message.buffer, message.byteOffset).getUint32(2);
}

/** A frame of a request: u16 id, u32 client index, u32 context, then the body. */
export function request(id: number, context: number, body = new Uint8Array(0)): Uint8Array {
  const frame = new Uint8Array(frameHeaderBytes + 10 + body.length);
  const view = new DataView(frame.buffer);
  view.setUint32(8, 10 + body.length);
  view.setUint16(frameHeaderBytes, id);
  view.setUint32(frameHeaderBytes + 6, context);
  frame.set(body, frameHeaderBytes + 10);
  return frame;
}

/** Frames one behind the other. */
export function concat(frames: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(frames.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const frame of frames) {
    all.set(frame, at);
    at += frame.length;
  }
  return all;
}
