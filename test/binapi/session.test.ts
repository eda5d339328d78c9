import { AclAddReplace, aclService } from "../../src/binapi/acl.ts";
import { AclAction } from "../../src/binapi/acl_types.ts";
import { FibPathNhProto } from "../../src/binapi/fib_types.ts";
import { interfaceService, SwInterfaceDump } from "../../src/binapi/interface.ts";
import { IfStatusFlags } from "../../src/binapi/interface_types.ts";
import { ipService } from "../../src/binapi/ip.ts";
import { vpeService } from "../../src/binapi/vpe.ts";
import type { Channel } from "../../src/core/channel.ts";
import { Mux } from "../../src/core/mux.ts";
import { VppApiError } from "../../src/errors.ts";
import { simTransport } from "../../src/sim/in_memory.ts";
import { Simulator } from "../../src/sim/simulator.ts";
import { assert, describe, it } from "../harness.ts";

describe("typed bindings on a connection", () => {
  it("send a request and give its reply", () =>
    withChannel(async (channel) => {
      const { retval, version } = await vpeService(channel).showVersion();
      assert.equal(retval, 0);
      assert.match(version, /^26\.06/);
    }));

  it("give the details of a dump as plain objects", () =>
    withChannel(async (channel) => {
      const names: string[] = [];
      for await (const itf of channel.sendMultiRequest(SwInterfaceDump, {})) {
        assert.equal(Object.getPrototypeOf(itf), Object.prototype);
        assert.deepStrictEqual(structuredClone(itf), itf);
        names.push(itf.interfaceName);
      }
      assert.deepEqual(names, ["local0", "loop0", "loop1"]);
    }));

  it("turn a refusal into an error", () =>
    withChannel(async (channel) => {
      await assert.rejects(
        interfaceService(channel).swInterfaceSetFlags({ swIfIndex: 99, flags: 0 }),
        (error) => error instanceof VppApiError && error.retvalName === "INVALID_SW_IF_INDEX",
      );
    }));

  it("give the details of a cursor request and its reply", () =>
    withChannel(async (channel) => {
      const answers = interfaceService(channel).swInterfaceTxPlacementGet({
        swIfIndex: 0xffffffff,
      });
      const seen: number[] = [];
      for await (const placement of answers) seen.push(placement.swIfIndex);
      assert.deepEqual(seen, [1, 1, 2, 2]);
      assert.equal((await answers.reply()).retval, 0);
    }));

  it("give events", () =>
    withChannel(async (channel) => {
      const service = interfaceService(channel);
      const events = service.swInterfaceEvent();
      await service.wantInterfaceEvents({ enableDisable: 1 });
      await service.swInterfaceSetFlags({ swIfIndex: 1, flags: IfStatusFlags.ADMIN_UP });
      for await (const event of events) {
        assert.equal(event.swIfIndex, 1);
        assert.equal(event.flags & IfStatusFlags.ADMIN_UP, IfStatusFlags.ADMIN_UP);
        break;
      }
    }));

  it("send what came back, changed by a spread", () =>
    withChannel(async (channel) => {
      const ip = ipService(channel);
      const first = {
        swIfIndex: 1,
        proto: FibPathNhProto.IP4,
        nh: { address: { ip4: "10.0.0.1" } },
      };
      const route = { tableId: 0, prefix: "192.0.2.0/24", paths: [first] };
      await ip.ipRouteAddDel({ isMultipath: false, route });
      const found = await routeTo("192.0.2.0/24", channel);
      assert.deepStrictEqual(found.paths[0]?.nh.address, { ip4: "10.0.0.1" });
      const paths = found.paths.map((path) => ({ ...path, weight: 5 }));
      await ip.ipRouteAddDel({ isMultipath: false, route: { ...found, paths } });
      assert.equal((await routeTo("192.0.2.0/24", channel)).paths[0]?.weight, 5);
    }));

  it("send lists without their counts", () =>
    withChannel(async (channel) => {
      const rule = {
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
      } as const;
      const fields = { aclIndex: 0xffffffff, tag: "web", r: [rule, rule] };
      const { aclIndex } = await channel.request(AclAddReplace, fields);
      const [acl] = await aclService(channel).aclDump({ aclIndex }).toArray();
      assert.equal(acl?.tag, "web");
      assert.deepEqual(acl?.r, [rule, rule]);
    }));
});

async function routeTo(prefix: string, channel: Channel) {
  const table = { tableId: 0, isIp6: false, name: "" };
  for (const { route } of await ipService(channel).ipRouteDump({ table }).toArray()) {
    if (route.prefix === prefix) return route;
  }
  throw new Error(`There is no route to ${prefix}`);
}

/** A channel to a simulator with two loopbacks. */
async function withChannel(use: (channel: Channel) => Promise<void>): Promise<void> {
  const sim = new Simulator({ interfaces: 2, txQueues: 2 });
  const mux = new Mux({ transport: simTransport(sim) });
  await mux.connect();
  try {
    await use(mux.newAPIChannel());
  } finally {
    await mux.close();
  }
}
