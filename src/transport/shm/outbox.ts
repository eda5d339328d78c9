import type { Worker } from "node:worker_threads";
import type { ForeignMemory } from "../../../native/foreign_memory.ts";
import type { FixedFrames, FrameWriter } from "./frame_writer.ts";
import type { VppErrorCode } from "../../errors.ts";
import { controlWords, type WriterReport, type WriterTask } from "./protocol.ts";
import { within } from "./wait.ts";
import type { WorkerPool } from "./worker_pool.ts";

/** How long the thread may take to come back from the library, in milliseconds. */
const stopMs = 3000;

/** What the outbox does to the rest of the transport. */
export interface OutboxEffects {
  /** Frames are about to be handed to VPP. `isVppBusy`: it has not taken all of those before. */
  sending(isVppBusy: boolean): void;
  /** Frames have been handed to VPP. */
  sent(frames: number): void;
  failed(code: VppErrorCode, reason: string): void;
}

/** What the outbox writes with. */
export interface OutboxSetup {
  readonly writer: FrameWriter;
  /** False: VPP's queue cannot be looked at, so that every write may wait. */
  readonly mayWriteHere: boolean;
  /** Memory that the library reads frames from; the outbox does not give it back. */
  readonly staging: ForeignMemory;
  /** Bytes that may wait for VPP. */
  readonly maxPendingBytes: number;
  readonly task: WriterTask;
  readonly workers: WorkerPool;
}

/**
 * The main thread's way to VPP. It writes by itself what certainly does not wait; anything else goes
 * through a thread of its own, which is started when it is first needed.
 */
export class Outbox {
  readonly #setup: OutboxSetup;
  readonly #effects: OutboxEffects;
  readonly #control: Int32Array;
  readonly #staging: FixedFrames;
  #thread: WriterThread | undefined;
  /** Bytes given to the thread so far, modulo 2^32. */
  #posted = 0;
  readonly #drained: (() => void)[] = [];

  constructor(setup: OutboxSetup, effects: OutboxEffects) {
    this.#setup = setup;
    this.#effects = effects;
    this.#control = new Int32Array(setup.task.control);
    this.#staging = {
      bytes: new Uint8Array(setup.staging.buffer),
      address: Number(setup.staging.address),
    };
  }

  get pendingBytes(): number {
    return (this.#posted - Atomics.load(this.#control, controlWords.bytesWritten)) >>> 0;
  }

  send(frames: Uint8Array): void {
    const written = this.#mayWriteHere(frames) ? this.#write(frames) : 0;
    if (written !== undefined && written < frames.length) this.#post(frames.slice(written));
  }

  /** See `Transport.drained`. */
  drained(): Promise<void> {
    if (this.pendingBytes === 0) return Promise.resolve();
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  /** Tells the thread to stop: what it has not written is not written any more. */
  stop(): void {
    Atomics.store(this.#control, controlWords.writerStops, 1);
    Atomics.notify(this.#control, controlWords.writerStops);
  }

  /** Ends the thread. Resolves with false where it is inside of the library, and does not come back. */
  async close(): Promise<boolean> {
    this.stop();
    const hasStopped = await this.#thread?.stop() ?? true;
    for (const resolve of this.#drained.splice(0)) resolve();
    return hasStopped;
  }

  /** Frames keep their order: none may overtake what the thread has still to write. */
  #mayWriteHere(frames: Uint8Array): boolean {
    return this.#setup.mayWriteHere && frames.length <= this.#staging.bytes.length &&
      this.pendingBytes === 0;
  }

  /** How many bytes could be written, or undefined after a failure. */
  #write(frames: Uint8Array): number | undefined {
    const { writer } = this.#setup;
    this.#effects.sending(writer.isVppBusy);
    this.#staging.bytes.set(frames);
    const progress = writer.write(this.#staging, 0, frames.length);
    if (progress.failure !== undefined) {
      this.#effects.failed("PROTOCOL", progress.failure);
      return undefined;
    }
    if (progress.frames > 0) this.#effects.sent(progress.frames);
    return progress.at;
  }

  #post(frames: Uint8Array<ArrayBuffer>): void {
    if (this.pendingBytes + frames.length > this.#setup.maxPendingBytes) {
      return this.#effects.failed("BUFFER_FULL", "requests came faster than VPP takes them");
    }
    const { task, workers } = this.#setup;
    this.#thread ??= new WriterThread(workers, task, (report) => this.#take(report));
    this.#posted = (this.#posted + frames.length) >>> 0;
    this.#thread.post(frames);
  }

  /** Nobody has looked at VPP before the thread wrote: it is woken afterwards, where it may sleep. */
  #written(frames: number): void {
    this.#effects.sending(false);
    this.#effects.sent(frames);
  }

  #take(report: WriterReport): void {
    if (report.kind === "failed") return this.#effects.failed("NATIVE", report.message);
    if (report.kind !== "written") return;
    if (report.frames > 0) this.#written(report.frames);
    if (this.pendingBytes === 0) { for (const resolve of this.#drained.splice(0)) resolve(); }
  }
}

/** The thread that may wait for VPP, as the main thread sees it. */
class WriterThread {
  readonly #workers: WorkerPool;
  /** undefined: it could not be started. */
  readonly #worker: Promise<Worker | undefined>;
  #started: Worker | undefined;
  readonly #idle: Promise<void>;

  constructor(workers: WorkerPool, task: WriterTask, report: (report: WriterReport) => void) {
    this.#workers = workers;
    const failed = (error: Error) => report({ kind: "failed", message: error.message });
    let setIdle = () => {};
    this.#idle = new Promise((resolve) => setIdle = resolve);
    this.#worker = workers.take("writer_worker").then((worker) => {
      worker.unref(); // The reader holds the program for as long as the connection stands.
      worker.on("error", failed);
      worker.on("message", (message: WriterReport) => {
        if (message.kind === "idle") setIdle();
        else report(message);
      });
      worker.postMessage(task);
      this.#started = worker;
      return worker;
    }, (error: Error) => {
      failed(error);
      return undefined;
    });
  }

  /** In the order of the calls, before the thread has started as well. */
  post(frames: Uint8Array<ArrayBuffer>): void {
    if (this.#started !== undefined) this.#started.postMessage(frames, [frames.buffer]);
    else void this.#worker.then((worker) => worker?.postMessage(frames, [frames.buffer]));
  }

  /** To be called once the control block tells the thread to stop. */
  async stop(): Promise<boolean> {
    const worker = await this.#worker;
    if (worker === undefined) return true;
    worker.postMessage(null);
    if (!await within(stopMs, this.#idle)) return false;
    this.#workers.give("writer_worker", worker);
    return true;
  }
}
