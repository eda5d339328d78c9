import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { cString, openLibc } from "../../native/libc.ts";
import { acceptSeqPacket, listenSeqPacket, sendDescriptor } from "../../native/unix_socket.ts";
import { startStatsServer } from "../../src/sim/stats_server.ts";
import { connectStats, type StatsState, type StatsValue } from "../../src/stats/mod.ts";
import { assert, describe, it } from "../harness.ts";

async function withFolder(run: (socketPath: string) => Promise<void>) {
  const folder = mkdtempSync(join(tmpdir(), "govppmux-stats-"));
  try {
    await run(join(folder, "stats.sock"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A process of its own that serves a segment; see stats_process.ts. */
async function startProcess(socketPath: string): Promise<ChildProcess> {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const script = fileURLToPath(new URL(`./stats_process.${extension}`, import.meta.url));
  const runtime = extension === "ts" ? ["run", "-A", "--no-check", script] : [script];
  const child = spawn(process.execPath, [...runtime, socketPath], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const output = child.stdout;
  assert.ok(output !== null);
  await new Promise((resolve, reject) => {
    output.once("data", resolve);
    child.once("exit", () => reject(new Error("the process has ended")));
  });
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
}

function descriptors(): number {
  return readdirSync("/proc/self/fd").length;
}

function mappings(): number {
  return readFileSync("/proc/self/maps", "utf8").split("\n").filter((line) =>
    line.includes("memfd:stat segment")
  ).length;
}

describe("the segment of a running server", () => {
  it("is read while it changes", () =>
    withFolder(async (socketPath) => {
      const server = await startStatsServer({ socketPath, segmentBytes: 1 << 20 });
      const drops = server.builder.simple("/if/drops", 1, 2);
      server.builder.names("/if/names", ["local0", "loop0"]);
      const stats = await connectStats({ socketPath });
      drops.add(0, 1, 3n);
      assert.equal((await stats.interfaces())[1]?.drops, 3n);
      drops.add(0, 1, 4n);
      assert.equal((await stats.interfaces())[1]?.drops, 7n);
      assert.equal((await stats.system()).heartbeat, 1n);
      await stats.close();
      await server.close();
      assert.throws(() => drops.set(0, 1, 1n), RangeError);
      await assert.rejects(connectStats({ socketPath }), { code: "CONNECT" });
    }));

  it("is given to a thousand readers, and nothing of them is left", () =>
    withFolder(async (socketPath) => {
      const server = await startStatsServer({ socketPath, segmentBytes: 1 << 16 });
      const connect = async () => {
        const stats = await connectStats({ socketPath });
        assert.equal((await stats.ls()).length, 3);
        await stats.close();
        await stats.close();
      };
      await connect();
      const before = [descriptors(), mappings()];
      for (let i = 0; i < 50; i++) await Promise.all(Array.from({ length: 20 }, connect));
      assert.deepEqual([descriptors(), mappings()], before);
      await server.close();
      await server.close();
      assert.equal(mappings(), 0);
    }));

  it("is whole in every reading, whatever the server changes meanwhile", () =>
    withFolder(async (socketPath) => {
      const child = await startProcess(socketPath);
      const stats = await connectStats({ socketPath });
      const reader = stats.reader("/if/?");
      const seen = new Set<bigint>();
      for (let i = 0; i < 300; i++) {
        const { counters } = await reader.read();
        seen.add(sameValue(counters.map(({ value }) => value)));
        const dumped = await stats.dump("/if/?");
        seen.add(sameValue([...dumped.values()]));
        if (i % 10 === 0) await sleep(1);
      }
      assert.ok(seen.size > 10, `${seen.size} states were seen`);
      await kill(child);
      await stats.close();
    }));
});

/** The value that all counters have. */
function sameValue(values: readonly StatsValue[]): bigint {
  assert.equal(values.length, 2);
  const all = values.flatMap((value) =>
    "rows" in value ? value.rows.flatMap((row) => [...row]) : []
  );
  assert.equal(new Set(all).size, 1);
  return all[0] ?? 0n;
}

describe("a server that is killed", () => {
  it("is noticed, and its successor is found", () =>
    withFolder(async (socketPath) => {
      const states: string[] = [];
      const onState = (state: StatsState) => states.push(state.state);
      let child = await startProcess(socketPath);
      const stats = await connectStats({ socketPath, retryMs: 50, onState });
      for (let round = 0; round < 2; round++) {
        assert.ok((await stats.interfaces()).length > 0);
        await kill(child);
        await sleep(120);
        await assert.rejects(stats.interfaces(), { code: "DISCONNECTED", message: /has gone/ });
        await assert.rejects(stats.interfaces(), { code: "DISCONNECTED" });
        child = await startProcess(socketPath);
        await sleep(60);
      }
      assert.ok((await stats.interfaces()).length > 0);
      const away = ["disconnected", "connected"];
      assert.deepEqual(states, ["connected", ...away, ...away]);
      await kill(child);
      await stats.close();
      assert.equal(mappings(), 0);
    }));

  it("can be waited for", () =>
    withFolder(async (socketPath) => {
      const stats = await connectStats({ socketPath, lazy: true, retryMs: 0 });
      await assert.rejects(stats.ls(), { code: "CONNECT", message: /does not exist/ });
      const server = await startStatsServer({ socketPath, segmentBytes: 1 << 16 });
      assert.equal((await stats.ls()).length, 3);
      await stats.close();
      await server.close();
    }));
});

describe("a server that does not do as VPP does", () => {
  it("and never answers, is given up after the timeout", () =>
    withFolder(async (socketPath) => {
      const libc = await openLibc();
      const listener = listenSeqPacket(libc, socketPath, 5);
      const before = descriptors();
      await assert.rejects(connectStats({ socketPath, timeoutMs: 50 }), /no answer in 50 ms/);
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 20);
      await assert.rejects(connectStats({ socketPath, signal: controller.signal }), {
        code: "ABORTED",
      });
      await sleep(1100); // The aborted attempt ends with its own timeout.
      assert.equal(descriptors(), before);
      libc.symbols.close(listener);
      libc.close();
    }));

  it("and gives memory that it could shrink, is refused", () =>
    withFolder(async (socketPath) => {
      const libc = await openLibc();
      const memory = libc.symbols.memfd_create?.(cString("unsealed"), 0) ?? -1;
      libc.symbols.ftruncate(memory, 8192n);
      const listener = listenSeqPacket(libc, socketPath, 5);
      const serving = setInterval(() => {
        const client = acceptSeqPacket(libc, listener);
        if (client === undefined) return;
        sendDescriptor(libc, client, memory);
        libc.symbols.close(client);
      }, 1);
      await assert.rejects(connectStats({ socketPath }), /is not sealed.*set allowUnsealed/s);
      const before = descriptors();
      await assert.rejects(
        connectStats({ socketPath, allowUnsealed: true }),
        /Expected a stats segment of version 1 or 2, got version 0/,
      );
      assert.equal(descriptors(), before);
      clearInterval(serving);
      for (const descriptor of [listener, memory]) libc.symbols.close(descriptor);
      libc.close();
    }));
});
