import { VppError } from "../../src/errors.ts";
import type { StatsSample } from "../../src/stats/mod.ts";
import { StatsSegmentBuilder } from "../../src/stats/segment_builder.ts";
import {
  imageSource,
  type OpenSegment,
  type SegmentSource,
} from "../../src/stats/segment_source.ts";
import { Segment } from "../../src/stats/segment.ts";
import { Stats } from "../../src/stats/stats.ts";
import { StatsConnection, type StatsState } from "../../src/stats/stats_connection.ts";
import { assert, describe, it } from "../harness.ts";
import { FakeStatsClock } from "./fake_stats_clock.ts";

/** A VPP in this process: it can die, hang, and come again. */
class FakeVpp implements SegmentSource {
  readonly name = "fake";
  readonly clock = new FakeStatsClock();
  readonly states: string[] = [];
  opened = 0;
  alive = true;
  /** False: nobody notices that it died, as with a VPP in another PID namespace. */
  deathIsSeen = true;
  #buffer = new ArrayBuffer(0);
  builder = this.#begin();

  #begin() {
    this.#buffer = new ArrayBuffer(1 << 18);
    const base = 0x7000_0000_0000n + BigInt(this.opened) * 0x1000_0000n;
    return new StatsSegmentBuilder(this.#buffer, { base });
  }

  restart() {
    this.alive = true;
    this.builder = this.#begin();
  }

  get header(): BigUint64Array {
    return new BigUint64Array(this.#buffer, 0, 5);
  }

  open(): Promise<OpenSegment> {
    if (!this.alive) return Promise.reject(new VppError("CONNECT", "Nobody listens"));
    this.opened++;
    const segment = new Segment(this.#buffer);
    return Promise.resolve({
      segment,
      identity: `${segment.base}`,
      isAlive: () => this.alive || !this.deathIsSeen,
      close: () => segment.detach(),
    });
  }

  stats(): Stats {
    const onState = (state: StatsState) =>
      this.states.push(state.state === "connected" && state.restarted ? "restarted" : state.state);
    return new Stats(
      new StatsConnection({
        source: this,
        clock: this.clock,
        numbering: undefined,
        timeoutMs: 1000,
        retryMs: 1000,
        stallMs: 30_000,
        onState,
      }),
      this.clock,
    );
  }
}

describe("a reader", () => {
  it("fills the same arrays, until the layout changes", async () => {
    const vpp = new FakeVpp();
    const stats = vpp.stats();
    const rx = vpp.builder.combined("/if/rx", 2, 2);
    const drops = vpp.builder.simple("/if/drops", 2, 2);
    vpp.builder.symlink("/interfaces/loop0/drops", "/if/drops", 1);
    vpp.builder.names("/if/names", ["local0"]);
    const reader = stats.reader("/if", "/interfaces/**");
    const first = await reader.read();
    const rows = first.counters.map(({ value }) => "rows" in value ? [...value.rows] : []);

    rx.set(1, 1, 3n, 180n);
    drops.set(0, 1, 2n);
    vpp.builder.beat(); // The directory is read again, and is the same.
    const second = await reader.read();
    assert.equal(second.generation, first.generation);
    assert.equal(second.counters, first.counters);
    second.counters.forEach(({ value }, i) => {
      if ("rows" in value) value.rows.forEach((row, t) => assert.equal(row, rows[i]?.[t]));
    });
    const [rxNow, dropsNow, link] = second.counters.map(({ value }) => value);
    assert.deepEqual(rxNow?.type === "combined" && rxNow.at(1, 1), { packets: 3n, bytes: 180n });
    assert.deepEqual(dropsNow?.type === "simple" && dropsNow.sum(1), 2n);
    assert.deepEqual(link?.type === "simple" && link.sum(0), 2n);

    rx.resize(2, 3);
    rx.set(0, 2, 1n, 60n);
    const third = await reader.read();
    assert.notEqual(third.generation, second.generation);
    const grown = third.counters[0]?.value;
    assert.deepEqual(grown?.type === "combined" && grown.sum(2), { packets: 1n, bytes: 60n });
  });

  it("sees new names, new counters and counters that moved", async () => {
    const vpp = new FakeVpp();
    const names = vpp.builder.names("/if/names", ["local0"]);
    const reader = vpp.stats().reader("/if/*", "/err/**");
    const namesNow = async () => {
      const value = (await reader.read()).counters[0]?.value;
      return value?.type === "names" ? value.names : [];
    };
    assert.deepEqual(await namesNow(), ["local0"]);
    names.set(1, "loop0");
    assert.deepEqual(await namesNow(), ["local0", "loop0"]);
    names.set(1, undefined);
    assert.deepEqual(await namesNow(), ["local0", undefined]);
    vpp.builder.simple("/if/drops", 1, 1);
    assert.equal((await reader.read()).counters.length, 2);
    for (let i = 0; i < 100; i++) vpp.builder.gauge(`/more/${i}`); // The directory moves.
    assert.equal((await reader.read()).counters.length, 2);
    vpp.builder.remove("/if/drops");
    assert.equal((await reader.read()).counters.length, 1);
  });

  it("waits while the layout changes, and gives up after the timeout", async () => {
    const vpp = new FakeVpp();
    const stats = vpp.stats();
    await stats.ls();
    vpp.header[3] = 1n;
    vpp.clock.onSleep = (now) => {
      if (now > 20) vpp.header[3] = 0n;
    };
    assert.equal((await stats.ls()).length, 3);
    vpp.header[3] = 1n;
    vpp.clock.onSleep = undefined;
    const before = vpp.clock.now();
    await assert.rejects(stats.ls(), {
      code: "STATS",
      message: /was being changed for all of 1000/,
    });
    assert.ok(vpp.clock.now() - before < 1100);
  });
});

describe("when VPP dies", () => {
  it("reads fail at once, and succeed again with the next VPP", async () => {
    const vpp = new FakeVpp();
    vpp.builder.gauge("/run", 1n);
    const stats = vpp.stats();
    const reader = stats.reader("/run");
    const run = async () => {
      const value = (await reader.read()).counters[0]?.value;
      return value?.type === "gauge" ? value.value : undefined;
    };
    assert.equal(await run(), 1n);
    vpp.alive = false;
    await vpp.clock.sleep(1000);
    await assert.rejects(run(), {
      code: "DISCONNECTED",
      message: /VPP has gone from fake: Nobody/,
    });
    await vpp.clock.sleep(3_600_000); // It stays away for long.
    await assert.rejects(run(), { code: "DISCONNECTED" });
    vpp.restart();
    vpp.builder.gauge("/run", 2n);
    await assert.rejects(run(), { code: "DISCONNECTED" }); // Within a second of the last attempt.
    await vpp.clock.sleep(1000);
    assert.equal(await run(), 2n);
    assert.deepEqual(vpp.states, ["connected", "disconnected", "restarted"]);
  });

  it("and nobody sees it, the heartbeat tells", async () => {
    const vpp = new FakeVpp();
    vpp.deathIsSeen = false;
    const stats = vpp.stats();
    await stats.ls();
    vpp.alive = false;
    await vpp.clock.sleep(20_000);
    assert.equal((await stats.ls()).length, 3); // Not yet.
    await vpp.clock.sleep(10_000);
    await assert.rejects(stats.ls(), { code: "DISCONNECTED" });
  });

  it("a VPP whose heartbeat is slow is asked again, and kept", async () => {
    const vpp = new FakeVpp();
    const stats = vpp.stats();
    await stats.ls();
    await vpp.clock.sleep(31_000);
    await stats.ls();
    assert.equal(vpp.opened, 2);
    vpp.builder.beat();
    await vpp.clock.sleep(31_000); // A slow reader of a VPP that is alive.
    await stats.ls();
    assert.equal(vpp.opened, 2);
    assert.deepEqual(vpp.states, ["connected"]);
  });

  it("many readers wait for one attempt to reach the next one", async () => {
    const vpp = new FakeVpp();
    const stats = vpp.stats();
    await Promise.all(Array.from({ length: 20 }, () => stats.ls()));
    assert.equal(vpp.opened, 1);
  });
});

describe("closing", () => {
  it("ends reads that wait, and every later one", async () => {
    const vpp = new FakeVpp();
    const stats = vpp.stats();
    await stats.ls();
    vpp.header[3] = 1n;
    vpp.clock.onSleep = () => void stats.close();
    await assert.rejects(stats.ls(), { code: "CLOSED" });
    await assert.rejects(stats.dump(), { code: "CLOSED" });
    await stats.close();
  });

  it("an aborted read ends, and leaves the connection", async () => {
    const vpp = new FakeVpp();
    const stats = vpp.stats();
    await stats.ls();
    vpp.header[3] = 1n;
    const controller = new AbortController();
    vpp.clock.onSleep = () => controller.abort();
    await assert.rejects(stats.interfaces({ signal: controller.signal }), { code: "ABORTED" });
    vpp.header[3] = 0n;
    assert.deepEqual(await stats.interfaces(), []);
  });
});

describe("watching", () => {
  it("gives rates on a grid of time", async () => {
    const vpp = new FakeVpp();
    const rx = vpp.builder.combined("/if/rx", 2, 1);
    const gauge = vpp.builder.gauge("/load", 50n);
    const samples: [time: number, rx: number[] | undefined, load: number | undefined][] = [];
    let reading = 0;
    const started = vpp.clock.wallTime();
    for await (const sample of vpp.stats().watch(["/if/rx", "/load"], { intervalMs: 2000 })) {
      const { rates, time } = sample;
      samples.push([
        time - started,
        rates.get("/if/rx") && [...rates.get("/if/rx")!],
        rates.get("/load")?.[0],
      ]);
      rx.add(0, 0, 10n, 1000n);
      rx.add(1, 0, 10n, 1000n);
      gauge.set(44n);
      if (reading === 2) rx.resize(2, 2); // A new interface.
      if (reading === 3) rx.set(0, 0, 4n, 400n); // The counters were cleared.
      if (reading === 3) rx.set(1, 0, 0n, 0n);
      if (reading === 4) break;
      reading++;
      await vpp.clock.sleep(reading === 1 ? 2500 : 0); // Late: the reading at 2000 is left out.
    }
    assert.deepEqual(samples, [
      [0, undefined, undefined],
      [4000, [5, 500], -1.5],
      [6000, [10, 1000], 0],
      [8000, [10, 1000, 0, 0], 0],
      [10000, [2, 200, 0, 0], 0],
    ]);
  });

  it("waits for VPP, and says that it is another one", async () => {
    const vpp = new FakeVpp();
    vpp.builder.gauge("/run", 1n);
    const samples: StatsSample[] = [];
    for await (const sample of vpp.stats().watch("/run", { intervalMs: 1000 })) {
      samples.push(sample);
      if (samples.length === 2) {
        vpp.alive = false;
        vpp.clock.onSleep = (now) => {
          if (now < 60_000 || vpp.alive) return;
          vpp.restart();
          vpp.builder.gauge("/run", 7n);
        };
      }
      if (samples.length === 4) break;
    }
    assert.deepEqual(samples.map(({ restarted }) => restarted), [false, false, true, false]);
    assert.deepEqual(samples.map(({ rates }) => rates.get("/run")?.[0]), [
      undefined,
      0,
      undefined,
      0,
    ]);
    assert.ok((samples[2]?.time ?? 0) - (samples[1]?.time ?? 0) > 50_000);
  });

  it("ends with its signal, and refuses an interval of nothing", async () => {
    const vpp = new FakeVpp();
    const controller = new AbortController();
    let count = 0;
    const { signal } = controller;
    for await (const _ of vpp.stats().watch("/sys", { intervalMs: 1000, signal })) {
      if (++count === 3) controller.abort();
    }
    assert.equal(count, 3);
    const never = vpp.stats().watch("/sys", { intervalMs: 0 });
    await assert.rejects(async () => {
      for await (const _ of never);
    }, /every 0 ms: expected a positive number/);
  });
});

describe("an image", () => {
  it("lies anywhere in its buffer", async () => {
    const buffer = new ArrayBuffer(8192);
    new StatsSegmentBuilder(buffer).gauge("/a", 9n);
    const shifted = new Uint8Array(8192 + 3);
    shifted.set(new Uint8Array(buffer), 3);
    const source = imageSource(shifted.subarray(3), "shifted");
    const { segment } = await source.open({ timeoutMs: 0 });
    assert.equal(segment.byteLength, 8192);
  });
});
