import { openStatsImage, type StatsValue } from "../../src/stats/mod.ts";
import { itWithData } from "../data.ts";
import { assert, describe } from "../harness.ts";
import { imageFiles, readExpected, readImage } from "./shared_image.ts";

/** A value in the form in which vpp_papi gives it. */
function asPapi(value: StatsValue): unknown {
  switch (value.type) {
    case "scalar":
    case "gauge":
      return Number(value.value);
    case "simple": {
      const rows = value.rows.map((row) => [...row].map(Number));
      return value.link ? rows.flat() : rows;
    }
    case "combined": {
      const rows = value.rows.map((row, thread) =>
        Array.from({ length: row.length / 2 }, (_, index) => {
          const { packets, bytes } = value.at(thread, index);
          return [Number(packets), Number(bytes)];
        })
      );
      return value.link ? rows.flat() : rows;
    }
    case "names": // vpp_papi leaves out the indexes without a name.
      return value.names.filter((name) => name !== undefined);
    default:
      throw new Error(`unexpected ${value.type}`);
  }
}

describe("the image of a segment of VPP 26.06", () => {
  itWithData("has every name, type and value that vpp_papi reads", imageFiles, async () => {
    const stats = openStatsImage(readImage());
    const expected = readExpected();
    const listed = await stats.ls();
    const values = await stats.dump();
    assert.deepEqual(
      listed.map(({ name, typeCode }) => [name, typeCode]).sort(),
      [...expected].map(([name, { type }]) => [name, type]).sort(),
    );
    assert.equal(values.size, expected.size);
    for (const [name, { value }] of expected) {
      const read = values.get(name);
      assert.ok(read !== undefined, name);
      assert.deepEqual(asPapi(read), value, name);
    }
    await stats.close();
  });

  itWithData("gives the typed counters of all kinds", imageFiles, async () => {
    const stats = openStatsImage(readImage());
    const { bootTime, heartbeat, lastUpdate, vectorRatePerWorker } = await stats.system();
    assert.deepEqual([bootTime, heartbeat, lastUpdate], [1795397194n, 6n, 50n]);
    assert.deepEqual(vectorRatePerWorker, [0n]);

    const interfaces = await stats.interfaces();
    const pg0 = interfaces.find(({ name }) => name === "pg0");
    assert.equal(pg0?.drops, 12345n);
    assert.equal(pg0?.ip4, 12345n);
    assert.equal(pg0?.punts, 0n);
    const loop0 = interfaces.find(({ name }) => name === "loop0");
    assert.deepEqual(loop0?.tx, { packets: 8n, bytes: 592n });
    assert.equal(loop0?.index, 1);

    const nodes = await stats.nodes();
    assert.equal(nodes[0]?.name, "null-node");
    assert.equal(nodes[1]?.clocks, 49426n);

    assert.deepEqual([...await stats.buffers()], [
      ["default-numa-0", { cached: 32n, used: 0n, available: 11924n }],
    ]);
    const heaps = await stats.memory();
    assert.deepEqual([...heaps.keys()], ["stat segment", "main heap"]);
    assert.equal(heaps.get("main heap")?.used, 71687760n);

    const errors = await stats.errors();
    const acl = errors.find(({ name }) => name === "/err/acl-plugin-in-ip4-fa/checked packets");
    assert.deepEqual([acl?.node, acl?.reason, acl?.values, acl?.total], [
      "acl-plugin-in-ip4-fa",
      "checked packets",
      [0n],
      0n,
    ]);
  });

  itWithData("is found by name, folder, glob and regular expression", imageFiles, async () => {
    const stats = openStatsImage(readImage());
    const names = async (...patterns: (string | RegExp)[]) =>
      (await stats.ls(...patterns)).map(({ name }) => name);
    assert.deepEqual(await names("/if/rx"), ["/if/rx"]);
    assert.equal((await names("/if")).length, 18);
    assert.deepEqual(await names("/if/"), await names("/if"));
    assert.deepEqual(await names("/if/*"), await names("/if"));
    assert.equal((await names("/interfaces/*/rx")).length, 26);
    assert.deepEqual(await names("/interfaces/**"), await names(/^\/interfaces\//g));
    assert.deepEqual(await names("/mem/main heap"), [
      "/mem/main heap",
      "/mem/main heap/used",
      "/mem/main heap/total",
      "/mem/main heap/free",
    ]);
    assert.equal((await names("**")).length, 6380);
    assert.deepEqual(await names("/no/such"), []);
  });
});
