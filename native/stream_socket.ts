/**
 * A client's end of a UNIX stream socket, for what `node:net` takes too long for: single bytes, sent
 * within microseconds. No call here waits.
 *
 * @module
 */
import { VppError } from "../src/errors.ts";
import { allocateMemory, type ForeignMemory } from "./foreign_memory.ts";
import { errnoName, type Libc, libcError } from "./libc.ts";
import { socketAddress } from "./unix_socket.ts";

const familyUnix = 1; // AF_UNIX
const streamNonBlocking = 1 | 0x800 | 0x80000; // SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC
const noSignal = 0x4000; // MSG_NOSIGNAL

const sendBytes = 256;
const receiveBytes = 16 * 1024;

/** What became of an attempt to send or to receive. */
export type StreamOutcome = "done" | "busy" | "closed";

/** An open socket, and the memory that it sends from and receives into. */
export class StreamSocket {
  readonly #libc: Libc;
  readonly #descriptor: number;
  readonly #memory: ForeignMemory;
  readonly #outgoing: Uint8Array;
  readonly #incoming: Uint8Array;
  #isOpen = true;

  private constructor(libc: Libc, descriptor: number) {
    this.#libc = libc;
    this.#descriptor = descriptor;
    this.#memory = allocateMemory(libc, sendBytes + receiveBytes);
    this.#outgoing = new Uint8Array(this.#memory.buffer, 0, sendBytes);
    this.#incoming = new Uint8Array(this.#memory.buffer, sendBytes, receiveBytes);
  }

  /**
   * Connects.
   *
   * @throws {VppError} `CONNECT`: the message is the name of the error, for example `ECONNREFUSED`.
   */
  static connect(libc: Libc, path: string): StreamSocket {
    const address = socketAddress(path);
    const descriptor = libc.symbols.socket(familyUnix, streamNonBlocking, 0);
    if (descriptor === -1) throw libcError(libc, "create a UNIX socket");
    if (libc.symbols.connect(descriptor, address, address.byteLength) === 0) {
      return new StreamSocket(libc, descriptor);
    }
    const reason = errnoName(libc);
    libc.symbols.close(descriptor);
    throw new VppError("CONNECT", reason);
  }

  /** What {@linkcode sendRange} sends from. */
  get outgoing(): Uint8Array {
    return this.#outgoing;
  }

  /** Sends bytes of `outgoing`; all or nothing, as they are few. */
  sendRange(from: number, to: number): StreamOutcome {
    if (!this.#isOpen) return "closed";
    const address = Number(this.#memory.address) + from;
    const sent = this.#libc.symbols.send(this.#descriptor, address, to - from, noSignal);
    return sent >= 0 ? "done" : this.#reason();
  }

  /** Receives what has come, up to 16 KiB, for use until the next call. */
  receive(): Uint8Array | Exclude<StreamOutcome, "done"> {
    if (!this.#isOpen) return "closed";
    const address = Number(this.#memory.address) + sendBytes;
    const received = this.#libc.symbols.recv(this.#descriptor, address, receiveBytes, 0);
    if (received > 0) return this.#incoming.subarray(0, received);
    return received === 0 ? "closed" : this.#reason();
  }

  /** Harmless when repeated. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#libc.symbols.close(this.#descriptor);
    this.#memory.release();
  }

  #reason(): Exclude<StreamOutcome, "done"> {
    return errnoName(this.#libc) === "EAGAIN" ? "busy" : "closed";
  }
}
