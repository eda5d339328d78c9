import { assert, describe, it } from "../harness.ts";
import { govppmux, jsonLines } from "./govppmux.ts";

describe("the log of a command", () => {
  it("is silent unless it is asked for", async () => {
    const { status, stderr } = await govppmux(["call", "show_version", "--sim"]);
    assert.deepEqual([status, stderr], [0, ""]);
  });

  it("goes to standard error, from the given level on", async () => {
    const args = ["call", "show_version", "--sim", "--log-level", "info"];
    const { status, stdout, stderr } = await govppmux(args);
    assert.equal(status, 0);
    assert.equal(jsonLines(stdout).length, 1);
    const lines = stderr.trimEnd().split("\n");
    for (const line of lines) assert.match(line, /^time=\S+ level=info logger=govppmux msg=/);
    const states = lines.map((line) => / state=(\w+) /.exec(line)?.[1]);
    assert.deepEqual(states, ["Connecting", "Connected", "Closed"]);
  });

  it("says why there is no connection before the command gives up", async () => {
    const socket = ["--socket", "/nonexistent/api.sock"];
    const { status, stderr } = await govppmux([
      "ping",
      ...socket,
      "--log-level",
      "warning",
    ]);
    assert.equal(status, 1);
    const [warning, failure] = stderr.split("\n");
    assert.match(warning ?? "", /level=warning .*msg="Cannot connect to VPP" attempt=1/);
    assert.match(failure ?? "", /^govppmux: Cannot connect/);
  });

  it("has each call at level debug, but not what it said", async () => {
    const fields = JSON.stringify({ sw_if_index: 77, is_add: true, tag: "secret" });
    const log = ["--sim", "--log-level", "debug"];
    const [dump, refused] = await Promise.all([
      govppmux(["call", "sw_interface_dump", ...log]),
      govppmux(["call", "sw_interface_tag_add_del", fields, ...log]),
    ]);
    assert.match(
      dump.stderr,
      /level=debug .*msg=Call message=sw_interface_dump channel=1 durationMs=[\d.]+ parts=4\n/,
    );
    assert.match(refused.stderr, /message=sw_interface_tag_add_del .*error=.*INVALID_SW_IF_INDEX/);
    assert.doesNotMatch(refused.stderr, /secret/);
  });

  it("refuses a level that there is none", async () => {
    const { status, stderr } = await govppmux(["demo", "--log-level", "loud"]);
    assert.equal(status, 1);
    assert.match(stderr, /'loud' is invalid\. Allowed choices are debug, info, warning, error/);
  });
});

describe("the trace of a command", () => {
  it("is a table on standard error, beside the result", async () => {
    const { status, stdout, stderr } = await govppmux([
      "ping",
      "--count",
      "50",
      "--sim",
      "--json",
      "--trace",
    ]);
    assert.equal(status, 0);
    assert.equal(jsonLines(stdout)[0]?.["count"], 50);
    assert.match(stderr, /│ message .*│ calls .*│ failed .*│ average ms .*│ p99 .*│ total/);
    assert.match(stderr, /│ control_ping +│ +50 │ +0 │/);
  });

  it("counts the call that failed", async () => {
    const fields = JSON.stringify({ sw_if_index: 77, flags: 1 });
    const { stderr } = await govppmux([
      "call",
      "sw_interface_set_flags",
      fields,
      "--sim",
      "--trace",
    ]);
    assert.match(stderr, /│ sw_interface_set_flags +│ +1 │ +1 │/);
  });
});
