/**
 * The messages that the benchmarks measure: a small, a middle and a large one, as VPP 26.06 defines them.
 *
 * @module
 */
import { Codec } from "../src/codec/codec.ts";
import { typescriptForm } from "../src/codec/forms.ts";
import type { MessageView } from "../src/codec/view.ts";
import { FRAME_HEADER } from "../src/schema/constants.generated.ts";
import type { Message } from "../src/schema/model.ts";
import { ApiSet } from "../src/sim/api_set.ts";
import { keep } from "./keep.ts";
import type { RawObject } from "../test/oracle/codec.ts";

/** Bytes of a chunk: what one read of a socket brings at most. */
const CHUNK = 1 << 16;

/** The id that the sample's message has in the chunk. */
export const MESSAGE_ID = 100;

/** A message with many different values. */
export interface Sample {
  readonly message: Message;
  /** Bytes of one message on the wire, without its frame header. */
  readonly bytes: number;
  /** Reads three fields, and keeps them, so that no read can be left out. */
  readonly readThree: (view: MessageView) => void;
  /** The values as the oracle takes them: header included, by VPP's names. */
  readonly raw: readonly RawObject[];
  /** The same values as a program gives and gets them. */
  readonly fields: readonly object[];
  /** All of them in frames, one behind the other. */
  readonly chunk: Uint8Array;
}

/** @param context stands in every message */
export function samples(context: number): Sample[] {
  const { schema } = ApiSet.builtIn();
  const sample = (
    name: string,
    readThree: Sample["readThree"],
    values: (n: number) => RawObject,
  ): Sample => {
    const message = schema.message(name);
    if (message === undefined) throw new Error(`The simulator's definitions lack ${name}`);
    return sampleOf(message, readThree, (n) => ({ ...values(n), _vl_msg_id: MESSAGE_ID, context }));
  };
  return [
    sample("control_ping_reply", readPingReply, pingReply),
    sample("sw_interface_details", readInterfaceDetails, interfaceDetails),
    sample("ip_route_details", readRouteDetails, routeDetails),
  ];
}

function sampleOf(
  message: Message,
  readThree: Sample["readThree"],
  values: (n: number) => RawObject,
): Sample {
  const codec = new Codec();
  const bytes = codec.encodeMessage(message, values(0)).length;
  const count = Math.floor(CHUNK / (FRAME_HEADER + bytes));
  const raw = Array.from({ length: count }, (_, n) => values(n));
  const wire = raw.map((one) => codec.encodeMessage(message, one));
  const fields = wire.map((one) => {
    const { batch, record } = codec.decodeMessage(message, one);
    return codec.read(message, batch, record, typescriptForm);
  });
  return { message, bytes, readThree, raw, fields, chunk: framed(wire) };
}

function framed(messages: readonly Uint8Array[]): Uint8Array {
  const chunk = new Uint8Array(messages.reduce((sum, m) => sum + FRAME_HEADER + m.length, 0));
  const view = new DataView(chunk.buffer);
  let at = 0;
  for (const message of messages) {
    view.setUint32(at + 8, message.length);
    chunk.set(message, at + FRAME_HEADER);
    at += FRAME_HEADER + message.length;
  }
  return chunk;
}

/** It has but two. */
function readPingReply(view: MessageView): void {
  keep(view["retval"]);
  keep(view["vpePid"]);
  keep(view["retval"]);
}

function readInterfaceDetails(view: MessageView): void {
  keep(view["swIfIndex"]);
  keep(view["flags"]);
  keep(view["interfaceName"]);
}

/** A view by name has no static type. */
function readRouteDetails(view: MessageView): void {
  const route = view["route"] as { statsIndex: number; prefix: string; nPaths: number };
  keep(route.statsIndex);
  keep(route.prefix);
  keep(route.nPaths);
}

function pingReply(n: number): RawObject {
  return { vpe_pid: 4711 + n };
}

function interfaceDetails(n: number): RawObject {
  return {
    sw_if_index: n,
    sup_sw_if_index: n,
    l2_address: `02fe0000${n.toString(16).padStart(4, "0")}`,
    flags: 3,
    link_duplex: 2,
    link_speed: 1_000_000,
    link_mtu: 9000,
    mtu: [9000, 0, 0, 0],
    interface_name: `loop${n}`,
    interface_dev_type: "Loopback",
    tag: n % 4 === 0 ? "uplink" : "",
  };
}

function routeDetails(n: number): RawObject {
  const paths = Array.from({ length: 8 }, (_, i) => ({
    sw_if_index: i + 1,
    weight: 1,
    proto: 0,
    nh: { address: { ip4: `0a00${n.toString(16).padStart(2, "0")}0${i}` } },
  }));
  const address = { af: 0, un: { ip4: `c0a8${n.toString(16).padStart(2, "0")}00` } };
  return { route: { stats_index: n, prefix: { address, len: 24 }, paths } };
}
