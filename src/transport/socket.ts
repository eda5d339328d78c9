/**
 * VPP's API socket: a unix stream socket, through `node:net`, which Node and Deno both have.
 *
 * @module
 */
import { statSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { VppError } from "../errors.ts";
import type { OpenOptions, Transport, TransportFactory, TransportSink } from "./transport.ts";

/** Where VPP listens unless its configuration says otherwise. */
export const DEFAULT_API_SOCKET = "/run/vpp/api.sock";

/** Bytes of the longest path that a unix socket can have (Linux, `sun_path`). */
const MAX_PATH_BYTES = 107;

/** Bytes that one read takes at most. */
const READ_BUFFER = 1 << 16;

/** Makes transports to the API socket at `path`. */
export function socketTransport(path: string = DEFAULT_API_SOCKET): TransportFactory {
  const name = `unix:${path}`;
  return { name, open: (sink, options) => open(name, path, sink, options) };
}

function open(
  name: string,
  path: string,
  sink: TransportSink,
  { signal, timeoutMs }: OpenOptions,
): Promise<Transport> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      return reject(new VppError("ABORTED", `Connecting to ${name} was aborted`));
    }
    // Node cuts a path that is too long, and connects to whatever has the rest as its name.
    if (new TextEncoder().encode(path).length > MAX_PATH_BYTES) {
      return reject(
        new VppError(
          "CONNECT",
          `Cannot connect to ${path}: the path of a socket may have ${MAX_PATH_BYTES} bytes; give a shorter one`,
        ),
      );
    }
    const buffer = new Uint8Array(READ_BUFFER);
    const socket = createConnection({
      path,
      onread: {
        buffer,
        callback: (length, bytes) => {
          sink.chunk(bytes.subarray(0, length));
          return true;
        },
      },
    });
    const fail = (error: VppError): void => {
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
      settle();
      resolve(new SocketTransport(name, socket, sink));
    });
  });
}

class SocketTransport implements Transport {
  readonly name: string;
  readonly #socket: Socket;
  readonly #closed: Promise<void>;

  constructor(name: string, socket: Socket, sink: TransportSink) {
    this.name = name;
    this.#socket = socket;
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
    if (this.#socket.writable) this.#socket.write(frames);
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

const NO_SOCKET = "the file is no socket; give the path of VPP's api.sock";

/** What to do about a socket that cannot be connected to. */
function connectError(path: string, error: NodeJS.ErrnoException): VppError {
  return new VppError("CONNECT", `Cannot connect to ${path}: ${adviceFor(path, error)}`, {
    cause: error,
  });
}

function adviceFor(path: string, error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case "ENOENT":
      return "there is no such file; is VPP running, with a socksvr section in its startup.conf?";
    case "ENOTDIR":
      return "there is no such file: a part of the path is no folder";
    case "ECONNREFUSED":
      return isSocket(path)
        ? "nobody listens there; VPP may have stopped and left the file behind"
        : NO_SOCKET;
    case "ENOTSOCK":
      return NO_SOCKET;
    case "EACCES":
    case "EPERM":
      return "no permission; run as root or join the group that owns the socket (often vpp)";
    case "EPROTOTYPE":
      return "the socket is of another type; give the path of VPP's api.sock, not of stats.sock";
    default:
      return error.message;
  }
}

/** Linux refuses a connection to a file of another kind as it does one to a socket without listener. */
function isSocket(path: string): boolean {
  try {
    return statSync(path).isSocket();
  } catch {
    // It is gone, or we may not look: what the system said first is the best that we know.
    return true;
  }
}
