import { AbfPluginGetVersion } from "../../src/binapi/abf.ts";
import { SwInterfaceDump, SwInterfaceSetFlags } from "../../src/binapi/interface.ts";
import { IpAddressDump } from "../../src/binapi/ip.ts";
import { ShowVersion } from "../../src/binapi/vpe.ts";
import { checkCompatibility } from "../../src/core/compatibility.ts";
import { MessageTable } from "../../src/core/message_table.ts";
import { Mux } from "../../src/core/mux.ts";
import { ApiSet } from "../../src/sim/api_set.ts";
import { simTransport } from "../../src/sim/in_memory.ts";
import { Simulator } from "../../src/sim/simulator.ts";
import type { MuxOptions } from "../../src/core/mux_options.ts";
import { dataPath, definitions, itWithData } from "../data.ts";
import { assert, describe, it } from "../harness.ts";
import { OtherVpp } from "./apis.ts";

describe("connections to two releases of VPP in one process", () => {
  it("have the ids and the layouts of their own VPP", async () => {
    // The field stands before all others of the details, so every offset differs.
    const other = new OtherVpp()
      .withField("sw_interface_details", ["u64", "cookie"], "00112233")
      .withField("sw_interface_set_flags", ["u32", "reason"], "12345678")
      .api();
    await withTwo(ApiSet.builtIn(), other, async (own, changed) => {
      const [first] = await own.newAPIChannel().sendMultiRequest("sw_interface_dump").toArray();
      const [second] = await changed.newAPIChannel().sendMultiRequest("sw_interface_dump")
        .toArray();
      assert.ok(first !== undefined && second !== undefined);
      assert.ok(!("cookie" in first));
      assert.deepEqual(second.toObject(), { cookie: 0n, ...first.toObject() });

      await Promise.all([
        own.newAPIChannel().request("sw_interface_set_flags", { swIfIndex: 1, flags: 1 }),
        changed.newAPIChannel().request("sw_interface_set_flags", {
          reason: 7,
          swIfIndex: 2,
          flags: 1,
        }),
      ]);
      assert.deepEqual(await upInterfaces(own), [1]);
      assert.deepEqual(await upInterfaces(changed), [2]);
    });
  });

  it("serve one descriptor, each with the id that it has there", async () => {
    await withTwo(ApiSet.builtIn(), new OtherVpp().without("acl").api(), async (...both) => {
      for (const mux of both) {
        assert.equal((await mux.newAPIChannel().request(ShowVersion, {})).program, "vpe");
      }
    });
  });

  itWithData("26.06 and 23.10", ["api/26.06", "api/23.10"], async () => {
    const apis = (["26.06", "23.10"] as const).map((release) =>
      ApiSet.from(definitions(dataPath(`api/${release}`)))
    );
    await withTwo(apis[0]!, apis[1]!, async (...both) => {
      for (const [i, mux] of both.entries()) {
        const channel = mux.newAPIChannel();
        const swIfIndex = 1;
        const prefix = `10.0.${i}.1/24`;
        await channel.request("sw_interface_add_del_address", { swIfIndex, isAdd: true, prefix });
        const addresses = channel.sendMultiRequest(IpAddressDump, { swIfIndex });
        assert.deepEqual(await addresses.toArray(), [{ swIfIndex, prefix }]);
        const names = channel.sendMultiRequest(SwInterfaceDump, {});
        assert.deepEqual((await names.toArray()).map((itf) => itf.interfaceName), [
          "local0",
          "loop0",
          "loop1",
        ]);
      }
    });
  });
});

describe("a typed message that this VPP does not have as the bindings do", () => {
  const changed = (): ApiSet =>
    new OtherVpp().withField("sw_interface_set_flags", ["u32", "reason"], "12345678").api();

  it("fails at once, with an error that says that it changed", () =>
    withMux(changed(), { schema: "vpp" }, async (mux) => {
      await assert.rejects(
        mux.newAPIChannel().request(SwInterfaceSetFlags, { swIfIndex: 1, flags: 1 }),
        {
          code: "INCOMPATIBLE",
          message: /another sw_interface_set_flags: its CRC is 12345678, .* has [0-9a-f]{8}/,
        },
      );
    }));

  it("fails at once, with an error that says that it is missing, and whose it is", () =>
    withMux(changed(), {}, async (mux) => {
      await assert.rejects(mux.newAPIChannel().request(AbfPluginGetVersion, {}), {
        code: "INCOMPATIBLE",
        message: /no message abf_plugin_get_version: plugin abf, .* is not loaded/,
      });
    }));

  it("can be sent by name, with the definitions that VPP gives", () =>
    withMux(changed(), { schema: "vpp" }, async (mux) => {
      const channel = mux.newAPIChannel();
      const fields = { swIfIndex: 1, flags: 1 };
      await channel.request("sw_interface_set_flags", { ...fields, reason: 7 });
      assert.deepEqual(await upInterfaces(mux), [1]);
    }));

  it("is told by checkCompatibility", () =>
    withMux(changed(), {}, (mux) => {
      const asked = [ShowVersion, SwInterfaceSetFlags, AbfPluginGetVersion];
      assert.deepEqual(
        mux.checkCompatibility(...asked).map(({ state, plugin }) => [state, plugin]),
        [["same", undefined], ["changed", undefined], ["missing", "abf"]],
      );
      return Promise.resolve();
    }));

  it("is told also where VPP does not list its messages, as in shared memory", () => {
    const { schema } = changed();
    const ids = new Map([...schema.messages()].map(({ nameCrc }, i) => [nameCrc, i]));
    const table = MessageTable.through((nameCrc) => ids.get(nameCrc));
    const asked = [ShowVersion, SwInterfaceSetFlags, AbfPluginGetVersion];
    const results = checkCompatibility(asked, table, (name) => schema.message(name));
    assert.deepEqual(results.map(({ state, vppCrc }) => [state, vppCrc]), [
      ["same", ShowVersion.crc],
      ["changed", "12345678"],
      ["missing", undefined],
    ]);
  });
});

async function upInterfaces(mux: Mux): Promise<number[]> {
  const found = await mux.newAPIChannel().sendMultiRequest("sw_interface_dump").toArray();
  return found.filter((itf) => itf["flags"] !== 0).map((itf) => Number(itf["swIfIndex"]));
}

async function withMux(
  api: ApiSet,
  options: Partial<MuxOptions>,
  act: (mux: Mux) => Promise<void>,
): Promise<void> {
  const sim = new Simulator({ api, interfaces: 2 });
  const mux = new Mux({ transport: simTransport(sim), healthIntervalMs: 0, ...options });
  try {
    await mux.connect();
    await act(mux);
  } finally {
    await mux.close();
    sim.stop();
  }
}

/** Two muxes, each on a VPP of its own whose definitions it knows. */
function withTwo(
  first: ApiSet,
  second: ApiSet,
  act: (first: Mux, second: Mux) => Promise<void>,
): Promise<void> {
  return withMux(
    first,
    { schema: first.schema },
    (one) => withMux(second, { schema: second.schema }, (other) => act(one, other)),
  );
}
