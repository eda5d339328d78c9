import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fixturePath } from "../data.ts";
import { after, assert, describe, it } from "../harness.ts";
import { govppmux } from "./govppmux.ts";

const folder = mkdtempSync(join(tmpdir(), "govppmux-cli-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const api = fixturePath("api");

describe("govppmux generate", () => {
  const output = join(folder, "bindings");
  const args = ["generate", "--api", api, "--output", output];

  it("writes a file for each module, and then finds nothing to do", async () => {
    const first = await govppmux(args);
    assert.equal(first.status, 0, first.stderr);
    assert.deepEqual(
      readdirSync(output).sort(),
      readdirSync(fixturePath("binapi")).sort(),
    );
    const second = await govppmux(args);
    assert.match(second.stdout, /, 0 files changed/);
  });

  it("--check says what is not up to date, and writes nothing", async () => {
    await govppmux(args);
    assert.equal((await govppmux([...args, "--check"])).status, 0);
    const edited = join(output, "services.ts");
    writeFileSync(edited, "// edited\n");
    const { status, stderr } = await govppmux([...args, "--check"]);
    assert.equal(status, 1);
    assert.match(stderr, /services\.ts is different/);
    assert.equal(readFileSync(edited, "utf8"), "// edited\n");
  });

  it("--only writes the modules of these names", async () => {
    const some = join(folder, "some");
    await govppmux(["generate", "--api", api, "--output", some, "--only", "services, texts"]);
    assert.deepEqual(readdirSync(some).sort(), ["services.ts", "texts.ts"]);
  });

  it("asks a VPP where there are no files", async () => {
    const asked = join(folder, "asked");
    const { status, stderr } = await govppmux(["generate", "--sim", "--output", asked]);
    assert.equal(status, 0, stderr);
    assert.match(readFileSync(join(asked, "interface.ts"), "utf8"), /name: "sw_interface_dump"/);
  });

  it("explains a module that is not there", async () => {
    const { status, stderr } = await govppmux([...args, "--only", "nope"]);
    assert.equal(status, 1);
    assert.match(stderr, /no such module/);
    assert.doesNotMatch(stderr, / at /);
  });
});

describe("govppmux api", () => {
  it("ls lists the messages whose names match", async () => {
    const part = await govppmux(["api", "ls", "widget_add", "--api", api]);
    assert.deepEqual(names(part.stdout), [
      "widget_add",
      "widget_add_reply",
      "widget_add_v2",
      "widget_add_v2_reply",
    ]);
    const pattern = await govppmux(["api", "ls", "widget_*_dump", "--api", api]);
    assert.deepEqual(names(pattern.stdout), ["widget_trace_dump"]);
    assert.match(part.stdout, /^widget_add +0x[0-9a-f]{8} +services +request$/m);
  });

  it("show tells fields, types, defaults, answers and the CRC", async () => {
    const { stdout } = await govppmux(["api", "show", "want_widget_events", "--api", api]);
    assert.match(stdout, /^want_widget_events: request of module services 1\.0\.0$/m);
    assert.match(stdout, /^CRC +0x/m);
    assert.match(stdout, /^answers +want_widget_events_reply$/m);
    assert.match(stdout, /^events +widget_event, widget_tick$/m);
    assert.match(stdout, /^ {2}pid +u32/m);
  });

  it("show helps to a name", async () => {
    const { status, stderr } = await govppmux(["api", "show", "widget_ad", "--api", api]);
    assert.equal(status, 1);
    assert.match(stderr, /there is widget_add,/);
  });

  it("diff tells messages that came, went and changed, and the fields of these", async () => {
    const before = join(folder, "before.api.json");
    const after = join(folder, "after.api.json");
    writeFileSync(before, definition("0x01", [["u32", "gone"], ["spot", "spot"]], "u8", ["old"]));
    writeFileSync(after, definition("0x02", [["u32", "came"], ["spot", "spot"]], "u16", ["new"]));
    const { status, stdout } = await govppmux(["api", "diff", before, after]);
    assert.equal(status, 0);
    assert.deepEqual(stdout.trimEnd().split("\n"), [
      "1 added, 1 removed, 1 changed",
      "+ new 0x00000009, diffed",
      "- old 0x00000009, diffed",
      "~ kept 0x00000001 -> 0x00000002, diffed",
      "    - gone: u32",
      "    ~ spot.x: u8 -> u16",
      "    + came: u32",
    ]);
  });
});

function names(lines: string): string[] {
  return lines.trimEnd().split("\n").map((line) => line.split(" ")[0] ?? "");
}

function definition(
  crc: string,
  fields: readonly unknown[],
  x: string,
  others: readonly string[],
): string {
  return JSON.stringify({
    module: "diffed",
    types: [["spot", [x, "x"]]],
    messages: [
      ["kept", ["u16", "_vl_msg_id"], ...fields, { crc }],
      ...others.map((name) => [name, ["u16", "_vl_msg_id"], { crc: "0x09" }]),
    ],
  });
}
