import type { Worker } from "node:worker_threads";
import { allocateMemory, type ForeignMemory } from "../../../native/foreign_memory.ts";
import { cString } from "../../../native/libc.ts";
import { keepaliveIds, vacErrors } from "../../../native/vapi.ts";
import { VppError, type VppErrorCode } from "../../errors.ts";
import type { BacklogMemory } from "./backlog.ts";
import { ExitGuard } from "./exit_guard.ts";
import { OwnQueue } from "./own_queue.ts";
import type { Lease, LibraryState } from "./process_state.ts";
import {
  controlBytes,
  controlWords,
  phases,
  type ReaderReport,
  type ReaderTask,
  type WriterTask,
} from "./protocol.ts";
import { interruptRead } from "./read_interrupt.ts";
import type { Segment, SegmentHeader } from "./segment.ts";
import { within } from "./wait.ts";

/** Messages that VPP may send before they are taken; VPP waits where there are more. */
const minQueueLength = 1024;
/** By how much the queues of successive connections differ in length, so as to be told apart. */
const queueLengths = 64;
/** How long VPP may take to answer the closing ping, in milliseconds. */
const barrierMs = 200;
/** Why a connection has ended that was left as if the program ended. */
const leftForGood = "an error was uncaught, and VPP was left for the program's end";
/** How long `vac_disconnect` may take: 2 s where VPP does not answer, and some more to be sure. */
const disconnectMs = 5000;

/**
 * Foreign memory of a connection: results of two `vac_read`, a message's address, the client's name, a
 * frame of the reader's.
 */
const scratchLayout = { reader: 0, helper: 16, cell: 32, name: 40, frame: 104, end: 136 } as const;

/** What a reader needs. It owns worker, lease and segment, and gives them back at its end. */
export interface ReaderSetup {
  readonly state: LibraryState;
  /** Of `reader_worker`, without a task. */
  readonly worker: Worker;
  readonly lease: Lease;
  readonly segment: Segment;
  readonly header: SegmentHeader;
  /** The address range that the library will map over. */
  readonly mapping: ReaderTask["mapping"];
  readonly backlog: BacklogMemory;
  /** At most 63 bytes. */
  readonly clientName: string;
  /** See `LibraryState.prefixAddress`. */
  readonly prefix: number;
}

/** What a connected reader tells, and asks. */
export interface ReaderEvents {
  frames(): void;
  failed(code: VppErrorCode, reason: string): void;
  /** VPP asks whether this client lives, in a message that the main thread has read by itself. */
  keepalive(answerId: number): void;
  /**
   * Sends VPP a `control_ping` with the context of the barrier: its reply leads the reader out of
   * `vac_read`. False where VPP cannot be written to, or will not answer.
   */
  ping(): boolean;
  /**
   * VPP is left, since the program seems to end. From here on neither the library nor the mapped memory
   * may be used.
   */
  leaves(): void;
}

/** The thread that holds the connection, as the main thread sees it. */
export class ReaderThread {
  readonly control: Int32Array;
  /** Settles when VPP has answered, or refused. */
  readonly connected: Promise<void>;
  /** Resolves when the thread has left the library, and nothing of the connection is left. */
  readonly released: Promise<void>;
  readonly #setup: ReaderSetup;
  readonly #scratch: ForeignMemory;
  readonly #control: SharedArrayBuffer;
  readonly #worker: Worker;
  readonly #guard: ExitGuard;
  /** What to do at the next report of a kind. */
  readonly #expected = new Map<ReaderReport["kind"], () => void>();
  #refused: (error: VppError) => void = () => {};
  #events: ReaderEvents | undefined;
  #closing: Promise<void> | undefined;
  /** undefined: not known, or not usable past the library. */
  #ownQueue: OwnQueue | undefined;
  #clientIndex = 0;
  /** True from the success of `vac_connect` until `vac_disconnect` has returned. */
  #isInLibrary = false;

  constructor(setup: ReaderSetup) {
    this.#setup = setup;
    this.#scratch = allocateMemory(setup.state.libc, scratchLayout.end);
    new Uint8Array(this.#scratch.buffer).set(cString(setup.clientName), scratchLayout.name);
    this.#control = new SharedArrayBuffer(controlBytes);
    this.control = new Int32Array(this.#control);
    this.connected = new Promise((resolve, reject) => {
      this.#expected.set("connected", resolve);
      this.#refused = reject;
    });
    this.connected.catch(() => {}); // An attempt that was given up is nobody's business.
    this.#worker = setup.worker;
    this.#worker.on("message", (report: ReaderReport) => this.#take(report));
    this.#worker.on(
      "error",
      (error) => this.#fail("NATIVE", `its reader failed: ${error.message}`),
    );
    this.released = new Promise((resolve) => {
      this.#expected.set("idle", () => {
        setup.state.workers.give("reader_worker", this.#worker);
        resolve(this.#release());
      });
      this.#worker.once("exit", () => resolve(this.#release()));
    });
    this.#worker.postMessage(this.#task());
    this.#guard = new ExitGuard(
      setup.state.libc,
      (timeoutMs) => this.#closeNow(timeoutMs),
      () => this.#fail("DISCONNECTED", leftForGood),
    );
  }

  /** From now on `events` is told. */
  listen(events: ReaderEvents): void {
    this.#events = events;
  }

  /**
   * Ends the connection, or the attempt to make it. Resolves when nothing is left of it, or when the
   * library does not come back.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** The library does not come back to one of its threads: let the program end without it. */
  giveUp(reason: string): void {
    this.#events = undefined; // Whoever gives up lets go of what they would use.
    this.#setup.lease.stuck(reason);
    this.#worker.unref();
  }

  /** As VPP knows this client, once connected; 0 where it could not be found out. */
  get clientIndex(): number {
    return this.#clientIndex;
  }

  /** The queue in which VPP puts messages, once connected, where it can be used. */
  get ownQueue(): OwnQueue | undefined {
    return this.#ownQueue;
  }

  /** What the writer's thread needs to know of the connection. */
  get writerTask(): WriterTask {
    const { state, segment, header } = this.#setup;
    const control = this.#control;
    return { libraryPath: state.vapi.path, control, segment: segment.task(header) };
  }

  /** As `close`, without the event loop. False where that takes longer. */
  #closeNow(timeoutMs: number): boolean {
    const deadline = performance.now() + timeoutMs;
    // The program may end in the middle of a close.
    if (this.#phase >= phases.disconnect) return this.#waitNow(phases.disconnected, deadline);
    if (this.#phase < phases.closed) {
      this.#setPhase(phases.close);
      this.#events?.ping();
    }
    const isAnswered = this.#waitNow(phases.closed, deadline);
    if (!isAnswered) this.#interruptRead();
    if (!isAnswered && !this.#waitNow(phases.closed, deadline + timeoutMs)) return false;
    this.#events?.leaves();
    // A VPP that does not answer a ping would not answer a farewell.
    const mayLeave = isAnswered && this.#isWriterOut(deadline + timeoutMs);
    this.#setPhase(mayLeave ? phases.disconnect : phases.abandon);
    return !mayLeave || this.#waitNow(phases.disconnected, deadline + timeoutMs);
  }

  /** False where the writer, which was told to stop, stays inside of the library. */
  #isWriterOut(deadline: number): boolean {
    const left = Math.max(0, deadline - performance.now());
    return Atomics.wait(this.control, controlWords.writerWrites, 1, left) !== "timed-out";
  }

  async #close(): Promise<void> {
    this.#setup.lease.closing();
    const closed = Promise.race([this.#next("closed"), this.released]);
    const disconnected = Promise.race([this.#next("disconnected"), this.released]);
    const before = this.#setPhase(phases.close);
    // `close`: the reader did not come out when the program seemed to end.
    if (before === phases.connected || before === phases.close) await this.#leadOut(closed);
    await closed;
    this.#setPhase(phases.disconnect);
    if (!await within(disconnectMs, disconnected)) return this.giveUp("vac_disconnect hangs");
    await this.released;
  }

  /** Leads the reader out of `vac_read`: best by VPP's last answer, so that none is left behind it. */
  async #leadOut(closed: Promise<void>): Promise<void> {
    if (this.#events?.ping() && await within(barrierMs, closed)) return;
    if (this.#interruptRead() && await within(barrierMs, closed)) return;
    await this.#helpOut();
  }

  /**
   * Leads the reader out of a `vac_read` that nothing arrives for: a second `vac_read` beside it, with
   * a timeout, makes the library post a message, which either of them gets: this may take some seconds.
   */
  async #helpOut(): Promise<void> {
    const { vac_read_async, vac_free } = this.#setup.state.vapi.symbols;
    const at = Number(this.#scratch.address) + scratchLayout.helper;
    const results = new DataView(this.#scratch.buffer, scratchLayout.helper);
    while (this.#phase < phases.closed) {
      const result = await vac_read_async(at, at + 8, 1);
      if (result === 0) vac_free(Number(results.getBigUint64(0, true)));
      else if (result !== vacErrors.timeout) return;
    }
  }

  get #queueLength(): number {
    return minQueueLength + this.#setup.lease.number % queueLengths;
  }

  #findOwnQueue(): OwnQueue | undefined {
    const { header, segment, state } = this.#setup;
    const offset = segment.ownQueueOffset(header, this.#queueLength);
    if (offset === undefined) return undefined;
    this.#clientIndex = segment.createdIndex(header, offset) ?? 0;
    Atomics.store(this.control, controlWords.ownQueue, offset);
    const { virtualBase } = header;
    const place = { segment: segment.memory.buffer, offset, virtualBase };
    const ids = keepaliveIds(state.vapi.symbols);
    return OwnQueue.of(state.vapi.symbols, place, {
      id: ids?.question,
      answer: () => ids && this.#events?.keepalive(ids.answer),
    });
  }

  /** False where the reader cannot be led out so. */
  #interruptRead(): boolean {
    const offset = Atomics.load(this.control, controlWords.ownQueue);
    if (offset === 0) return false;
    const { header, state: { libc, vapi } } = this.#setup;
    return interruptRead(vapi.symbols, {
      queue: header.virtualBase + offset,
      cell: {
        address: Number(this.#scratch.address) + scratchLayout.cell,
        words: new Uint32Array(this.#scratch.buffer, scratchLayout.cell, 2),
      },
      view: (address, byteLength) => new DataView(libc.runtime.view(BigInt(address), byteLength)),
    });
  }

  get #phase(): number {
    return Atomics.load(this.control, controlWords.phase);
  }

  /** Returns the phase before. */
  #setPhase(phase: number): number {
    const before = Atomics.exchange(this.control, controlWords.phase, phase);
    Atomics.notify(this.control, controlWords.phase);
    return before;
  }

  #waitNow(phase: number, deadline: number): boolean {
    for (;;) {
      const current = this.#phase;
      if (current >= phase) return true;
      const left = deadline - performance.now();
      if (left <= 0) return false;
      Atomics.wait(this.control, controlWords.phase, current, left);
    }
  }

  #take(report: ReaderReport): void {
    this.#handle(report);
    const expecting = this.#expected.get(report.kind);
    this.#expected.delete(report.kind);
    expecting?.();
  }

  #handle(report: ReaderReport): void {
    switch (report.kind) {
      case "connected":
        this.#ownQueue = this.#findOwnQueue();
        this.#isInLibrary = true;
        return;
      case "closed":
        this.#isInLibrary = true;
        return;
      case "frames":
        return this.#events?.frames();
      case "refused":
        return this.#refuse(report.code, report.message);
      case "failed":
        return this.#fail("NATIVE", report.message);
      case "overflow":
        return this.#fail("BUFFER_FULL", "frames came faster than they were taken");
      case "disconnected":
        this.#isInLibrary = !report.clean;
    }
  }

  #fail(code: VppErrorCode, reason: string): void {
    this.#refuse(code, reason);
    this.#events?.failed(code, reason);
  }

  /** Ends the attempt; without effect where it has succeeded. */
  #refuse(code: VppErrorCode, reason: string): void {
    const { path } = this.#setup.segment;
    this.#refused(new VppError(code, `Cannot connect to ${path}: ${reason}`));
  }

  #next(kind: ReaderReport["kind"]): Promise<void> {
    return new Promise((resolve) => this.#expected.set(kind, resolve));
  }

  #release(): void {
    const { lease, segment } = this.#setup;
    // Whoever has not closed learns of it before the memory goes.
    if (this.#phase < phases.close) this.#fail("NATIVE", "the thread that reads has ended");
    else this.#fail("DISCONNECTED", leftForGood);
    segment.release();
    this.#scratch.release();
    this.#guard.remove();
    if (this.#isInLibrary) lease.stuck("VPP has died with a full queue, or the reader has crashed");
    else lease.release();
  }

  #task(): ReaderTask {
    const { state, segment, header, mapping, backlog, prefix } = this.#setup;
    const scratch = Number(this.#scratch.address);
    return {
      libraryPath: state.vapi.path,
      control: this.#control,
      backlog,
      segment: segment.task(header),
      virtualBase: header.virtualBase,
      mapping,
      clientName: scratch + scratchLayout.name,
      prefix,
      results: scratch + scratchLayout.reader,
      frame: BigInt(scratch + scratchLayout.frame),
      queueLength: this.#queueLength,
    };
  }
}
