import { VppError } from "../errors.ts";
import { numberingOfRelease } from "./entry_types.ts";
import { liveSource } from "./live_source.ts";
import { imageSource } from "./segment_source.ts";
import { Stats } from "./stats.ts";
import { systemStatsClock } from "./stats_clock.ts";
import { StatsConnection, type StatsState } from "./stats_connection.ts";

/** Where VPP's stats segment is reached, unless its configuration says otherwise. */
export const defaultStatsSocketPath = "/run/vpp/stats.sock";

/** Times in milliseconds. */
export interface ConnectStatsOptions {
  /** Default `/run/vpp/stats.sock`. */
  readonly socketPath?: string;
  /**
   * VPP's release, for example `26.06`, as `show_version` gives it. Without it, the meaning of the
   * type numbers, which changed in 22.06, is found out from the entries that every VPP has.
   */
  readonly vppVersion?: string;
  /** For opening the segment, and for a read while VPP changes the layout. Default 1000. */
  readonly timeoutMs?: number;
  /** While VPP is away, the least time between two attempts to reach it. Default 1000. */
  readonly retryMs?: number;
  /**
   * How long VPP's heartbeat may stand still before the socket is asked for another segment.
   * Default 30000, three updates of VPP; set it higher where `statseg { update-interval }` is.
   */
  readonly stallMs?: number;
  /** Do not connect yet: the first read does, and fails while VPP is away. Default false. */
  readonly lazy?: boolean;
  /** Read memory that its owner could shrink, which would end this process. Default false. */
  readonly allowUnsealed?: boolean;
  /** Called when VPP is reached, is gone, or is another one than before. */
  readonly onState?: (state: StatsState) => void;
  /** Ends the connecting. */
  readonly signal?: AbortSignal;
}

/**
 * Connects to the stats segment of a running VPP, through libc: on Node this needs the package
 * koffi, on Deno `--allow-ffi`. When VPP restarts, the next read finds the new one.
 *
 * ```ts
 * const stats = await connectStats();
 * for (const { name, rx } of await stats.interfaces()) console.log(name, rx.packets);
 * await stats.close();
 * ```
 *
 * @throws {VppError} `CONNECT`: VPP is not reached; `NATIVE`: no FFI; `STATS`: no segment that is
 * known; `CONFIG`: an option; `ABORTED`.
 */
export async function connectStats(options: ConnectStatsOptions = {}): Promise<Stats> {
  const { socketPath = defaultStatsSocketPath, allowUnsealed = false } = options;
  const clock = systemStatsClock;
  const connection = new StatsConnection({
    source: liveSource({ socketPath, allowUnsealed, clock }),
    clock,
    numbering: options.vppVersion === undefined
      ? undefined
      : numberingOfRelease(options.vppVersion),
    timeoutMs: milliseconds("timeoutMs", options.timeoutMs, 1000),
    retryMs: milliseconds("retryMs", options.retryMs, 1000),
    stallMs: milliseconds("stallMs", options.stallMs, 30_000),
    onState: options.onState,
  });
  try {
    if (!options.lazy) await connection.connect(options.signal);
  } catch (error) {
    connection.close(); // An aborted attempt may still be under way.
    throw error;
  }
  return new Stats(connection, clock);
}

/**
 * Opens a copy of a stats segment, for example a file that was copied from `/proc/<pid of VPP>/fd`.
 * The bytes must stay as they are.
 *
 * @throws {VppError} `STATS`: it is no stats segment; `CONFIG`: the version.
 */
export function openStatsImage(
  image: Uint8Array,
  options: { readonly name?: string; readonly vppVersion?: string } = {},
): Stats {
  const connection = new StatsConnection({
    source: imageSource(image, options.name ?? "the image"),
    clock: systemStatsClock,
    numbering: options.vppVersion === undefined
      ? undefined
      : numberingOfRelease(options.vppVersion),
    // An image does not change: a change that it was taken in will never end.
    timeoutMs: 0,
    retryMs: 0,
    stallMs: Infinity,
    onState: undefined,
  });
  return new Stats(connection, systemStatsClock);
}

function milliseconds(name: string, value: number | undefined, byDefault: number): number {
  if (value === undefined) return byDefault;
  if (value >= 0) return value;
  throw new VppError("CONFIG", `Cannot use ${value} as ${name}: expected milliseconds, 0 or more`);
}
