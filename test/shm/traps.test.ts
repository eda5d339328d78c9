/** What is known to go wrong with libvppapiclient, on the stand-in for it. */
import { existsSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import process from "node:process";
import { Worker } from "node:worker_threads";
import { VppError } from "../../src/errors.ts";
import { Simulator } from "../../src/sim/mod.ts";
import { serveSharedMemory } from "../../src/sim/shm_server.ts";
import type { ShmOptions } from "../../src/transport/shm/options.ts";
import { shmTransport } from "../../src/transport/shm/shm.ts";
import { after, assert, it } from "../harness.ts";
import { until } from "../proxy/support.ts";
import { Child } from "./child.ts";
import { contextOf, request } from "./received.ts";
import { describeWithStandin, open, type Opened } from "./standin.ts";

const isDeno = "Deno" in globalThis;
const pingName = "control_ping_51077d14";

// The stand-in waits for VPP's reply as long as the library does, 10 s, unless it is told otherwise.
process.env["GOVPPMUX_STANDIN_REPLY_MS"] = "1000";

function failsWith(code: VppError["code"], text: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof VppError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, text);
    return true;
  };
}

async function ping({ transport, received }: Opened, context: number): Promise<void> {
  const id = transport.session?.messageId(pingName);
  assert.ok(id !== undefined);
  transport.send(request(id, context));
  const [reply] = await received.take(1);
  assert.ok(reply !== undefined, "no reply");
  assert.equal(contextOf(reply), context);
}

/** Milliseconds that an action takes. */
async function duration(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

/** The simulator reads the farewell of a program that has ended in its own time; it does not look for dead ones. */
function hasLeft({ vpp }: Simulator): Promise<void> {
  return until(() => vpp.clients().length === 0, "VPP's last client to leave");
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

await describeWithStandin("shared memory: traps", ({ library, serve }) => {
  const prefix = `govppmux-test-${process.pid}-traps`;
  const files = [`/dev/shm/${prefix}-vpe-api`, `/dev/shm/${prefix}-global_vm`];
  const children: Child[] = [];
  after(async () => {
    for (const child of children) await child.kill();
    for (const file of files) await rm(file, { force: true });
  });

  async function startServer(socket?: string): Promise<Child> {
    const child = new Child("server_process", [library, prefix, ...(socket ? [socket] : [])]);
    children.push(child);
    await child.printed("ready");
    return child;
  }

  /** A program that connects to what is served, and ends as `client_process` has it. */
  function startClient({ prefix = "" }: ShmOptions, ...ending: string[]): Child {
    const child = new Child("client_process", [library, prefix, ...ending]);
    children.push(child);
    return child;
  }

  it("fails at once where there is no VPP, and makes no files", async () => {
    const options = { library, prefix: "govppmux-test-nobody" };
    const ms = await duration(() =>
      assert.rejects(open(options), failsWith("CONNECT", /nobody-vpe-api: there is no such file/))
    );
    assert.ok(ms < 1000, `${ms} ms`);
    assert.ok(!existsSync("/dev/shm/govppmux-test-nobody-global_vm"));
  });

  it("fails in time where VPP does not initialise its memory", async () => {
    for (const file of files) writeFileSync(file, new Uint8Array(4096));
    const ms = await duration(() =>
      assert.rejects(open({ library, prefix }, 200), failsWith("CONNECT", /within 200 ms/))
    );
    assert.ok(ms < 1000, `${ms} ms`);
  });

  it("fails in time where VPP does not answer, and can connect afterwards", async () => {
    const { listener, options } = await serve();
    listener.paused = true;
    const ms = await duration(() =>
      assert.rejects(open(options, 200), failsWith("CONNECT", /within 200 ms/))
    );
    assert.ok(ms < 800, `${ms} ms`);
    listener.paused = false;
    const opened = await open(options);
    await ping(opened, 1);
    await opened.transport.close();
  });

  it("can be aborted while it connects", async () => {
    const { listener, options } = await serve();
    listener.paused = true;
    const controller = new AbortController();
    const sink = { chunk: () => {}, ended: () => {} };
    const opening = shmTransport(options).open(sink, {
      timeoutMs: 5000,
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(), 50);
    await assert.rejects(opening, failsWith("ABORTED", /aborted/));
  });

  it("refuses a second connection, and names the way out", async () => {
    const first = await serve();
    const second = await serve();
    const opened = await open(first.options);
    await assert.rejects(
      open(second.options),
      failsWith("ALREADY_CONNECTED", /one connection a process.*use the socket/s),
    );
    await ping(opened, 1);
    await opened.transport.close();
    const next = await open(second.options);
    await ping(next, 2);
    await next.transport.close();
  });

  // A VPP of this machine, if there is one, must keep its memory.
  const isTaken = ["/dev/shm/vpe-api", "/dev/shm/global_vm"].some((file) => existsSync(file));
  const skip = isTaken && "a VPP without a prefix has its memory here";
  it(
    "connects to VPPs with other prefixes, and with none, one after the other",
    { skip },
    async () => {
      const first = await serve();
      const listener = await serveSharedMemory(new Simulator({ pid: process.pid }), { library });
      try {
        const without = { library, wakeSocket: false as const };
        for (const options of [first.options, without, (await serve()).options, without]) {
          const opened = await open(options);
          await ping(opened, 1);
          await opened.transport.close();
        }
      } finally {
        listener.close();
      }
    },
  );

  it("refuses a second connection from another thread", async () => {
    const { options } = await serve();
    const opened = await open(options);
    const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
    const worker = new Worker(new URL(`./second_thread.${extension}`, import.meta.url), {
      workerData: options,
    });
    const code = await new Promise((resolve) => worker.once("message", resolve));
    assert.equal(code, "ALREADY_CONNECTED");
    await worker.terminate();
    await ping(opened, 1);
    await opened.transport.close();
  });

  it("ignores what is sent after the end", async () => {
    const { options } = await serve();
    const { transport, received } = await open(options);
    const id = transport.session?.messageId(pingName) ?? 0;
    await transport.close();
    transport.send(request(id, 1));
    assert.equal(received.end?.error, undefined);
    assert.deepEqual(received.messages, []);
  });

  it("closes promptly while the reader waits", async () => {
    const { options } = await serve();
    const { transport, received } = await open(options);
    await delay(100);
    const ms = await duration(() => Promise.all([transport.close(), transport.close()]));
    assert.ok(ms < 500, `${ms} ms`);
    assert.deepEqual(received.end, { error: undefined });
  });

  it("closes although VPP hangs", async () => {
    const { listener, options } = await serve();
    const { transport } = await open(options);
    listener.paused = true;
    const ms = await duration(() => transport.close());
    assert.ok(ms < 5000, `${ms} ms`);
  });

  it("notices a killed VPP, and connects to the next one", async () => {
    const server = await startServer();
    const opened = await open({ library, prefix, wakeSocket: false });
    await ping(opened, 1);
    await server.kill();
    const killed = performance.now();
    await opened.received.until(() => opened.received.end !== undefined);
    assert.ok(performance.now() - killed < 1000);
    failsWith("DISCONNECTED", /process .* has ended/)(opened.received.end?.error);
    await assert.rejects(
      open({ library, prefix }),
      failsWith("CONNECT", /process \d+\) has ended/),
    );
    await startServer();
    const next = await open({ library, prefix, wakeSocket: false }, 10_000);
    await ping(next, 2);
    await next.transport.close();
  });

  it("notices that another VPP has taken the place of the first", async () => {
    const { options, sim } = await serve();
    const opened = await open(options);
    await ping(opened, 1);
    sim.restart();
    await opened.received.until(() => opened.received.end !== undefined);
    failsWith("DISCONNECTED", /another VPP has replaced/)(opened.received.end?.error);
    const next = await open(options, 10_000);
    await ping(next, 2);
    await next.transport.close();
  });

  it("leaves VPP when the program exits", async () => {
    const { options, sim } = await serve();
    for (const ending of ["exit", "throw", ...(isDeno ? ["Deno.exit"] : [])]) {
      const child = startClient(options, ending);
      await child.printed("connected");
      assert.equal(sim.vpp.clients().length, 1);
      const ms = await duration(async () => {
        assert.equal(await child.ended, ending === "throw" ? 1 : 3);
      });
      assert.ok(ms < 2000, `${ms} ms`);
      await hasLeft(sim);
    }
  });

  it("leaves VPP when the program exits in the middle of a close", async () => {
    const { options, sim } = await serve();
    for (const turns of [0, 1, 2, 4, 8, 16, 32]) {
      const child = startClient(options, "closing", String(turns));
      assert.equal(await child.ended, 3);
      await hasLeft(sim);
    }
  });

  it("leaves VPP when a signal ends the program", async () => {
    const { options, sim } = await serve();
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
      const child = startClient(options, "wait");
      await child.printed("waits");
      await child.kill(signal);
      assert.equal(await child.ended, signal);
      await hasLeft(sim);
    }
  });

  it("leaves it to a program that listens to a signal what that means", async () => {
    const { options, sim } = await serve();
    const child = startClient(options, "decide");
    await child.printed("waits");
    await child.kill("SIGTERM");
    assert.equal(await child.ended, 5);
    await hasLeft(sim);
  });

  it("lets the program exit in the middle of writing much", async () => {
    const { options } = await serve();
    const child = startClient(options, "flood");
    await child.printed("connected");
    assert.equal(await child.ended, 3);
  });

  it("tells a Deno program that outlives its uncaught error", {
    skip: !isDeno && "of Deno only",
  }, async () => {
    const { options, sim } = await serve();
    const child = startClient(options, "survive");
    await child.printed("ended: ");
    assert.match(child.output, /an error was uncaught/);
    assert.equal(await child.ended, 4);
    await hasLeft(sim);
  });

  it("lets the program exit although VPP hangs", async () => {
    const { listener, options } = await serve();
    const child = startClient(options, "late");
    await child.printed("connected");
    listener.paused = true;
    const ms = await duration(async () => assert.equal(await child.ended, 3));
    assert.ok(ms < 2500, `${ms} ms`);
  });
});
