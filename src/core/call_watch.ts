/**
 * What watches calls: the trace, and whatever the runtime brings, such as `diagnostics_channel` or
 * OpenTelemetry. Where nobody is active, a call costs one question for each instrument.
 *
 * @module
 */

/** What is known of a call when it begins. */
export interface CallStart {
  /** The request's message name: `sw_interface_dump`. */
  readonly message: string;
  /** The id of the channel that sends it. */
  readonly channel: number;
  /** Whether it has many answers. */
  readonly multi: boolean;
}

/** Watches one call. */
export interface CallWatch {
  /** One part of a multi-part answer came. */
  part(): void;
  /** The call is over; called once. A refusal by VPP is a VppApiError. */
  end(error: Error | undefined): void;
}

/** Something that wants to know of calls. */
export interface CallInstrument {
  /** Whether anybody looks; asked once for all calls of a tick. */
  readonly active: boolean;
  /** A call begins. Must not throw. */
  begin(call: CallStart): CallWatch;
}

/** All instruments of a mux as one: the trace, which is asked before each call, and the others. */
export class CallInstruments {
  readonly #trace: CallInstrument;
  readonly #others: readonly CallInstrument[];
  /** The others at which anybody looks in this tick; undefined before its first call. */
  #active: readonly CallInstrument[] | undefined;

  constructor(trace: CallInstrument, others: readonly CallInstrument[]) {
    this.#trace = trace;
    this.#others = others;
  }

  /** A watch for the call, or undefined where nobody looks. */
  begin(message: string, channel: number, multi: boolean): CallWatch | undefined {
    const active = this.#active ?? this.#ask();
    const traced = this.#trace.active;
    if (!traced && active.length === 0) return undefined;
    const call: CallStart = { message, channel, multi };
    if (active.length === 0) return this.#trace.begin(call);
    const watches = active.map((instrument) => instrument.begin(call));
    if (traced) watches.push(this.#trace.begin(call));
    const [only] = watches;
    return watches.length === 1 && only !== undefined ? only : new CombinedWatch(watches);
  }

  /** Asking each time would be a twentieth of what a pipelined call costs. */
  #ask(): readonly CallInstrument[] {
    const active = this.#others.filter((instrument) => instrument.active);
    this.#active = active;
    queueMicrotask(() => this.#active = undefined);
    return active;
  }
}

class CombinedWatch implements CallWatch {
  readonly #watches: readonly CallWatch[];

  constructor(watches: readonly CallWatch[]) {
    this.#watches = watches;
  }

  part(): void {
    for (const watch of this.#watches) watch.part();
  }

  end(error: Error | undefined): void {
    for (const watch of this.#watches) watch.end(error);
  }
}
