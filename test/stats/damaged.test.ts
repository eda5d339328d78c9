import { openStatsImage, type Stats } from "../../src/stats/mod.ts";
import { type SegmentFormat, StatsSegmentBuilder } from "../../src/stats/segment_builder.ts";
import { VppError } from "../../src/errors.ts";
import { itWithData } from "../data.ts";
import { assert, describe, it } from "../harness.ts";
import { type Random, seeded } from "../random.ts";
import { imageFiles, readImage } from "./shared_image.ts";

/** Reads all there is in every way. Whatever comes must be a value, or an error of this kind. */
async function readEverything(image: Uint8Array, vppVersion?: string): Promise<"value" | "error"> {
  let stats: Stats;
  try {
    stats = openStatsImage(image, vppVersion === undefined ? {} : { vppVersion });
  } catch (error) {
    return requireStatsError(error);
  }
  const reader = stats.reader();
  const reads: (() => Promise<unknown>)[] = [
    () => stats.ls("/if/*"),
    async () => {
      for (const value of (await stats.dump()).values()) {
        if (value.type === "simple" || value.type === "combined") value.sums();
        if (value.type === "histogram") value.bins(0);
        if (value.type === "ring") value.threads.forEach((thread) => thread.entriesSince());
      }
    },
    async () => JSON.stringify(await stats.interfaces()),
    () => stats.system(),
    () => stats.nodes(),
    () => stats.errors(),
    () => stats.buffers(),
    () => stats.memory(),
    () => reader.read(),
    () => reader.read(),
  ];
  const outcomes = await Promise.all(
    reads.map((read) => read().then(() => "value" as const, requireStatsError)),
  );
  await stats.close();
  return outcomes.includes("error") ? "error" : "value";
}

function requireStatsError(error: unknown): "error" {
  if (error instanceof VppError && error.code === "STATS") return "error";
  throw error;
}

/** A small segment with one entry of every type. */
function smallSegment(format: SegmentFormat): Uint8Array {
  const buffer = new ArrayBuffer(16384);
  const builder = new StatsSegmentBuilder(buffer, format);
  builder.names("/if/names", ["local0", "loop0", "deleted"]);
  builder.names("/sys/node/names", ["null-node", "ip4-input"]);
  builder.simple("/sys/node/clocks", 2, 2).set(1, 1, 9n);
  builder.simple("/if/drops", 3, 3).set(2, 1, 5n);
  builder.combined("/if/rx", 3, 3).set(1, 2, 1n, 64n);
  builder.simple("/mem/main heap", 1, 7).set(0, 0, 1n << 30n);
  builder.gauge("/buffer-pools/default/used", 7n);
  if (format.numbering === "until 22.02" || format.version === 1) {
    builder.errorCounters(2, 4).set(1, 3, 2n);
    builder.error("/err/ip4-input/bad length", 3);
  } else {
    builder.histogram("/latency", 3, 2, 8).set(0, 4, 1n);
    builder.ring("/ring", { entrySize: 8, ringSize: 4, threads: 2, schema: Uint8Array.of(1, 2) })
      .push(0, new Uint8Array(8));
  }
  if (format.version !== 1) {
    builder.symlink("/interfaces/loop0/drops", "/if/drops", 1);
    builder.symlink("/interfaces/loop0/rx", "/if/rx", 1);
  }
  return new Uint8Array(buffer);
}

const formats: SegmentFormat[] = [{ version: 1 }, { numbering: "until 22.02" }, {}];
const versions = [undefined, "20.05", "22.02", "26.06"];
/** Bytes of the small segment that are in use. */
const usedBytes = 12000;

const extremes = [0, 1, 7, 8, 0x7fff_ffff, 0x8000_0000, 0xffff_fff8, 0xffff_ffff];

/** Numbers of four bytes that hit lengths, pointers, types and indexes. */
function overwriteWords(random: Random, image: Uint8Array): void {
  const view = new DataView(image.buffer);
  for (let i = random.below(6); i >= 0; i--) {
    const value = random.pick([...extremes, random.u32(), random.below(image.byteLength)]);
    view.setUint32(4 * random.below(usedBytes / 4), value, true);
  }
}

/** A pointer that leads somewhere into the segment. */
function redirectPointer(random: Random, image: Uint8Array): void {
  const view = new DataView(image.buffer);
  const base = view.getBigUint64(8, true);
  const target = base + BigInt(random.below(image.byteLength));
  view.setBigUint64(8 * random.below(usedBytes / 8), target, true);
}

function flipBits(random: Random, image: Uint8Array): void {
  for (let i = random.below(40); i >= 0; i--) {
    const at = random.below(usedBytes);
    image[at] = (image[at] ?? 0) ^ (1 << random.below(8));
  }
}

describe("a damaged segment gives a value or an error", () => {
  const damages = { overwriteWords, redirectPointer, flipBits };
  for (const [name, damage] of Object.entries(damages)) {
    it(`${name}, 1500 images`, async () => {
      const random = seeded(name.length);
      const whole = formats.map(smallSegment);
      let errors = 0;
      for (let i = 0; i < 1500; i++) {
        const image = random.pick(whole).slice();
        damage(random, image);
        if (await readEverything(image, random.pick(versions)) === "error") errors++;
      }
      assert.ok(errors > 100, `${errors} images were found to be damaged`);
    });
  }

  it("cut off anywhere", async () => {
    for (const whole of formats.map(smallSegment)) {
      for (let length = 0; length < usedBytes; length += 37) {
        await readEverything(whole.slice(0, length));
      }
    }
  });

  it("random bytes, with and without a good header", async () => {
    const random = seeded(5);
    for (let i = 0; i < 500; i++) {
      const image = random.bytes(random.below(4096));
      if (image.byteLength >= 40 && i % 2 === 0) {
        const view = new DataView(image.buffer);
        view.setBigUint64(0, BigInt(1 + random.below(2)), true);
        view.setBigUint64(8, 0n, true);
        view.setBigUint64(16, 0n, true);
        view.setBigUint64(24, BigInt(random.below(2) * random.below(4096)), true);
        view.setBigUint64(32, BigInt(random.below(4096)), true);
      }
      await readEverything(image);
    }
  });

  itWithData("a real image with flipped bits, and cut off", imageFiles, async () => {
    const random = seeded(6);
    const whole = readImage().subarray(0, 4 << 20); // The directory and most counters.
    for (let i = 0; i < 12; i++) {
      const image = whole.slice(0, i % 3 === 0 ? random.below(whole.byteLength) : undefined);
      for (let flips = 0; flips < 300 && image.byteLength > 0; flips++) {
        const at = random.below(image.byteLength);
        image[at] = (image[at] ?? 0) ^ (1 << random.below(8));
      }
      await readEverything(image);
    }
  });
});

describe("a hostile segment", () => {
  it("whose entries all point to one large vector takes neither time nor memory", async () => {
    const buffer = new ArrayBuffer(16 << 20);
    const builder = new StatsSegmentBuilder(buffer);
    const rows = builder.simple("/large", 1, 500_000);
    rows.set(0, 0, 1n);
    const entries = 10_000;
    for (let i = 0; i < entries; i++) builder.gauge(`/copy/${i}`);
    const view = new DataView(buffer);
    const base = view.getBigUint64(8, true);
    const directory = Number(view.getBigUint64(32, true) - base);
    const large = view.getBigUint64(directory + 3 * 144 + 8, true);
    for (let i = 4; i < 4 + entries; i++) {
      view.setUint32(directory + i * 144, 2, true);
      view.setBigUint64(directory + i * 144 + 8, large, true);
    }
    const stats = openStatsImage(new Uint8Array(buffer));
    const before = performance.now();
    await assert.rejects(stats.dump(), /its entries hold more than its size/);
    assert.ok(performance.now() - before < 2000);
  });

  it("that is being changed for ever is an error after the timeout", async () => {
    const buffer = new ArrayBuffer(1 << 16);
    const builder = new StatsSegmentBuilder(buffer);
    const stats = openStatsImage(new Uint8Array(buffer));
    new DataView(buffer).setBigUint64(24, 1n, true); // in_progress
    await assert.rejects(stats.ls(), /its layout was being changed/);
    builder.change(() => {});
    assert.equal((await stats.ls()).length, 3);
  });
});
