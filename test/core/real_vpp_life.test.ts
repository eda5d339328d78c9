/**
 * A real VPP that is stopped, killed and started anew under load. GOVPPMUX_TEST_VPP names the program
 * `vpp`; the test starts one of its own, with a folder and a prefix of its own.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import {
  CreateLoopback,
  SwInterfaceDump,
  SwInterfaceEvent,
  SwInterfaceSetFlags,
  WantInterfaceEvents,
} from "../../src/binapi/interface.ts";
import type { Channel } from "../../src/core/channel.ts";
import { Mux } from "../../src/core/mux.ts";
import type { PartContext } from "../../src/core/parts.ts";
import type { MuxState } from "../../src/core/state.ts";
import { VppError } from "../../src/errors.ts";
import { socketTransport } from "../../src/transport/socket.ts";
import { after, assert, before, describe, it } from "../harness.ts";
import { configuration, missing, program } from "../own_vpp.ts";

const prefix = `govppmux-life-${process.pid}`;
const LOOPBACKS = 10;

function reached(mux: Mux, wanted: MuxState): Promise<void> {
  return new Promise((resolve) => {
    const stop = mux.onState(({ state }) => {
      if (state !== wanted) return;
      stop();
      resolve();
    });
  });
}

/** Sends without end; counts what came of it. */
class Load {
  readonly outcomes = new Map<string, number>();
  readonly #channel: Channel;
  readonly #done: Promise<unknown>;
  #stopped = false;

  constructor(channel: Channel, workers: number) {
    this.#channel = channel;
    this.#done = Promise.all(Array.from({ length: workers }, (_, i) => this.#work(i)));
  }

  /** Resolves when no call is open any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
  }

  async #work(worker: number): Promise<void> {
    while (!this.#stopped) {
      const outcome = await this.#call(worker % 2 === 0);
      this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
      if (outcome === "DISCONNECTED") await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async #call(dump: boolean): Promise<string> {
    try {
      if (dump) await this.#channel.sendMultiRequest(SwInterfaceDump, {}).toArray();
      else await this.#channel.request("control_ping");
      return "OK";
    } catch (error) {
      return error instanceof VppError ? error.code : String(error);
    }
  }
}

/** What is lost with a restart. */
async function createLoopbacks(context: PartContext): Promise<void> {
  const channel = context.newAPIChannel();
  for (let i = 0; i < LOOPBACKS; i++) {
    const { swIfIndex } = await channel.request(CreateLoopback, {
      macAddress: "00:00:00:00:00:00",
    });
    await channel.request(SwInterfaceSetFlags, { swIfIndex, flags: 1 });
  }
  await channel.close();
}

const reason = missing();
const title = "a real VPP under load";
describe(reason === undefined ? title : `${title} (skipped: ${reason})`, { skip: reason }, () => {
  let folder = "";
  let vpp: ChildProcess | undefined;

  function startVpp(): void {
    vpp = spawn(program!, ["-c", join(folder, "startup.conf")], { stdio: "ignore" });
  }

  async function endVpp(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const ended = new Promise((resolve) => vpp?.once("exit", resolve));
    vpp?.kill(signal);
    await ended;
  }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "govppmux-life-"));
    writeFileSync(join(folder, "startup.conf"), configuration(folder, prefix));
    startVpp();
  });
  after(async () => {
    await endVpp("SIGKILL");
    await rm(folder, { recursive: true, force: true });
    for (const name of ["vpe-api", "global_vm"]) {
      await rm(`/dev/shm/${prefix}-${name}`, { force: true });
    }
  });

  it("that is killed and started anew is found again: events come, the resync has run, no call hangs", async () => {
    const mux = new Mux({
      transport: socketTransport(join(folder, "api.sock")),
      resyncAfterReconnect: true,
      connectAttempts: 300,
      connectIntervalMs: 100,
      connectIntervalMaxMs: 200,
    });
    await mux.connect();
    const channel = mux.newAPIChannel();
    const events = channel.subscribeNotification(SwInterfaceEvent);
    await channel.request(WantInterfaceEvents, { enableDisable: 1 });
    mux.onResync("loopbacks", createLoopbacks);
    assert.deepEqual(await mux.resync(), []);
    assert.equal((await events.next()).value?.swIfIndex, 1);

    for (const signal of ["SIGKILL", "SIGTERM"] as const) {
      const { pid } = await mux.vppInfo();
      const load = new Load(channel, 20);
      await new Promise((resolve) => setTimeout(resolve, 300));
      const lost = reached(mux, "Disconnected");
      await endVpp(signal);
      await lost;
      const found = reached(mux, "Connected");
      startVpp();
      await found;
      await load.stop();
      const { restarted, resynced, problems } = mux.state;
      assert.deepEqual([restarted, resynced, problems], [true, true, undefined]);
      assert.notEqual((await mux.vppInfo()).pid, pid);
      assert.ok((load.outcomes.get("OK") ?? 0) > 0);
      assert.ok((load.outcomes.get("DISCONNECTED") ?? 0) >= 20);
      assert.deepEqual([...load.outcomes.keys()].sort(), ["DISCONNECTED", "OK"]);
      const { length } = await channel.sendMultiRequest(SwInterfaceDump, {}).toArray();
      assert.equal(length, 1 + LOOPBACKS);
    }
    assert.ok(events.droppedCount === 0);
    for (let i = 1; i < 6 * LOOPBACKS; i++) await events.next();
    await mux.close();
  });

  it("that is stopped is reported, not given up, and answers again when it goes on", async () => {
    const mux = new Mux({ transport: socketTransport(join(folder, "api.sock")) });
    await mux.connect();
    const { clientIndex } = mux;
    const channel = mux.newAPIChannel({ replyTimeoutMs: 60_000 });
    const silent = reached(mux, "NotResponding");
    process.kill(vpp!.pid!, "SIGSTOP");
    const calls = Promise.all(
      Array.from({ length: 20_000 }, () => channel.request("control_ping")),
    );
    await silent;
    const again = reached(mux, "Connected");
    process.kill(vpp!.pid!, "SIGCONT");
    await calls;
    await again;
    assert.equal(mux.clientIndex, clientIndex);
    await mux.close();
  });
});
