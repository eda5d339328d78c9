/** Tries to connect from a thread of its own; reports the error's code. */
import { parentPort, workerData } from "node:worker_threads";
import { VppError } from "../../src/errors.ts";
import { shmTransport } from "../../src/transport/shm/shm.ts";

const sink = { chunk: () => {}, ended: () => {} };
try {
  const transport = await shmTransport(workerData).open(sink, { timeoutMs: 2000 });
  await transport.close();
  parentPort?.postMessage("connected");
} catch (error) {
  parentPort?.postMessage(error instanceof VppError ? error.code : String(error));
}
