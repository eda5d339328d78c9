/**
 * The one connection of a mux, through all its sessions: it is made, watched, made again, and ended.
 *
 * @module
 */
import type { Codec } from "../codec/codec.ts";
import type { Catalog } from "./catalog.ts";
import { Connector, type StateDetails } from "./connector.ts";
import type { SessionCounters } from "./deliveries.ts";
import { openSession } from "./handshake.ts";
import { HealthCheck } from "./health.ts";
import type { Line } from "./line.ts";
import type { MuxSettings } from "./mux_options.ts";
import type { Parts } from "./parts.ts";
import { Recovery } from "./recovery.ts";
import type { Session } from "./session.ts";
import type { MuxState } from "./state.ts";
import { pidOf } from "./vpp_identity.ts";

/** Milliseconds that VPP has to say good-bye. */
const LEAVE_MS = 200;

export interface ConnectionOptions {
  readonly settings: MuxSettings;
  readonly codec: Codec;
  readonly catalog: Catalog;
  readonly line: Line;
  readonly parts: Parts;
  readonly counters: SessionCounters;
  /** The state has changed; `attempt` is the one that it belongs to. */
  readonly changed: (
    state: MuxState,
    reason: string,
    attempt: number,
    details: StateDetails,
  ) => void;
}

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #settings: MuxSettings;
  readonly #line: Line;
  readonly #connector: Connector;
  readonly #recovery: Recovery;
  #health: HealthCheck | undefined;
  /** When VPP was heard last, on the clock. */
  #lastHeard = 0;

  constructor(options: ConnectionOptions) {
    const { settings, line, parts, catalog } = options;
    this.#options = options;
    this.#settings = settings;
    this.#line = line;
    this.#recovery = new Recovery({
      ...settings,
      line,
      catalog,
      parts,
      asksForSchema: settings.schema === "vpp",
      timeoutMs: settings.connectTimeoutMs,
    });
    this.#connector = new Connector({
      ...settings,
      name: settings.transport.name,
      attempts: settings.connectAttempts,
      intervalMs: settings.connectIntervalMs,
      intervalMaxMs: settings.connectIntervalMaxMs,
      open: (signal) => this.#open(signal),
      prepare: (session, signal) => this.#recovery.prepare(session, signal),
      up: (session) => this.#watch(session),
      down: (session, reason) => this.#down(session, reason),
      emit: (state, reason, attempt, details = {}) =>
        options.changed(state, reason, attempt, details),
    });
  }

  /** @throws VppError as `Connector.connect` */
  connect(signal: AbortSignal | undefined): Promise<void> {
    return this.#connector.connect(signal);
  }

  connectInBackground(signal: AbortSignal | undefined): void {
    this.#connector.connectInBackground(signal);
  }

  /** Ends all attempts, for good; what is connected stays. */
  stop(error: Error): Promise<void> {
    return this.#connector.stop(error);
  }

  /** Takes leave of VPP and ends the transport. After `stop`. */
  async leave(): Promise<void> {
    this.#health?.stop();
    const session = this.#line.session;
    if (session !== undefined) await this.#takeLeave(session);
    this.#tell("Closed", "closed by the program");
  }

  async #takeLeave(session: Session): Promise<void> {
    if (session.transport.session === undefined) {
      const fields = { index: session.clientIndex };
      // A VPP that does not answer learns of it by the end of the connection.
      await this.#line.ask(session, "sockclnt_delete", LEAVE_MS, fields).catch(() => {});
    }
    this.#line.drop(session, "the mux was closed");
    await session.abandon("the mux was closed");
  }

  #open(signal: AbortSignal): Promise<Session> {
    const { transport, connectTimeoutMs, clock } = this.#settings;
    const { codec, catalog, counters } = this.#options;
    return openSession({
      ...this.#settings,
      factory: transport,
      codec,
      bootstrap: catalog.bootstrap,
      timeoutMs: connectTimeoutMs,
      signal,
      counters,
      heard: () => this.#lastHeard = clock.now(),
      ended: (session, reason) => this.#connector.ended(session, reason),
    });
  }

  #watch(session: Session): void {
    const { clock, healthIntervalMs, healthReplyTimeoutMs, healthDisconnectAfterMs } =
      this.#settings;
    if (healthIntervalMs === 0) return;
    const ping = (timeoutMs: number): Promise<void> => this.#ping(session, timeoutMs);
    // Nothing depends on this one; it brings the process id by which a restart is told.
    ping(healthReplyTimeoutMs).catch(() => {});
    this.#health = new HealthCheck({
      clock,
      intervalMs: healthIntervalMs,
      replyTimeoutMs: healthReplyTimeoutMs,
      threshold: this.#settings.healthThreshold,
      disconnectAfterMs: healthDisconnectAfterMs,
      ping,
      isStuck: () => session.transport.pendingBytes > 0,
      lastHeard: () => this.#lastHeard,
      notResponding: (failed) =>
        this.#tell("NotResponding", `${failed} health probes in a row were not answered`),
      responding: () => this.#tell("Connected", "VPP answers again"),
      giveUp: () => this.#connector.giveUp(`VPP did not respond for ${healthDisconnectAfterMs} ms`),
    });
  }

  async #ping(session: Session, timeoutMs: number): Promise<void> {
    const reply = await this.#line.ask(session, "control_ping", timeoutMs);
    this.#recovery.pid = pidOf(reply);
  }

  #down(session: Session, reason: string): void {
    this.#health?.stop();
    this.#recovery.ended(session, this.#lastHeard);
    this.#line.drop(session, reason);
  }

  #tell(state: MuxState, reason: string): void {
    this.#options.changed(state, reason, this.#connector.attempt, {});
  }
}
