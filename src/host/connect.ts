/**
 * `connect` for runtimes with a file system and sockets: Node and Deno.
 *
 * @module
 */
import { connected } from "../core/connected.ts";
import { Mux, type MuxOptions } from "../core/mux.ts";
import type { Schema } from "../schema/schema.ts";
import { shmTransport } from "../transport/shm/shm.ts";
import { socketTransport } from "../transport/socket.ts";
import type { TransportFactory } from "../transport/transport.ts";
import { loadSchema } from "./definitions.ts";
import { runtimeOptions } from "./runtime_options.ts";

export interface ConnectOptions extends Omit<MuxOptions, "transport" | "schema"> {
  /** VPP's API socket; `/run/vpp/api.sock` by default. */
  readonly socket?: string;
  /**
   * Look for a reply on the socket instead of waiting to be woken, for 0.2 or so many milliseconds; false
   * by default. One call at a time is faster by it, and takes a processor. Needs on Node the package
   * koffi, on Deno --allow-ffi. Not for shared memory, which looks by itself.
   */
  readonly busyPoll?: boolean | number;
  /**
   * Shared memory instead of the socket: the fastest way, for one connection a process. Needs
   * libvppapiclient, on Node the package koffi, on Deno --allow-ffi. With a `socket` as well, an idle
   * VPP is woken through it.
   */
  readonly shm?: boolean;
  /** The prefix of VPP's shared memory (`api-segment { prefix … }`); implies `shm`. */
  readonly shmPrefix?: string;
  /** Another way to VPP than the socket. */
  readonly transport?: TransportFactory;
  /**
   * Definitions by which messages are found by name: a schema, "vpp" to ask VPP for its own (24.06 and
   * later), or the path of a definition file or of a folder of them.
   */
  readonly schema?: Schema | "vpp" | (string & Record<never, never>);
  /** Gives the attempt up. */
  readonly signal?: AbortSignal;
}

/**
 * Connects to VPP.
 *
 * @throws VppError code CONNECT after the last attempt; ABORTED where the signal ended it
 * @throws SchemaError where the definitions cannot be loaded
 */
export async function connect(options: ConnectOptions = {}): Promise<Mux> {
  return await connected(await makeMux(options), options.signal);
}

/**
 * Returns at once, or as soon as the definitions are loaded, and goes on trying in the background until
 * connected or closed; `mux.events()` and `mux.onState` tell how it goes.
 *
 * @throws SchemaError where the definitions cannot be loaded
 */
export async function connectAsync(options: ConnectOptions = {}): Promise<Mux> {
  const mux = await makeMux(options);
  mux.connectAsync(options.signal);
  return mux;
}

async function makeMux(options: ConnectOptions): Promise<Mux> {
  const { schema, ...rest } = options;
  const transport = transportOf(options);
  const known = { ...runtimeOptions(), ...rest, transport };
  return new Mux(schema === undefined ? known : { ...known, schema: await knownSchema(schema) });
}

function transportOf(options: ConnectOptions): TransportFactory {
  const { transport, socket, busyPoll, shm, shmPrefix, clientName } = options;
  if (transport !== undefined) return transport;
  if (shm !== true && shmPrefix === undefined) {
    return socketTransport(socket, busyPoll === undefined ? {} : { busyPoll });
  }
  return shmTransport({
    ...(shmPrefix === undefined ? {} : { prefix: shmPrefix }),
    ...(socket === undefined ? {} : { wakeSocket: socket }),
    ...(clientName === undefined ? {} : { clientName }),
  });
}

function knownSchema(schema: Schema | string): Promise<Schema> | Schema | "vpp" {
  if (typeof schema !== "string") return schema;
  return schema === "vpp" ? "vpp" : loadSchema(schema);
}
