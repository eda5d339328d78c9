/**
 * A session with VPP, typed: what a small control plane does. The calls are those of a session that was
 * recorded with vpp_papi on a real VPP 26.06, so the tests can compare what comes.
 *
 * @module
 */
import { type Caller, VppApiError } from "govppmux";
import { type AclDetails, aclService } from "govppmux/binapi/acl";
import { AclAction } from "govppmux/binapi/acl_types";
import { FibPathNhProto } from "govppmux/binapi/fib_types";
import {
  interfaceService,
  type SwInterfaceDetails,
  type SwInterfaceEvent,
} from "govppmux/binapi/interface";
import { IfStatusFlags } from "govppmux/binapi/interface_types";
import {
  type IpAddressDetails,
  type IpRouteDetails,
  type IpRouteV2Details,
  ipService,
} from "govppmux/binapi/ip";
import { IpProto } from "govppmux/binapi/ip_types";
import { type BridgeDomainDetails, L2PortType, l2Service } from "govppmux/binapi/l2";
import { memclntService } from "govppmux/binapi/memclnt";
import { vlibService } from "govppmux/binapi/vlib";
import { type ShowVersionReply, vpeService } from "govppmux/binapi/vpe";

/** In a field that names one of many: all of them, or a new one. */
const ANY = 0xffffffff;

/** What VPP sends back into its events. */
const EVENTS_PID = 4242;

export interface SessionOptions {
  /** The number of the first loopback: `loop0`. */
  readonly firstInstance: number;
  readonly bridgeDomain: number;
  /** Gets a line for each step. */
  readonly tell: (line: string) => void;
}

/** What came. */
export interface SessionReport {
  readonly version: ShowVersionReply;
  /** The indices of the loopbacks. */
  readonly loopbacks: readonly number[];
  readonly interfaces: readonly SwInterfaceDetails[];
  /** Of the first loopback. */
  readonly addresses: readonly IpAddressDetails[];
  readonly routes: readonly IpRouteDetails[];
  readonly routes6: readonly IpRouteV2Details[];
  readonly acls: readonly AclDetails[];
  readonly bridgeDomains: readonly BridgeDomainDetails[];
  /** The `retval`s of the requests that VPP refuses. */
  readonly refusals: readonly number[];
  readonly events: readonly SwInterfaceEvent[];
}

/** What undoes a step. */
type Undo = () => Promise<unknown>;

/** Plays the session and then removes what it made, also where a step fails. */
export async function playSession(
  caller: Caller,
  options: SessionOptions,
): Promise<SessionReport> {
  const session = new Session(caller, options);
  try {
    return await session.play();
  } finally {
    await session.cleanUp();
  }
}

class Session {
  readonly #caller: Caller;
  readonly #options: SessionOptions;
  readonly #undo: Undo[] = [];
  /** Those that are there. */
  readonly #loopbacks = new Set<number>();
  readonly #events: SwInterfaceEvent[] = [];
  readonly #refusals: number[] = [];

  constructor(caller: Caller, options: SessionOptions) {
    this.#caller = caller;
    this.#options = options;
  }

  async play(): Promise<SessionReport> {
    const version = await this.#whoIsThere();
    const stopEvents = await this.#hearEvents();
    const loopbacks = await this.#makeLoopbacks(24);
    await this.#configure(loopbacks.slice(0, 12));
    const interfaces = await this.#interfaces();
    const addresses = await this.#addresses(loopbacks[0] ?? ANY);
    await this.#makeRoutes(loopbacks, 30);
    const [routes, routes6] = await this.#routes();
    const acls = await this.#acls();
    await this.#wrongRequests();
    const bridgeDomains = await this.#bridge(loopbacks[1] ?? ANY);
    await this.#takeDown(loopbacks);
    await stopEvents();
    return {
      version,
      loopbacks,
      interfaces,
      addresses,
      routes,
      routes6,
      acls,
      bridgeDomains,
      refusals: this.#refusals,
      events: this.#events,
    };
  }

  /** Undoes the steps, the last one first. */
  async cleanUp(): Promise<void> {
    for (const undo of this.#undo.splice(0).reverse()) {
      await undo().catch((error) => this.#tell(`could not clean up: ${error}`));
    }
  }

  async #whoIsThere(): Promise<ShowVersionReply> {
    const version = await vpeService(this.#caller).showVersion();
    const { vpePid } = await memclntService(this.#caller).controlPing();
    const { reply } = await vlibService(this.#caller).cliInband({ cmd: "show version verbose" });
    this.#tell(`${version.program} ${version.version}, built ${version.buildDate}, pid ${vpePid}`);
    this.#tell(`show version verbose: ${reply.trimEnd().split("\n").length} lines`);
    return version;
  }

  /** Subscribes first, so that no event is lost; returns how to stop. */
  async #hearEvents(): Promise<Undo> {
    const interfaces = interfaceService(this.#caller);
    const events = interfaces.swInterfaceEvent();
    const reading = (async () => {
      for await (const event of events) this.#events.push(event);
    })();
    await interfaces.wantInterfaceEvents({ enableDisable: 1, pid: EVENTS_PID });
    return async () => {
      // Its reply comes behind the events of all earlier requests.
      await interfaces.wantInterfaceEvents({ enableDisable: 0, pid: EVENTS_PID });
      events.unsubscribe();
      await reading;
      this.#tell(`${this.#events.length} events`);
    };
  }

  async #makeLoopbacks(count: number): Promise<number[]> {
    const interfaces = interfaceService(this.#caller);
    const made: number[] = [];
    for (let i = 0; i < count; i++) {
      const { swIfIndex } = await interfaces.createLoopbackInstance({
        macAddress: `02:fe:00:00:00:${hex(i)}`,
        isSpecified: true,
        userInstance: this.#options.firstInstance + i,
      });
      this.#undo.push(() => this.#deleteLoopback(swIfIndex));
      this.#loopbacks.add(swIfIndex);
      made.push(swIfIndex);
    }
    const { firstInstance } = this.#options;
    this.#tell(`${count} loopbacks, loop${firstInstance} to loop${firstInstance + count - 1}`);
    return made;
  }

  async #configure(loopbacks: readonly number[]): Promise<void> {
    const interfaces = interfaceService(this.#caller);
    const { ADMIN_UP, LINK_UP } = IfStatusFlags;
    for (const [i, swIfIndex] of loopbacks.entries()) {
      await interfaces.swInterfaceTagAddDel({ isAdd: true, swIfIndex, tag: `tenant-${i}` });
      const flags = i % 2 === 0 ? ADMIN_UP | LINK_UP : ADMIN_UP;
      await interfaces.swInterfaceSetFlags({ swIfIndex, flags });
      for (const prefix of [`10.${i}.0.1/24`, `2001:db8:${i}::1/64`]) {
        const address = { swIfIndex, delAll: false, prefix };
        await interfaces.swInterfaceAddDelAddress({ ...address, isAdd: true });
      }
    }
    this.#tell(`${loopbacks.length} of them are up and have addresses`);
  }

  async #interfaces(): Promise<SwInterfaceDetails[]> {
    const found = await interfaceService(this.#caller).swInterfaceDump({}).toArray();
    for (const { swIfIndex, interfaceName, l2Address, flags, tag } of found) {
      const state = (flags & IfStatusFlags.ADMIN_UP) === 0 ? "down" : "up";
      this.#tell(`  ${swIfIndex} ${interfaceName} ${l2Address} ${state} ${tag}`.trimEnd());
    }
    return found;
  }

  async #addresses(swIfIndex: number): Promise<IpAddressDetails[]> {
    const ip = ipService(this.#caller);
    const found = await ip.ipAddressDump({ swIfIndex, isIpv6: false }).toArray();
    found.push(...await ip.ipAddressDump({ swIfIndex, isIpv6: true }).toArray());
    this.#tell(`sw_if_index ${swIfIndex} has ${found.map(({ prefix }) => prefix).join(", ")}`);
    return found;
  }

  async #makeRoutes(loopbacks: readonly number[], count: number): Promise<void> {
    const ip = ipService(this.#caller);
    for (let i = 0; i < count; i++) {
      const path = {
        swIfIndex: loopbacks[i % loopbacks.length] ?? ANY,
        proto: FibPathNhProto.IP4,
        nh: { address: { ip4: `10.0.0.${2 + i}` } },
        weight: 1,
      };
      const route = { tableId: 0, prefix: `192.168.${i}.0/24`, paths: [path] };
      const { statsIndex } = await ip.ipRouteAddDel({ isMultipath: false, route });
      if (i === 0) this.#tell(`${count} routes; the counters of the first are at ${statsIndex}`);
      // Without paths, for all of them: an interface of theirs may be gone by then.
      const all = { ...route, paths: [] };
      this.#undo.push(() => ip.ipRouteAddDel({ isAdd: false, isMultipath: false, route: all }));
    }
  }

  async #routes(): Promise<[IpRouteDetails[], IpRouteV2Details[]]> {
    const ip = ipService(this.#caller);
    const table = { tableId: 0, isIp6: false, name: "" };
    const routes = await ip.ipRouteDump({ table }).toArray();
    const routes6 = await ip.ipRouteV2Dump({ src: 0, table: { ...table, isIp6: true } }).toArray();
    this.#tell(`table 0 has ${routes.length} routes of IPv4 and ${routes6.length} of IPv6`);
    for (const { route } of routes.slice(0, 5)) {
      const via = route.paths.map(({ nh, swIfIndex }) =>
        nh.address.ip4 ?? `interface ${swIfIndex}`
      );
      this.#tell(`  ${route.prefix} via ${via.join(", ")}`);
    }
    return [routes, routes6];
  }

  async #acls(): Promise<AclDetails[]> {
    const service = aclService(this.#caller);
    const ports = { srcportOrIcmptypeFirst: 0, srcportOrIcmptypeLast: 65_535 };
    const tcpFlags = { tcpFlagsMask: 0, tcpFlagsValue: 0 };
    const { aclIndex } = await service.aclAddReplace({
      aclIndex: ANY,
      tag: "web",
      r: [{
        isPermit: AclAction.PERMIT,
        srcPrefix: "10.0.0.0/8",
        dstPrefix: "0.0.0.0/0",
        proto: IpProto.TCP,
        ...ports,
        dstportOrIcmpcodeFirst: 80,
        dstportOrIcmpcodeLast: 443,
        ...tcpFlags,
      }, {
        isPermit: AclAction.DENY,
        srcPrefix: "::/0",
        dstPrefix: "2001:db8::/32",
        proto: IpProto.UDP,
        ...ports,
        dstportOrIcmpcodeFirst: 53,
        dstportOrIcmpcodeLast: 53,
        ...tcpFlags,
      }],
    });
    this.#undo.push(() => service.aclDel({ aclIndex }));
    const acls = await service.aclDump({ aclIndex: ANY }).toArray();
    for (const { aclIndex, tag, r } of acls) {
      this.#tell(`ACL ${aclIndex} "${tag}" has ${r.length} rules`);
    }
    return acls;
  }

  /** A cursor request on a VPP without transmit queues, and an interface that nobody has. */
  async #wrongRequests(): Promise<void> {
    const interfaces = interfaceService(this.#caller);
    await this.#refused(async () => {
      const placements = interfaces.swInterfaceTxPlacementGet({ swIfIndex: ANY });
      for await (const { swIfIndex, queueId } of placements) {
        this.#tell(`  transmit queue ${queueId} of sw_if_index ${swIfIndex}`);
      }
    });
    await this.#refused(() =>
      interfaces.swInterfaceSetFlags({ swIfIndex: 999_999, flags: IfStatusFlags.ADMIN_UP })
    );
  }

  async #refused(act: Undo): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof VppApiError)) throw error;
      this.#refusals.push(error.retval);
      this.#tell(error.message);
    }
  }

  async #bridge(rxSwIfIndex: number): Promise<BridgeDomainDetails[]> {
    const l2 = l2Service(this.#caller);
    const bdId = this.#options.bridgeDomain;
    const flags = { flood: true, uuFlood: true, forward: true, learn: true };
    const settings = { ...flags, arpTerm: false, arpUfwd: false, macAge: 5, bdTag: `bd${bdId}` };
    await l2.bridgeDomainAddDelV2({ bdId, ...settings, isAdd: true });
    this.#undo.push(() => l2.bridgeDomainAddDelV2({ bdId, ...settings, isAdd: false }));
    const port = { rxSwIfIndex, bdId, portType: L2PortType.NORMAL, shg: 0 };
    await l2.swInterfaceSetL2Bridge({ ...port, enable: true });
    this.#undo.push(() => l2.swInterfaceSetL2Bridge({ ...port, enable: false }));
    const found = await l2.bridgeDomainDump({}).toArray();
    for (const { bdId, bdTag, swIfDetails } of found) {
      this.#tell(`bridge domain ${bdId} "${bdTag}" has ${swIfDetails.length} interfaces`);
    }
    return found;
  }

  /** One loopback goes down and the last one away: VPP sends events. */
  async #takeDown(loopbacks: readonly number[]): Promise<void> {
    const interfaces = interfaceService(this.#caller);
    await interfaces.swInterfaceSetFlags({ swIfIndex: loopbacks[2] ?? ANY, flags: 0 });
    await this.#deleteLoopback(loopbacks.at(-1) ?? ANY);
  }

  /** Harmless where it is gone. */
  async #deleteLoopback(swIfIndex: number): Promise<void> {
    if (!this.#loopbacks.delete(swIfIndex)) return;
    await interfaceService(this.#caller).deleteLoopback({ swIfIndex });
  }

  #tell(line: string): void {
    this.#options.tell(line);
  }
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
