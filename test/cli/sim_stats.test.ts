import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert, it } from "../harness.ts";
import { govppmux, start } from "./govppmux.ts";

it("govppmux sim serves the counters of its interfaces", async () => {
  const folder = mkdtempSync(join(tmpdir(), "govppmux-sim-stats-"));
  const sockets = [join(folder, "api.sock"), join(folder, "stats.sock")] as const;
  const options = ["--socket", sockets[0], "--stats-socket", sockets[1], "--interfaces", "2"];
  const sim = start(["sim", ...options]);
  const exited = once(sim, "exit");
  try {
    // Whole output: the sockets are named one after another.
    let said = "";
    for await (const chunk of sim.stdout!) {
      said += String(chunk);
      if (said.includes("stop it")) break;
    }
    const { stdout, stderr } = await govppmux(["stats", "/if/names", "--socket", sockets[1]]);
    for (const name of ["local0", "loop0", "loop1"]) assert.match(stdout, new RegExp(name), stderr);
  } finally {
    sim.kill("SIGTERM");
    await exited;
    rmSync(folder, { recursive: true, force: true });
  }
});
