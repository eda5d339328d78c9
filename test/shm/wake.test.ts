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

/** A relay in front of a socket that counts what clients send. */
class Relay {
  readonly path: string;
  bytes = 0;
  readonly #server: Server;

  constructor(path: string, target: string) {
    this.path = path;
    this.#server = createServer((client) => {
      const vpp = connect(target);
      client.on("data", (chunk) => this.bytes += chunk.length);
      client.pipe(vpp).pipe(client);
      client.on("error", () => vpp.destroy());
      vpp.on("error", () => client.destroy());
      vpp.on("close", () => client.destroy());
    }).listen(path);
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

  it("sends something after a pause, and nothing while requests follow each other", async () => {
    const [{ options }, relay] = await withSocket("pause");
    const timing = { pause: 300, patience: 1000, spin: 5 };
    const opened = await open({ ...options, wakeSocket: relay.path, timing });
    await delay(400); // The handshake.
    await ping(opened, 1);
    await delay(50);
    const first = relay.bytes;
    for (let i = 2; i < 10; i++) await ping(opened, i);
    await delay(50);
    assert.equal(relay.bytes, first);
    await delay(400);
    await ping(opened, 10);
    await delay(50);
    assert.ok(relay.bytes > first);
    await opened.transport.close();
  });

  it("sends something where VPP does not answer in time", async () => {
    const [{ listener, options }, relay] = await withSocket("patience");
    const timing = { pause: 10_000, patience: 20, spin: 100 };
    const opened = await open({ ...options, wakeSocket: relay.path, timing });
    await delay(100);
    await ping(opened, 1);
    const first = relay.bytes;
    listener.paused = true;
    setTimeout(() => listener.paused = false, 50);
    await ping(opened, 2);
    await delay(10);
    assert.ok(relay.bytes > first);
    await opened.transport.close();
  });

  it("goes on when it has woken more often than the socket's buffers hold", async () => {
    const [{ options, sim }, relay] = await withSocket("often");
    const timing = { pause: 0, patience: 1000, spin: 1 };
    const opened = await open({ ...options, wakeSocket: relay.path, timing });
    await delay(100);
    for (let i = 0; i < 500; i++) await ping(opened, i);
    await delay(50);
    assert.ok(relay.bytes >= 500, `${relay.bytes}`);
    assert.equal(sim.vpp.clients().length, 2);
    await opened.transport.close();
    await delay(50);
    assert.equal(sim.vpp.clients().length, 0);
  });

  it("works without a socket, and says so once", async () => {
    const { options } = await serve();
    const lines: string[] = [];
    const path = join(folder, "nobody.sock");
    const log = (line: string) => lines.push(line);
    const opened = await open({ ...options, wakeSocket: path, log });
    await ping(opened, 1);
    await delay(300);
    await ping(opened, 2);
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
    await delay(200);
    assert.match(lines.join(), /socket of another VPP \(process 1\)/);
    await opened.transport.close();
  });

  it("notices VPP's end by its socket", async () => {
    const [{ options, sim }, , listener] = await withSocket("end");
    const path = join(folder, "end.sock");
    const opened = await open({ ...options, wakeSocket: path });
    await delay(200);
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
