/**
 * The simulator on a unix socket, where any client of VPP finds it.
 *
 * @module
 */
import { lstat, unlink } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { VppError } from "../errors.ts";
import type { SimLink } from "./link.ts";
import type { Simulator } from "./simulator.ts";

/** A simulator that listens. */
export interface SimListener {
  /** The socket's path. */
  readonly path: string;
  /** Stops listening, drops the clients that came this way, and removes the socket. */
  close(): Promise<void>;
}

/**
 * Listens on a unix socket.
 *
 * A socket that nobody listens on any more, left behind by a crash, is replaced.
 *
 * @throws VppError code CONNECT where the path is taken or cannot be used
 */
export async function serveSocket(sim: Simulator, path: string): Promise<SimListener> {
  await makeRoom(path);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    if (!sim.running) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    serve(sim, socket, path);
  });
  await listen(server, path);
  return {
    path,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
      await unlink(path).catch(ignoreMissing);
    },
  };
}

function serve(sim: Simulator, socket: Socket, path: string): void {
  const connection = sim.attach(linkOf(socket, path));
  socket.on("data", (chunk) => {
    if (typeof chunk !== "string") connection.chunk(chunk);
  });
  // An error is followed by "close", which is all that matters here.
  socket.on("error", () => {});
  socket.once("close", () => connection.ended());
}

function linkOf(socket: Socket, path: string): SimLink {
  return {
    name: `unix:${path}`,
    send: (frames) => void socket.write(frames),
    get pendingBytes() {
      return socket.writableLength;
    },
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
  };
}

/** Makes sure that the path is free, or holds a socket without a listener, which goes away. */
async function makeRoom(path: string): Promise<void> {
  const found = await lstat(path).catch(ignoreMissing);
  if (found === undefined) return;
  if (!found.isSocket()) {
    throw new VppError(
      "CONNECT",
      `Cannot listen on ${path}: there is a file of another kind; remove it or give another path`,
    );
  }
  if (await answers(path)) {
    throw new VppError(
      "CONNECT",
      `Cannot listen on ${path}: somebody else listens there; stop it or give another path`,
    );
  }
  await unlink(path).catch(ignoreMissing);
}

function ignoreMissing(error: unknown): undefined {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
  throw error;
}

/**
 * Whether somebody listens on the socket.
 *
 * @throws VppError code CONNECT where that cannot be told
 */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", (cause: NodeJS.ErrnoException) => {
      if (cause.code === "ECONNREFUSED" || cause.code === "ENOENT") resolve(false);
      else reject(listenError(path, cause));
    });
  });
}

function listenError(path: string, cause: Error): VppError {
  return new VppError("CONNECT", `Cannot listen on ${path}: ${cause.message}`, { cause });
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => reject(listenError(path, cause)));
    server.listen(path, () => resolve());
  });
}
