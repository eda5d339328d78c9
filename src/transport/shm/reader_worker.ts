/**
 * The thread that connects, reads and disconnects. All three wait inside of the library, so that the
 * main thread speaks to it through the control block only.
 *
 * @module
 */
import { parentPort, workerData } from "node:worker_threads";
import { loadNativeRuntime } from "../../../native/runtime.ts";
import { openVapi } from "../../../native/vapi.ts";
import { runReader } from "./reader.ts";
import type { ReaderReport, ReaderTask } from "./protocol.ts";

if (parentPort !== null) {
  const port = parentPort;
  const task: ReaderTask = workerData;
  const runtime = await loadNativeRuntime();
  const report = (message: ReaderReport) => port.postMessage(message);
  runReader(task, runtime, openVapi(runtime, task.libraryPath).symbols, report);
}
