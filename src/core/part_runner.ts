/**
 * Runs the hooks of one part: one at a time, each with its timeout, and says how the part is doing.
 *
 * @module
 */
import { VppError } from "../errors.ts";
import { joinSignals, unlessAborted } from "./abort.ts";
import type { Channel } from "./channel.ts";
import { toError } from "./error_text.ts";
import type { Arrival, Hook, HookRun, Part, PartContext, PartOptions, PartsHost } from "./parts.ts";
import type { Problem } from "./problem.ts";

/** A hook whose success counts for the part's status. */
type CountedHook = "init" | "afterReconnect" | "resync";

export class PartRunner {
  readonly name: string;
  readonly #part: Part;
  readonly #host: PartsHost;
  readonly #timeoutMs: number;
  readonly #channels = new Set<Channel>();
  readonly #context: PartContext;
  readonly #closing = new AbortController();
  readonly #forget: () => void;
  /** What must still happen before the part is OK. */
  readonly #due = new Set<CountedHook>(["init"]);
  readonly #errors = new Map<CountedHook, Error>();
  /** The last hook, which may go on after it was given up. */
  #last: Promise<void> = Promise.resolve();

  constructor(name: string, part: Part, host: PartsHost, { timeoutMs }: PartOptions) {
    this.name = name;
    this.#part = part;
    this.#host = host;
    this.#timeoutMs = timeoutMs ?? host.hookTimeoutMs;
    this.#forget = host.status.register(name);
    this.#context = {
      name,
      newAPIChannel: (options = {}) => this.#newChannel(options),
      reportStateChange: (state, error) => host.status.reportStateChange(name, state, error),
    };
  }

  /** There is a connection; returns what went wrong. */
  async arrive({ reconnect, restarted, resync }: Arrival, signal: AbortSignal): Promise<Problem[]> {
    const hook = reconnect && this.initialized ? "afterReconnect" : "init";
    this.#due.add(hook);
    if (resync) this.#due.add("resync");
    return await this.#run(hook, { restarted, signal });
  }

  /** Whether `init` has succeeded. */
  get initialized(): boolean {
    return !this.#due.has("init");
  }

  /** Brings VPP to what the part wants; not before the part is initialized. */
  async resync(run: HookRun): Promise<Problem[]> {
    const problems = this.initialized ? [] : await this.#run("init", run);
    return this.initialized ? await this.#run("resync", run) : problems;
  }

  /** Closes the part: its hook first, then its channels. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort(new VppError("CLOSED", `The part ${this.name} was closed`));
    const { close } = this.#part;
    const never = new AbortController().signal;
    try {
      if (close !== undefined) {
        await this.#limited("close", [never], async (signal) => {
          await close(this.#context, { signal, restarted: false });
        });
      }
    } catch (error) {
      this.#host.logger.error("A hook failed", { part: this.name, hook: "close", error });
    }
    for (const channel of [...this.#channels]) await channel.close();
    this.#forget();
  }

  async #run(hook: CountedHook, run: HookRun): Promise<Problem[]> {
    const act = this.#part[hook];
    this.#errors.delete(hook);
    this.#report();
    const problems = act === undefined ? [] : await this.#attempt(hook, act, run);
    if (problems.length === 0) this.#due.delete(hook);
    this.#report();
    return problems;
  }

  async #attempt(hook: CountedHook, act: Hook, { signal, restarted }: HookRun): Promise<Problem[]> {
    const { traced, logger } = this.#host;
    const signals = [signal, this.#closing.signal];
    try {
      await traced(`${hook} ${this.name}`, () =>
        this.#limited(hook, signals, async (all) => {
          const before = this.#last;
          const turn = this.#afterwards(before, all, () =>
            act(this.#context, { signal: all, restarted }));
          this.#last = turn.catch(() => {});
          await turn;
        }));
      return [];
    } catch (thrown) {
      const error = toError(thrown);
      this.#errors.set(hook, error);
      logger.error("A hook failed", { part: this.name, hook, error });
      return [{ name: this.name, error }];
    }
  }

  /** A hook that was given up is waited for, as long as the next one has time. */
  async #afterwards(
    before: Promise<void>,
    signal: AbortSignal,
    act: () => void | Promise<void>,
  ): Promise<void> {
    await before;
    if (!signal.aborted) await act();
  }

  /** Gives up waiting when the time is up, or one of the signals is aborted. */
  async #limited(
    hook: string,
    signals: readonly AbortSignal[],
    act: (signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const { clock } = this.#host;
    const time = new AbortController();
    const timer = clock.setTimeout(() => {
      const message = `${hook} of ${this.name} was given up: it took over ${this.#timeoutMs} ms`;
      time.abort(new VppError("PART", message));
    }, this.#timeoutMs);
    const all = joinSignals(...signals, time.signal);
    try {
      await unlessAborted(act(all.signal), all.signal);
    } finally {
      clock.clearTimeout(timer);
      all.release();
    }
  }

  #report(): void {
    const { status } = this.#host;
    const [error] = this.#errors.values();
    if (error !== undefined) status.reportStateChange(this.name, "Error", error);
    else status.reportStateChange(this.name, this.#due.size > 0 ? "Init" : "OK");
  }

  #newChannel(options: Parameters<PartContext["newAPIChannel"]>[0] = {}): Channel {
    const channel = this.#host.newAPIChannel(options, (closed) => this.#channels.delete(closed));
    this.#channels.add(channel);
    return channel;
  }
}
