/**
 * Who wants which events.
 *
 * @module
 */
import type { SimConnection } from "./connection.ts";
import type { Encoder } from "./encoder.ts";
import { INVALID_REGISTRATION } from "./retvals.ts";

interface Registration {
  readonly connection: SimConnection;
  /** What the client gave as its process id; comes back in every event. */
  readonly pid: number;
}

export class EventRegistry {
  readonly #encoder: Encoder;
  /** By the event's name, then by client index. */
  readonly #registrations = new Map<string, Map<number, Registration>>();

  constructor(encoder: Encoder) {
    this.#encoder = encoder;
  }

  /**
   * Turns an event on or off for a client.
   *
   * @returns the retval: as VPP does, a second request for what is on, or off, already is refused
   */
  want(event: string, connection: SimConnection, pid: number, enable: boolean): number {
    const clients = this.#registrations.get(event) ?? new Map<number, Registration>();
    this.#registrations.set(event, clients);
    if (clients.has(connection.clientIndex) === enable) return INVALID_REGISTRATION;
    if (enable) clients.set(connection.clientIndex, { connection, pid });
    else clients.delete(connection.clientIndex);
    return 0;
  }

  /**
   * Sends an event to every client that wants it.
   *
   * @returns the number of clients
   * @throws EncodeError where a field cannot be put on the wire
   */
  emit(event: string, fields: object): number {
    const clients = this.#registrations.get(event);
    if (clients === undefined) return 0;
    for (const { connection, pid } of clients.values()) {
      const { clientIndex } = connection;
      connection.sendBytes(
        this.#encoder.encode(event, { clientIndex }, this.#withPid(event, pid, fields)),
      );
    }
    return clients.size;
  }

  forget(connection: SimConnection): void {
    for (const clients of this.#registrations.values()) clients.delete(connection.clientIndex);
  }

  /** Most events say the pid; a few have no such field. */
  #withPid(event: string, pid: number, fields: object): object {
    return this.#encoder.hasField(event, "pid") ? { pid, ...fields } : fields;
  }
}
