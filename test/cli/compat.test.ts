import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveSocket } from "../../src/sim/listen_socket.ts";
import { Simulator } from "../../src/sim/simulator.ts";
import { OtherVpp } from "../core/apis.ts";
import { dataPath, fixturePath, itWithData } from "../data.ts";
import { after, assert, describe, it } from "../harness.ts";
import { type Finished, govppmux, jsonLines } from "./govppmux.ts";

const folder = mkdtempSync(join(tmpdir(), "govppmux-compat-"));
after(() => rmSync(folder, { recursive: true, force: true }));

describe("govppmux compat", () => {
  it("says of each named message whether it is the same, changed or missing", async () => {
    const asked = ["show_version", "sw_interface_set_flags", "acl_dump", "wireguard_peer_add"];
    const { status, stdout } = await withOtherVpp(["compat", ...asked, "--json"]);
    assert.equal(status, 1);
    assert.deepEqual(jsonLines(stdout).map(({ message, state }) => [message, state]), [
      ["show_version", "same"],
      ["sw_interface_set_flags", "changed"],
      ["acl_dump", "missing"],
      ["wireguard_peer_add", "missing"],
    ]);
  });

  it("says both CRCs, and which module and plugin bring a message", async () => {
    const asked = ["sw_interface_set_flags", "nat44_ed_plugin_enable_disable", "pipe_dump"];
    const { stdout } = await withOtherVpp(["compat", ...asked, "--json"]);
    const common = { module: "interface", plugin: null };
    assert.deepEqual(jsonLines(stdout).map(({ crc: _, ...line }) => line), [
      { message: asked[0], ...common, state: "changed", vpp_crc: "0x12345678" },
      { message: asked[1], module: "nat44_ed", plugin: "nat", state: "missing", vpp_crc: null },
      { message: asked[2], module: "pipe", plugin: null, state: "missing", vpp_crc: null },
    ]);
    assert.ok(jsonLines(stdout).every(({ crc }) => /^0x[0-9a-f]{8}$/.test(String(crc))));
  });

  it("takes patterns, and exits with 0 where all named messages are the same", async () => {
    const asked = ["show_version", "acl_add_replace*"];
    const { status, stdout } = await govppmux(["compat", ...asked, "--sim"]);
    assert.equal(status, 0);
    assert.match(stdout, /│ show_version +│ same +│/);
    assert.match(stdout, /│ acl_add_replace_reply +│ same +│/);
  });

  it("compares all messages of the bindings, and exits with 0", async () => {
    const { status, stdout } = await withOtherVpp(["compat"]);
    assert.equal(status, 0);
    assert.match(stdout, /│ wireguard +│ wireguard +│ +0 │ +0 │ +21 │/);
    assert.match(stdout, /│ all .*│ +\d+ │ +1 │ +[\d,]+ │/);
    assert.match(
      stdout,
      /^changed\n {2}sw_interface_set_flags \(interface\): 0x\w{8}, VPP has 0x12345678$/m,
    );
    assert.match(stdout, /^ {2}nat44_ed \(plugin nat\): all \d+ messages$/m);
    assert.match(stdout, /^ {2}interface \(VPP itself\)\n {4}\w+$/m);
  });

  it("compares definitions of a folder", async () => {
    const { status, stdout } = await govppmux(["compat", "--sim", "--api", fixturePath("api")]);
    assert.equal(status, 0);
    assert.match(stdout, /│ services +│/);
  });

  itWithData("finds nothing changed in its own release", ["api/26.06"], async () => {
    const api = dataPath("api/26.06");
    const { stdout } = await govppmux(["compat", "--sim", "--api", api, "--json"]);
    assert.deepEqual(jsonLines(stdout).filter(({ state }) => state === "changed"), []);
    const bindings = await govppmux(["compat", "--sim", "--json"]);
    assert.deepEqual(sorted(bindings.stdout), sorted(stdout));
  });

  it("explains a message that nobody knows", async () => {
    const { status, stderr } = await govppmux(["compat", "no_such_message", "--sim"]);
    assert.equal(status, 1);
    assert.match(stderr, /no_such_message/);
    assert.doesNotMatch(stderr, /^\s+at /m);
  });
});

/** Runs the command on a VPP that has no ACLs and another `sw_interface_set_flags`. */
async function withOtherVpp(args: readonly string[]): Promise<Finished> {
  const api = new OtherVpp()
    .without("acl")
    .withField("sw_interface_set_flags", ["u32", "reason"], "12345678")
    .api();
  const path = join(folder, "api.sock");
  const listener = await serveSocket(new Simulator({ api }), path);
  try {
    return await govppmux([...args, "--socket", path]);
  } finally {
    await listener.close();
  }
}

function sorted(lines: string): string[] {
  return lines.trimEnd().split("\n").sort();
}
