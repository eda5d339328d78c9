/**
 * The clients of a simulated VPP by their client index.
 *
 * @module
 */
import { type ConnectionOptions, SimConnection } from "./connection.ts";
import type { SimLink } from "./link.ts";
import type { VppRun } from "./run.ts";

/** Marks the handle of a socket client; below it stands the client's place in VPP's pool. */
const SOCKET_HANDLE = 0x80000000;

export class ClientTable {
  readonly #clients = new Map<number, SimConnection>();
  /** Places that are free again; VPP's pools hand out the one that was freed last. */
  readonly #free: number[] = [];
  /** Place 0 is VPP's listening socket. */
  #next = 1;

  add(vpp: VppRun, link: SimLink, options: ConnectionOptions): SimConnection {
    const place = this.#free.pop() ?? this.#next++;
    const clientIndex = (SOCKET_HANDLE | place) >>> 0;
    const connection = new SimConnection(vpp, link, clientIndex, options);
    this.#clients.set(clientIndex, connection);
    return connection;
  }

  get(clientIndex: number): SimConnection | undefined {
    return this.#clients.get(clientIndex);
  }

  all(): readonly SimConnection[] {
    return [...this.#clients.values()];
  }

  remove(connection: SimConnection): void {
    if (this.#clients.delete(connection.clientIndex)) {
      this.#free.push((connection.clientIndex & ~SOCKET_HANDLE) >>> 0);
    }
  }
}
