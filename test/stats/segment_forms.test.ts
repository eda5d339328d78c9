import { openStatsImage, type StatsValue } from "../../src/stats/mod.ts";
import { InterfaceWriter } from "../../src/stats/interface_writer.ts";
import { type SegmentFormat, StatsSegmentBuilder } from "../../src/stats/segment_builder.ts";
import { assert, describe, it } from "../harness.ts";

/** Builds a segment, and reads all of it. */
async function readBack(
  build: (builder: StatsSegmentBuilder) => void,
  format: SegmentFormat = {},
  vppVersion?: string,
): Promise<Map<string, StatsValue>> {
  const stats = openStatsImage(
    built(build, format),
    vppVersion === undefined ? {} : { vppVersion },
  );
  const values = await stats.dump();
  await stats.close();
  return values;
}

function built(build: (builder: StatsSegmentBuilder) => void, format: SegmentFormat = {}) {
  const buffer = new ArrayBuffer(1 << 20);
  build(new StatsSegmentBuilder(buffer, format));
  return new Uint8Array(buffer);
}

/** What every release has, in any form. */
function buildCommon(builder: StatsSegmentBuilder) {
  builder.names("/if/names", ["local0", undefined, "loop0"]);
  const drops = builder.simple("/if/drops", 2, 3);
  drops.set(0, 2, 5n);
  drops.set(1, 2, 7n);
  const rx = builder.combined("/if/rx", 2, 3);
  rx.set(1, 2, 2n ** 64n - 1n, 2n ** 53n + 1n);
  builder.gauge("/sys/vector_rate", 42n);
}

function checkCommon(values: Map<string, StatsValue>) {
  const names = values.get("/if/names");
  assert.deepEqual(names, { type: "names", names: ["local0", undefined, "loop0"] });
  const drops = values.get("/if/drops");
  assert.ok(drops?.type === "simple");
  assert.deepEqual([drops.threads, drops.length, drops.at(1, 2), drops.sum(2)], [2, 3, 7n, 12n]);
  assert.deepEqual([...drops.sums()], [0n, 0n, 12n]);
  const rx = values.get("/if/rx");
  assert.ok(rx?.type === "combined");
  assert.equal(rx.length, 3);
  assert.deepEqual(rx.at(1, 2), { packets: 2n ** 64n - 1n, bytes: 2n ** 53n + 1n });
  assert.deepEqual(rx.sum(1), { packets: 0n, bytes: 0n });
}

const forms: [release: string, format: SegmentFormat][] = [
  ["20.01", { version: 1 }],
  ["22.02", { numbering: "until 22.02" }],
  ["22.06", { numbering: "since 22.06" }],
  ["26.06", {}],
];

describe("the segment of each release", () => {
  for (const [release, format] of forms) {
    it(`${release} is read, with and without knowing the release`, async () => {
      checkCommon(await readBack(buildCommon, format));
      checkCommon(await readBack(buildCommon, format, release));
    });
  }

  it("is told by the error vector where there are no names yet", async () => {
    const build = (builder: StatsSegmentBuilder) => {
      const cells = builder.errorCounters(2, 8);
      cells.set(0, 7, 3n);
      cells.set(1, 7, 4n);
      builder.error("/err/ip4-input/bad checksum", 7);
    };
    for (const format of [{ version: 1 }, { numbering: "until 22.02" }] as const) {
      const stats = openStatsImage(built(build, format));
      const [error] = await stats.errors();
      assert.deepEqual([error?.node, error?.values, error?.total], ["ip4-input", [3n, 4n], 7n]);
    }
  });

  it("follows the release that is given, whatever the entries look like", async () => {
    const image = built(buildCommon, { numbering: "until 22.02" });
    const stats = openStatsImage(image, { vppVersion: "26.06-release" });
    assert.deepEqual(await stats.ls("/if/names"), []); // 5 means "empty" there.
    assert.throws(() => openStatsImage(image, { vppVersion: "new" }), /expected year and month/);
  });

  it("of an unknown version is an error", () => {
    const image = built(() => {});
    image[0] = 3;
    assert.throws(() => openStatsImage(image), /Expected a stats segment of version 1 or 2, got/);
  });
});

describe("symlinks", () => {
  it("give one counter of every thread", async () => {
    const values = await readBack((builder) => {
      buildCommon(builder);
      builder.symlink("/interfaces/loop0/drops", "/if/drops", 2);
      builder.symlink("/interfaces/loop0/rx", "/if/rx", 2);
    });
    const drops = values.get("/interfaces/loop0/drops");
    assert.ok(drops?.type === "simple");
    assert.deepEqual(drops.rows.map((row) => [...row]), [[5n], [7n]]);
    assert.deepEqual(drops.link, { target: "/if/drops", index: 2 });
    const rx = values.get("/interfaces/loop0/rx");
    assert.ok(rx?.type === "combined");
    assert.deepEqual(rx.sum(0), { packets: 2n ** 64n - 1n, bytes: 2n ** 53n + 1n });
  });

  it("to an index that a thread does not have count as 0 there", async () => {
    const values = await readBack((builder) => {
      const cells = builder.simple("/if/drops", 1, 9);
      cells.resizeRow(1, 2);
      cells.set(0, 8, 6n);
      builder.symlink("/interfaces/x/drops", "/if/drops", 8);
    });
    const drops = values.get("/interfaces/x/drops");
    assert.ok(drops?.type === "simple");
    assert.deepEqual(drops.rows.map((row) => [...row]), [[6n], [0n]]);
  });

  it("to something else than counters are an error that names them", async () => {
    const stats = openStatsImage(built((builder) => {
      builder.gauge("/target");
      builder.symlink("/link", "/target", 0);
    }));
    await assert.rejects(
      stats.dump("/link"),
      /"\/link".*Expected a symlink to counters.*"\/target"/s,
    );
  });
});

describe("workers", () => {
  it("may have no counters, or fewer than others", async () => {
    const values = await readBack((builder) => {
      builder.simple("/empty", 0, 0);
      const uneven = builder.simple("/uneven", 1, 1);
      uneven.resizeRow(2, 4);
      uneven.set(2, 3, 9n);
    });
    const empty = values.get("/empty");
    assert.ok(empty?.type === "simple");
    assert.deepEqual([empty.threads, empty.length, empty.sum(0)], [0, 0, 0n]);
    const uneven = values.get("/uneven");
    assert.ok(uneven?.type === "simple");
    assert.deepEqual(uneven.rows.map((row) => row.length), [1, 0, 4]);
    assert.deepEqual([uneven.sum(3), uneven.at(0, 3), uneven.at(9, 9)], [9n, 0n, 0n]);
  });

  it("can be looked at one by one", async () => {
    const stats = openStatsImage(built(buildCommon));
    const drops = async (thread?: number) =>
      (await stats.interfaces(thread === undefined ? {} : { thread })).map((each) => each.drops);
    assert.deepEqual(await drops(), [0n, 12n]);
    assert.deepEqual(await drops(0), [0n, 5n]);
    assert.deepEqual(await drops(1), [0n, 7n]);
  });

  it("have vector rates in one row, or in a row each", async () => {
    const rates = async (build: (builder: StatsSegmentBuilder) => void) =>
      (await openStatsImage(built(build)).system()).vectorRatePerWorker;
    assert.deepEqual(
      await rates((builder) => {
        builder.gauge("/sys/num_worker_threads", 1n);
        const cells = builder.simple("/sys/vector_rate_per_worker", 1, 3);
        cells.set(0, 1, 8n);
      }),
      [0n, 8n],
    );
    assert.deepEqual(
      await rates((builder) => {
        builder.gauge("/sys/num_worker_threads", 1n);
        builder.simple("/sys/vector_rate_per_worker", 2, 1).set(1, 0, 8n);
      }),
      [0n, 8n],
    );
  });
});

describe("histograms and rings", () => {
  it("give the bins of each thread and of all", async () => {
    const values = await readBack((builder) => {
      const cells = builder.histogram("/lat", 4, 2, 3);
      cells.set(0, 1, 10n);
      cells.set(1, 3, 5n);
    });
    const histogram = values.get("/lat");
    assert.ok(histogram?.type === "histogram");
    assert.equal(histogram.minExponent, 4);
    assert.deepEqual([...histogram.bins(0)], [10n, 0n, 0n]);
    assert.deepEqual([...histogram.sums()], [10n, 0n, 5n]);
    assert.deepEqual([...histogram.bins(5)], []);
  });

  it("give a ring's entries in order, and say how many were lost", async () => {
    const schema = new TextEncoder().encode("entry = uint");
    const buffer = new ArrayBuffer(1 << 16);
    const builder = new StatsSegmentBuilder(buffer);
    const ring = builder.ring("/ring", { entrySize: 1, ringSize: 4, threads: 2, schema });
    const stats = openStatsImage(new Uint8Array(buffer));
    const read = async (since?: bigint) => {
      const value = (await stats.dump("/ring")).get("/ring");
      assert.ok(value?.type === "ring");
      const { entries, lost } = value.threads[1]!.entriesSince(since);
      return [value.threads[1]?.sequence, entries.map(([byte]) => byte), lost];
    };
    assert.deepEqual(await read(), [0n, [], 0n]);
    for (const byte of [1, 2, 3]) ring.push(1, Uint8Array.of(byte));
    assert.deepEqual(await read(), [3n, [1, 2, 3], 0n]);
    assert.deepEqual(await read(2n), [3n, [3], 0n]);
    for (const byte of [4, 5, 6]) ring.push(1, Uint8Array.of(byte));
    assert.deepEqual(await read(), [6n, [3, 4, 5, 6], 2n]);
    assert.deepEqual(await read(1n), [6n, [3, 4, 5, 6], 1n]);
    assert.deepEqual(await read(6n), [6n, [], 0n]);
    const value = (await stats.dump()).get("/ring");
    assert.ok(value?.type === "ring");
    assert.deepEqual(value.threads[0]?.schema, schema);
    assert.deepEqual([value.entrySize, value.ringSize], [1, 4]);
  });
});

describe("the interfaces of a segment", () => {
  it("come, count and go as VPP's do", async () => {
    const buffer = new ArrayBuffer(1 << 20);
    const writer = new InterfaceWriter(new StatsSegmentBuilder(buffer), 2);
    const stats = openStatsImage(new Uint8Array(buffer));
    writer.add(0, "local0");
    writer.add(1, "GigabitEthernet0/8/0");
    writer.countPackets("rx", 1, 2n, 120n, 1);
    writer.countPackets("rx", 1, 1n, 60n);
    writer.count("drops", 1, 3n);
    const [, ethernet] = await stats.interfaces();
    assert.equal(ethernet?.name, "GigabitEthernet0/8/0");
    assert.deepEqual(ethernet.rx, { packets: 3n, bytes: 180n });
    assert.equal(ethernet.drops, 3n);
    const linked = (await stats.dump("/interfaces/*/drops")).get(
      "/interfaces/GigabitEthernet0_8_0/drops",
    );
    assert.equal(linked?.type === "simple" && linked.sum(0), 3n);

    writer.remove(1);
    assert.deepEqual((await stats.interfaces()).map(({ name }) => name), ["local0"]);
    assert.equal((await stats.ls("/interfaces/*/rx")).length, 1);
    writer.add(1, "loop0");
    const [, loop] = await stats.interfaces();
    assert.deepEqual([loop?.name, loop?.index, loop?.rx.packets], ["loop0", 1, 0n]);
  });
});

describe("entries that were taken away", () => {
  it("are not listed, and their places are used again", async () => {
    const buffer = new ArrayBuffer(1 << 16);
    const builder = new StatsSegmentBuilder(buffer);
    const stats = openStatsImage(new Uint8Array(buffer));
    builder.gauge("/a", 1n);
    builder.gauge("/b", 2n);
    builder.remove("/a");
    const names = async () => (await stats.ls("/a", "/b", "/c")).map(({ name }) => name);
    assert.deepEqual(await names(), ["/b"]);
    builder.gauge("/c", 3n);
    assert.deepEqual(await names(), ["/c", "/b"]);
    assert.deepEqual((await stats.dump("/c")).get("/c"), { type: "gauge", value: 3n });
  });

  it("leave a tombstone in the place of an interface", async () => {
    const stats = openStatsImage(built((builder) => {
      builder.names("/if/names", ["local0", "deleted", "loop1"]);
    }));
    const interfaces = await stats.interfaces();
    assert.deepEqual(interfaces.map(({ index, name }) => [index, name]), [[0, "local0"], [
      2,
      "loop1",
    ]]);
    assert.equal(JSON.parse(JSON.stringify(interfaces))[0].rx.packets, "0");
  });
});
