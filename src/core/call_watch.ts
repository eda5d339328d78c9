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
  /** Whether anybody looks; asked before each call, so it must cost next to nothing. */
  readonly active: boolean;
  /** A call begins. Must not throw. */
  begin(call: CallStart): CallWatch;
}

/** All instruments of a mux as one. */
export class CallInstruments {
  readonly #instruments: readonly CallInstrument[];

  constructor(instruments: readonly CallInstrument[]) {
    this.#instruments = instruments;
  }

  /** A watch for the call, or undefined where nobody looks. */
  begin(message: string, channel: number, multi: boolean): CallWatch | undefined {
    for (const instrument of this.#instruments) {
      if (instrument.active) return this.#beginActive({ message, channel, multi });
    }
    return undefined;
  }

  #beginActive(call: CallStart): CallWatch {
    const watches = this.#instruments
      .filter((instrument) => instrument.active)
      .map((instrument) => instrument.begin(call));
    const [only] = watches;
    return watches.length === 1 && only !== undefined ? only : new CombinedWatch(watches);
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
