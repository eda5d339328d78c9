import { Codec } from "../../src/codec/codec.ts";
import type { Message } from "../../src/schema/model.ts";
import { ApiSet } from "../../src/sim/api_set.ts";
import { Simulator } from "../../src/sim/simulator.ts";
import { dataPath, itWithData, jsonLines } from "../data.ts";
import { assert, describe } from "../harness.ts";
import { RawClient } from "./raw_client.ts";

const WIRE = "capture/wire.jsonl.gz";
/** The reply to `sockclnt_create`, which carries the recorded VPP's message table. */
const HANDSHAKE_REPLY_ID = 16;
const TABLE_ENTRY_BYTES = 66;

interface WireLine {
  readonly dir?: "c2s" | "s2c";
  readonly msg?: string;
}

/** A message by name, with its fields in camelCase. */
interface Said {
  readonly name: string;
  readonly fields: Record<string, unknown>;
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
}

/** Messages' names by their ids in the recorded VPP. */
function recordedTable(lines: readonly WireLine[]): Map<number, string> {
  const reply = lines.map((line) => bytesOf(line.msg ?? "")).find((b) =>
    new DataView(b.buffer).getUint16(0) === HANDSHAKE_REPLY_ID
  );
  assert.ok(reply !== undefined);
  const view = new DataView(reply.buffer);
  const names = new Map<number, string>();
  for (let i = 0; i < view.getUint16(18); i++) {
    const at = 20 + TABLE_ENTRY_BYTES * i;
    const text = new TextDecoder().decode(reply.subarray(at + 2, at + TABLE_ENTRY_BYTES));
    names.set(view.getUint16(at), text.replace(/\0.*$/s, "").replace(/_[0-9a-f]{1,8}$/, ""));
  }
  return names;
}

/** What depends on the machine, the time or the other messages of that VPP. */
const UNDETERMINED: Readonly<Record<string, readonly string[]>> = {
  control_ping_reply: ["vpePid"],
  show_vpe_system_time_reply: ["vpeSystemTime"],
  cli_inband_reply: ["reply"],
  ip_route_add_del_reply: ["statsIndex"],
  get_api_json_reply: ["json"],
  sw_interface_event: ["clientIndex"],
};

/** A route without its statistics index; which number it gets depends on all that VPP counts. */
function comparable({ name, fields }: Said): Said {
  const { route } = fields;
  if (typeof route === "object") {
    return { name, fields: { ...fields, route: { ...route, statsIndex: 0 } } };
  }
  const rest = Object.entries(fields).filter(([key]) => !UNDETERMINED[name]?.includes(key));
  return { name, fields: Object.fromEntries(rest) };
}

/** Routes come in the order of a hash, and events between any two replies. */
function sorted(messages: readonly Said[]): Said[] {
  const isUnordered = ({ name }: Said) => name.startsWith("ip_route") || name.endsWith("_event");
  const ordered = messages.filter((message) => !isUnordered(message));
  const rest = messages.filter(isUnordered)
    .map((message) => ({ message, text: JSON.stringify(message) }))
    .sort((one, other) => one.text < other.text ? -1 : 1);
  return [...ordered, ...rest.map(({ message }) => message)];
}

describe("simulator: a recorded session of a real VPP 26.06", () => {
  itWithData("gets the same answers", [WIRE], async () => {
    const lines = jsonLines<WireLine>(dataPath(WIRE));
    const names = recordedTable(lines);
    const sim = new Simulator({
      vppVersion: "26.06-release",
      buildDate: "2026-11-23T00:57:04",
      buildDirectory: "/usr/src/vpp0",
    });
    const client = await RawClient.open(sim);
    const codec = new Codec();
    const expected: Said[] = [];
    for (const { dir, msg = "" } of lines) {
      const bytes = bytesOf(msg);
      const id = bytes.length < 2 ? -1 : new DataView(bytes.buffer).getUint16(0);
      const message = messageOf(names, id);
      if (message === undefined || message.name.startsWith("sockclnt")) continue;
      if (dir === "c2s") client.sendFrame(readdressed(bytes, client, message));
      else expected.push(decoded(codec, message, bytes));
    }
    await client.settle();
    assert.ok(expected.length > 250);
    assert.deepEqual(
      sorted(client.received.map(comparable)),
      sorted(expected.map(comparable)),
    );
    await client.close();
  });
});

const api = ApiSet.builtIn();

function messageOf(names: ReadonlyMap<number, string>, id: number): Message | undefined {
  const name = names.get(id);
  if (name === undefined) return undefined;
  const message = api.schema.message(name);
  assert.ok(message !== undefined, `the simulator lacks ${name}`);
  return message;
}

/** The request with the simulator's id and client index. */
function readdressed(bytes: Uint8Array, client: RawClient, message: Message): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  view.setUint16(0, client.id(message.name));
  view.setUint32(2, client.clientIndex);
  return copy;
}

function decoded(codec: Codec, message: Message, bytes: Uint8Array): Said {
  const { batch, record } = codec.decodeMessage(message, bytes);
  return {
    name: message.name,
    fields: new (codec.compile(message).View)(batch, record).toObject(),
  };
}
