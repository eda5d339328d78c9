/**
 * The host's side of the WASM core: instantiation, memory, and the calls. The only file that names
 * `WebAssembly`.
 *
 * @module
 */
import { VppError } from "../errors.ts";
import {
  FAULT_COUNT,
  FAULT_NO_ID,
  FAULT_SHORT,
  RECEIVE_FRAME_TOO_LONG,
  RECEIVE_MORE,
  RECEIVE_NO_MEMORY,
} from "../schema/constants.generated.ts";
import type { ArmDecoder, Batch } from "./batch.ts";
import { coreBinary } from "./core_binary.generated.ts";
import { type Deliver, Outputs } from "./outputs.ts";
import { SendSlab } from "./send_slab.ts";
import { StringTable } from "./strings.ts";

/** The exports of wasm/core.ts; addresses and counts are unsigned, which `>>> 0` restores. */
interface CoreExports {
  readonly memory: WebAssembly.Memory;
  init(maxFrame: number): number;
  reset(): void;
  scratchPlace(bytes: number, used: number): number;
  newProgram(bytes: number): number;
  lastProgram(): number;
  singlePlace(bytes: number): number;
  setMessage(id: number, contextOffset: number, program: number): number;
  openRequest(kind: number, replyId: number, detailsId: number): number;
  closeRequest(context: number): void;
  openRequests(): number;
  encode(program: number, length: number): number;
  encodePart(program: number, offset: number): number;
  decode(program: number, length: number): number;
  receive(length: number): number;
  receivePlace(length: number): number;
  outputStart(): number;
  outputLength(): number;
  sendStart(): number;
  clearSend(): void;
  freshCount(): number;
  freshIndex(): number;
  freshArena(): number;
  freshArenaLength(): number;
  stringEpoch(): number;
}

/** The core as bytes or compiled; sandboxes that forbid compiling take a compiled module only. */
export type CoreSource = Uint8Array<ArrayBuffer> | WebAssembly.Module;

/** A frame longer than this ends the connection, unless the user sets another limit. */
export const DEFAULT_MAX_FRAME = 16 << 20;

/** Up to so many bytes a loop copies more quickly than the engine's own function on an object of its own. */
const SHORT = 64;

/** One instance of the core; serves one connection. */
export class Core {
  readonly #exports: CoreExports;
  readonly #outputs: Outputs;
  #u8: Uint8Array;
  #strings = new StringTable(0);
  #sendLength = 0;
  readonly #slab = new SendSlab();

  private constructor(exports: CoreExports, arms: ArmDecoder) {
    this.#exports = exports;
    this.#outputs = new Outputs(arms);
    this.#u8 = new Uint8Array(exports.memory.buffer);
  }

  /**
   * Instantiates the embedded core, or the given one.
   *
   * @param arms decodes what batches hold undecoded
   * @param maxFrame bytes of the longest message that is accepted
   * @throws VppError code CORE where the memory for it is not to be had
   */
  static create(
    arms: ArmDecoder,
    maxFrame: number = DEFAULT_MAX_FRAME,
    source: CoreSource = embedded(),
  ): Core {
    const module = source instanceof WebAssembly.Module ? source : new WebAssembly.Module(source);
    const instance = new WebAssembly.Instance(module, { env: { abort: unexpectedAbort } });
    const core = new Core(coreExports(instance.exports), arms);
    if (core.#exports.init(maxFrame) === 0) throw noMemory("start the core");
    return core;
  }

  /** Forgets the stream, the message table and all requests, for a new session. */
  reset(): void {
    this.#exports.reset();
    this.#sendLength = 0;
    // The transport of the last session may still hold some of it.
    this.#slab.leave();
  }

  /** The scratch area, with room for `bytes`, of which the first `used` are kept. */
  scratch(bytes: number, used: number): Scratch {
    const start = this.#exports.scratchPlace(bytes, used) >>> 0;
    if (start === 0) throw noMemory(`hold a message of ${bytes} bytes`);
    return { memory: this.#memory(), start };
  }

  /** Loads a codec program; returns its id. */
  loadProgram(words: Uint32Array): number {
    const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
    const place = this.#exports.newProgram(bytes.length) >>> 0;
    if (place === 0) throw noMemory("load a codec program");
    this.#memory().set(bytes, place);
    return this.#exports.lastProgram() >>> 0;
  }

  /** Says what the core must know of a message id; program 0 means that nobody waits for it. */
  setMessage(id: number, contextOffset: number, program: number): void {
    if (this.#exports.setMessage(id, contextOffset, program) === 0) {
      throw noMemory(`enter message id ${id}`);
    }
  }

  /** A context for a new request, or undefined where 131,072 are outstanding. */
  openRequest(kind: number, replyId: number, detailsId: number): number | undefined {
    const context = this.#exports.openRequest(kind, replyId, detailsId) >>> 0;
    return context === 0 ? undefined : context;
  }

  /** Ends a request; harmless where it has ended. */
  closeRequest(context: number): void {
    this.#exports.closeRequest(context);
  }

  /** Bytes of the core's memory, which grows where it must and never shrinks. */
  get memoryBytes(): number {
    return this.#exports.memory.buffer.byteLength;
  }

  /** Requests that wait for an answer. */
  get openRequests(): number {
    return this.#exports.openRequests() >>> 0;
  }

  /** Appends the record of `length` bytes in the scratch area to what is to be sent, and zeroes it. */
  encode(program: number, length: number): void {
    const waiting = this.#exports.encode(program, length) >>> 0;
    if (waiting === 0) throw noMemory("encode a message");
    this.#sendLength = waiting;
  }

  /** Encodes the record at `offset` of the scratch area without a frame; returns a copy of the bytes. */
  encodePart(program: number, offset: number): Uint8Array {
    const length = this.#exports.encodePart(program, offset);
    if (length < 0) throw noMemory("encode a union");
    const start = (this.#exports.sendStart() >>> 0) + this.sendLength;
    return this.#memory().slice(start, start + length);
  }

  /** Bytes of frames that wait to be taken. */
  get sendLength(): number {
    return this.#sendLength;
  }

  /** A copy of the frames that wait; they are gone from the core then. */
  takeSend(): Uint8Array<ArrayBuffer> {
    const start = this.#exports.sendStart() >>> 0;
    const frames = this.#memory().slice(start, start + this.sendLength);
    this.#clearSend();
    return frames;
  }

  /**
   * The same for a transport: its memory is written again when all that was lent has come back.
   *
   * @param isAllBack whether it has: nobody reads any more what earlier calls returned
   */
  lendSend(isAllBack: boolean): Uint8Array<ArrayBuffer> {
    const start = this.#exports.sendStart() >>> 0;
    const length = this.sendLength;
    const frames = this.#slab.piece(length, isAllBack);
    const memory = this.#memory();
    if (length > SHORT) frames.set(memory.subarray(start, start + length));
    else for (let i = 0; i < length; i++) frames[i] = memory[start + i]!;
    this.#clearSend();
    return frames;
  }

  #clearSend(): void {
    this.#exports.clearSend();
    this.#sendLength = 0;
  }

  /**
   * Decodes one message without its frame header.
   *
   * @returns the batch, whose only delivery begins at 0, or the fault as text
   */
  decode(program: number, message: Uint8Array): Batch | string {
    const place = this.#exports.singlePlace(message.length) >>> 0;
    if (place === 0) throw noMemory(`decode a message of ${message.length} bytes`);
    this.#memory().set(message, place);
    const fault = this.#exports.decode(program, message.length);
    // Also what failed may have interned strings, and the table must see every one of them.
    const strings = this.#takeStrings();
    return fault === 0 ? this.#outputs.alone(this.#output(), strings) : faultText(fault);
  }

  /**
   * Takes in a chunk of the stream.
   *
   * @param deliver gets what the core puts out at a time; most chunks make one output. Its memory is never
   *   written again
   * @throws VppError code PROTOCOL where a frame is longer than the limit; the stream is lost then
   */
  receive(chunk: Uint8Array, deliver: Deliver): void {
    const place = this.#exports.receivePlace(chunk.length) >>> 0;
    if (place === 0) throw noMemory(`receive ${chunk.length} bytes`);
    this.#memory().set(chunk, place);
    let length = chunk.length;
    while (true) {
      const result = this.#exports.receive(length);
      const strings = this.#takeStrings();
      const output = this.#output();
      if (output.length > 0) this.#outputs.hand(output, strings, deliver);
      if (result === RECEIVE_FRAME_TOO_LONG) {
        throw new VppError(
          "PROTOCOL",
          "Cannot read from VPP: a frame is longer than the limit of maxFrameBytes; the stream is not VPP's, or the limit is too low",
        );
      }
      if (result === RECEIVE_NO_MEMORY) throw noMemory("decode a message");
      if (result !== RECEIVE_MORE) return;
      length = 0;
    }
  }

  /** What the core has put out, in its own memory: deliveries, 8-aligned. */
  #output(): Uint32Array {
    const exports = this.#exports;
    return new Uint32Array(
      this.#memory().buffer,
      exports.outputStart() >>> 0,
      exports.outputLength() >>> 2,
    );
  }

  /** The strings of the core's epoch, of which those that the last call added are copied now. */
  #takeStrings(): StringTable {
    const exports = this.#exports;
    const epoch = exports.stringEpoch();
    if (epoch !== this.#strings.epoch) this.#strings = new StringTable(epoch);
    const fresh = exports.freshCount() >>> 0;
    if (fresh > 0) {
      const memory = this.#memory();
      const index = exports.freshIndex() >>> 0;
      const arena = exports.freshArena() >>> 0;
      const arenaLength = exports.freshArenaLength() >>> 0;
      this.#strings.add(
        new Uint32Array(memory.buffer.slice(index, index + fresh * 8)),
        memory.slice(arena, arena + arenaLength),
      );
    }
    return this.#strings;
  }

  /** The memory as it is now: growing it detaches the former array. */
  #memory(): Uint8Array<ArrayBuffer> {
    if (this.#u8.length === 0) this.#u8 = new Uint8Array(this.#exports.memory.buffer);
    return this.#u8 as Uint8Array<ArrayBuffer>;
  }
}

/** A place in the core's memory; valid until the next call of the core. */
export interface Scratch {
  readonly memory: Uint8Array<ArrayBuffer>;
  readonly start: number;
}

/** What a FAULT_ value means. */
export function faultText(fault: number): string {
  switch (fault) {
    case FAULT_NO_ID:
      return "the frame is too short for a message id";
    case FAULT_SHORT:
      return "the message is shorter than its definition";
    case FAULT_COUNT:
      return "a count or length field reaches past the message's end";
    default:
      return "the message needs more memory than the core may have";
  }
}

function embedded(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(coreBinary), (c) => c.charCodeAt(0));
}

function coreExports(exports: WebAssembly.Exports): CoreExports {
  return exports as unknown as CoreExports;
}

function noMemory(action: string): VppError {
  return new VppError("CORE", `Cannot ${action}: the WASM core's memory is at its maximum`);
}

function unexpectedAbort(): never {
  throw new VppError("CORE", "The WASM core aborted, which no input should cause");
}
