/** How an idle VPP is woken over its socket, on the stand-in and the simulator. */
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveSocket, type SimListener } from "../../src/sim/mod.ts";
import { VppError } from "../../src/errors.ts";
import { after, assert, before, it } from "../harness.ts";
import { contextOf, request } from "./received.ts";
import { describeWithStandin, open, type Opened, type Served } from "./standin.ts";

/** What the wake-up sends before it is ready: `sockclnt_create` and a `control_ping`, with headers. */
const pingBytes = 16 + 10;
const handshakeBytes = 16 + 70 + pingBytes;
/** What it sends at its end. */
const farewellBytes = 16 + 14;

/** A relay in front of a socket that counts what clients send, and what they get. */
class Relay {
  readonly path: string;
  bytes = 0;
  answers = 0;
  /** The last bytes that a client sent. */
  last = new Uint8Array();
  readonly #server: Server;

  constructor(path: string, target: string) {
    this.path = path;
    this.#server = createServer((client) => {
      const vpp = connect(target);
      client.on("data", (chunk) => {
        this.bytes += chunk.length;
        this.last = chunk;
      });
      vpp.on("data", (chunk) => this.answers += chunk.length);
      client.pipe(vpp).pipe(client);
      client.on("error", () => vpp.destroy());
      vpp.on("error", () => client.destroy());
      vpp.on("close", () => client.destroy());
    }).listen(path);
  }

  /** Resolves when the condition holds. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await delay(1);
  }

  close(): void {
    this.#server.close();
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function ping({ transport, received }: Opened, context: number): Promise<void> {
  const id = transport.session?.messageId("control_ping_51077d14") ?? 0;
  transport.send(request(id, context));
  assert.equal(contextOf((await received.take(1))[0]!), context);
}

await describeWithStandin("shared memory: the wake-up", ({ serve }) => {
  let folder = "";
  const closing: (() => void)[] = [];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "govppmux-wake-"));
  });
  after(async () => {
    for (const close of closing) close();
    await rm(folder, { recursive: true, force: true });
  });

  async function withSocket(name: string): Promise<[Served, Relay, SimListener]> {
    const served = await serve();
    const path = join(folder, `${name}.sock`);
    const listener = await serveSocket(served.sim, path);
    const relay = new Relay(join(folder, `${name}-relay.sock`), path);
    closing.push(() => relay.close(), () => void listener.close());
    return [served, relay, listener];
  }

  it("sends a byte for every request after a pause", async () => {
    const [{ options }, relay] = await withSocket("pause");
    const timing = { pause: -1, patience: 1e6 };
    const opened = await open({ ...options, wakeSocket: relay.path, timing });
    await relay.until(() => relay.bytes === handshakeBytes);
    // As soon as the wake-up has seen the answer to its own ping.
    for (let i = 0; relay.bytes < handshakeBytes + 30; i++) await ping(opened, i);
    await opened.transport.close();
  });

  it("sends nothing while requests follow each other", async () => {
    const [{ options }, relay] = await withSocket("flow");
    const timing = { pause: Infinity, patience: 1e6 };
    const opened = await open({ ...options, wakeSocket: relay.path, timing });
    await relay.until(() => relay.answers > handshakeBytes);
    for (let i = 0; i < 100; i++) await ping(opened, i);
    assert.equal(relay.bytes, handshakeBytes);
    await opened.transport.close();
  });

  it("sends something where VPP does not answer in time", async () => {
    const [{ listener, options }, relay] = await withSocket("patience");
    const timing = { pause: Infinity, patience: 5 };
    const opened = await open({ ...options, wakeSocket: relay.path, timing });
    // Before the wake-up is ready there is nothing to see.
    for (let i = 0; relay.bytes <= handshakeBytes; i++) {
      listener.paused = true;
      const answer = ping(opened, i);
      await delay(20);
      listener.paused = false;
      await answer;
    }
    await opened.transport.close();
  });

  it("goes on when it has woken more often than the socket's buffers hold", async () => {
    const [{ options, sim }, relay] = await withSocket("often");
    const timing = { pause: -1, patience: 1e6 };
    const opened = await open({ ...options, wakeSocket: relay.path, timing });
    for (let i = 0; relay.bytes < handshakeBytes + 500; i++) await ping(opened, i);
    assert.equal(sim.vpp.clients().length, 2);
    await opened.transport.close();
    while (sim.vpp.clients().length > 0) await delay(1);
  });

  it("ends the ping that it has begun, and takes leave of VPP", async () => {
    const [{ options, sim }, relay] = await withSocket("leave");
    const timing = { pause: -1, patience: 1e6 };
    const opened = await open({ ...options, wakeSocket: relay.path, timing });
    for (let i = 0; relay.bytes < handshakeBytes + 30; i++) await ping(opened, i);
    await opened.transport.close();
    assert.equal(sim.vpp.clients().length, 0);
    const frames = (relay.bytes - handshakeBytes - farewellBytes) / pingBytes;
    assert.equal(frames, Math.ceil(frames));
    const [high, low] = relay.last.subarray(16 - farewellBytes);
    assert.equal(sim.vpp.table.at((high! << 8) | low!)?.message.name, "sockclnt_delete");
  });

  it("works without a socket, and says so once", async () => {
    const { options } = await serve();
    const lines: string[] = [];
    const path = join(folder, "nobody.sock");
    const log = (line: string) => lines.push(line);
    const opened = await open({ ...options, wakeSocket: path, log });
    for (let i = 0; i < 10; i++) await ping(opened, i);
    assert.equal(lines.length, 1);
    assert.match(lines[0]!, /not woken.*nobody\.sock: ENOENT/);
    await opened.transport.close();
  });

  it("does not wake another VPP", async () => {
    const { options } = await serve();
    const other = await serve();
    const path = join(folder, "other.sock");
    const socket = await serveSocket(other.sim, path);
    closing.push(() => void socket.close());
    other.sim.on("control_ping", (call) => call.reply({ vpePid: 1 }));
    const lines: string[] = [];
    const opened = await open({ ...options, wakeSocket: path, log: (line) => lines.push(line) });
    while (lines.length === 0) await delay(1);
    assert.match(lines.join(), /socket of another VPP \(process 1\)/);
    await opened.transport.close();
  });

  it("notices VPP's end by its socket", async () => {
    const [{ options, sim }, relay, listener] = await withSocket("end");
    const timing = { pause: -1, patience: 1e6 };
    const opened = await open({ ...options, wakeSocket: relay.path, timing });
    for (let i = 0; relay.bytes <= handshakeBytes; i++) await ping(opened, i);
    relay.close();
    await listener.close();
    await opened.received.until(() => opened.received.end !== undefined);
    const error = opened.received.end?.error;
    assert.ok(error instanceof VppError, String(error));
    assert.equal(error.code, "DISCONNECTED");
    assert.match(error.message, /nobody listens/);
    assert.ok(sim.running);
    await opened.transport.close();
  });
});
