/**
 * The threads of this transport. One that has nothing to do is kept for a moment, for the connection
 * that replaces the last one: a thread takes 50 ms to start, and koffi (3.3) never gives back the 3 MB
 * of addresses that it maps for each.
 *
 * @module
 */
import { Worker } from "node:worker_threads";
import { VppError } from "../../errors.ts";

/** Modules beside this one. */
export type WorkerName = "reader_worker" | "writer_worker";

/** How long a thread is kept without work, in milliseconds. */
const keepMs = 250;

interface IdleWorker {
  readonly worker: Worker;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** Threads that wait for a task. What they wait for does not keep the program running. */
export class WorkerPool {
  readonly #idle = new Map<WorkerName, IdleWorker>();

  /**
   * A thread that takes tasks by `postMessage`. It keeps the program running.
   *
   * @throws {VppError} `NATIVE`: it could not be started.
   */
  async take(name: WorkerName): Promise<Worker> {
    const idle = this.#idle.get(name);
    if (idle === undefined) return await startWorker(name);
    this.#idle.delete(name);
    clearTimeout(idle.timer);
    idle.worker.ref();
    return idle.worker;
  }

  /** Takes back a thread that waits for its next task. */
  give(name: WorkerName, worker: Worker): void {
    // All at once would take Node's own, by which it counts those for messages.
    for (const event of ["message", "error", "exit"]) worker.removeAllListeners(event);
    worker.unref();
    if (this.#idle.has(name)) return void worker.terminate();
    const timer = setTimeout(() => {
      this.#idle.delete(name);
      void worker.terminate();
    }, keepMs);
    timer.unref();
    this.#idle.set(name, { worker, timer });
  }
}

/** A worker's first message says that it listens. */
function startWorker(name: WorkerName): Promise<Worker> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerUrl(name));
    const failed = (cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause);
      reject(new VppError("NATIVE", `Cannot start the thread ${name}: ${reason}`, { cause }));
    };
    worker.once("error", failed);
    worker.once("message", () => {
      worker.off("error", failed);
      resolve(worker);
    });
  });
}

/** As TypeScript where the sources run, as JavaScript where they were compiled. */
function workerUrl(name: WorkerName): URL {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  return new URL(`./${name}.${extension}`, import.meta.url);
}
