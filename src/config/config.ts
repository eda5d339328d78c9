/**
 * The configuration of a mux, as a program sees it. What each key means, its default and its limits
 * stand in `keys.ts`; durations are milliseconds here, whatever unit the file used.
 *
 * @module
 */

/** What `sendRequest` does on a full request buffer. */
export type RequestBufferPolicy = "wait" | "fail";

/** Which notification a full buffer gives up. */
export type NotificationBufferPolicy = "drop-oldest" | "drop-newest";

/** Every setting, complete: nothing is optional once defaults have been applied. */
export interface Config {
  /** `binapi-socket-path` */
  readonly binapiSocketPath: string;
  /** `busy-poll`, in milliseconds; 0: off. */
  readonly busyPollMs: number;
  /** `stats-socket-path` */
  readonly statsSocketPath: string;
  /** `connect-via-shm` */
  readonly connectViaShm: boolean;
  /** `shm-prefix`; empty: none. */
  readonly shmPrefix: string;
  /** `reply-timeout`, in milliseconds. */
  readonly replyTimeoutMs: number;
  /** `health-check-probe-interval`, in milliseconds. */
  readonly healthCheckProbeIntervalMs: number;
  /** `health-check-reply-timeout`, in milliseconds. */
  readonly healthCheckReplyTimeoutMs: number;
  /** `health-check-threshold`, in failed probes in a row. */
  readonly healthCheckThreshold: number;
  /** `health-check-disconnect-after`, in milliseconds; 0: off. */
  readonly healthCheckDisconnectAfterMs: number;
  /** `retry-request-count`, in repetitions. */
  readonly retryRequestCount: number;
  /** `retry-request-timeout`, in milliseconds. */
  readonly retryRequestTimeoutMs: number;
  /** `retry-connect-count`, in attempts. */
  readonly retryConnectCount: number;
  /** `retry-connect-timeout`, in milliseconds. */
  readonly retryConnectTimeoutMs: number;
  /** `retry-connect-timeout-max`, in milliseconds. */
  readonly retryConnectTimeoutMaxMs: number;
  /** `resync-after-reconnect` */
  readonly resyncAfterReconnect: boolean;
  /** `request-buffer-size`, in messages. */
  readonly requestBufferSize: number;
  /** `request-buffer-full` */
  readonly requestBufferFull: RequestBufferPolicy;
  /** `reply-buffer-size`, in messages. */
  readonly replyBufferSize: number;
  /** `reply-buffer-limit`, in bytes. */
  readonly replyBufferLimitBytes: number;
  /** `notification-buffer-size`, in messages. */
  readonly notificationBufferSize: number;
  /** `notification-buffer-full` */
  readonly notificationBufferFull: NotificationBufferPolicy;
  /** `trace-enabled` */
  readonly traceEnabled: boolean;
  /** `proxy-enabled` */
  readonly proxyEnabled: boolean;
}

/** The name of a setting in code, for example `replyTimeoutMs`. */
export type ConfigField = keyof Config;
