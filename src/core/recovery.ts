/**
 * What must be right before anybody hears of a new session: definitions, subscriptions, events that were
 * turned on, the hooks of the parts.
 *
 * @module
 */
import { Schema } from "../schema/schema.ts";
import type { Catalog } from "./catalog.ts";
import type { Clock } from "./clock.ts";
import type { StateDetails } from "./connector.ts";
import { messageOf } from "./error_text.ts";
import type { Line } from "./line.ts";
import type { Logger } from "./logger.ts";
import type { Parts } from "./parts.ts";
import type { Problem } from "./problem.ts";
import type { Session } from "./session.ts";
import { type Ask, type FormerVpp, readPid, wasRestarted } from "./vpp_identity.ts";

/** `get_api_json_reply` has megabytes. */
const API_JSON_MS = 10_000;

export interface RecoveryOptions {
  readonly line: Line;
  readonly catalog: Catalog;
  readonly parts: Parts;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether definitions are asked for at VPP itself. */
  readonly asksForSchema: boolean;
  readonly resyncAfterReconnect: boolean;
  /** Milliseconds for the replies to what is asked here. */
  readonly timeoutMs: number;
}

export class Recovery {
  readonly #options: RecoveryOptions;
  /** The names and CRCs whose definitions we have. */
  #schemaTable = "";
  #former: FormerVpp | undefined;
  /** VPP's process id, where it has been heard; health probes bring it. */
  pid: number | undefined;

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  /**
   * Makes a session ready.
   *
   * @throws whatever keeps the session from being used; failures of single subscriptions, events and
   * hooks are no such thing and come with the result
   */
  async prepare(session: Session, signal: AbortSignal): Promise<StateDetails> {
    const { line, parts, logger, resyncAfterReconnect, timeoutMs } = this.#options;
    const ask: Ask = (name, fields) => line.ask(session, name, timeoutMs, fields);
    if (this.#options.asksForSchema) await this.#learnSchema(session);
    const former = this.#former;
    const restarted = former !== undefined && await this.#wasRestarted(former, ask);
    const problems = line.use(session);
    problems.push(
      ...await line.wantedEvents.sendAgain((call, fields) =>
        line.askCall(call, session, timeoutMs, fields)
      ),
    );
    for (const { name, error } of problems) {
      logger.error("Events cannot be turned on again", { event: name, error });
    }
    const reconnect = former !== undefined;
    const resync = reconnect && resyncAfterReconnect;
    problems.push(...await parts.arrive({ reconnect, restarted, resync }, signal));
    return details(reconnect, restarted, resync, problems);
  }

  /** The session has ended; what comes after it is a reconnect, if it was ever used. */
  ended(session: Session, lastHeard: number): void {
    if (this.#options.line.session === session) this.#former = { pid: this.pid, lastHeard };
  }

  /** Asks VPP for its definitions, unless its table is the one whose definitions we have. */
  async #learnSchema(session: Session): Promise<void> {
    const { catalog, line } = this.#options;
    const table = [...session.table.entries.keys()].sort().join();
    if (table !== "" && table === this.#schemaTable) return;
    const reply = await line.ask(session, "get_api_json", API_JSON_MS);
    catalog.schema = Schema.fromApiJson(String(reply["json"]));
    this.#schemaTable = table;
  }

  async #wasRestarted(former: FormerVpp, ask: Ask): Promise<boolean> {
    this.pid = await this.#readPid(ask);
    return await wasRestarted(former, this.pid, ask, this.#options.clock);
  }

  /** A server that has no control_ping can be used; health checks and dumps it does not have. */
  async #readPid(ask: Ask): Promise<number | undefined> {
    try {
      return await readPid(ask);
    } catch (error) {
      if (!isIncompatible(error)) throw error;
      this.#options.logger.warn("VPP has no control_ping", { reason: messageOf(error) });
      return undefined;
    }
  }
}

function details(
  reconnect: boolean,
  restarted: boolean,
  resync: boolean,
  problems: readonly Problem[],
): StateDetails {
  return {
    ...(reconnect ? { restarted } : {}),
    ...(resync ? { resynced: problems.length === 0 } : {}),
    ...(problems.length === 0 ? {} : { problems }),
  };
}

function isIncompatible(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "INCOMPATIBLE";
}
