/**
 * The stand-in's server without a simulator behind it: answers pings, and lets a test see and do what
 * VPP and its clients do among themselves.
 *
 * @module
 */
import { closeSync, openSync, writeSync } from "node:fs";
import process from "node:process";
import { cString } from "../../native/libc.ts";
import { loadNativeRuntime } from "../../native/runtime.ts";
import {
  openStandin,
  standinEvents,
  type StandinSymbols,
  standinWriteErrors,
} from "../../native/standin/standin.ts";

const pingId = 23;
const table = [
  "memclnt_keepalive_51077d14 21",
  "memclnt_keepalive_reply_e8d4e804 22",
  `control_ping_51077d14 ${pingId}`,
].map((line) => `${line}\n`).join("");

/** Where the stand-in has its `vl_shmem_hdr_t`, which begins with its version. */
const headerOffset = 4096;
const intervalMs = 1;

let opened = 0;

export class BareServer {
  readonly prefix = `govppmux-test-${process.pid}-bare-${opened++}`;
  /** Of the client that has connected last. */
  clientIndex = -1;
  /** As long as it is paused nothing is read. */
  paused = false;
  readonly #standin: StandinSymbols;
  readonly #server: bigint;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #message = new Uint8Array(1 << 16);
  readonly #event = new Int32Array(3);
  /** The next message for the client. */
  #answer: Uint8Array | undefined;

  private constructor(standin: StandinSymbols) {
    this.#standin = standin;
    this.#server = standin.standin_server_open(cString(this.prefix), cString(table), 1024);
    this.#timer = setInterval(() => this.#look(), intervalMs);
  }

  static async open(library: string): Promise<BareServer> {
    return new BareServer(openStandin(await loadNativeRuntime(), library));
  }

  /** Asks the client whether it lives. Returns how often it has answered before. */
  askWhetherAlive(): number {
    return this.#standin.standin_server_keepalive(this.#server, this.clientIndex);
  }

  /** From now on the header has a layout that nobody knows. */
  hideLayout(): void {
    const file = openSync(`/dev/shm/${this.prefix}-vpe-api`, "r+");
    writeSync(file, Uint8Array.of(99, 0, 0, 0), 0, 4, headerOffset);
    closeSync(file);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#standin.standin_server_close(this.#server);
  }

  #look(): void {
    while (!this.paused && this.#sendAnswer() && this.#take() !== standinEvents.nothing);
  }

  /** False where the client's queue is full. */
  #sendAnswer(): boolean {
    const answer = this.#answer;
    if (answer === undefined) return true;
    const { standin_server_write } = this.#standin;
    const result = standin_server_write(this.#server, this.clientIndex, answer, answer.length);
    if (result === standinWriteErrors.queueFull) return false;
    this.#answer = undefined;
    return true;
  }

  #take(): number {
    const { standin_server_read } = this.#standin;
    const { length: capacity } = this.#message;
    const kind = standin_server_read(this.#server, this.#message, capacity, this.#event);
    const [, clientIndex = 0] = this.#event;
    if (kind === standinEvents.connected) this.clientIndex = clientIndex;
    if (kind === standinEvents.message) this.#answer = this.#pingReply();
    return kind;
  }

  /** A `control_ping_reply`: u16 id, u32 context, i32 retval, u32 client index, u32 pid. */
  #pingReply(): Uint8Array {
    const reply = new Uint8Array(18);
    new DataView(reply.buffer).setUint16(0, pingId + 1);
    reply.set(this.#message.subarray(6, 10), 2);
    return reply;
  }
}
