/**
 * Calls as the runtime's own tools see them: events of `node:diagnostics_channel`, and spans of
 * OpenTelemetry where a program has registered an SDK. Where nobody looks, nothing is made.
 *
 * @module
 */
import { type Channel, channel } from "node:diagnostics_channel";
import {
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
  type TracerProvider,
} from "@opentelemetry/api";
import type { CallInstrument, CallStart, CallWatch } from "../core/call_watch.ts";
import { VppApiError, VppError } from "../errors.ts";

/** The channel of `node:diagnostics_channel` that has a `CallStartEvent` for each call. */
export const CALL_START_CHANNEL = "govppmux:call:start";
/** The channel of `node:diagnostics_channel` that has a `CallEndEvent` for each call. */
export const CALL_END_CHANNEL = "govppmux:call:end";

/** A call begins. The same object comes again as `call` of its end. */
export type CallStartEvent = CallStart;

/** A call is over. */
export interface CallEndEvent {
  readonly call: CallStartEvent;
  readonly durationMs: number;
  /** Parts of a multi-part answer. */
  readonly parts: number;
  /** What VPP answered; undefined where it did not. */
  readonly retval: number | undefined;
  readonly error: Error | undefined;
}

/** How a call ended, in terms that are few: fit for labels. */
function outcomeOf(error: Error | undefined): { retval: number | undefined; type: string } {
  if (error === undefined) return { retval: 0, type: "" };
  const type = error instanceof VppError ? error.code : "OTHER";
  return { retval: error instanceof VppApiError ? error.retval : undefined, type };
}

/** Publishes each call on the two channels of `node:diagnostics_channel`. */
export function diagnosticsInstrument(): CallInstrument {
  const start = channel(CALL_START_CHANNEL);
  const end = channel(CALL_END_CHANNEL);
  return {
    get active() {
      return start.hasSubscribers || end.hasSubscribers;
    },
    begin: (call) => {
      start.publish(call);
      return new PublishedCall(call, end);
    },
  };
}

class PublishedCall implements CallWatch {
  readonly #call: CallStart;
  readonly #end: Channel;
  readonly #start = performance.now();
  #parts = 0;

  constructor(call: CallStart, end: Channel) {
    this.#call = call;
    this.#end = end;
  }

  part(): void {
    this.#parts++;
  }

  end(error: Error | undefined): void {
    const event: CallEndEvent = {
      call: this.#call,
      durationMs: performance.now() - this.#start,
      parts: this.#parts,
      retval: outcomeOf(error).retval,
      error,
    };
    this.#end.publish(event);
  }
}

const TRACER = "govppmux";

/**
 * Makes a span for each call, where a program has registered an OpenTelemetry SDK: before this, or later
 * through the same copy of `@opentelemetry/api`.
 */
export function openTelemetryInstrument(): CallInstrument {
  const provider = trace.getTracerProvider();
  const tracer = standsForAnother(provider)
    ? () => provider.getDelegateTracer(TRACER)
    : () => provider.getTracer(TRACER);
  return {
    get active() {
      return tracer() !== undefined;
    },
    begin: (call) => new SpannedCall(call, tracer() ?? trace.getTracer(TRACER)),
  };
}

/** What the API gives until an SDK is registered, and after that as well: it hands on to the SDK. */
interface StandIn extends TracerProvider {
  getDelegateTracer(name: string): Tracer | undefined;
}

function standsForAnother(provider: TracerProvider): provider is StandIn {
  return "getDelegateTracer" in provider;
}

class SpannedCall implements CallWatch {
  readonly #span;
  #parts = 0;

  constructor({ message, channel, multi }: CallStart, tracer: Tracer) {
    this.#span = tracer.startSpan(message, {
      kind: SpanKind.CLIENT,
      attributes: {
        "rpc.system": "vpp_binapi",
        "rpc.method": message,
        "govppmux.channel": channel,
        "govppmux.multi": multi,
      },
    });
  }

  part(): void {
    this.#parts++;
  }

  end(error: Error | undefined): void {
    const { retval, type } = outcomeOf(error);
    if (retval !== undefined) this.#span.setAttribute("govppmux.retval", retval);
    if (this.#parts > 0) this.#span.setAttribute("govppmux.parts", this.#parts);
    if (error !== undefined) {
      this.#span.setAttribute("error.type", type);
      this.#span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
    }
    this.#span.end();
  }
}
