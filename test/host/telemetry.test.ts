import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { type Span, trace, type TracerProvider } from "@opentelemetry/api";
import {
  CALL_END_CHANNEL,
  CALL_START_CHANNEL,
  type CallEndEvent,
  type CallStartEvent,
  diagnosticsInstrument,
  openTelemetryInstrument,
} from "../../src/host/telemetry.ts";
import { Life } from "../core/life.ts";
import { assert, describe, it } from "../harness.ts";

describe("the diagnostics channels", () => {
  it("have nothing, and cost nothing, without a subscriber", () => {
    assert.equal(diagnosticsInstrument().active, false);
  });

  it("have the begin and the end of each call", async () => {
    await using life = await Life.connected({
      sim: { interfaces: 4 },
      mux: { instruments: [diagnosticsInstrument()] },
    });
    const channel = life.mux.newAPIChannel();
    const starts: CallStartEvent[] = [];
    const ends: CallEndEvent[] = [];
    const onStart = (event: unknown) => void starts.push(event as CallStartEvent);
    const onEnd = (event: unknown) => void ends.push(event as CallEndEvent);
    subscribe(CALL_START_CHANNEL, onStart);
    subscribe(CALL_END_CHANNEL, onEnd);
    await channel.request("show_version");
    await channel.sendMultiRequest("sw_interface_dump").toArray();
    await channel.request("sw_interface_set_flags", { swIfIndex: 99 }).catch(() => {});
    unsubscribe(CALL_START_CHANNEL, onStart);
    unsubscribe(CALL_END_CHANNEL, onEnd);
    await channel.request("show_version");
    assert.deepEqual(starts, [
      { message: "show_version", channel: channel.id, multi: false },
      { message: "sw_interface_dump", channel: channel.id, multi: true },
      { message: "sw_interface_set_flags", channel: channel.id, multi: false },
    ]);
    assert.deepEqual(ends.map(({ call }) => call), starts);
    assert.deepEqual(ends.map(({ parts, retval }) => [parts, retval]), [[0, 0], [5, 0], [0, -2]]);
    assert.match(ends[2]?.error?.message ?? "", /INVALID_SW_IF_INDEX/);
    assert.ok(ends.every(({ durationMs }) => durationMs >= 0));
  });
});

/** What a span was told. */
interface SpanRecord {
  readonly name: string;
  readonly attributes: Record<string, unknown>;
  status: unknown;
  ended: boolean;
}

/** As much of an SDK as is needed to see what it gets. */
function recordingProvider(spans: SpanRecord[]): TracerProvider {
  const startSpan = (name: string, options?: { attributes?: object }): Span => {
    const record: SpanRecord = {
      name,
      attributes: { ...options?.attributes },
      status: undefined,
      ended: false,
    };
    spans.push(record);
    const span: Partial<Span> = {
      setAttribute: (key, value) => (record.attributes[key] = value, span as Span),
      setStatus: (status) => (record.status = status, span as Span),
      end: () => void (record.ended = true),
    };
    return span as Span;
  };
  return { getTracer: () => ({ startSpan, startActiveSpan: () => assert.fail() }) };
}

describe("OpenTelemetry", () => {
  it("is not asked for spans without an SDK", () => {
    assert.equal(openTelemetryInstrument().active, false);
  });

  it("has a span for each call where an SDK is registered, also after the mux was made", async () => {
    await using life = await Life.connected({ mux: { instruments: [openTelemetryInstrument()] } });
    const channel = life.mux.newAPIChannel();
    await channel.request("control_ping");
    const spans: SpanRecord[] = [];
    trace.setGlobalTracerProvider(recordingProvider(spans));
    try {
      await channel.request("show_version");
      await channel.sendMultiRequest("sw_interface_dump").toArray();
      await channel.request("sw_interface_set_flags", { swIfIndex: 99 }).catch(() => {});
      life.sim.faults.add({ kind: "close" }, { message: "show_version" });
      await channel.request("show_version").catch(() => {});
    } finally {
      trace.disable();
    }
    const [version, dump, refused, lost] = spans;
    assert.equal(spans.length, 4);
    assert.ok(spans.every(({ ended }) => ended));
    assert.equal(version?.name, "show_version");
    assert.deepEqual(version?.attributes, {
      "rpc.system": "vpp_binapi",
      "rpc.method": "show_version",
      "govppmux.channel": channel.id,
      "govppmux.multi": false,
      "govppmux.retval": 0,
    });
    assert.equal(version?.status, undefined);
    assert.equal(dump?.attributes["govppmux.parts"], 1);
    assert.equal(refused?.attributes["govppmux.retval"], -2);
    assert.notEqual(refused?.status, undefined);
    // A label has few values: the code of the error, never its text.
    assert.equal(refused?.attributes["error.type"], "API");
    assert.equal(lost?.attributes["error.type"], "DISCONNECTED");
  });
});
