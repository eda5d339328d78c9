/**
 * A way into the simulator without a socket: for tests, the demo, and programs that bring their VPP
 * along. Bytes of one side reach the other in a microtask, so neither is entered while it sends.
 *
 * @module
 */
import { VppError } from "../errors.ts";
import type {
  OpenOptions,
  Transport,
  TransportFactory,
  TransportSink,
} from "../transport/transport.ts";
import type { SimConnection } from "./connection.ts";
import type { SimLink } from "./link.ts";
import type { Simulator } from "./simulator.ts";

/** Transports that end in the simulator. */
export function simTransport(sim: Simulator): TransportFactory {
  return {
    name: "simulator",
    open: (sink, options) => open(sim, sink, options),
  };
}

async function open(
  sim: Simulator,
  sink: TransportSink,
  options: OpenOptions,
): Promise<Transport> {
  await Promise.resolve();
  if (options.signal?.aborted === true) {
    throw new VppError("ABORTED", "Connecting to the simulator was aborted", {
      cause: options.signal.reason,
    });
  }
  if (!sim.running) {
    throw new VppError("CONNECT", "Cannot connect to the simulator: it is stopped");
  }
  return new Pipe(sim, sink).client;
}

/** Both ends of one connection. */
class Pipe {
  readonly client: Transport;
  readonly #sink: TransportSink;
  readonly #connection: SimConnection;
  readonly #toClient: ChunkQueue;
  readonly #toVpp: ChunkQueue;
  #over: Promise<void> | undefined;

  constructor(sim: Simulator, sink: TransportSink) {
    this.#sink = sink;
    this.#toClient = new ChunkQueue((chunk) => sink.chunk(chunk));
    this.#toVpp = new ChunkQueue((chunk) => this.#connection.chunk(chunk));
    this.#connection = sim.attach(this.#link());
    this.client = this.#transport();
  }

  #link(): SimLink {
    const toClient = this.#toClient;
    const toVpp = this.#toVpp;
    return {
      name: "simulator",
      send: (frames) => toClient.push(frames),
      get pendingBytes() {
        return toClient.pendingBytes;
      },
      pause: () => toVpp.pause(),
      resume: () => toVpp.resume(),
      end: () => toClient.whenEmpty(() => this.#end()),
      destroy: () => void this.#end(),
    };
  }

  #transport(): Transport {
    const toVpp = this.#toVpp;
    return {
      name: "simulator",
      // What has been delivered counts no longer, and the simulator holds no chunk.
      returnsMemory: true,
      send: (frames) => toVpp.push(frames),
      get pendingBytes() {
        return toVpp.pendingBytes;
      },
      drained: () => new Promise((resolve) => toVpp.whenEmpty(resolve)),
      close: () => this.#end(),
    };
  }

  /** Ends both directions at once; the two sides hear of it once each. */
  #end(): Promise<void> {
    return this.#over ??= this.#finish();
  }

  async #finish(): Promise<void> {
    this.#toClient.close();
    this.#toVpp.close();
    await Promise.resolve();
    this.#connection.ended();
    this.#sink.ended(undefined);
  }
}

/** Chunks on their way in one direction. */
class ChunkQueue {
  readonly #deliver: (chunk: Uint8Array) => void;
  #chunks: Uint8Array[] = [];
  #waiting: (() => void)[] = [];
  #paused = false;
  #closed = false;
  #scheduled = false;
  pendingBytes = 0;

  constructor(deliver: (chunk: Uint8Array) => void) {
    this.#deliver = deliver;
  }

  push(chunk: Uint8Array): void {
    if (this.#closed) return;
    this.#chunks.push(chunk);
    this.pendingBytes += chunk.length;
    this.#schedule();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#schedule();
  }

  /** Calls back once everything is delivered, or the queue is closed. */
  whenEmpty(callback: () => void): void {
    this.#waiting.push(callback);
    this.#schedule();
  }

  clear(): void {
    this.#chunks = [];
    this.pendingBytes = 0;
  }

  close(): void {
    this.#closed = true;
    this.clear();
    this.#wake();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#run();
    });
  }

  #run(): void {
    const chunks = this.#chunks;
    this.#chunks = [];
    for (const [i, chunk] of chunks.entries()) {
      if (this.#closed) return;
      if (this.#paused) {
        this.#chunks = [...chunks.slice(i), ...this.#chunks];
        return;
      }
      this.#deliver(chunk);
      // Only now, for who sent the chunk may use its memory again. Closing has counted all of them out.
      if (!this.#closed) this.pendingBytes -= chunk.length;
    }
    if (this.#chunks.length === 0) this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const callback of waiting) callback();
  }
}
