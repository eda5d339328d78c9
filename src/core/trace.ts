/**
 * The trace: how long each call takes, which calls an event of the agent (a resync, a batch of
 * interfaces) is made of, and one summary in the log after each event.
 *
 * @module
 */
import type { AsyncContext, AsyncContextFactory } from "./async_context.ts";
import type { CallInstrument, CallStart, CallWatch } from "./call_watch.ts";
import type { Clock } from "./clock.ts";
import type { Logger } from "./logger.ts";
import { Ring } from "./ring.ts";
import { type CallSummary, type CallTimes, summarize, TimesByMessage } from "./trace_summary.ts";

/** One call. */
export interface TraceRecord {
  /** When it was sent, in milliseconds since 1970. */
  readonly time: number;
  /** The id of the channel. */
  readonly channel: number;
  /** The request's message: `sw_interface_dump`. */
  readonly message: string;
  /** Milliseconds until the reply, of a multi-part answer its last part; undefined while it is open. */
  readonly durationMs: number | undefined;
  /** Parts of a multi-part answer that have come. */
  readonly parts: number;
  /** Why it failed; a VppApiError where VPP refused it. */
  readonly error?: Error;
  /** The event that it belongs to, the innermost where they are nested. */
  readonly event?: string;
}

/** Which records are meant. */
export interface TraceFilter {
  readonly channel?: number;
  readonly message?: string;
  readonly event?: string;
}

/** An event that is over, as the log gets it. */
export interface EventSummary {
  readonly event: string;
  /** From its beginning to its end, in milliseconds. */
  readonly durationMs: number;
  /** The calls that were over by then, by message, the one that took longest in all first. */
  readonly calls: readonly CallTimes[];
  /**
   * How calls were told to belong to it: "context" follows the program's own course; "time", where the
   * runtime cannot do that, takes in all calls that were made while the event lasted.
   */
  readonly grouping: "context" | "time";
}

export interface TraceOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly traceEnabled: boolean;
  /** Records that are kept, the newest. */
  readonly traceSize: number;
  readonly asyncContext?: AsyncContextFactory | undefined;
}

/** An event that is under way. */
interface OpenEvent {
  readonly name: string;
  readonly parent: OpenEvent | undefined;
  readonly times: TimesByMessage;
}

const noEvents: readonly OpenEvent[] = [];

export class Trace implements CallInstrument {
  /** Whether calls are recorded; calls that are open when it changes are not. */
  enabled: boolean;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #calls: Ring<TracedCall>;
  readonly #context: AsyncContext<OpenEvent> | undefined;
  /** Where the runtime cannot follow a program's course: all events that are under way. */
  readonly #openEvents = new Set<OpenEvent>();

  constructor({ clock, logger, traceEnabled, traceSize, asyncContext }: TraceOptions) {
    this.#clock = clock;
    this.#logger = logger;
    this.enabled = traceEnabled;
    this.#calls = new Ring(traceSize);
    this.#context = asyncContext?.create();
  }

  get active(): boolean {
    return this.enabled;
  }

  /**
   * Runs `act` as an event: the calls made inside it, also after awaits, belong to it, and one summary
   * is logged when it is over. Where the trace is off, it is just run.
   */
  async event<T>(name: string, act: () => T | Promise<T>): Promise<T> {
    if (!this.enabled) return await act();
    const event: OpenEvent = {
      name,
      parent: this.#context?.getStore(),
      times: new TimesByMessage(),
    };
    const start = this.#clock.now();
    this.#openEvents.add(event);
    try {
      return await (this.#context === undefined ? act() : this.#context.run(event, act));
    } finally {
      this.#openEvents.delete(event);
      this.#summarize(event, this.#clock.now() - start);
    }
  }

  /** The calls that are kept, oldest first, as they are now. */
  records(filter: TraceFilter = {}): TraceRecord[] {
    return [...this.#calls].map((call) => call.record()).filter((r) => matches(r, filter));
  }

  /** Times by message, of the calls that are kept and over. */
  summary(filter: TraceFilter = {}): CallSummary[] {
    return summarize(this.records(filter));
  }

  /** Forgets all records. */
  clear(): void {
    this.#calls.clear();
  }

  begin(start: CallStart): CallWatch {
    const call = new TracedCall(start, this.#eventsNow(), this.#clock);
    this.#calls.push(call);
    return call;
  }

  /** The events that a call belongs to that is made now, the innermost first. */
  #eventsNow(): readonly OpenEvent[] {
    if (this.#openEvents.size === 0) return noEvents;
    if (this.#context === undefined) return [...this.#openEvents].reverse();
    const events: OpenEvent[] = [];
    for (let event = this.#context.getStore(); event !== undefined; event = event.parent) {
      events.push(event);
    }
    return events;
  }

  #summarize(event: OpenEvent, durationMs: number): void {
    const summary: EventSummary = {
      event: event.name,
      durationMs,
      calls: event.times.list(),
      grouping: this.#context === undefined ? "time" : "context",
    };
    this.#logger.info("Trace of an event", { ...summary });
  }
}

/** A call, from its begin on; it is kept as long as its record. */
class TracedCall implements CallWatch {
  readonly #start: CallStart;
  readonly #clock: Clock;
  readonly #time: number;
  readonly #begun: number;
  readonly #event: string | undefined;
  /** Until the call is over. */
  #events: readonly OpenEvent[];
  #durationMs: number | undefined;
  #parts = 0;
  #error: Error | undefined;

  constructor(start: CallStart, events: readonly OpenEvent[], clock: Clock) {
    this.#start = start;
    this.#clock = clock;
    this.#time = clock.wallTime();
    this.#begun = clock.now();
    this.#event = events[0]?.name;
    this.#events = events;
  }

  part(): void {
    this.#parts++;
  }

  end(error: Error | undefined): void {
    const durationMs = this.#clock.now() - this.#begun;
    this.#durationMs = durationMs;
    this.#error = error;
    for (const { times } of this.#events) {
      times.add(this.#start.message, durationMs, error !== undefined);
    }
    this.#events = noEvents;
  }

  /** As it is now. */
  record(): TraceRecord {
    return {
      time: this.#time,
      channel: this.#start.channel,
      message: this.#start.message,
      durationMs: this.#durationMs,
      parts: this.#parts,
      ...(this.#error === undefined ? {} : { error: this.#error }),
      ...(this.#event === undefined ? {} : { event: this.#event }),
    };
  }
}

function matches(record: TraceRecord, { channel, message, event }: TraceFilter): boolean {
  return (channel === undefined || record.channel === channel) &&
    (message === undefined || record.message === message) &&
    (event === undefined || record.event === event);
}
