/**
 * What the runner of the benchmark says to a client program, and what it gets back. Every client, in
 * whatever language, is a process of its own: one JSON object as its argument, one JSON line as its
 * result.
 *
 * @module
 */

/** The argument. */
export interface Parameters {
  /** The work to be done, for example `dump`. */
  readonly work: string;
  /** VPP's API socket. */
  readonly socket: string;
  /** The prefix of VPP's shared memory, "" for none; undefined: the socket is used. */
  readonly shm?: string;
  /** The socket of the stats segment. */
  readonly stats?: string;
  /** A file of frames, for the work that needs no server. */
  readonly frames?: string;
  /** Process id of a server of which nothing but its processor time is asked. */
  readonly serverPid?: number;
  /** Seconds before the figures count. */
  readonly warmUp: number;
  /** Seconds that are measured. */
  readonly seconds: number;
  /** Requests under way at a time, or channels at work at a time. */
  readonly window: number;
  /** Messages of one pass: events, routes. */
  readonly count: number;
  /** Which fields of a message are read. */
  readonly fields: "three" | "all";
  /** Of our own client: requests by generated bindings (with addresses as text, or as bytes), by VPP's names with lazy views, into columns, or many by one call. */
  readonly style?: "typed" | "bytes" | "named" | "columns" | "all";
  /** Of our own client: looks for replies on the socket. */
  readonly busyPoll?: boolean;
  /** Of our own client: who watches; otherwise as `connect` has it. */
  readonly watching?: Watching;
}

/** Without anything; with instruments at which nobody looks; and with somebody who does. */
export const watchings = [
  "nothing",
  "unwatched",
  "probes",
  "probes, 10 ms",
  "trace",
  "subscriber",
] as const;

export type Watching = (typeof watchings)[number];

/** Figures by name; `perSecond` and `milliseconds` are the ones that are compared. */
export type Figures = Readonly<Record<string, number>>;

/** The line. */
export type Outcome = { readonly figures: Figures } | { readonly skip: string };
