/**
 * A running VPP as the judge: what VPP's own client prints is what is read here.
 * GOVPPMUX_TEST_STATS_SOCKET names its socket, GOVPPMUX_TEST_VPP_GET_STATS the program
 * `vpp_get_stats`, where it is not in the PATH.
 */
import { execFileSync } from "node:child_process";
import process from "node:process";
import { connectStats, type StatsValue } from "../../src/stats/mod.ts";
import { assert, describe, it } from "../harness.ts";

const socketPath = process.env["GOVPPMUX_TEST_STATS_SOCKET"] ?? "";
const program = process.env["GOVPPMUX_TEST_VPP_GET_STATS"] ?? "vpp_get_stats";

function missing(): string | undefined {
  if (socketPath === "") {
    return "GOVPPMUX_TEST_STATS_SOCKET does not name the socket of a VPP's statistics";
  }
  try {
    vppGetStats("ls", "/sys/heartbeat");
    return undefined;
  } catch {
    return `${program} does not run`;
  }
}

function vppGetStats(...args: string[]): string[] {
  const output = execFileSync(program, ["socket-name", socketPath, "machine", ...args], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "ignore"],
  });
  return output.split("\n").filter((line) => line !== "");
}

/** The lines that `vpp_get_stats machine dump` prints for a counter. */
function linesOf(name: string, code: number, value: StatsValue): string[] {
  switch (value.type) {
    case "scalar":
    case "gauge":
      return [`${code}:${value.value}.00:${name}`];
    case "simple":
      return value.rows.flatMap((row, thread) =>
        [...row].map((count, index) => `2:${index}:${thread}:${count}:${name}`)
      );
    case "combined":
      return value.rows.flatMap((row, thread) =>
        Array.from({ length: row.length / 2 }, (_, index) => {
          const { packets, bytes } = value.at(thread, index);
          return `3:${index}:${thread}:${packets}:${bytes}:${name}`;
        })
      );
    case "names":
      return value.names.flatMap((each, index) =>
        each === undefined ? [] : [`${code}:${index}:${each}:${name}`]
      );
    default:
      return [];
  }
}

/** Folders of counters that an idle VPP does not change between two readings. */
const stable = ["^/if/", "^/interfaces/", "^/err/", "^/net/", "^/nat44-ed/"];

/** The lines of `a` that `b` does not have. */
function without(a: string[], b: string[]): string[] {
  const known = new Set(b);
  return a.filter((line) => !known.has(line));
}

describe("a real VPP", () => {
  const reason = missing();
  const name = "is read as its own client reads it";
  it(reason === undefined ? name : `${name} (skipped: ${reason})`, { skip: reason }, async () => {
    const stats = await connectStats({ socketPath });
    const listed = await stats.ls();
    assert.deepEqual(listed.map((each) => each.name).sort(), vppGetStats("ls").sort());
    const codes = new Map(listed.map((each) => [each.name, each.typeCode]));
    const values = await stats.dump(...stable.map((each) => new RegExp(each)));
    const read = [...values].flatMap(([each, value]) => linesOf(each, codes.get(each) ?? 0, value));
    const printed = vppGetStats("dump", ...stable);
    assert.deepEqual(without(read, printed), []);
    assert.deepEqual(without(printed, read), []);
    assert.ok(read.length > 1000);
    await stats.close();
  });
});
