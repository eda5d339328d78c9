import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  dataPath,
  fixturePath,
  itWithData,
  releases,
  textLines,
  vectors,
  vectorsFile,
} from "../data.ts";
import { after, assert, describe, it } from "../harness.ts";
import { govppmux, jsonLines, start } from "./govppmux.ts";

const folder = mkdtempSync(join(tmpdir(), "govppmux-cli-"));
after(() => rmSync(folder, { recursive: true, force: true }));

describe("govppmux demo", () => {
  it("dumps the interfaces that it created and shows an event", async () => {
    const { status, stdout, stderr } = await govppmux(["demo"]);
    assert.equal(status, 0, stderr);
    for (const name of ["local0", "loop0", "loop1", "loop2"]) {
      assert.match(stdout, new RegExp(name));
    }
    assert.match(stdout, /sw_interface_event: sw_if_index 1 is down/);
  });
});

describe("govppmux call", () => {
  it("prints the reply with VPP's own names", async () => {
    const { status, stdout } = await govppmux(["call", "show_version", "--sim"]);
    assert.equal(status, 0);
    const [reply] = jsonLines(stdout);
    assert.equal(reply?.["retval"], 0);
    assert.equal(reply?.["version"], "26.06-release");
    assert.ok("build_date" in (reply ?? {}));
  });

  it("prints a line for each of the details of a dump", async () => {
    const { status, stdout } = await govppmux(["call", "sw_interface_dump", "--sim"]);
    assert.equal(status, 0);
    assert.deepEqual(jsonLines(stdout).map((d) => d["interface_name"]), [
      "local0",
      "loop0",
      "loop1",
      "loop2",
    ]);
  });

  it("takes fields by VPP's names", async () => {
    const fields = JSON.stringify({ sw_if_index: 2, name_filter_valid: false });
    const { stdout } = await govppmux(["call", "sw_interface_dump", fields, "--sim"]);
    assert.deepEqual(jsonLines(stdout).map((d) => d["sw_if_index"]), [2]);
  });

  it("says VPP's refusal on stderr and exits with 1", async () => {
    const fields = JSON.stringify({ sw_if_index: 77, flags: 1 });
    const { status, stdout, stderr } = await govppmux([
      "call",
      "sw_interface_set_flags",
      fields,
      "--sim",
    ]);
    assert.equal(status, 1);
    assert.equal(stdout, "");
    assert.match(stderr, /sw_interface_set_flags.*INVALID_SW_IF_INDEX \(-2\)/);
  });

  for (
    const [what, args, expected] of [
      ["an unknown message", ["no_such_message", "--sim"], /no_such_message/],
      ["fields that are no JSON", ["show_version", "{", "--sim"], /not JSON/],
      ["an unknown field", ["sw_interface_set_flags", '{"nope":1}', "--sim"], /nope/],
      ["a missing socket", ["show_version", "--socket", "/nonexistent/api.sock"], /is VPP running/],
    ] as const
  ) {
    it(`explains ${what} in a sentence, without a stack`, async () => {
      const { status, stderr } = await govppmux(["call", ...args]);
      assert.equal(status, 1);
      assert.match(stderr, expected);
      assert.doesNotMatch(stderr, /^\s+at /m);
    });
  }
});

describe("govppmux sim", () => {
  it("serves clients on its socket and removes it when stopped", async () => {
    const socket = join(folder, "sim.sock");
    const sim = start(["sim", "--socket", socket, "--interfaces", "5"]);
    const exited = once(sim, "exit");
    await once(sim.stdout!, "data");
    const { stdout } = await govppmux(["call", "sw_interface_dump", "--socket", socket]);
    assert.equal(jsonLines(stdout).length, 6);
    sim.kill("SIGTERM");
    const [status] = await exited;
    // Deno reports the end of a child that was sent a signal as one by that signal.
    if (!("Deno" in globalThis)) assert.equal(status, 0);
    assert.equal(existsSync(socket), false);
  });
});

describe("govppmux ping", () => {
  it("counts calls and measures latency", async () => {
    const { status, stdout } = await govppmux([
      "ping",
      "--sim",
      "--count",
      "500",
      "--window",
      "16",
      "--json",
    ]);
    assert.equal(status, 0);
    const [result] = jsonLines(stdout);
    assert.equal(result?.["count"], 500);
    const { p50, p99, max } = result as Record<string, number>;
    assert.ok(0 < p50! && p50! <= p99! && p99! <= max!);
  });
});

describe("govppmux encode and decode", () => {
  const api = fixturePath("api");

  it("go on after a bad line and exit with 1", async () => {
    const input = ["not json", '{"msg":"nope","fields":{}}', '{"fields":{}}'].join("\n");
    const { status, stdout } = await govppmux(["encode", "--api", api], input);
    assert.equal(status, 1);
    const lines = jsonLines(stdout);
    assert.equal(lines.length, 3);
    for (const line of lines) assert.equal(typeof line["error"], "string");
    assert.deepEqual(lines.map((line) => line["msg"]), [null, "nope", null]);
  });

  it("refuse a folder without definitions", async () => {
    writeFileSync(join(folder, "readme.txt"), "nothing");
    const { status, stderr } = await govppmux(["encode", "--api", folder], "");
    assert.equal(status, 1);
    assert.match(stderr, /no \.api\.json/);
  });

  for (const release of releases) {
    itWithData(`vectors of ${release}: every line both ways`, [
      `api/${release}`,
      vectorsFile(release),
    ], async () => {
      const expected = vectors(release);
      const args = ["--api", dataPath(`api/${release}`)];
      const encoded = await govppmux(
        ["encode", ...args],
        textLines(dataPath(vectorsFile(release))).join("\n"),
      );
      assert.equal(encoded.status, 0);
      const hexes = jsonLines(encoded.stdout);
      assert.deepEqual(hexes.map((l) => l["hex"]), expected.map((v) => v.hex));

      const decoded = await govppmux(["decode", ...args], encoded.stdout);
      assert.equal(decoded.status, 0);
      // What was decoded encodes to the same bytes: unions come back as their bytes.
      const again = await govppmux(["encode", ...args], decoded.stdout);
      assert.equal(again.stdout, encoded.stdout);
      assert.deepEqual(
        jsonLines(decoded.stdout).map((l) => l["header"]),
        expected.map((v) => v.header),
      );
    });
  }
});
