import { execFile } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { playSession, type SessionReport } from "../../examples/capture/session.ts";
import { AclDetails, AclDump } from "../../src/binapi/acl.ts";
import {
  SwInterfaceDetails,
  SwInterfaceDump,
  SwInterfaceEvent,
} from "../../src/binapi/interface.ts";
import { IpAddressDetails, IpRouteDetails, IpRouteV2Details } from "../../src/binapi/ip.ts";
import { BridgeDomainDetails, BridgeDomainDump } from "../../src/binapi/l2.ts";
import { ShowVersionReply } from "../../src/binapi/vpe.ts";
import type { MessageDescriptor } from "../../src/codec/descriptor.ts";
import type { Channel } from "../../src/core/channel.ts";
import { Mux } from "../../src/core/mux.ts";
import { type Field, resolveAlias, type Type } from "../../src/schema/model.ts";
import { simTransport } from "../../src/sim/in_memory.ts";
import { Simulator } from "../../src/sim/simulator.ts";
import { assertSameMessage, type Papi, type PapiObject } from "../core/papi_form.ts";
import { dataPath, itWithData, jsonLines } from "../data.ts";
import { assert, describe, it } from "../harness.ts";

const EXPECT = "capture/expect.jsonl.gz";

/** The recorded session, as vpp_papi understood it. */
type ExpectedLine = ExpectedCall | { readonly event: string; readonly fields: PapiObject };

/** One reply, or details; of a cursor request the reply, then its details. */
interface ExpectedCall {
  readonly call: string;
  readonly replies: PapiObject | readonly (PapiObject | readonly PapiObject[])[];
}

describe("the example of a captured session", () => {
  it("runs as a program", async () => {
    const ending = import.meta.url.slice(-3);
    const program = fileURLToPath(
      new URL(`../../examples/capture_session${ending}`, import.meta.url),
    );
    const args = ending === ".ts" ? ["run", "-A", "--no-check", program] : [program];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
    assert.equal(stderr, "");
    assert.match(stdout, /^24 loopbacks, loop0 to loop23$/m);
    assert.match(stdout, /^VPP refused sw_interface_set_flags: INVALID_SW_IF_INDEX/m);
    assert.match(stdout, /^38 events$/m);
  });

  it("leaves nothing behind", async () => {
    const { left } = await play();
    assert.deepEqual(left, { interfaces: 1, acls: 0, bridgeDomains: 0 });
  });

  itWithData("gives the values that vpp_papi got from a real VPP", [EXPECT], async () => {
    const { report } = await play();
    const { version, interfaces, addresses, routes, routes6, acls, bridgeDomains } = report;
    same(ShowVersionReply, [version], replies("show_version"));
    assert.deepEqual(
      report.loopbacks,
      replies("create_loopback_instance").map((reply) => reply["sw_if_index"]),
    );
    same(SwInterfaceDetails, interfaces, replies("sw_interface_dump"));
    same(IpAddressDetails, addresses, replies("ip_address_dump"));
    sameRoutes(IpRouteDetails, routes, replies("ip_route_dump"));
    sameRoutes(IpRouteV2Details, routes6, replies("ip_route_v2_dump"));
    same(AclDetails, acls, replies("acl_dump"));
    same(BridgeDomainDetails, bridgeDomains, replies("bridge_domain_dump"));
    assert.deepEqual(report.refusals, refusals());
    const events = expectedLines().flatMap((line) => "event" in line ? [line.fields] : []);
    same(SwInterfaceEvent, report.events, events);
  });
});

/** The session on a simulator that calls itself what the recorded VPP does. */
async function play(): Promise<{ report: SessionReport; left: object }> {
  const sim = new Simulator({
    vppVersion: "26.06-release",
    buildDate: "2026-11-23T00:57:04",
    buildDirectory: "/usr/src/vpp0",
  });
  const mux = new Mux({ transport: simTransport(sim) });
  await mux.connect();
  try {
    const channel = mux.newAPIChannel();
    const report = await playSession(channel, {
      firstInstance: 0,
      bridgeDomain: 7,
      tell: () => {},
    });
    return { report, left: await whatIsThere(channel) };
  } finally {
    await mux.close();
  }
}

async function whatIsThere(channel: Channel): Promise<object> {
  const interfaces = await channel.sendMultiRequest(SwInterfaceDump, {}).toArray();
  const acls = await channel.sendMultiRequest(AclDump, { aclIndex: 0xffffffff }).toArray();
  const bridgeDomains = await channel.sendMultiRequest(BridgeDomainDump, {}).toArray();
  return {
    interfaces: interfaces.length,
    acls: acls.length,
    bridgeDomains: bridgeDomains.length,
  };
}

function expectedLines(): readonly ExpectedLine[] {
  return jsonLines<ExpectedLine>(dataPath(EXPECT));
}

/** All answers to the calls of a message. */
function replies(call: string): PapiObject[] {
  return expectedLines().flatMap((line) =>
    "call" in line && line.call === call ? [line.replies].flat(2) : []
  );
}

/** The refusals of the recorded VPP; a cursor request's reply stands before its details. */
function refusals(): unknown[] {
  return expectedLines().flatMap((line) => {
    if (!("call" in line)) return [];
    const retval = [line.replies].flat(2)[0]?.["retval"] ?? 0;
    return retval === 0 ? [] : [retval];
  });
}

function same<Value extends object>(
  descriptor: MessageDescriptor<Value>,
  actual: readonly Value[],
  expected: readonly PapiObject[],
): void {
  assert.equal(actual.length, expected.length, descriptor.name);
  actual.forEach((value, i) => {
    assertSameMessage(
      descriptor.message,
      value,
      withoutCounts(descriptor.message.fields, expected[i] ?? {}),
    );
  });
}

interface Route {
  readonly route: { readonly prefix: string; readonly statsIndex: number };
}

/** Routes come in the order of a hash; which counters they have depends on all that VPP counts. */
function sameRoutes<Value extends Route>(
  descriptor: MessageDescriptor<Value>,
  actual: readonly Value[],
  expected: readonly PapiObject[],
): void {
  const known = new Map(actual.map((value) => [network(value.route.prefix), value]));
  assert.equal(known.size, actual.length);
  const ordered = expected.map((message) => {
    const { route } = message;
    assert.ok(typeof route === "object" && "prefix" in route);
    const value = known.get(String(route["prefix"]));
    assert.ok(value !== undefined, `there is no route to ${String(route["prefix"])}`);
    return { ...value, route: { ...value.route, statsIndex: Number(route["stats_index"]) } };
  });
  same(descriptor, ordered, expected);
}

/** VPP has 10.0.0.1/24 where vpp_papi prints its network. */
function network(prefix: string): string {
  return prefix.replace(/\.\d+\/24$/, ".0/24");
}

/** Without the fields that count a list, which a typed message does not have. */
function withoutCounts(fields: readonly Field[], message: PapiObject): PapiObject {
  const counts = fields.flatMap(({ type }) => {
    const resolved = resolveAlias(type);
    return resolved.kind === "vla" ? [resolved.countField] : [];
  });
  const types = new Map(fields.map(({ name, type }) => [name, type]));
  const kept = Object.entries(message).filter(([name]) => !counts.includes(name));
  return Object.fromEntries(kept.map(([name, value]) => {
    const type = types.get(name);
    return [name, type === undefined ? value : valueWithoutCounts(type, value)];
  }));
}

function valueWithoutCounts(type: Type, value: Papi): Papi {
  const resolved = resolveAlias(type);
  if (resolved.kind === "array" || resolved.kind === "vla") {
    return Array.isArray(value)
      ? value.map((item: Papi) => valueWithoutCounts(resolved.element, item))
      : value;
  }
  if (resolved.kind !== "struct" || typeof value !== "object" || !("$type" in value)) return value;
  return withoutCounts(resolved.fields, value);
}
