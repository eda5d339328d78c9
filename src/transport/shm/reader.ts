import {
  type KeepaliveIds,
  keepaliveIds,
  vacErrors,
  type VapiSymbols,
} from "../../../native/vapi.ts";
import type { NativeRuntime } from "../../../native/types.ts";
import { FRAME_HEADER } from "../../schema/constants.generated.ts";
import { getU16 } from "../bytes.ts";
import { BacklogWriter } from "./backlog.ts";
import { type Occupant, occupantOf } from "./address_space.ts";
import { controlWords, phases, type ReaderReport, type ReaderTask } from "./protocol.ts";
import { FrameWriter } from "./frame_writer.ts";
import { OwnQueue, type OwnQueueKeepalive } from "./own_queue.ts";
import { lendQueue } from "./queue_owner.ts";
import { QueueGauge } from "./queue_layout.ts";
import { isBarrierReply, keepaliveRetval, shortFrame, shortFrameBytes } from "./short_frame.ts";

/** How long a disconnect waits for room in VPP's queue, in milliseconds. */
const disconnectRoomMs = 1000;

/** The reader's whole life. Returns when the library has been left, or cannot be. */
export function runReader(
  task: ReaderTask,
  runtime: NativeRuntime,
  vapi: VapiSymbols,
  report: (report: ReaderReport) => void,
): void {
  const control = new Int32Array(task.control);
  const refusal = connect(task, vapi);
  if (refusal !== undefined) return report(refusal);
  const { connecting, connected } = phases;
  // The attempt may have been given up meanwhile: then there is nothing to read.
  if (Atomics.compareExchange(control, controlWords.phase, connecting, connected) === connecting) {
    report({ kind: "connected" });
    const failure = new FrameReader(task, runtime, vapi, control, report).run();
    if (failure !== undefined) report({ kind: "failed", message: failure });
  }
  waitForPhase(control, phases.close);
  advance(control, phases.close, phases.closed);
  report({ kind: "closed" });
  waitForPhase(control, phases.disconnect);
  if (Atomics.load(control, controlWords.phase) === phases.abandon) return;
  const clean = disconnect(task, runtime, vapi, control);
  advance(control, phases.disconnect, phases.disconnected);
  report({ kind: "disconnected", clean });
}

function connect(task: ReaderTask, vapi: VapiSymbols): ReaderReport | undefined {
  const { base, byteLength } = task.mapping;
  const refusal = refusalFor(occupantOf(base, byteLength), base);
  if (refusal !== undefined) return refusal;
  // The library keeps the prefix of an earlier connection where it is given none.
  if (task.prefix === 0) vapi.vl_set_memory_root_path?.(0);
  const result = vapi.vac_connect(task.clientName, task.prefix, 0, task.queueLength);
  if (result === 0) return undefined;
  const message = `vac_connect returned ${result}: VPP has not answered. Is it running, or busy?`;
  return { kind: "refused", code: "CONNECT", message };
}

function refusalFor(occupant: Occupant, base: number): ReaderReport | undefined {
  switch (occupant.kind) {
    case "segment":
      return {
        kind: "refused",
        code: "ALREADY_CONNECTED",
        message: `this process is connected to ${occupant.path}, and libvppapiclient allows one ` +
          "connection a process. Share that connection, use the socket for this one, or a process " +
          "of its own",
      };
    case "other":
      return {
        kind: "refused",
        code: "NATIVE",
        message: `VPP's memory has to be mapped at 0x${base.toString(16)}, and this process has ` +
          `something else there (${occupant.mapping}). Connect earlier in the life of the process`,
      };
    default:
      return undefined;
  }
}

/** Reads frames from the library into the backlog. */
class FrameReader {
  readonly #task: ReaderTask;
  readonly #vapi: VapiSymbols;
  readonly #control: Int32Array;
  readonly #report: (report: ReaderReport) => void;
  readonly #backlog: BacklogWriter;
  /** The segment, seen through our own mapping. */
  readonly #segment: Uint8Array<ArrayBuffer>;
  #ownQueue: OwnQueue | undefined;
  readonly #keepalive: KeepaliveAnswer;
  /** The results of `vac_read`: a pointer, then a length. */
  readonly #results: Uint32Array;
  #frames = 0;
  #overflowed = false;

  constructor(
    task: ReaderTask,
    runtime: NativeRuntime,
    vapi: VapiSymbols,
    control: Int32Array,
    report: (report: ReaderReport) => void,
  ) {
    this.#task = task;
    this.#vapi = vapi;
    this.#control = control;
    this.#report = report;
    this.#backlog = new BacklogWriter(task.backlog);
    this.#segment = new Uint8Array(runtime.view(task.segment.address, task.segment.byteLength));
    this.#keepalive = new KeepaliveAnswer(task, runtime, vapi);
    this.#results = new Uint32Array(runtime.view(BigInt(task.results), 16));
  }

  /** Returns when the main thread wants to close, or with what went wrong. */
  run(): string | undefined {
    const { vac_read, vac_free } = this.#vapi;
    const results = this.#results;
    const { results: messageAt, virtualBase } = this.#task;
    for (;;) {
      // No timeout: one would cost two wake-ups of the library's own thread for every message.
      const result = vac_read(messageAt, messageAt + 8, 0);
      const isClosing = Atomics.load(this.#control, controlWords.phase) !== phases.connected;
      if (result !== 0) {
        if (isClosing) return undefined;
        // A timeout that was meant for an earlier read.
        if (result === vacErrors.timeout) continue;
        return `vac_read returned ${result}`;
      }
      const message = (results[1] ?? 0) * 0x1_0000_0000 + (results[0] ?? 0);
      const from = message - virtualBase - FRAME_HEADER;
      const to = message - virtualBase + (results[2] ?? 0);
      if (from < 0 || to > this.#segment.length) {
        return "vac_read gave an address out of the segment";
      }
      const isLast = isClosing ? isBarrierReply(this.#segment, from, to) : this.#pass(from, to);
      vac_free(message);
      if (isLast || this.#readRest()) return undefined;
    }
  }

  /**
   * Reads what came behind a message, or lends the queue for that: waiting in the library for each makes
   * VPP wake this thread for each. True where the reader is to leave.
   */
  #readRest(): boolean {
    const own = this.#own();
    if (own === undefined) return false;
    for (;;) {
      lendQueue(this.#control, own);
      const batch = own.read();
      const isClosing = Atomics.load(this.#control, controlWords.phase) !== phases.connected;
      if (isClosing && batch.hasWayOut) return true;
      if (batch.frames === 0) return false;
      if (!isClosing) this.#deliver(batch.bytes, 0, batch.bytes.length, batch.frames);
    }
  }

  /** The frame is the program's, except for VPP's question whether this client lives. */
  #pass(from: number, to: number): false {
    const id = getU16(this.#segment, from + FRAME_HEADER);
    if (id === this.#keepalive.id) this.#keepalive.answer();
    else this.#deliver(this.#segment, from, to, 1);
    return false;
  }

  /** Puts frames into the backlog. Without room they are lost, and that is said once: VPP must not wait. */
  #deliver(bytes: Uint8Array, from: number, to: number, frames: number): void {
    if (this.#overflowed || !this.#backlog.write(bytes, from, to)) return this.#overflow();
    this.#frames = (this.#frames + frames) | 0;
    Atomics.store(this.#control, controlWords.framesRead, this.#frames);
    if (
      Atomics.load(this.#control, controlWords.mainSleeps) === 1 &&
      Atomics.exchange(this.#control, controlWords.mainSleeps, 0) === 1
    ) this.#report({ kind: "frames" });
  }

  /** The client's own queue; undefined until the main thread has found it, and where it cannot be used. */
  #own(): OwnQueue | undefined {
    const offset = Atomics.load(this.#control, controlWords.ownQueue);
    if (offset === 0 || this.#ownQueue !== undefined) return this.#ownQueue;
    const place = { segment: this.#segment.buffer, offset, virtualBase: this.#task.virtualBase };
    this.#ownQueue = OwnQueue.of(this.#vapi, place, this.#keepalive);
    return this.#ownQueue;
  }

  #overflow(): void {
    if (this.#overflowed) return;
    this.#overflowed = true;
    this.#report({ kind: "overflow" });
  }
}

/** The answer to VPP's question whether this client lives. */
class KeepaliveAnswer implements OwnQueueKeepalive {
  readonly #ids: KeepaliveIds | undefined;
  readonly #memory: { readonly address: bigint; readonly buffer: ArrayBuffer };
  readonly #writer: FrameWriter;

  constructor(task: ReaderTask, runtime: NativeRuntime, vapi: VapiSymbols) {
    this.#ids = keepaliveIds(vapi);
    this.#memory = { address: task.frame, buffer: runtime.view(task.frame, shortFrameBytes) };
    this.#writer = new FrameWriter(vapi, queueGauge(task, runtime));
  }

  get id(): number | undefined {
    return this.#ids?.question;
  }

  /** Where VPP's queue is full no answer goes out: VPP asks again. */
  answer(): void {
    if (this.#ids === undefined) return;
    const frame = shortFrame(this.#memory, this.#ids.answer, keepaliveRetval);
    this.#writer.write(frame, 0, frame.bytes.length);
  }
}

/** Of VPP's queue; undefined where it cannot be looked at. */
function queueGauge({ segment }: ReaderTask, runtime: NativeRuntime): QueueGauge | undefined {
  return QueueGauge.at(runtime.view(segment.address, segment.byteLength), segment.queueOffset);
}

/**
 * Disconnects. False where that would wait for ever: VPP's queue is full and nobody reads it. The
 * library is then of no more use to this process.
 */
function disconnect(
  task: ReaderTask,
  runtime: NativeRuntime,
  vapi: VapiSymbols,
  control: Int32Array,
): boolean {
  const gauge = queueGauge(task, runtime);
  for (let waited = 0; gauge?.room() === 0; waited++) {
    if (waited === disconnectRoomMs) return false;
    Atomics.wait(control, controlWords.phase, phases.disconnect, 1);
  }
  vapi.vac_disconnect();
  return true;
}

function waitForPhase(control: Int32Array, phase: number): void {
  for (;;) {
    const current = Atomics.load(control, controlWords.phase);
    if (current >= phase) return;
    Atomics.wait(control, controlWords.phase, current);
  }
}

function advance(control: Int32Array, from: number, to: number): void {
  Atomics.compareExchange(control, controlWords.phase, from, to);
  Atomics.notify(control, controlWords.phase);
}
