/**
 * The thread that connects, reads and disconnects. All three wait inside of the library, so that the
 * main thread speaks to it through the control block only. A task is a connection.
 *
 * @module
 */
import { parentPort } from "node:worker_threads";
import { loadNativeRuntime } from "../../../native/runtime.ts";
import { openVapi } from "../../../native/vapi.ts";
import { runReader } from "./reader.ts";
import type { ReaderReport, ReaderTask } from "./protocol.ts";

if (parentPort !== null) {
  const port = parentPort;
  const runtime = await loadNativeRuntime();
  const report = (message: ReaderReport) => port.postMessage(message);
  port.on("message", (task: ReaderTask) => {
    runReader(task, runtime, openVapi(runtime, task.libraryPath).symbols, report);
    report({ kind: "idle" });
  });
  report({ kind: "idle" });
}
