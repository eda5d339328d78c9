/**
 * The settings of a channel.
 *
 * @module
 */
import type { WhenFull } from "./request_buffer.ts";
import type { DropPolicy } from "./subscription.ts";

export interface ChannelOptions {
  /** Requests that the channel holds back while VPP takes none; 100 by default. */
  readonly requestBuffer?: number;
  /**
   * What `sendRequest` does when the request buffer is full: "wait", the default, lets the request wait
   * with the others (`ready` of the channel says when there is room); "fail" throws.
   */
  readonly whenFull?: WhenFull;
  /** Answers of a dump that wait for their reader whatever their size; 100 by default. */
  readonly replyBuffer?: number;
  /**
   * Bytes of answers that wait for their readers, all requests of the channel together; beyond, the
   * request whose answer comes next fails. 64,000,000 by default.
   */
  readonly replyBufferBytes?: number;
  /** Events that a subscription holds for its reader; as many as `replyBuffer` by default. */
  readonly eventBuffer?: number;
  /** Which event is dropped when a subscription's buffer is full; "oldest" by default. */
  readonly dropEvents?: DropPolicy;
  /** Milliseconds for a reply; 1000 by default. */
  readonly replyTimeoutMs?: number;
  /** How often a single request is sent again where the connection ends before its reply; 0. */
  readonly retries?: number;
  /** Milliseconds before each such repetition; 500 by default. */
  readonly retryIntervalMs?: number;
}

/** All settings. */
export type ChannelSettings = Required<ChannelOptions>;

/**
 * The options over the defaults of the mux over those of the project.
 *
 * @throws RangeError where a number is out of range
 */
export function channelSettings(
  options: ChannelOptions,
  defaults: ChannelOptions,
): ChannelSettings {
  const given = { ...defaults, ...defined(options) };
  const replyBuffer = given.replyBuffer ?? 100;
  const settings: ChannelSettings = {
    requestBuffer: given.requestBuffer ?? 100,
    whenFull: given.whenFull ?? "wait",
    replyBuffer,
    replyBufferBytes: given.replyBufferBytes ?? 64_000_000,
    eventBuffer: given.eventBuffer ?? replyBuffer,
    dropEvents: given.dropEvents ?? "oldest",
    replyTimeoutMs: given.replyTimeoutMs ?? 1000,
    retries: given.retries ?? 0,
    retryIntervalMs: given.retryIntervalMs ?? 500,
  };
  for (const [name, least] of LEAST) {
    if (!(settings[name] >= least)) {
      throw new RangeError(
        `The option ${name} of a channel must be ${least} or more, and it is ${settings[name]}`,
      );
    }
  }
  return settings;
}

const LEAST = [
  ["requestBuffer", 1],
  ["replyBuffer", 1],
  ["replyBufferBytes", 0],
  ["eventBuffer", 1],
  ["replyTimeoutMs", Number.MIN_VALUE],
  ["retries", 0],
  ["retryIntervalMs", 0],
] as const;

/** An option that is given as undefined counts as not given. */
function defined(options: ChannelOptions): ChannelOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
