/**
 * VPP's API socket: a unix stream socket, through `node:net`, which Node and Deno both have.
 *
 * @module
 */
import { createConnection, type Socket } from "node:net";
import { openLibc } from "../../native/libc.ts";
import { VppError } from "../errors.ts";
import { BusyPoller } from "./busy_poll.ts";
import { BusyPollPolicy } from "./busy_poll_policy.ts";
import { connectError } from "./socket_errors.ts";
import type { OpenOptions, Transport, TransportFactory, TransportSink } from "./transport.ts";

/** Where VPP listens unless its configuration says otherwise. */
export const DEFAULT_API_SOCKET = "/run/vpp/api.sock";

/** Bytes of the longest path that a unix socket can have (Linux, `sun_path`). */
const MAX_PATH_BYTES = 107;

/** Bytes that one read takes at most. */
const READ_BUFFER = 1 << 16;

/** How long to look for one reply where `busyPoll` gives no time, in milliseconds. */
const DEFAULT_POLL_MS = 0.2;
const LONGEST_POLL_MS = 100;

export interface SocketOptions {
  /**
   * Look for a reply instead of waiting to be woken, for 0.2 or so many milliseconds; false by default.
   * Takes a processor while replies are due. On Node it needs the package koffi, on Deno --allow-ffi.
   */
  readonly busyPoll?: boolean | number;
}

/**
 * Makes transports to the API socket at `path`.
 *
 * @throws RangeError where `busyPoll` is no time
 */
export function socketTransport(
  path: string = DEFAULT_API_SOCKET,
  { busyPoll = false }: SocketOptions = {},
): TransportFactory {
  const name = `unix:${path}`;
  const target = { name, path };
  const pollMs = Number(busyPoll === true ? DEFAULT_POLL_MS : busyPoll);
  if (!(pollMs >= 0 && pollMs <= LONGEST_POLL_MS)) {
    throw new RangeError(
      `Expected busyPoll to be 0 to ${LONGEST_POLL_MS} ms, and it is ${busyPoll}`,
    );
  }
  if (pollMs === 0) return { name, open: (sink, options) => open(target, sink, options) };
  return { name, open: (sink, options) => openPolled(target, pollMs, sink, options) };
}

interface Target {
  readonly name: string;
  readonly path: string;
}

/** Makes a poller for the socket, once that is connected. */
type PollerMaker = (socket: Socket, buffer: Uint8Array) => BusyPoller;

/** @throws VppError code NATIVE where no library can be called */
async function openPolled(
  target: Target,
  pollMs: number,
  sink: TransportSink,
  options: OpenOptions,
): Promise<Transport> {
  const libc = await openLibc();
  try {
    return await open(target, sink, options, (socket, buffer) => {
      const descriptor = descriptorOf(socket);
      socket.once("close", () => libc.close());
      const policy = new BusyPollPolicy(pollMs);
      return new BusyPoller({ libc, socket, descriptor, buffer, sink, policy });
    });
  } catch (error) {
    libc.close();
    throw error;
  }
}

/** Node and Deno both have it there, and neither says so. */
function descriptorOf(socket: Socket): number {
  const { _handle: handle } = socket as Socket & { readonly _handle?: { readonly fd?: number } };
  const descriptor = handle?.fd ?? -1;
  if (descriptor >= 0) return descriptor;
  throw new VppError(
    "NATIVE",
    "Cannot look for replies on the socket: this runtime does not tell its descriptor; leave busyPoll out",
  );
}

function open(
  target: Target,
  sink: TransportSink,
  { signal, timeoutMs }: OpenOptions,
  makePoller?: PollerMaker,
): Promise<Transport> {
  const { name, path } = target;
  return new Promise((resolve, reject) => {
    const impossible = whyImpossible(target, signal);
    if (impossible !== undefined) return reject(impossible);
    const buffer = new Uint8Array(READ_BUFFER);
    let poller: BusyPoller | undefined;
    const socket = createConnection({
      path,
      onread: {
        buffer,
        callback: (length, bytes) => {
          poller?.heard();
          sink.chunk(bytes.subarray(0, length));
          return true;
        },
      },
    });
    const fail = (error: unknown): void => {
      settle();
      socket.on("error", () => {});
      socket.destroy();
      reject(error);
    };
    const timer = setTimeout(
      () =>
        fail(
          new VppError("CONNECT", `Cannot connect to ${path}: no answer within ${timeoutMs} ms`),
        ),
      timeoutMs,
    );
    const abort = (): void => fail(new VppError("ABORTED", `Connecting to ${name} was aborted`));
    const refused = (error: NodeJS.ErrnoException): void => fail(connectError(path, error));
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      socket.off("error", refused);
    };
    signal?.addEventListener("abort", abort, { once: true });
    socket.on("error", refused);
    socket.once("connect", () => {
      try {
        poller = makePoller?.(socket, buffer);
      } catch (error) {
        return fail(error);
      }
      settle();
      resolve(new SocketTransport(name, socket, sink, poller));
    });
  });
}

/** What need not even be tried. */
function whyImpossible({ name, path }: Target, signal?: AbortSignal): VppError | undefined {
  if (signal?.aborted) return new VppError("ABORTED", `Connecting to ${name} was aborted`);
  // Node cuts a path that is too long, and connects to whatever has the rest as its name.
  if (new TextEncoder().encode(path).length <= MAX_PATH_BYTES) return undefined;
  return new VppError(
    "CONNECT",
    `Cannot connect to ${path}: the path of a socket may have ${MAX_PATH_BYTES} bytes; give a shorter one`,
  );
}

class SocketTransport implements Transport {
  readonly name: string;
  /** `writableLength` counts what the system has not taken. */
  readonly returnsMemory = true;
  readonly #socket: Socket;
  readonly #poller: BusyPoller | undefined;
  readonly #closed: Promise<void>;

  constructor(name: string, socket: Socket, sink: TransportSink, poller: BusyPoller | undefined) {
    this.name = name;
    this.#socket = socket;
    this.#poller = poller;
    let failure: Error | undefined;
    socket.on("error", (error) => failure = error);
    socket.once("end", () => socket.destroy());
    this.#closed = new Promise((resolve) => {
      socket.once("close", () => {
        sink.ended(failure);
        resolve();
      });
    });
  }

  get pendingBytes(): number {
    return this.#socket.writableLength;
  }

  send(frames: Uint8Array): void {
    if (!this.#socket.writable) return;
    const rest = this.#poller === undefined ? frames : this.#poller.send(frames);
    if (rest.length > 0) this.#socket.write(rest);
  }

  drained(): Promise<void> {
    const socket = this.#socket;
    if (!socket.writableNeedDrain || socket.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        socket.off("drain", done);
        socket.off("close", done);
        resolve();
      };
      socket.once("drain", done);
      socket.once("close", done);
    });
  }

  close(): Promise<void> {
    this.#socket.destroy();
    return this.#closed;
  }
}
