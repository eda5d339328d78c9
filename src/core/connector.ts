/**
 * Makes connections, and makes them again when they end. At any moment there is at most one attempt or
 * one session, whoever asks for what.
 *
 * @module
 */
import { VppError } from "../errors.ts";
import { abortError, joinSignals, pause, unlessAborted } from "./abort.ts";
import type { Clock } from "./clock.ts";
import { messageOf, toError } from "./error_text.ts";
import type { Logger } from "./logger.ts";
import type { Session } from "./session.ts";
import type { MuxState, StateEvent } from "./state.ts";

/** What is told with a change of state. */
export type StateDetails = Pick<StateEvent, "restarted" | "resynced" | "problems">;

export interface ConnectorOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  /** For people: for example `unix:/run/vpp/api.sock`. */
  readonly name: string;
  readonly attempts: number;
  readonly intervalMs: number;
  readonly intervalMaxMs: number;
  /** Whether a session that ended is made again. */
  readonly reconnect: boolean;
  /** The transport and the handshake. The connector is told by `ended` when the session ends itself. */
  readonly open: (signal: AbortSignal) => Promise<Session>;
  /** All that must be done before anybody hears of the session; ends early where `signal` is aborted. */
  readonly prepare: (session: Session, signal: AbortSignal) => Promise<StateDetails>;
  /** The session is up, and everybody may use it. */
  readonly up: (session: Session) => void;
  /** The session is no more, whether it was up or still being prepared. */
  readonly down: (session: Session, reason: string) => void;
  readonly emit: (state: MuxState, reason: string, attempt: number, more?: StateDetails) => void;
}

/** A session and whether it lives: aborted when it ends. */
interface Life {
  readonly session: Session;
  readonly end: AbortController;
}

export class Connector {
  readonly #options: ConnectorOptions;
  readonly #closing = new AbortController();
  /** The session that is being prepared or is up. */
  #life: Life | undefined;
  #up = false;
  #upSince: number | undefined;
  /** Sessions in a row that ended soon after they were made. */
  #shortLives = 0;
  /** The attempts that are under way. */
  #work: Promise<void> | undefined;
  #attempt = 0;

  constructor(options: ConnectorOptions) {
    this.#options = options;
  }

  /** The attempt that the present state belongs to. */
  get attempt(): number {
    return this.#attempt;
  }

  /**
   * Connects, with the configured attempts.
   *
   * @throws VppError code CONNECT after the last attempt, ABORTED where the signal or `stop` ended it,
   * ALREADY_CONNECTED where there is a connection or an attempt
   */
  connect(signal: AbortSignal | undefined): Promise<void> {
    if (this.#work !== undefined || this.#life !== undefined) {
      return Promise.reject(
        new VppError(
          "ALREADY_CONNECTED",
          `Cannot connect to ${this.#options.name}: the mux ${
            this.#up ? "is connected" : "is connecting"
          } already; wait for it with whenConnected()`,
        ),
      );
    }
    return this.#start(this.#options.attempts, signal);
  }

  /** Goes on trying until connected or stopped; harmless where there is a connection or an attempt. */
  connectInBackground(signal: AbortSignal | undefined): void {
    if (this.#work !== undefined || this.#life !== undefined) return;
    // Given up or stopped: those who wait have been told by the state.
    this.#start(Infinity, signal).catch(() => {});
  }

  /** A session ended by itself. */
  ended(session: Session, reason: string): void {
    const life = this.#life;
    if (life?.session !== session) return;
    life.end.abort(new VppError("CONNECT", reason));
    if (this.#up) this.#lost(session, reason);
  }

  /** Gives up the session that is up, and connects anew. */
  giveUp(reason: string): void {
    const session = this.#life?.session;
    if (session === undefined || !this.#up) return;
    void session.abandon(reason);
    this.ended(session, reason);
  }

  /** Ends all attempts, for good; resolves when none is left. The session that is up stays. */
  async stop(error: Error): Promise<void> {
    this.#closing.abort(error);
    await this.#work?.catch(() => {});
  }

  #start(limit: number, signal: AbortSignal | undefined): Promise<void> {
    const either = joinSignals(signal, this.#closing.signal);
    const work = this.#run(limit, either.signal).finally(() => either.release());
    this.#work = work;
    return work;
  }

  async #run(limit: number, signal: AbortSignal): Promise<void> {
    try {
      await this.#settle(signal);
      await this.#tryUntil(limit, signal);
    } catch (error) {
      this.#work = undefined;
      if (!signal.aborted) throw error;
      if (!this.#closing.signal.aborted) {
        this.#options.emit("Disconnected", "connecting was aborted", this.#attempt);
      }
      throw abortError(`connecting to ${this.#options.name}`, signal);
    }
  }

  async #tryUntil(limit: number, signal: AbortSignal): Promise<void> {
    const { attempts, logger, emit, name } = this.#options;
    for (let attempt = 1;; attempt++) {
      const failure = await this.#try(attempt, signal);
      if (failure === undefined) return;
      if (signal.aborted) throw failure;
      const reason = messageOf(failure);
      logger.warn("Cannot connect to VPP", { attempt, reason });
      if (attempt === attempts) emit("Failed", reason, attempt);
      if (attempt >= limit) {
        throw new VppError(
          "CONNECT",
          `Cannot connect to VPP at ${name} in ${attempts} attempts: ${reason}`,
          { cause: failure },
        );
      }
      await this.#pause(attempt, signal);
    }
  }

  /** One attempt; returns why it failed. */
  async #try(attempt: number, signal: AbortSignal): Promise<Error | undefined> {
    const { emit, open, name } = this.#options;
    try {
      if (signal.aborted) throw abortError("connecting", signal);
      this.#attempt = attempt;
      emit("Connecting", `attempt ${attempt} at ${name}`, attempt);
      await this.#prepare(await open(signal), attempt, signal);
      return undefined;
    } catch (thrown) {
      return toError(thrown);
    }
  }

  async #prepare(session: Session, attempt: number, signal: AbortSignal): Promise<void> {
    const { prepare, down } = this.#options;
    const end = new AbortController();
    this.#life = { session, end };
    const either = joinSignals(signal, end.signal);
    try {
      if (!session.open) throw new VppError("CONNECT", "the connection ended at once");
      const details = await unlessAborted(prepare(session, either.signal), either.signal);
      if (either.signal.aborted) throw either.signal.reason;
      this.#arrive(session, attempt, details);
    } catch (error) {
      if (this.#life?.session === session && !this.#up) {
        this.#life = undefined;
        down(session, messageOf(error));
        await session.abandon("the connection was given up while it was being made");
      }
      throw error;
    } finally {
      either.release();
    }
  }

  /** From here on an end of the session is a loss, also where a listener of the state causes it. */
  #arrive(session: Session, attempt: number, details: StateDetails): void {
    const { clock, up, emit } = this.#options;
    this.#work = undefined;
    this.#up = true;
    this.#upSince = clock.now();
    up(session);
    emit("Connected", `client index ${session.clientIndex}`, attempt, details);
  }

  #lost(session: Session, reason: string): void {
    const { down, emit, reconnect } = this.#options;
    this.#up = false;
    this.#life = undefined;
    down(session, reason);
    if (this.#closing.signal.aborted) return;
    emit("Disconnected", reason, this.#attempt);
    if (reconnect && !this.#closing.signal.aborted) this.connectInBackground(undefined);
  }

  /** A VPP that takes us in and throws us out at once is not asked again without a pause. */
  async #settle(signal: AbortSignal): Promise<void> {
    const { clock, intervalMaxMs } = this.#options;
    if (this.#upSince === undefined) return;
    const lived = clock.now() - this.#upSince;
    this.#shortLives = lived < intervalMaxMs ? this.#shortLives + 1 : 0;
    if (this.#shortLives > 1) await this.#pause(this.#shortLives - 1, signal);
  }

  /** Waits before the next attempt: longer each time, up to a bound, with up to a quarter of jitter. */
  #pause(attempt: number, signal: AbortSignal): Promise<void> {
    const { clock, random, intervalMs, intervalMaxMs } = this.#options;
    const most = Math.max(intervalMs, intervalMaxMs);
    const ms = Math.min(most, intervalMs * 2 ** Math.min(20, attempt - 1));
    return pause(clock, ms * (1 - random() / 4), signal);
  }
}
