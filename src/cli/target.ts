/**
 * Which VPP a command talks to, and with which definitions: the options that several commands share.
 *
 * @module
 */
import type { Command } from "commander";
import { Mux, type MuxOptions } from "../core/mux.ts";
import { VppError } from "../errors.ts";
import { loadSchema, SYSTEM_DEFINITIONS } from "../host/definitions.ts";
import type { Schema } from "../schema/schema.ts";
import { simTransport } from "../sim/in_memory.ts";
import { Simulator } from "../sim/simulator.ts";
import { shmTransport } from "../transport/shm/shm.ts";
import { DEFAULT_API_SOCKET, socketTransport } from "../transport/socket.ts";
import type { TransportFactory } from "../transport/transport.ts";
import { type LogOptions, muxOptionsOf, printTrace, type TraceOptions } from "./log.ts";
import { printError } from "./output.ts";

/** The options that `withTarget` adds. */
export interface TargetOptions extends LogOptions, TraceOptions {
  readonly socket: string;
  /** True, or milliseconds. */
  readonly busyPoll?: boolean | number;
  readonly shm?: boolean;
  readonly shmPrefix?: string;
  readonly sim?: boolean;
  readonly api?: string;
  readonly timeout: number;
}

/**
 * Adds the options that name a VPP.
 *
 * @param definitions what the definitions are for, and which ones are the default
 */
export function withTarget(
  command: Command,
  definitions = "API definitions: a file or a folder (default: VPP's own)",
): Command {
  return command
    .option("--socket <path>", "VPP's API socket", DEFAULT_API_SOCKET)
    .option("--busy-poll", "look for replies on the socket: faster, and takes a processor")
    .option("--shm", "VPP's shared memory instead of the socket")
    .option("--shm-prefix <name>", "the prefix of VPP's shared memory; implies --shm")
    .option("--sim", "a simulator of its own instead of a VPP")
    .option("--api <dir>", definitions)
    .option("--timeout <ms>", "milliseconds to wait for a reply", positive, 1000);
}

/** Parses a positive number. */
export function positive(text: string): number {
  const number = Number(text);
  if (Number.isFinite(number) && number > 0) return number;
  throw new VppError("CONFIG", `Expected a number above 0, and got ${JSON.stringify(text)}`);
}

/**
 * Lets `act` use a mux that is connected to what the options name; afterwards the mux is closed, and what
 * the calls took is printed where the options ask for that.
 */
export async function useTarget(
  options: TargetOptions,
  act: (mux: Mux) => Promise<void>,
): Promise<void> {
  const mux = await connectTarget(options);
  try {
    await act(mux);
  } finally {
    await mux.close();
    if (options.trace === true) printTrace(mux.trace.summary());
  }
}

/** Connects to what the options name, with the definitions that they name or VPP gives. */
export async function connectTarget(options: TargetOptions): Promise<Mux> {
  const common = await commonOptions(options);
  if (options.api !== undefined) {
    return connected({ ...common, schema: await loadSchema(options.api) });
  }
  try {
    return await connected({ ...common, schema: "vpp" });
  } catch (error) {
    if (!(error instanceof VppError) || !isIncompatible(error)) throw error;
    return connected({ ...common, schema: await systemSchema(error) });
  }
}

/**
 * Connects for a look at VPP's message table, which needs no definitions; but shared memory does not list
 * its messages, and there VPP's own definitions tell them, where it can give them.
 */
export async function connectForTable(options: TargetOptions): Promise<Mux> {
  const common = await commonOptions(options);
  if (options.shm !== true && options.shmPrefix === undefined) return connected(common);
  try {
    return await connected({ ...common, schema: "vpp" });
  } catch (error) {
    if (!(error instanceof VppError) || !isIncompatible(error)) throw error;
    return connected(common);
  }
}

async function commonOptions(options: TargetOptions): Promise<MuxOptions> {
  return {
    ...await muxOptionsOf(options),
    transport: transportOf(options),
    connectAttempts: 1,
    reconnect: false,
    replyTimeoutMs: options.timeout,
  };
}

/** The way to the VPP that the options name. */
export function transportOf(options: Omit<TargetOptions, "api" | "timeout">): TransportFactory {
  const { sim, shm, shmPrefix, socket, busyPoll = false } = options;
  if (sim === true) return simTransport(new Simulator({ interfaces: 3 }));
  if (shm !== true && shmPrefix === undefined) return socketTransport(socket, { busyPoll });
  return shmTransport({
    log: printError,
    ...(shmPrefix === undefined ? {} : { prefix: shmPrefix }),
    // The default socket is another VPP's where a prefix is given; the transport finds that out.
    ...(socket === DEFAULT_API_SOCKET ? {} : { wakeSocket: socket }),
  });
}

async function connected(options: MuxOptions): Promise<Mux> {
  const mux = new Mux({ healthIntervalMs: 0, ...options });
  try {
    await mux.connect();
    return mux;
  } catch (error) {
    await mux.close();
    throw error;
  }
}

/** Whether VPP is older than 24.06 and cannot say what it speaks. */
function isIncompatible(error: VppError): boolean {
  const { cause } = error;
  return error.code === "INCOMPATIBLE" ||
    (cause instanceof VppError && cause.code === "INCOMPATIBLE");
}

async function systemSchema(cause: VppError): Promise<Schema> {
  try {
    return await loadSchema(SYSTEM_DEFINITIONS);
  } catch (error) {
    throw new VppError(
      "SCHEMA",
      `This VPP is older than 24.06 and cannot give its API definitions, and ${SYSTEM_DEFINITIONS} does not have them either; pass --api DIR (${
        error instanceof Error ? error.message : String(error)
      }; ${cause.message})`,
      { cause: error },
    );
  }
}
