import { assert, describe, it } from "../harness.ts";
import { seeded } from "../random.ts";
import { formatDuration, parseDuration } from "../../src/config/duration.ts";
import { VppError } from "../../src/errors.ts";

describe("durations", () => {
  const good: readonly (readonly [text: string, ms: number])[] = [
    ["250ms", 250],
    ["1s", 1000],
    ["1m30s", 90_000],
    ["1h2m3s4ms", 3_723_004],
    ["1.5s", 1500],
    ["1.005s", 1005],
    ["250us", 0.25],
    ["250µs", 0.25],
    ["1ns", 0.000001],
    ["0s", 0],
    ["0", 0],
    // Bare integers are nanoseconds: old files have them.
    ["500000000", 500],
    ["1000000", 1],
    ["1", 0.000001],
  ];
  for (const [text, ms] of good) {
    it(`reads ${text} as ${ms} ms`, () => assert.equal(parseDuration(text), ms));
  }

  const bad = ["", "s", "1x", "-1s", "+1s", "1 s", " 1s", "1s ", "1.s", ".5s", "1.5", "1e3ms"];
  for (const text of [...bad, "1S", "ms1", "0x10", "1,5s", "off"]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => parseDuration(text),
        (error) =>
          error instanceof VppError && error.code === "CONFIG" &&
          error.message.startsWith(`Cannot parse duration ${JSON.stringify(text)}: expected`),
      );
    });
  }

  it("writes what people write", () => {
    const written = [0, 0.5, 1, 250, 1000, 1500, 60_000, 90_000, 3_600_000, 3_723_004];
    assert.deepEqual(written.map(formatDuration), [
      "0s",
      "0.5ms",
      "1ms",
      "250ms",
      "1s",
      "1s500ms",
      "1m",
      "1m30s",
      "1h",
      "1h2m3s4ms",
    ]);
  });

  it("reads back what it writes", () => {
    const random = seeded(4);
    for (let i = 0; i < 1000; i++) {
      const ms = random.u32() / random.pick([1, 1000, 1_000_000]);
      assert.equal(parseDuration(formatDuration(ms)), Math.round(ms * 1e6) / 1e6);
    }
  });

  it("takes a hostile text without long work", () => {
    assert.throws(() => parseDuration("1ms".repeat(100_000) + "x"), VppError);
  });
});
