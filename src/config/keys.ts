/**
 * The one table of all keys. The checks, the example file, the table in `docs/configuration.md` and
 * the output of `govppmux config check` all come from it.
 *
 * @module
 */
import type { Config, ConfigField } from "./config.ts";
import {
  choice,
  count,
  duration,
  durationOrOff,
  flag,
  path,
  prefix,
  shortDurationOrOff,
  size,
  type ValueKind,
} from "./value_kinds.ts";

/** One key of `govpp.conf`. */
export interface ConfigKey<T> {
  /** As in the file: `reply-timeout`. */
  readonly key: string;
  /** An old name, still read, with a warning. */
  readonly formerly?: string;
  readonly kind: ValueKind<T>;
  readonly default: T;
  /** What it does; whole sentences. */
  readonly doc: string;
}

/** A key for each setting, with that setting's type. */
export type ConfigKeys = { readonly [F in ConfigField]: ConfigKey<Config[F]> };

/** Far beyond any use, and small enough that an array of that length is harmless. */
const MESSAGES = { min: 1, max: 1_000_000 };

/** All keys, in the order in which they are printed. */
export const configKeys: ConfigKeys = {
  binapiSocketPath: {
    key: "binapi-socket-path",
    kind: path,
    default: "/run/vpp/api.sock",
    doc: "VPP's binary API socket, used where `connect-via-shm` is false.",
  },
  busyPollMs: {
    key: "busy-poll",
    kind: shortDurationOrOff,
    default: 0,
    doc:
      "Look for a reply on that socket for so long, instead of waiting to be woken: one call at a " +
      "time is faster by it, and takes a processor. `200us` is a good value. Needs koffi on Node, " +
      "`--allow-ffi` on Deno.",
  },
  statsSocketPath: {
    key: "stats-socket-path",
    formerly: "stats-socket-name",
    kind: path,
    default: "/run/vpp/stats.sock",
    doc: "VPP's stats segment socket.",
  },
  connectViaShm: {
    key: "connect-via-shm",
    kind: flag,
    default: false,
    doc: "Connect through VPP's shared memory instead of the socket.",
  },
  shmPrefix: {
    key: "shm-prefix",
    kind: prefix,
    default: "",
    doc: "The prefix of VPP's shared memory segments, as `api-segment { prefix NAME }` gives it " +
      "in VPP's startup.conf. Empty means /dev/shm/vpe-api, NAME means /dev/shm/NAME-vpe-api.",
  },
  replyTimeoutMs: {
    key: "reply-timeout",
    kind: duration,
    default: 1000,
    doc: "How long a request waits for its reply.",
  },
  healthCheckProbeIntervalMs: {
    key: "health-check-probe-interval",
    kind: duration,
    default: 1000,
    doc: "Time between two health probes (control_ping).",
  },
  healthCheckReplyTimeoutMs: {
    key: "health-check-reply-timeout",
    kind: duration,
    default: 250,
    doc: "A probe without a reply within this time has failed, unless VPP answered anything else " +
      "meanwhile.",
  },
  healthCheckThreshold: {
    key: "health-check-threshold",
    kind: count("failed probes in a row", { min: 1, max: 1000 }),
    default: 1,
    doc:
      "After so many failed probes in a row the state is NotResponding. That alone never tears " +
      "the connection down.",
  },
  healthCheckDisconnectAfterMs: {
    key: "health-check-disconnect-after",
    kind: durationOrOff,
    default: 0,
    doc: "Drop the connection and connect anew after NotResponding has lasted this long.",
  },
  retryRequestCount: {
    key: "retry-request-count",
    kind: count("repetitions", { min: 0, max: 1000 }),
    default: 0,
    doc: "How often a single request that failed because of a disconnect is sent again. 0 turns " +
      "it off. What VPP may have executed already is repeated only where it is marked idempotent.",
  },
  retryRequestTimeoutMs: {
    key: "retry-request-timeout",
    kind: duration,
    default: 500,
    doc: "Time between two such repetitions.",
  },
  retryConnectCount: {
    key: "retry-connect-count",
    kind: count("attempts", { min: 1, max: 1_000_000 }),
    default: 3,
    doc: "How many attempts `connect()` makes before it fails. `connectAsync()`, and the " +
      "reconnect after a connection was lost, go on until connected or closed.",
  },
  retryConnectTimeoutMs: {
    key: "retry-connect-timeout",
    kind: duration,
    default: 1000,
    doc: "Time before the second attempt to connect; it grows from attempt to attempt.",
  },
  retryConnectTimeoutMaxMs: {
    key: "retry-connect-timeout-max",
    kind: duration,
    default: 10_000,
    doc: "The longest time between two attempts to connect. Where it is not longer than " +
      "`retry-connect-timeout`, the time does not grow.",
  },
  resyncAfterReconnect: {
    key: "resync-after-reconnect",
    kind: flag,
    default: false,
    doc: "Run the registered resync callbacks after a reconnect, before the state is Connected.",
  },
  requestBufferSize: {
    key: "request-buffer-size",
    kind: count("messages", MESSAGES),
    default: 100,
    doc: "Requests that a channel holds until they are sent; `newAPIChannelBuffered` sets it for " +
      "one channel.",
  },
  requestBufferFull: {
    key: "request-buffer-full",
    kind: choice("wait", "fail"),
    default: "wait",
    doc: "What `sendRequest` does on a full request buffer.",
  },
  replyBufferSize: {
    key: "reply-buffer-size",
    kind: count("messages", MESSAGES),
    default: 100,
    doc: "Replies that a channel holds until they are read; `newAPIChannelBuffered` sets it for " +
      "one channel. A dump that is longer loses nothing up to `reply-buffer-limit`.",
  },
  replyBufferLimitBytes: {
    key: "reply-buffer-limit",
    kind: size({ min: 64_000, max: 1_000_000_000 }),
    default: 64_000_000,
    doc: "Bytes of replies that a channel holds for a reader that lags; beyond, that one request " +
      "fails.",
  },
  notificationBufferSize: {
    key: "notification-buffer-size",
    kind: count("messages", MESSAGES),
    default: 100,
    doc: "Notifications that a subscription holds until they are read.",
  },
  notificationBufferFull: {
    key: "notification-buffer-full",
    kind: choice("drop-oldest", "drop-newest"),
    default: "drop-oldest",
    doc: "Which notification is dropped, and counted, where that buffer is full.",
  },
  traceEnabled: {
    key: "trace-enabled",
    kind: flag,
    default: false,
    doc: "Measure every binary API call and log a summary after each event.",
  },
  proxyEnabled: {
    key: "proxy-enabled",
    kind: flag,
    default: false,
    doc: "Let remote clients in through the proxy.",
  },
};

/** The settings in the order of `configKeys`. */
export const configFields: readonly ConfigField[] = Object.keys(configKeys).filter(isConfigField);

/** Whether `name` is a setting's name in code. */
export function isConfigField(name: string): name is ConfigField {
  return Object.hasOwn(configKeys, name);
}

/** The value of a setting, as YAML: bare where it can only be read as itself, else as in JSON. */
export function formatValue<F extends ConfigField>(field: F, value: Config[F]): string {
  const text = configKeys[field].kind.write(value);
  const bare = /^[A-Za-z0-9/][\w./-]*$/.test(text) && text.toLowerCase() !== "null";
  return bare ? text : JSON.stringify(text);
}

/** Every key, the old names included, with its setting. */
export const fieldsByKey: ReadonlyMap<string, ConfigField> = new Map(
  configFields.flatMap((field) => {
    const { key, formerly } = configKeys[field];
    return formerly === undefined ? [[key, field]] : [[key, field], [formerly, field]];
  }),
);
