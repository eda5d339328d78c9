import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { startStatsServer } from "../../src/sim/stats_server.ts";
import { StatsSegmentBuilder } from "../../src/stats/segment_builder.ts";
import { assert, describe, it } from "../harness.ts";

const isSource = import.meta.url.endsWith(".ts");
const script = fileURLToPath(
  new URL(`./cli_process.${isSource ? "ts" : "js"}`, import.meta.url),
);

interface Started {
  readonly child: ChildProcess;
  readonly stdout: Readable;
  readonly stderr: Readable;
}

function start(...args: string[]): Started {
  const runtime = isSource ? ["run", "-A", "--no-check"] : [];
  const child = spawn(process.execPath, [...runtime, script, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { stdout, stderr } = child;
  assert.ok(stdout !== null && stderr !== null);
  return { child, stdout, stderr };
}

/** Runs a command to its end. */
async function govppmux(...args: string[]) {
  const { child, stdout, stderr } = start(...args);
  const exit = once(child, "exit");
  const [out, err] = await Promise.all([text(stdout), text(stderr)]);
  const [code] = await exit;
  return { out, err, code };
}

async function withFolder(run: (folder: string) => Promise<void>) {
  const folder = mkdtempSync(join(tmpdir(), "govppmux-cli-"));
  try {
    await run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function build(builder: StatsSegmentBuilder) {
  builder.gauge("/sys/num_worker_threads", 1n);
  builder.simple("/sys/vector_rate_per_worker", 1, 3).set(0, 1, 12n);
  builder.names("/if/names", ["local0", "loop0", "deleted"]);
  const rx = builder.combined("/if/rx", 2, 3);
  rx.set(0, 1, 10n, 2n ** 53n + 1n);
  rx.set(1, 1, 5n, 300n);
  builder.simple("/if/drops", 2, 3).set(1, 1, 4n);
  builder.symlink("/interfaces/loop0/drops", "/if/drops", 1);
  builder.simple("/node/errors", 2, 1).set(0, 0, 3n);
  builder.symlink('/err/ip4-input/bad "ttl"/length', "/node/errors", 0);
  builder.simple("/mem/main heap", 1, 7).set(0, 1, 1024n);
  builder.gauge("/buffer-pools/default-numa-0/used", 7n);
  builder.histogram("/latency", 4, 2, 3).set(1, 1, 6n);
}

describe("govppmux stats", () => {
  it("prints an image as a table, and as JSON", () =>
    withFolder(async (folder) => {
      const buffer = new ArrayBuffer(1 << 16);
      build(new StatsSegmentBuilder(buffer));
      const file = join(folder, "image.gz");
      writeFileSync(file, gzipSync(new Uint8Array(buffer)));
      const table = await govppmux("stats", "/if", "--file", file, "--no-zeros");
      assert.equal(
        table.out,
        [
          "COUNTER    OF     VALUE",
          "/if/names  0      local0",
          "/if/names  1      loop0",
          "/if/names  2      deleted",
          "/if/rx     loop0  15 packets, 9007199254741293 bytes",
          "/if/drops  loop0  4",
          "",
        ].join("\n"),
      );
      const perThread = await govppmux("stats", "/if/drops", "--file", file, "--per-thread");
      assert.match(perThread.out, /\/if\/drops +loop0 +1 +4\n/);
      const json = await govppmux("stats", "/if/rx", "/latency", "--file", file, "--json");
      assert.deepEqual(JSON.parse(json.out), {
        "/if/rx": {
          type: "combined",
          values: [
            { packets: "0", bytes: "0" },
            { packets: "15", bytes: "9007199254741293" },
            { packets: "0", bytes: "0" },
          ],
        },
        "/latency": { type: "histogram", minExponent: 4, bins: ["6", "0", "0"] },
      });
      const list = await govppmux("stats", "--regex", "^/if/r", "--list", "--file", file);
      assert.equal(list.out, "combined  /if/rx\n");
    }));

  it("watches a running VPP, with rates", () =>
    withFolder(async (folder) => {
      const socketPath = join(folder, "stats.sock");
      const server = await startStatsServer({ socketPath, segmentBytes: 1 << 16 });
      const counter = server.builder.simple("/test/counter", 1, 1);
      const counting = setInterval(() => counter.add(0, 0, 1n), 10);
      const args = [
        "--socket",
        socketPath,
        "--json",
        "--rates",
        "--watch",
        "100ms",
        "--count",
        "2",
      ];
      const { out } = await govppmux("stats", "/test/counter", ...args);
      clearInterval(counting);
      await server.close();
      const readings = out.trim().split("\n").map((line) => JSON.parse(line)["/test/counter"]);
      assert.equal(readings.length, 2);
      assert.ok(BigInt(readings[1].values[0]) > BigInt(readings[0].values[0]));
      assert.ok(readings[0].rates[0] > 0 && readings[0].rates[0] < 1000);
    }));

  it("says what is wrong with what it was given", async () => {
    const failures: [args: string[], message: RegExp][] = [
      [["--socket", "/nonexistent/stats.sock"], /^CONNECT: .*is VPP running/],
      [["--file", "/nonexistent/image"], /^STATS: Cannot read the image "\/nonexistent\/image"/],
      [["--watch", "often"], /^CONFIG: Cannot parse duration "often"/],
      [["--regex", "("], /^CONFIG: Cannot use "\(" as a regular expression/],
      [["--count", "0"], /^CONFIG: Cannot use "0" as a count/],
    ];
    const runs = await Promise.all(failures.map(([args]) => govppmux("stats", ...args)));
    runs.forEach(({ err, code }, i) => {
      assert.match(err, failures[i]![1]);
      assert.equal(code, 1);
    });
  });
});

describe("govppmux prometheus", () => {
  it("serves the counters with labels, and says when VPP is away", () =>
    withFolder(async (folder) => {
      const socketPath = join(folder, "stats.sock");
      const { child, stdout } = start("prometheus", "--port", "0", "--socket", socketPath);
      const exit = once(child, "exit");
      const [line] = await once(stdout.setEncoding("utf8"), "data");
      const url = String(line).trim();
      const scrape = async () => (await (await fetch(url)).text()).split("\n");
      assert.ok((await scrape()).includes("vpp_up 0"));

      const server = await startStatsServer({ socketPath, segmentBytes: 1 << 16 });
      build(server.builder);
      await new Promise((resolve) => setTimeout(resolve, 1050)); // Until it tries again.
      const lines = await scrape();
      const expected = [
        "vpp_up 1",
        "vpp_heartbeat 1",
        'vpp_vector_rate_per_worker{thread="1"} 12',
        "# TYPE vpp_interface_rx_packets_total counter",
        'vpp_interface_rx_packets_total{interface="loop0",thread="0"} 10',
        'vpp_interface_rx_bytes_total{interface="loop0",thread="1"} 300',
        'vpp_interface_drops_total{interface="loop0",thread="1"} 4',
        'vpp_node_errors_total{node="ip4-input",reason="bad \\"ttl\\"/length",thread="0"} 3',
        'vpp_heap_bytes{heap="main heap",kind="used"} 1024',
        'vpp_buffers{pool="default-numa-0",state="used"} 7',
        "# TYPE vpp_latency histogram",
        'vpp_latency_bucket{le="16"} 6',
        'vpp_latency_bucket{le="+Inf"} 6',
        "vpp_latency_count 6",
      ];
      assert.deepEqual(expected.filter((each) => !lines.includes(each)), []);
      assert.ok(!lines.some((each) => /deleted|vector_rate.*thread="2"|interfaces/.test(each)));

      const other = await fetch(new URL("/", url));
      assert.equal(other.status, 404);
      await other.text();
      assert.equal((await fetch(url, { method: "POST" })).status, 405);
      child.kill("SIGTERM");
      await exit; // Deno's node:child_process says that the signal ended it, though it ended itself.
      await server.close();
    }));
});
