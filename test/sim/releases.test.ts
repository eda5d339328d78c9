import { ApiSet } from "../../src/sim/api_set.ts";
import { builtInDefinitions } from "../../src/sim/definitions/mod.ts";
import { Simulator } from "../../src/sim/simulator.ts";
import { dataPath, definitions, itWithData, releases, releaseSchema } from "../data.ts";
import { assert, describe, it } from "../harness.ts";
import { RawClient } from "./raw_client.ts";

/** What no client may send on a socket, or what ends its connection. */
const SPECIAL = new Set([
  "memclnt_create",
  "memclnt_create_v2",
  "memclnt_delete",
  "rpc_call",
  "sockclnt_delete",
]);

function releaseApi(release: (typeof releases)[number]): ApiSet {
  return ApiSet.from(definitions(dataPath(`api/${release}`)));
}

describe("simulator: definitions", () => {
  itWithData("has messages that are VPP's own, with all their fields", ["api/26.06"], () => {
    const vpp = releaseSchema("26.06");
    for (const message of ApiSet.builtIn().schema.messages()) {
      const own = vpp.message(message.name);
      assert.equal(message.nameCrc, own?.nameCrc, message.name);
      assert.deepEqual(message.fields.map(fieldText), own?.fields.map(fieldText), message.name);
      assert.deepEqual(message.service, own?.service, message.name);
    }
  });

  it("adds memclnt where definitions lack it", async () => {
    const vpe = builtInDefinitions.filter((definition) => definition["module"] === "vpe");
    const api = ApiSet.from([{ value: vpe, source: "vpe only" }]);
    assert.deepEqual([...api.schema.modules.keys()], ["memclnt", "vpe"]);
    const client = await RawClient.open(new Simulator({ api }), { api });
    assert.equal((await client.call("show_version")).fields["program"], "vpe");
    await client.close();
  });

  for (const release of releases) {
    itWithData(`answers every request of ${release}`, [`api/${release}`], async () => {
      const api = releaseApi(release);
      const client = await RawClient.open(new Simulator({ api, interfaces: 2 }), { api });
      for (const message of api.schema.messages()) {
        if (message.kind !== "request" || SPECIAL.has(message.name)) continue;
        const answers = await client.dump(message.name);
        const reply = message.service?.reply;
        const names = answers.map((answer) => answer.name);
        if (reply === undefined) assert.ok(!names.includes(`${message.name}_reply`));
        else assert.equal(names.filter((name) => name === reply).length, 1, message.name);
      }
      assert.deepEqual(client.unknownIds, []);
      await client.close();
    });
  }

  itWithData("has other ids and layouts for another release", ["api"], async () => {
    const old = releaseApi("23.10");
    const new_ = releaseApi("26.06");
    const clients = [
      await RawClient.open(new Simulator({ api: old, interfaces: 1 }), { api: old }),
      await RawClient.open(new Simulator({ api: new_, interfaces: 1 }), { api: new_ }),
    ];
    for (const client of clients) {
      await client.call("sw_interface_add_del_address", {
        swIfIndex: 1,
        prefix: "10.0.0.1/24",
        isAdd: true,
      });
      const [address] = await client.dump("ip_address_dump", { swIfIndex: 1 });
      assert.equal(address?.fields["prefix"], "10.0.0.1/24");
      await client.close();
    }
    assert.notEqual(clients[0]?.id("sw_interface_dump"), clients[1]?.id("sw_interface_dump"));
  });
});

function fieldText(field: object): string {
  return JSON.stringify(field, (key, value: unknown) => key === "comment" ? undefined : value);
}
