/**
 * From `govpp.conf` to a mux.
 *
 * @module
 */
import type { Config } from "../config/config.ts";
import type { MuxOptions } from "../core/mux_options.ts";
import { shmTransport } from "../transport/shm/shm.ts";
import { DEFAULT_API_SOCKET, socketTransport } from "../transport/socket.ts";
import type { TransportFactory } from "../transport/transport.ts";

/** The options that a configuration means; `connect({ ...muxOptionsFrom(config), schema: "vpp" })`. */
export function muxOptionsFrom(config: Config): MuxOptions {
  return {
    transport: transportFrom(config),
    replyTimeoutMs: config.replyTimeoutMs,
    healthIntervalMs: config.healthCheckProbeIntervalMs,
    healthReplyTimeoutMs: config.healthCheckReplyTimeoutMs,
    healthThreshold: config.healthCheckThreshold,
    healthDisconnectAfterMs: config.healthCheckDisconnectAfterMs,
    connectAttempts: config.retryConnectCount,
    connectIntervalMs: config.retryConnectTimeoutMs,
    connectIntervalMaxMs: config.retryConnectTimeoutMaxMs,
    resyncAfterReconnect: config.resyncAfterReconnect,
    traceEnabled: config.traceEnabled,
    channel: {
      requestBuffer: config.requestBufferSize,
      whenFull: config.requestBufferFull,
      replyBuffer: config.replyBufferSize,
      replyBufferBytes: config.replyBufferLimitBytes,
      eventBuffer: config.notificationBufferSize,
      dropEvents: config.notificationBufferFull === "drop-newest" ? "newest" : "oldest",
      retries: config.retryRequestCount,
      retryIntervalMs: config.retryRequestTimeoutMs,
    },
  };
}

/**
 * Over shared memory, a socket that is named wakes a VPP that sleeps; the one that is not, only where it
 * is that VPP's own.
 */
function transportFrom(config: Config): TransportFactory {
  const { connectViaShm, shmPrefix, binapiSocketPath, busyPollMs } = config;
  if (!connectViaShm) return socketTransport(binapiSocketPath, { busyPoll: busyPollMs });
  return shmTransport({
    ...(shmPrefix === "" ? {} : { prefix: shmPrefix }),
    ...(binapiSocketPath === DEFAULT_API_SOCKET ? {} : { wakeSocket: binapiSocketPath }),
  });
}
