/**
 * What must not compile, and what must: checked by the type checker, never run. A line that is expected
 * to fail and does not is itself an error.
 *
 * @module
 */
import { AclAddReplace } from "../../src/binapi/acl.ts";
import { AclAction } from "../../src/binapi/acl_types.ts";
import { FibPathNhProto } from "../../src/binapi/fib_types.ts";
import {
  type InterfaceService,
  interfaceService,
  type SwInterfaceDetails,
  SwInterfaceDump,
  SwInterfaceEvent,
  SwInterfaceSetFlags,
  SwInterfaceTxPlacementGet,
  WantInterfaceEvents,
} from "../../src/binapi/interface.ts";
import { IfStatusFlags, IfType } from "../../src/binapi/interface_types.ts";
import {
  IpAddressDump,
  IpRouteAddDel,
  type IpRouteDetails,
  IpRouteDump,
} from "../../src/binapi/ip.ts";
import { AddressFamily } from "../../src/binapi/ip_types.ts";
import { ControlPing } from "../../src/binapi/memclnt.ts";
import { PuntType, SetPunt } from "../../src/binapi/punt.ts";
import { ShowVersion } from "../../src/binapi/vpe.ts";
import type { Caller } from "../../src/codec/caller.ts";
import type { Column, NumberColumn } from "../../src/codec/column_types.ts";
import type { Decoded } from "../../src/codec/descriptor.ts";
import { fromJson, toJson } from "../../src/codec/json.ts";
import type { TextColumn } from "../../src/codec/text_columns.ts";
import type { Channel } from "../../src/core/channel.ts";

declare const caller: Caller;
declare const channel: Channel;

/** Requests: fields by name and type; what may be left out. */
export async function requests(): Promise<void> {
  await caller.request(SwInterfaceSetFlags, { swIfIndex: 1, flags: IfStatusFlags.ADMIN_UP });
  // @ts-expect-error: a field that the message does not have
  await caller.request(SwInterfaceSetFlags, { swIfIndex: 1, flags: 0, mtu: 1500 });
  // @ts-expect-error: VPP's name instead of the TypeScript one
  await caller.request(SwInterfaceSetFlags, { sw_if_index: 1, flags: 0 });
  // @ts-expect-error: a field of the wrong type
  await caller.request(SwInterfaceSetFlags, { swIfIndex: "1", flags: 0 });
  // @ts-expect-error: a field that is missing
  await caller.request(SwInterfaceSetFlags, { swIfIndex: 1 });
  // @ts-expect-error: header fields are the mux's
  await caller.request(SwInterfaceSetFlags, { swIfIndex: 1, flags: 0, context: 1 });
  // pid may be left out: zero is what VPP expects.
  await caller.request(WantInterfaceEvents, { enableDisable: 1 });
  await caller.request(ControlPing, {});
  // @ts-expect-error: a message without fields takes none
  await caller.request(ControlPing, { swIfIndex: 1 });
  // @ts-expect-error: a dump is no request with one reply
  await caller.request(SwInterfaceDump, {});
}

/** The types of answers follow from the request. */
export async function answers(): Promise<void> {
  const version = await caller.request(ShowVersion, {});
  const text: string = version.version;
  // @ts-expect-error: the reply has no such field
  version.swIfIndex;
  // @ts-expect-error: a text is no number
  const number: number = version.version;
  // @ts-expect-error: another message's reply
  const details: SwInterfaceDetails = await caller.request(ShowVersion, {});

  for await (const itf of caller.sendMultiRequest(SwInterfaceDump, {})) {
    const index: number = itf.swIfIndex;
    const mac: string = itf.l2Address;
    // @ts-expect-error: details cannot be changed
    itf.swIfIndex = 1;
    // @ts-expect-error: the details have no such field
    itf.ipAddress;
    void [index, mac];
  }
  for await (const route of caller.sendMultiRequest(IpAddressDump, { swIfIndex: 1 })) {
    const prefix: string = route.prefix;
    void prefix;
  }
  const answer = await caller.sendMultiRequest(SwInterfaceTxPlacementGet, { swIfIndex: 1 })
    .receiveReply();
  if (answer.stop) answer.message.retval satisfies number;
  else answer.message.queueId satisfies number;
  void [text, number, details];
}

/** Columns: fields by name and path; the type of a column follows from its field. */
export async function columns(): Promise<void> {
  const interfaces = await channel.dumpColumns(SwInterfaceDump, {}, [
    "swIfIndex",
    "flags",
    "interfaceName",
    "l2Address",
    "type",
  ]);
  interfaces.length satisfies number;
  const { swIfIndex, flags, interfaceName, l2Address, type } = interfaces.columns;
  for (const numbers of [swIfIndex, flags, type]) numbers satisfies NumberColumn;
  for (const texts of [interfaceName, l2Address]) texts.at(0) satisfies string;
  swIfIndex[0] satisfies number | undefined;
  // @ts-expect-error: a column that was not asked for
  interfaces.columns.linkMtu;
  // @ts-expect-error: a text is no number
  interfaceName satisfies NumberColumn;
  // @ts-expect-error: a field that the details do not have
  await channel.dumpColumns(SwInterfaceDump, {}, ["swIfIndex", "ipAddress"]);
  // @ts-expect-error: VPP's name instead of the TypeScript one
  await channel.dumpColumns(SwInterfaceDump, {}, ["sw_if_index"]);
  // @ts-expect-error: a field of the request that it does not have
  await channel.dumpColumns(SwInterfaceDump, { name: "eth0" }, ["swIfIndex"]);

  const table = { tableId: 0, isIp6: false, name: "" };
  const routes = await channel.dumpColumns(IpRouteDump, { table }, [
    "route.prefix",
    "route.tableId",
  ]);
  routes.columns["route.prefix"] satisfies TextColumn;
  routes.columns["route.tableId"] satisfies NumberColumn;
  // @ts-expect-error: a list
  await channel.dumpColumns(IpRouteDump, { table }, ["route.paths"]);
  // @ts-expect-error: a struct
  await channel.dumpColumns(IpRouteDump, { table }, ["route"]);
  // @ts-expect-error: a request with one reply
  await channel.dumpColumns(ShowVersion, {}, ["version"]);

  const placements = await channel.dumpColumns(SwInterfaceTxPlacementGet, { swIfIndex: 1 }, [
    "queueId",
  ]);
  placements.columns.queueId satisfies NumberColumn;

  const named = await channel.dumpColumns("sw_interface_dump", {}, ["swIfIndex"], { maxRows: 10 });
  named.columns.swIfIndex satisfies Column;
  // @ts-expect-error: a column that was not asked for
  named.columns.flags;
}

/** Enums and flags. */
export function enums(details: SwInterfaceDetails): void {
  const type: IfType = IfType.SUB;
  const up: boolean = (details.flags & IfStatusFlags.ADMIN_UP) !== 0;
  const both: IfStatusFlags = IfStatusFlags.ADMIN_UP | IfStatusFlags.LINK_UP;
  // @ts-expect-error: no member has this value
  const none: IfType = 77;
  // @ts-expect-error: no member has this name
  IfType.NO_SUCH;
  void [type, up, both, none];
}

/** Addresses as text or by their parts; unions by one arm; nested fields that may be left out. */
export async function forms(): Promise<void> {
  const path = {
    swIfIndex: 1,
    proto: FibPathNhProto.IP4,
    nh: { address: { ip4: "10.0.0.1" } },
  } as const;
  const route = { tableId: 0, prefix: "10.0.0.0/24", paths: [path] };
  await caller.request(IpRouteAddDel, { isMultipath: false, route });
  const parts = {
    address: { af: AddressFamily.IP4, un: { ip4: Uint8Array.of(10, 0, 0, 0) } },
    len: 24,
  };
  await caller.request(IpRouteAddDel, { isMultipath: false, route: { ...route, prefix: parts } });
  // @ts-expect-error: a prefix is no number
  await caller.request(IpRouteAddDel, { isMultipath: false, route: { ...route, prefix: 10 } });
  const port = { af: AddressFamily.IP4, protocol: 17, port: 53 } as const;
  await caller.request(SetPunt, { isAdd: true, punt: { type: PuntType.L4, punt: { l4: port } } });
  await caller.request(SetPunt, {
    isAdd: true,
    // @ts-expect-error: two arms
    punt: { type: PuntType.L4, punt: { l4: port, exception: { id: 1 } } },
  });
  await caller.request(SetPunt, {
    isAdd: true,
    // @ts-expect-error: no such arm
    punt: { type: PuntType.L4, punt: { l5: port } },
  });
  await caller.request(AclAddReplace, {
    aclIndex: 0xffffffff,
    tag: "web",
    r: [{
      isPermit: AclAction.PERMIT,
      srcPrefix: "0.0.0.0/0",
      dstPrefix: "10.0.0.0/8",
      proto: 6,
      srcportOrIcmptypeFirst: 0,
      srcportOrIcmptypeLast: 65535,
      dstportOrIcmpcodeFirst: 80,
      dstportOrIcmpcodeLast: 80,
      tcpFlagsMask: 0,
      tcpFlagsValue: 0,
    }],
  });
}

/** What came from VPP can be sent again, as it is or changed. */
export async function again(details: IpRouteDetails): Promise<void> {
  const { route } = details;
  await caller.request(IpRouteAddDel, { isMultipath: true, route });
  const paths = route.paths.filter((path) => path.weight > 1);
  await caller.request(IpRouteAddDel, { isMultipath: true, route: { ...route, paths } });
  const [first] = route.paths;
  const ip4: string | undefined = first?.nh.address.ip4;
  const ip6: string | undefined = first?.nh.address.$arms.ip6;
  void [ip4, ip6];
}

/** Services, on whatever sends requests. */
export async function services(): Promise<void> {
  const service: InterfaceService = interfaceService(channel);
  const reply = await service.swInterfaceSetFlags({ swIfIndex: 1, flags: 0 });
  reply.retval satisfies number;
  for await (const itf of service.swInterfaceDump({})) itf.interfaceName satisfies string;
  for await (const itf of service.swInterfaceDump()) itf.interfaceName satisfies string;
  const placements = service.swInterfaceTxPlacementGet({ swIfIndex: 1 });
  for await (const placement of placements) placement.queueId satisfies number;
  (await placements.reply()).cursor satisfies number;
  for await (const event of service.swInterfaceEvent()) event.deleted satisfies boolean;
  // @ts-expect-error: a field that is missing
  await service.swInterfaceSetFlags({ swIfIndex: 1 });
  // @ts-expect-error: no such request in this module
  service.ipRouteAddDel;
}

/** JSON, and the type behind a descriptor. */
export function json(event: Decoded<typeof SwInterfaceEvent>): void {
  const same: SwInterfaceEvent = event;
  toJson(SwInterfaceEvent, same);
  const flags: SwInterfaceSetFlags = fromJson(SwInterfaceSetFlags, { sw_if_index: 1 });
  // @ts-expect-error: another message's fields
  toJson(SwInterfaceSetFlags, { swIfIndex: 1, deleted: false });
  void flags;
}
