/**
 * The stats segment of a running VPP: it listens at a SOCK_SEQPACKET socket, passes a descriptor of
 * its memory to whoever connects, and closes.
 *
 * @module
 */
import {
  type ForeignMemory,
  isSealedAgainstShrinking,
  mapDescriptor,
} from "../../native/foreign_memory.ts";
import { type Libc, openLibc, processExists } from "../../native/libc.ts";
import { connectSeqPacket, peerProcessId, receiveDescriptor } from "../../native/unix_socket.ts";
import { VppError } from "../errors.ts";
import { Segment } from "./segment.ts";
import type { OpenSegment, OpenSegmentOptions, SegmentSource } from "./segment_source.ts";
import { statsError } from "./stats_error.ts";
import type { StatsClock } from "./stats_clock.ts";

/** What {@link liveSource} needs. */
export interface LiveSourceOptions {
  readonly socketPath: string;
  /** Map memory that its owner could shrink under the reader. */
  readonly allowUnsealed: boolean;
  readonly clock: StatsClock;
}

/** The segment of the VPP behind a socket. Nothing is opened yet. */
export function liveSource(options: LiveSourceOptions): SegmentSource {
  return {
    name: options.socketPath,
    open: async (limits) => {
      const libc = await openLibc();
      try {
        return await openLive(libc, options, limits);
      } catch (error) {
        libc.close();
        throw error;
      }
    },
  };
}

async function openLive(
  libc: Libc,
  { socketPath, allowUnsealed, clock }: LiveSourceOptions,
  limits: OpenSegmentOptions,
): Promise<OpenSegment> {
  const answer = patience(clock, socketPath, limits);
  const socket = await answer(() => connectSeqPacket(libc, socketPath));
  let memory: ForeignMemory;
  let pid: number;
  try {
    pid = peerProcessId(libc, socket);
    const descriptor = await answer(() => receiveDescriptor(libc, socket));
    try {
      if (!allowUnsealed) requireSeal(libc, descriptor, socketPath);
      memory = mapDescriptor(libc, descriptor, "read");
    } finally {
      libc.symbols.close(descriptor);
    }
  } finally {
    libc.symbols.close(socket);
  }
  return openSegment(libc, memory, pid);
}

function openSegment(libc: Libc, memory: ForeignMemory, pid: number): OpenSegment {
  try {
    const segment = new Segment(memory.buffer);
    return {
      segment,
      identity: `${pid}:${segment.base}`,
      // 0: VPP is in another PID namespace. Then only the heartbeat tells.
      isAlive: () => pid === 0 || processExists(libc, pid),
      close: () => {
        if (segment.detached) return;
        segment.detach();
        memory.release();
        libc.close();
      },
    };
  } catch (error) {
    memory.release();
    throw error;
  }
}

/** Waits for a call that does not block, until it gives something, or the time is up. */
type Answer = <T>(call: () => T | undefined) => Promise<T>;

/** VPP answers from its main loop: usually within 10 ms, later where it is busy. */
function patience(
  clock: StatsClock,
  socketPath: string,
  { timeoutMs, signal }: OpenSegmentOptions,
): Answer {
  const deadline = clock.now() + timeoutMs;
  return async (call) => {
    for (let pauseMs = 0.5;; pauseMs = Math.min(pauseMs * 2, 10)) {
      const result = call();
      if (result !== undefined) return result;
      if (clock.now() >= deadline) {
        throw new VppError(
          "CONNECT",
          `Cannot get the stats segment from "${socketPath}": no answer in ${timeoutMs} ms. ` +
            "VPP is busy, or hangs",
        );
      }
      await clock.sleep(pauseMs, signal);
    }
  };
}

function requireSeal(libc: Libc, descriptor: number, socketPath: string): void {
  if (isSealedAgainstShrinking(libc, descriptor)) return;
  throw statsError(
    `The stats segment of "${socketPath}" is not sealed: if its owner makes it smaller, this ` +
      "process ends with SIGBUS. VPP seals it, unless it lies in huge pages (statseg page-size); " +
      "to read it all the same, set allowUnsealed (--allow-unsealed)",
  );
}
