import { execFile } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { assert, describe, it } from "../harness.ts";

describe("the example of an agent", () => {
  it("goes through a restart of VPP, and ends by itself", async () => {
    const ending = import.meta.url.slice(-3);
    const program = fileURLToPath(new URL(`../../examples/agent${ending}`, import.meta.url));
    const args = ending === ".ts" ? ["run", "-A", "--no-check", program] : [program];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
    assert.equal(stderr, "");
    const lines = [
      /^status at first: .*"state":"OK"/m,
      /^VPP 26\.06-release, process \d+: local0, loop0 \(wan\), loop1 \(lan\)$/m,
      /^interfaces: event: sw_if_index 1 is down$/m,
      /^connection: Disconnected/m,
      /^interfaces: resync, VPP was started anew$/m,
      /^addresses: resync, 2 are assigned$/m,
      /^connection: Connected/m,
      /^status after the restart: .*"state":"OK"/m,
      /^trace: sw_interface/m,
      /^connection: Closed/m,
    ];
    for (const line of lines) assert.match(stdout, line);
  });
});
