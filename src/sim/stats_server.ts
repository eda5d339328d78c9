/**
 * A stats segment of the simulator's own, served as VPP serves its: whoever connects to a
 * SOCK_SEQPACKET socket gets a descriptor of the memory, and the connection is closed.
 *
 * @module
 */
import {
  createSharedMemory,
  type ForeignMemory,
  mapDescriptor,
} from "../../native/foreign_memory.ts";
import { cString, type Libc, openLibc } from "../../native/libc.ts";
import { acceptSeqPacket, listenSeqPacket, sendDescriptor } from "../../native/unix_socket.ts";
import { StatsSegmentBuilder } from "../stats/segment_builder.ts";

/** Times in milliseconds. */
export interface StatsServerOptions {
  readonly socketPath: string;
  /** Default 32 MiB, as VPP's. */
  readonly segmentBytes?: number;
  /** From one heartbeat to the next. Default 10000, as VPP's. */
  readonly heartbeatMs?: number;
}

/** A segment that is being served. */
export interface StatsServer {
  readonly socketPath: string;
  /** Writes the segment; not after `close`. */
  readonly builder: StatsSegmentBuilder;
  /**
   * Ends the serving and removes the socket. Readers keep what they have mapped, as they do when
   * VPP ends. Harmless when repeated.
   */
  close(): Promise<void>;
}

/** libc's `accept` cannot wait without blocking, so clients are looked for at this interval. */
const acceptIntervalMs = 10;
const backlog = 16;

/**
 * Begins to serve an empty segment.
 *
 * @throws {VppError} `CONNECT`: the path is in use; `NATIVE`: no FFI, or no memory.
 */
export async function startStatsServer(options: StatsServerOptions): Promise<StatsServer> {
  const { socketPath, segmentBytes = 32 << 20, heartbeatMs = 10_000 } = options;
  const libc = await openLibc();
  const release: (() => void)[] = [() => libc.close()];
  try {
    const listener = listenSeqPacket(libc, socketPath, backlog);
    release.push(() => libc.symbols.unlink(cString(socketPath)));
    release.push(() => libc.symbols.close(listener));
    const descriptor = createSharedMemory(libc, "stat segment", segmentBytes);
    release.push(() => libc.symbols.close(descriptor));
    const memory = mapDescriptor(libc, descriptor, "write");
    release.push(() => memory.release());
    const builder = beginSegment(memory);
    release.push(() => builder.detach());
    const accepting = setInterval(
      () => acceptClients(libc, listener, descriptor),
      acceptIntervalMs,
    );
    release.push(() => clearInterval(accepting));
    const beating = setInterval(() => builder.beat(), heartbeatMs);
    release.push(() => clearInterval(beating));
    return { socketPath, builder, close: () => Promise.resolve(releaseAll(release)) };
  } catch (error) {
    releaseAll(release);
    throw error;
  }
}

/** In the reverse order; a second call finds nothing left. */
function releaseAll(release: (() => void)[]): void {
  for (let last = release.pop(); last !== undefined; last = release.pop()) last();
}

/** Each segment has another base, as with every start of VPP, so that readers see the restart. */
function beginSegment(memory: ForeignMemory): StatsSegmentBuilder {
  const [pages = 0] = crypto.getRandomValues(new Uint32Array(1));
  const builder = new StatsSegmentBuilder(memory.buffer, {
    base: 0x7e00_0000_0000n + BigInt(pages) * 4096n,
  });
  builder.beat();
  return builder;
}

function acceptClients(libc: Libc, listener: number, descriptor: number): void {
  for (let waiting = backlog; waiting > 0; waiting--) {
    const client = acceptSeqPacket(libc, listener);
    if (client === undefined) return;
    sendDescriptor(libc, client, descriptor);
    libc.symbols.close(client);
  }
}
