import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { Worker } from "node:worker_threads";
import { ControlPing } from "../../src/binapi/memclnt.ts";
import { connect, type Mux } from "../../src/mod.ts";
import { serveSocket } from "../../src/sim/listen_socket.ts";
import { Simulator } from "../../src/sim/simulator.ts";
import { socketTransport } from "../../src/transport/socket.ts";
import { assert, describe, it } from "../harness.ts";
import { whyUnpollable } from "./unpollable.ts";

const isDeno = import.meta.url.endsWith(".ts");
const unpollable = await whyUnpollable();

/** A mux that looks for its replies, and the simulator that gives them. */
async function withMux(use: (mux: Mux, sim: Simulator) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "govppmux-poll-"));
  const socket = join(folder, "api.sock");
  const sim = new Simulator({ interfaces: 1000 });
  const server = await serveSocket(sim, socket);
  try {
    await using mux = await connect({ socket, busyPoll: true, schema: "vpp", reconnect: false });
    await use(mux, sim);
  } finally {
    await server.close();
    rmSync(folder, { recursive: true });
  }
}

async function echoThread(path: string): Promise<Worker> {
  const file = new URL(`./echo_thread.${isDeno ? "ts" : "js"}`, import.meta.url);
  const thread = new Worker(file, { workerData: path });
  await once(thread, "message");
  return thread;
}

describe(`busy polling${unpollable && ` (skipped: ${unpollable})`}`, {
  skip: unpollable !== "",
}, () => {
  it("serves one caller, and many", () =>
    withMux(async (mux) => {
      const channel = mux.newAPIChannel();
      for (let n = 0; n < 200; n++) await channel.request(ControlPing, {});
      const caller = async () => {
        for (let n = 0; n < 50; n++) await channel.request("show_version", {});
      };
      await Promise.all(Array.from({ length: 40 }, caller));
    }));

  it("brings dumps whole, beside other requests", () =>
    withMux(async (mux) => {
      const channel = mux.newAPIChannel();
      const dump = async () => {
        let details = 0;
        const all = { swIfIndex: 0xffff_ffff };
        for await (const _ of channel.sendMultiRequest("sw_interface_dump", all)) details++;
        return details;
      };
      const pings = Promise.all(
        Array.from({ length: 100 }, () => channel.request(ControlPing, {})),
      );
      assert.deepEqual(await Promise.all([dump(), dump(), dump()]), [1001, 1001, 1001]);
      await pings;
    }));

  it("lets a program that calls and calls have its turn", async () => {
    const folder = mkdtempSync(join(tmpdir(), "govppmux-poll-"));
    const path = join(folder, "echo.sock");
    const thread = await echoThread(path);
    let answers = 0;
    const sink = {
      chunk: () => {
        answers++;
        void Promise.resolve().then(() => transport.send(new Uint8Array(16)));
      },
      ended: () => {},
    };
    const transport = await socketTransport(path, { busyPoll: 100 }).open(sink, {
      timeoutMs: 5000,
    });
    transport.send(new Uint8Array(16));
    const start = performance.now();
    for (let n = 0; n < 10; n++) await new Promise((resolve) => setTimeout(resolve, 1));
    assert.ok(performance.now() - start < 1000);
    assert.ok(answers > 0);
    await transport.close();
    await thread.terminate();
    rmSync(folder, { recursive: true });
  });

  it("needs a permission on Deno, and says so", { skip: !isDeno && "of Deno only" }, () => {
    const folder = mkdtempSync(join(tmpdir(), "govppmux-poll-"));
    const file = join(folder, "program.mjs");
    const module = new URL("../../src/mod.ts", import.meta.url).href;
    writeFileSync(
      file,
      `import { connect } from ${JSON.stringify(module)};
await connect({ busyPoll: true, connectAttempts: 1 }).catch((e) => console.log(e.message));`,
    );
    const config = new URL("../../deno.json", import.meta.url).pathname;
    const options = ["run", "--no-check", "--no-prompt", "-c", config, "-R", "-W", "-E", "-S"];
    const printed = execFileSync(process.execPath, [...options, file], { encoding: "utf8" });
    rmSync(folder, { recursive: true });
    assert.match(printed, /Deno may not call shared libraries.*--allow-ffi/);
  });
});
