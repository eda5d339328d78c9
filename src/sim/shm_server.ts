/**
 * The simulator in shared memory, where the stand-in for libvppapiclient finds it: the real library
 * would need the real VPP.
 *
 * @module
 */
import { clearImmediate, setImmediate } from "node:timers";
import { cString } from "../../native/libc.ts";
import { loadNativeRuntime } from "../../native/runtime.ts";
import {
  openStandin,
  standinEvents,
  type StandinSymbols,
  standinWriteErrors,
} from "../../native/standin/standin.ts";
import { VppError } from "../errors.ts";
import type { SimConnection } from "./connection.ts";
import type { SimLink } from "./link.ts";
import type { VppRun } from "./run.ts";
import type { Simulator } from "./simulator.ts";

/** Where and by what the simulator serves shared memory. */
export interface ShmServerOptions {
  /** The stand-in, as `buildStandin` makes it. */
  readonly library: string;
  /** As in `api-segment { prefix … }`; none by default. */
  readonly prefix?: string;
  /** Messages that VPP's input queue holds; 1024 by default, as VPP's. */
  readonly queueLength?: number;
}

/** A simulator that serves shared memory. */
export interface ShmListener {
  /** Stops serving, drops the clients that came this way, and removes the files. */
  close(): void;
  /** Stops serving as a killed VPP does: the files stay, and nobody is told. */
  die(): void;
  /** As long as it is paused nothing is read and nothing is sent, as in a VPP that hangs. */
  paused: boolean;
}

/** How long to go on looking in every turn of the event loop after the last message. */
const busyMs = 1;
/** How often to look otherwise. */
const idleIntervalMs = 1;
/** Messages taken in one turn. */
const maxMessages = 1024;
const maxMessageBytes = 1 << 20;
const frameHeaderBytes = 16;

/**
 * Serves the simulator's present and future lives: a restart makes new files, as with VPP.
 *
 * @throws {VppError} `NATIVE`: no FFI, or the files cannot be made.
 */
export async function serveSharedMemory(
  sim: Simulator,
  options: ShmServerOptions,
): Promise<ShmListener> {
  const standin = openStandin(await loadNativeRuntime(), options.library);
  return new ShmServer(sim, options, standin);
}

class ShmServer implements ShmListener {
  paused = false;
  readonly #sim: Simulator;
  readonly #options: ShmServerOptions;
  readonly #standin: StandinSymbols;
  #life: ServedLife | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn: NodeJS.Immediate | undefined;
  #lastMessage = 0;

  constructor(sim: Simulator, options: ShmServerOptions, standin: StandinSymbols) {
    this.#sim = sim;
    this.#options = options;
    this.#standin = standin;
    this.#life = new ServedLife(sim.vpp, options, standin);
    this.#schedule();
  }

  close(): void {
    this.#stop();
    this.#life?.close();
    this.#life = undefined;
  }

  die(): void {
    this.#stop();
    this.#life?.die();
    this.#life = undefined;
  }

  #stop(): void {
    clearTimeout(this.#timer);
    if (this.#turn !== undefined) clearImmediate(this.#turn);
  }

  #schedule(): void {
    const isBusy = performance.now() - this.#lastMessage < busyMs;
    if (isBusy) this.#turn = setImmediate(() => this.#look());
    else this.#timer = setTimeout(() => this.#look(), idleIntervalMs);
  }

  #look(): void {
    this.#followSimulator();
    if (!this.paused && this.#life?.work()) this.#lastMessage = performance.now();
    this.#schedule();
  }

  /** A simulator that has stopped is a VPP that has died; one that was restarted is a new VPP. */
  #followSimulator(): void {
    if (this.#sim.running && this.#life?.vpp === this.#sim.vpp) return;
    this.#life?.die();
    this.#life = this.#sim.running
      ? new ServedLife(this.#sim.vpp, this.#options, this.#standin)
      : undefined;
  }
}

/** One life of the simulated VPP, and the shared memory that it made. */
class ServedLife {
  readonly vpp: VppRun;
  readonly #standin: StandinSymbols;
  readonly #server: bigint;
  readonly #clients = new Map<number, ShmClient>();
  /** A frame: the header, then what the stand-in puts there. */
  readonly #frame = new Uint8Array(frameHeaderBytes + maxMessageBytes);
  readonly #message = this.#frame.subarray(frameHeaderBytes);
  readonly #view = new DataView(this.#frame.buffer);
  readonly #event = new Int32Array(3);

  constructor(vpp: VppRun, { prefix, queueLength = 1024 }: ShmServerOptions, api: StandinSymbols) {
    this.vpp = vpp;
    this.#standin = api;
    const table = vpp.table.entries.map(({ id, name }) => `${name} ${id}\n`).join("");
    const prefixText = prefix === undefined ? null : cString(prefix);
    this.#server = api.standin_server_open(prefixText, cString(table), queueLength);
    if (this.#server === 0n) {
      throw new VppError(
        "NATIVE",
        `Cannot make shared memory with the prefix "${prefix ?? ""}" in /dev/shm: no room, or no ` +
          "permission",
      );
    }
  }

  /** Works off what clients have sent, and sends what was left. True where there was something. */
  work(): boolean {
    for (const client of this.#clients.values()) client.flush();
    for (let taken = 0; taken < maxMessages; taken++) {
      if (!this.#take()) return taken > 0;
    }
    return true;
  }

  close(): void {
    this.#standin.standin_server_close(this.#server);
    this.#dropClients();
  }

  die(): void {
    this.#standin.standin_server_die(this.#server);
    this.#dropClients();
  }

  /** False where there was nothing. */
  #take(): boolean {
    const { standin_server_read } = this.#standin;
    const kind = standin_server_read(this.#server, this.#message, maxMessageBytes, this.#event);
    const [, clientIndex = 0, length = 0] = this.#event;
    switch (kind) {
      case standinEvents.connected:
        this.#connected(clientIndex, new TextDecoder().decode(this.#message.subarray(0, length)));
        return true;
      case standinEvents.disconnected:
        this.#clients.get(clientIndex)?.connection?.ended();
        this.#clients.delete(clientIndex);
        return true;
      case standinEvents.message:
        this.#received(clientIndex, length);
        return true;
      default:
        return false;
    }
  }

  #connected(clientIndex: number, name: string): void {
    const client = new ShmClient(this.#standin, this.#server, clientIndex);
    client.connection = this.vpp.attach(client);
    client.connection.clientName = name;
    this.#clients.set(clientIndex, client);
  }

  #received(clientIndex: number, length: number): void {
    const connection = this.#clients.get(clientIndex)?.connection;
    if (connection === undefined) return;
    this.#view.setUint32(8, length);
    // The library has put in its own index; the simulator knows its clients by another.
    this.#view.setUint32(frameHeaderBytes + 2, connection.clientIndex);
    connection.chunk(this.#frame.slice(0, frameHeaderBytes + length));
  }

  #dropClients(): void {
    for (const client of this.#clients.values()) {
      client.destroy();
      client.connection?.ended();
    }
    this.#clients.clear();
  }
}

/** A client in shared memory. VPP waits where its queue is full; here the rest waits beside it. */
class ShmClient implements SimLink {
  readonly name: string;
  connection: SimConnection | undefined;
  readonly #standin: StandinSymbols;
  readonly #server: bigint;
  readonly #clientIndex: number;
  #waiting: Uint8Array[] = [];
  #isGone = false;

  constructor(standin: StandinSymbols, server: bigint, clientIndex: number) {
    this.name = `shm:${clientIndex}`;
    this.#standin = standin;
    this.#server = server;
    this.#clientIndex = clientIndex;
  }

  get pendingBytes(): number {
    return this.#waiting.reduce((sum, message) => sum + message.length, 0);
  }

  send(frames: Uint8Array): void {
    const view = new DataView(frames.buffer, frames.byteOffset, frames.byteLength);
    for (let at = 0; at < frames.length;) {
      const from = at + frameHeaderBytes;
      at = from + view.getUint32(at + 8);
      this.#waiting.push(frames.subarray(from, at));
    }
    this.flush();
  }

  /** Sends what the client's queue has room for. */
  flush(): void {
    let sent = 0;
    while (sent < this.#waiting.length && this.#write(this.#waiting[sent]!)) sent++;
    this.#waiting.splice(0, sent);
  }

  /** The client is not told, as VPP does not. */
  destroy(): void {
    this.#isGone = true;
    this.#waiting = [];
  }

  end(): void {
    this.destroy();
  }

  /** The simulator reads shared memory for all clients at once: one cannot be paused. */
  pause(): void {}

  resume(): void {}

  #write(message: Uint8Array): boolean {
    if (this.#isGone) return true;
    const { standin_server_write } = this.#standin;
    const result = standin_server_write(
      this.#server,
      this.#clientIndex,
      message,
      message.length,
    );
    return result !== standinWriteErrors.queueFull && result !== standinWriteErrors.noMemory;
  }
}
