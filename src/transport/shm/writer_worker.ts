/**
 * The thread that writes what the main thread may not: what is large, and what has to wait until VPP
 * has room.
 *
 * @module
 */
import { parentPort, workerData } from "node:worker_threads";
import { loadNativeRuntime } from "../../../native/runtime.ts";
import { openVapi } from "../../../native/vapi.ts";
import { FrameWriter } from "./frame_writer.ts";
import type { WriterReport, WriterTask } from "./protocol.ts";
import { QueueGauge } from "./segment.ts";
import { BlockingWriter } from "./writer.ts";

if (parentPort !== null) {
  const port = parentPort;
  const { libraryPath, control, segment }: WriterTask = workerData;
  const runtime = await loadNativeRuntime();
  const gauge = segment.queueOffset === undefined
    ? undefined
    : new QueueGauge(runtime.view(segment.address, segment.byteLength), segment.queueOffset);
  const report = (message: WriterReport) => port.postMessage(message);
  const writer = new BlockingWriter(
    runtime,
    new Int32Array(control),
    new FrameWriter(openVapi(runtime, libraryPath).symbols, gauge),
    report,
  );
  port.on("message", (frames: Uint8Array | null) => {
    if (frames !== null) return writer.write(frames);
    report({ kind: "stopped" });
  });
  report({ kind: "ready" });
}
