/**
 * The thread that writes what the main thread may not: what is large, and what has to wait until VPP
 * has room. It is given a task, then frames, and null at the end.
 *
 * @module
 */
import { parentPort } from "node:worker_threads";
import { loadNativeRuntime } from "../../../native/runtime.ts";
import type { WriterReport, WriterTask } from "./protocol.ts";
import { BlockingWriter } from "./writer.ts";

if (parentPort !== null) {
  const port = parentPort;
  const runtime = await loadNativeRuntime();
  const report = (message: WriterReport) => port.postMessage(message);
  let writer: BlockingWriter | undefined;
  port.on("message", (message: WriterTask | Uint8Array | null) => {
    if (message instanceof Uint8Array) return writer?.write(message);
    writer = message === null ? undefined : new BlockingWriter(message, runtime, report);
    if (message === null) report({ kind: "idle" });
  });
  report({ kind: "idle" });
}
