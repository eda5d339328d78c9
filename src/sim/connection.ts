/**
 * One client of the simulated VPP: its bytes in, the answers out.
 *
 * @module
 */
import type { FrameBlock } from "./details_cache.ts";
import { FrameSplitter } from "../transport/frame_splitter.ts";
import type { SimLink } from "./link.ts";
import { type Frame, Outbox } from "./outbox.ts";
import type { VppRun } from "./run.ts";

/** From here on answers leave before their chunk is through, so that memory stays bounded. */
const FLUSH_FROM = 4 << 20;

export interface ConnectionOptions {
  /** Bytes of the longest message that a client may send. */
  readonly maxFrameBytes: number;
  /** What waits for a client that does not read, at most; beyond it the client is dropped. */
  readonly maxPendingBytes: number;
}

export class SimConnection {
  /** Big-endian in the client's requests, VPP's handle of the client. */
  readonly clientIndex: number;
  readonly link: SimLink;
  /** The name that the client gave in the handshake. */
  clientName = "";
  readonly #vpp: VppRun;
  readonly #options: ConnectionOptions;
  readonly #splitter: FrameSplitter;
  readonly #outbox = new Outbox();
  #held = 0;
  #closed = false;
  #silent = false;

  constructor(vpp: VppRun, link: SimLink, clientIndex: number, options: ConnectionOptions) {
    this.#vpp = vpp;
    this.link = link;
    this.clientIndex = clientIndex;
    this.#options = options;
    this.#splitter = new FrameSplitter(options.maxFrameBytes);
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Bytes from the client; cut anywhere, valid during the call only. */
  chunk(bytes: Uint8Array): void {
    if (this.#closed || this.#silent) return;
    try {
      for (const frames of this.#splitter.push(bytes)) this.#vpp.receive(this, frames);
    } catch (error) {
      this.drop(error instanceof Error ? error.message : String(error));
    }
    this.#vpp.flush();
  }

  /** The client is gone. */
  ended(): void {
    this.#forget();
  }

  /** Sends a message that was encoded before. */
  send(frame: Frame, context: number): void {
    if (!this.#ready()) return;
    this.#outbox.append(frame, context);
    this.#flushIfLarge();
  }

  /** Sends messages that were encoded before. */
  sendBlock(block: FrameBlock, context: number): void {
    if (!this.#ready()) return;
    this.#outbox.appendBlock(block, context);
    this.#flushIfLarge();
  }

  /** Sends whole frames; copies them. */
  sendBytes(frames: Uint8Array): void {
    if (!this.#ready()) return;
    this.#outbox.appendBytes(frames);
    this.#flushIfLarge();
  }

  /** Runs `answer` and takes back what it sent to this client: nothing of it leaves. */
  capture(answer: () => void): Uint8Array<ArrayBuffer> {
    const mark = this.#outbox.length;
    this.#held++;
    try {
      answer();
    } finally {
      this.#held--;
    }
    return this.#outbox.cut(mark);
  }

  /** Hands over what waits, in one write. */
  flush(): void {
    if (this.#closed || this.#outbox.length === 0) return;
    this.link.send(this.#outbox.take());
    const pending = this.link.pendingBytes;
    if (pending > this.#options.maxPendingBytes) {
      this.drop(
        `it does not read: ${pending} bytes wait, and the limit is ${this.#options.maxPendingBytes}`,
      );
    }
  }

  /** From now on nothing is read into messages and nothing is answered. */
  silence(): void {
    this.#silent = true;
  }

  /** Ends the connection after what waits has left. */
  end(): void {
    if (this.#closed) return;
    this.flush();
    this.#forget();
    this.link.end();
  }

  /** Ends the connection at once; `reason` goes to the log. */
  drop(reason: string): void {
    if (this.#closed) return;
    this.#vpp.log(`client ${this.clientName || this.link.name} dropped: ${reason}`);
    this.#forget();
    this.link.destroy();
  }

  #ready(): boolean {
    if (this.#closed) return false;
    if (this.#outbox.length > 0) return true;
    if (this.link.pendingBytes === 0) this.#outbox.reuse();
    this.#vpp.mustFlush(this);
    return true;
  }

  #flushIfLarge(): void {
    if (this.#held === 0 && this.#outbox.length >= FLUSH_FROM) this.flush();
  }

  #forget(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#vpp.forget(this);
  }
}
