/**
 * The settings of a mux.
 *
 * @module
 */
import type { CodecOptions } from "../codec/codec.ts";
import type { Schema } from "../schema/schema.ts";
import type { TransportFactory } from "../transport/transport.ts";
import type { AsyncContextFactory } from "./async_context.ts";
import type { CallInstrument } from "./call_watch.ts";
import type { ChannelOptions } from "./channel_options.ts";
import { type Clock, systemClock } from "./clock.ts";
import { type Logger, silentLogger } from "./logger.ts";

export interface MuxOptions extends CodecOptions {
  /** The way to VPP. */
  readonly transport: TransportFactory;
  /**
   * Definitions by which messages are found by name: a schema, or "vpp" to ask VPP for its own at each
   * connect (24.06 and later).
   */
  readonly schema?: Schema | "vpp";
  /** The name under which VPP lists this client, up to 63 bytes; "govppmux" by default. */
  readonly clientName?: string;
  /** Attempts of `connect`; 3 by default. */
  readonly connectAttempts?: number;
  /** Milliseconds before the second attempt; it grows from attempt to attempt. 1000 by default. */
  readonly connectIntervalMs?: number;
  /** Where the growing interval between attempts ends, in milliseconds; 10000 by default. */
  readonly connectIntervalMaxMs?: number;
  /** Milliseconds for one attempt; 5000 by default. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds for a reply, where a channel or a call has no other; 1000 by default. */
  readonly replyTimeoutMs?: number;
  /** Milliseconds between health probes; 1000 by default, 0 for none. */
  readonly healthIntervalMs?: number;
  /** Milliseconds for the reply to a probe; 250 by default. */
  readonly healthReplyTimeoutMs?: number;
  /** Failed probes in a row until VPP is reported as not responding; 1 by default. */
  readonly healthThreshold?: number;
  /**
   * Milliseconds as NotResponding after which the connection is given up and made again; 0, never, by
   * default.
   */
  readonly healthDisconnectAfterMs?: number;
  /** Whether a connection that ended is made again; true by default. */
  readonly reconnect?: boolean;
  /** Whether the resync callbacks run after a reconnect, before `Connected`; false by default. */
  readonly resyncAfterReconnect?: boolean;
  /** Milliseconds that a hook of a registered part may take, where it has no other; 30000 by default. */
  readonly hookTimeoutMs?: number;
  /** What channels have where they are made without it. */
  readonly channel?: ChannelOptions;
  /** Bytes that may wait for the system before channels hold their requests back; 1 MiB by default. */
  readonly sendBufferBytes?: number;
  /** Whether every call is measured from the start; false by default. */
  readonly traceEnabled?: boolean;
  /** Calls that the trace keeps, the newest; 10000 by default. */
  readonly traceSize?: number;
  /** Makes `AsyncLocalStorage` where the runtime has it, so that trace events know their calls. */
  readonly asyncContext?: AsyncContextFactory;
  /** Whoever else wants to know of every call. */
  readonly instruments?: readonly CallInstrument[];
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** Numbers in [0, 1) that spread reconnects; `Math.random` by default. */
  readonly random?: () => number;
}

/** All settings; where undefined counts, it is a value of its own. */
export type MuxSettings =
  & Required<Omit<MuxOptions, "schema" | "asyncContext" | keyof CodecOptions>>
  & Pick<MuxOptions, "schema" | "asyncContext">;

/** @throws RangeError where a setting is out of range */
export function muxSettings(options: MuxOptions): MuxSettings {
  const settings: MuxSettings = {
    transport: options.transport,
    schema: options.schema,
    clientName: options.clientName ?? "govppmux",
    connectAttempts: options.connectAttempts ?? 3,
    connectIntervalMs: options.connectIntervalMs ?? 1000,
    connectIntervalMaxMs: options.connectIntervalMaxMs ?? 10_000,
    connectTimeoutMs: options.connectTimeoutMs ?? 5000,
    replyTimeoutMs: options.replyTimeoutMs ?? 1000,
    healthIntervalMs: options.healthIntervalMs ?? 1000,
    healthReplyTimeoutMs: options.healthReplyTimeoutMs ?? 250,
    healthThreshold: options.healthThreshold ?? 1,
    healthDisconnectAfterMs: options.healthDisconnectAfterMs ?? 0,
    reconnect: options.reconnect ?? true,
    resyncAfterReconnect: options.resyncAfterReconnect ?? false,
    hookTimeoutMs: options.hookTimeoutMs ?? 30_000,
    channel: options.channel ?? {},
    sendBufferBytes: options.sendBufferBytes ?? 1 << 20,
    traceEnabled: options.traceEnabled ?? false,
    traceSize: options.traceSize ?? 10_000,
    asyncContext: options.asyncContext,
    instruments: options.instruments ?? [],
    clock: options.clock ?? systemClock,
    logger: options.logger ?? silentLogger,
    random: options.random ?? Math.random,
  };
  check(settings);
  return settings;
}

const LEAST = [
  ["connectAttempts", 1],
  ["connectIntervalMs", 0],
  ["connectTimeoutMs", 1],
  ["healthIntervalMs", 0],
  ["healthReplyTimeoutMs", 1],
  ["healthThreshold", 1],
  ["healthDisconnectAfterMs", 0],
  ["hookTimeoutMs", 1],
  ["sendBufferBytes", 0],
  ["traceSize", 1],
] as const;

/** VPP keeps one byte of the 64 for NUL. */
const MOST_NAME_BYTES = 63;

function check(settings: MuxSettings): void {
  for (const [name, least] of LEAST) {
    if (settings[name] >= least) continue;
    throw new RangeError(
      `The option ${name} must be ${least} or more, and it is ${settings[name]}`,
    );
  }
  const { clientName } = settings;
  const bytes = new TextEncoder().encode(clientName).length;
  if (bytes <= MOST_NAME_BYTES) return;
  throw new RangeError(
    `The option clientName may have ${MOST_NAME_BYTES} bytes, and ${
      JSON.stringify(clientName)
    } has ${bytes}`,
  );
}
