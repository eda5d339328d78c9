/**
 * A server on a unix socket that does what a test says, in a folder of its own.
 *
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export class UnixServer {
  /** A folder that goes away with the server. */
  readonly folder = mkdtempSync(join(tmpdir(), "govppmux-"));
  readonly path = join(this.folder, "api.sock");
  /** Connections that are open. */
  readonly sockets = new Set<Socket>();
  readonly #server: Server;

  private constructor(serve: (socket: Socket) => void) {
    this.#server = createServer((socket) => {
      this.sockets.add(socket);
      socket.on("error", () => {});
      socket.once("close", () => this.sockets.delete(socket));
      serve(socket);
    });
  }

  static open(serve: (socket: Socket) => void = () => {}): Promise<UnixServer> {
    const server = new UnixServer(serve);
    return new Promise((resolve, reject) => {
      server.#server.once("error", reject);
      server.#server.listen(server.path, () => resolve(server));
    });
  }

  /** Waits until every client is gone. */
  async untilAlone(): Promise<void> {
    while (this.sockets.size > 0) {
      await new Promise<void>((resolve) => {
        for (const socket of this.sockets) socket.once("close", () => resolve());
        // A socket that nobody reads does not see its end.
        for (const socket of this.sockets) socket.resume();
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    rmSync(this.folder, { recursive: true });
  }
}
