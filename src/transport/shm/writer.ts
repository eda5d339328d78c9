import type { NativeRuntime } from "../../../native/types.ts";
import { openVapi } from "../../../native/vapi.ts";
import { FrameWriter } from "./frame_writer.ts";
import { controlWords, type WriterReport, type WriterTask } from "./protocol.ts";
import { QueueGauge } from "./queue_layout.ts";

/** How long to wait for room in VPP's queue before looking again, in milliseconds. */
const roomIntervalMs = 1;

/** Writes what the main thread posts, in order, and waits where VPP takes no more. */
export class BlockingWriter {
  readonly #runtime: NativeRuntime;
  readonly #control: Int32Array;
  readonly #writer: FrameWriter;
  readonly #report: (report: WriterReport) => void;

  constructor(
    { control, libraryPath, segment }: WriterTask,
    runtime: NativeRuntime,
    report: (report: WriterReport) => void,
  ) {
    const { address, byteLength, queueOffset } = segment;
    const gauge = QueueGauge.at(runtime.view(address, byteLength), queueOffset);
    this.#runtime = runtime;
    this.#control = new Int32Array(control);
    this.#writer = new FrameWriter(openVapi(runtime, libraryPath).symbols, gauge);
    this.#report = report;
  }

  /** @param bytes with an ArrayBuffer of its own, as it came from the main thread. */
  write(bytes: Uint8Array): void {
    // Before the first look whether to stop: who has told the writer to waits for this word.
    Atomics.store(this.#control, controlWords.writerWrites, 1);
    this.#write(bytes);
    Atomics.store(this.#control, controlWords.writerWrites, 0);
    Atomics.notify(this.#control, controlWords.writerWrites);
  }

  #write(bytes: Uint8Array): void {
    const frames = { bytes, address: Number(this.#runtime.addressOf(bytes)) };
    let at = 0;
    while (at < bytes.length) {
      if (this.#isStopped()) return;
      const progress = this.#writer.write(frames, at, bytes.length);
      if (progress.failure !== undefined) {
        return this.#report({ kind: "failed", message: progress.failure });
      }
      Atomics.add(this.#control, controlWords.bytesWritten, progress.at - at);
      at = progress.at;
      this.#report({ kind: "written", frames: progress.frames });
      if (at < bytes.length) this.#waitForRoom();
    }
  }

  #waitForRoom(): void {
    while (!this.#isStopped() && !this.#writer.hasRoom()) {
      Atomics.wait(this.#control, controlWords.writerStops, 0, roomIntervalMs);
    }
  }

  #isStopped(): boolean {
    return Atomics.load(this.#control, controlWords.writerStops) === 1;
  }
}
