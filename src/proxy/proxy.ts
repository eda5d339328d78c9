/**
 * The proxy: one connection to VPP, many remote clients.
 *
 * @module
 */
import { bootstrapMessages } from "../core/bootstrap.ts";
import { type Clock, systemClock } from "../core/clock.ts";
import { Deadlines } from "../core/deadlines.ts";
import { type Logger, silentLogger } from "../core/logger.ts";
import { Schema } from "../schema/schema.ts";
import type { TransportFactory } from "../transport/transport.ts";
import {
  CLOSE_GOING_AWAY,
  CLOSE_LIMIT,
  CLOSE_NO_VPP,
  type VppState,
} from "../transport/websocket_protocol.ts";
import { Access, type AccessOptions, type AccessRefusal, type AccessRequest } from "./access.ts";
import { BlockPool } from "./frame_buffer.ts";
import { type ProxyLimits, withDefaults } from "./limits.ts";
import { StableIds } from "./message_map.ts";
import { Policy, type PolicyOptions } from "./policy.ts";
import type { RemoteLink } from "./remote_link.ts";
import { RemoteSession } from "./session.ts";
import { Upstream } from "./upstream.ts";
import type { Definitions } from "./vpp_link.ts";

export interface ProxyOptions extends PolicyOptions, AccessOptions {
  /** The way to VPP. */
  readonly transport: TransportFactory;
  /** Parsed `.api.json` files, for a VPP that cannot give its definitions (before 24.06). */
  readonly definitions?: Iterable<{ readonly value: unknown; readonly source: string }>;
  readonly limits?: Partial<ProxyLimits>;
  /** The name under which VPP lists the proxy; "govppmux-proxy" by default. */
  readonly clientName?: string;
  /** Milliseconds for one attempt to connect to VPP; 5000 by default. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds between attempts to connect to VPP; 1000 by default. */
  readonly connectIntervalMs?: number;
  readonly clock?: Clock;
  /** Gets the audit: a line for each session, each client that is not let in, each denied message. */
  readonly logger?: Logger;
}

/** Marks a client index as one of a socket, as VPP does. */
const SOCKET_INDEX = 0x80000000;

export class VppProxy {
  readonly limits: ProxyLimits;
  readonly #options: ProxyOptions;
  readonly #access: Access;
  readonly #policy: Policy;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #deadlines: Deadlines;
  readonly #bootstrap = bootstrapMessages();
  readonly #ids = new StableIds(this.#bootstrap);
  readonly #definitions: Definitions | undefined;
  readonly #pool = new BlockPool();
  readonly #sessions = new Set<RemoteSession>();
  readonly #closing = new AbortController();
  #upstream: Upstream | undefined;
  #whyNot = "the proxy has not connected to VPP yet";
  #lastSession = 0;
  #running: Promise<void> | undefined;

  /**
   * @throws VppError code CONFIG where an option is wrong
   * @throws SchemaError where a definition is none
   */
  constructor(options: ProxyOptions) {
    this.#options = options;
    this.#access = new Access(options);
    this.#policy = new Policy(options);
    this.limits = withDefaults(options.limits);
    this.#clock = options.clock ?? systemClock;
    this.#logger = options.logger ?? silentLogger;
    this.#deadlines = new Deadlines(this.#clock);
    this.#definitions = options.definitions && readDefinitions([...options.definitions]);
  }

  /** Whether there is a connection to VPP. */
  get connected(): boolean {
    return this.#upstream !== undefined;
  }

  /** Remote clients at present. */
  get sessions(): number {
    return this.#sessions.size;
  }

  /** Requests of all clients that wait for VPP. */
  get outstanding(): number {
    return this.#upstream?.outstanding ?? 0;
  }

  /**
   * Connects to VPP, and again whenever the connection ends, until closed.
   *
   * @returns a promise that settles after the first attempt; it never rejects
   */
  start(): Promise<void> {
    return new Promise((tried) => this.#running ??= this.#keepConnected(tried));
  }

  /** Whether a client may come in, and if not, why; the refusal is part of the audit. */
  admit(request: AccessRequest, remote: string): AccessRefusal | undefined {
    const refusal = this.#access.refusal(request);
    if (refusal !== undefined) {
      const { origin } = request;
      this.#logger.warn("Proxy: a client was not let in", {
        remote,
        origin,
        reason: refusal.reason,
      });
    }
    return refusal;
  }

  /** Takes in a client that was admitted; undefined where it was closed at once, with a reason. */
  accept(link: RemoteLink): RemoteSession | undefined {
    const upstream = this.#upstream;
    if (this.#closing.signal.aborted || upstream === undefined) {
      return this.#turnAway(link, CLOSE_NO_VPP, this.#whyNot);
    }
    if (this.#sessions.size >= this.limits.sessions) {
      return this.#turnAway(link, CLOSE_LIMIT, `${this.limits.sessions} sessions are open already`);
    }
    const id = ++this.#lastSession;
    const session = new RemoteSession({
      id,
      clientIndex: (SOCKET_INDEX | (id & 0x7fffffff)) >>> 0,
      link,
      upstream,
      pool: this.#pool,
      policy: this.#policy,
      limits: this.limits,
      clock: this.#clock,
      deadlines: this.#deadlines,
      logger: this.#logger,
      over: (ended) => this.#sessions.delete(ended),
    });
    this.#sessions.add(session);
    this.#logger.info("Proxy: a session has begun", { session: id, remote: link.remote });
    session.tell(stateMessage("Connected", "the proxy is connected to VPP"));
    return session;
  }

  /** Closes all sessions and the connection to VPP; nothing is left behind. */
  async close(): Promise<void> {
    this.#whyNot = "the proxy is closed";
    this.#closing.abort();
    this.#closeSessions(CLOSE_GOING_AWAY, "the proxy ends");
    await this.#running;
    this.#deadlines.close();
  }

  #turnAway(link: RemoteLink, code: number, reason: string): undefined {
    this.#logger.warn("Proxy: a session was turned away", { remote: link.remote, reason });
    if (code === CLOSE_NO_VPP) link.tell(JSON.stringify(stateMessage("Disconnected", reason)));
    link.close(code, reason);
  }

  async #keepConnected(tried: () => void): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const connection = await this.#connectOnce();
      tried();
      if (connection !== undefined) await this.#serveUntil(connection.ended);
      if (!signal.aborted) await this.#pause(this.#options.connectIntervalMs ?? 1000);
    }
  }

  /** One attempt; what it gives tells of the connection's end, and is undefined where it failed. */
  async #connectOnce(): Promise<{ readonly ended: Promise<string> } | undefined> {
    const { transport, clientName, connectTimeoutMs } = this.#options;
    let end: (reason: string) => void = () => {};
    const ended = new Promise<string>((resolve) => end = resolve);
    try {
      this.#upstream = await Upstream.open({
        transport,
        bootstrap: this.#bootstrap,
        clock: this.#clock,
        definitions: this.#definitions,
        clientName: clientName ?? "govppmux-proxy",
        timeoutMs: connectTimeoutMs ?? 5000,
        signal: this.#closing.signal,
        ids: this.#ids,
        deadlines: this.#deadlines,
        answerMs: this.limits.answerMs,
        ended: end,
      });
      this.#logger.info("Proxy: connected to VPP", { transport: transport.name });
      return { ended };
    } catch (error) {
      this.#whyNot = `the proxy has no connection to VPP: ${messageOf(error)}`;
      this.#logger.warn("Proxy: cannot connect to VPP", { reason: messageOf(error) });
      return undefined;
    }
  }

  /** Until VPP ends the connection, or we are closed. */
  async #serveUntil(ended: Promise<string>): Promise<void> {
    const { signal } = this.#closing;
    const closed = new Promise<undefined>((resolve) => {
      if (signal.aborted) resolve(undefined);
      signal.addEventListener("abort", () => resolve(undefined), { once: true });
    });
    const reason = await Promise.race([ended, closed]);
    const upstream = this.#upstream;
    this.#upstream = undefined;
    if (reason !== undefined) {
      this.#whyNot = `the proxy lost its connection to VPP: ${reason}`;
      this.#logger.warn("Proxy: the connection to VPP has ended", { reason });
      this.#closeSessions(CLOSE_NO_VPP, this.#whyNot);
    }
    await upstream?.close();
  }

  #closeSessions(code: number, reason: string): void {
    for (const session of [...this.#sessions]) {
      if (code === CLOSE_NO_VPP) session.tell(stateMessage("Disconnected", reason));
      session.close(code, reason);
    }
  }

  #pause(ms: number): Promise<void> {
    const { signal } = this.#closing;
    return new Promise((resolve) => {
      const done = (): void => {
        this.#clock.clearTimeout(timer);
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = this.#clock.setTimeout(done, ms);
      signal.addEventListener("abort", done, { once: true });
    });
  }
}

function stateMessage(state: VppState["state"], reason: string): VppState {
  return { type: "vpp", state, reason };
}

function readDefinitions(
  values: readonly { readonly value: unknown; readonly source: string }[],
): Definitions {
  const modules = values.flatMap(({ value }) => Array.isArray(value) ? value : [value]);
  return {
    schema: Schema.fromJson(values),
    json: new TextEncoder().encode(JSON.stringify(modules)),
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
