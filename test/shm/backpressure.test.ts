/** What happens over shared memory when one side does not keep up. */
import process from "node:process";
import { rm } from "node:fs/promises";
import { VppError } from "../../src/errors.ts";
import { after, assert, it } from "../harness.ts";
import { Child } from "./child.ts";
import { concat, contextOf, request } from "./received.ts";
import { describeWithStandin, open, type Opened } from "./standin.ts";

function pings({ transport }: Opened, from: number, count: number): Uint8Array {
  const id = transport.session?.messageId("control_ping_51077d14");
  assert.ok(id !== undefined);
  return concat(Array.from({ length: count }, (_, i) => request(id, from + i)));
}

/** `sw_interface_dump` behind its header: u32 sw_if_index, bool name_filter_valid, string name_filter[]. */
const allInterfaces = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0);

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Blocks this thread, as a program does that computes. */
function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

await describeWithStandin("shared memory: backpressure", ({ library, serve }) => {
  const prefix = `govppmux-test-${process.pid}-pressure`;
  const children: Child[] = [];
  after(async () => {
    for (const child of children) await child.kill();
    for (const name of ["vpe-api", "global_vm"]) {
      await rm(`/dev/shm/${prefix}-${name}`, { force: true });
    }
  });

  async function startServer(): Promise<Child> {
    const child = new Child("server_process", [library, prefix]);
    children.push(child);
    await child.printed("ready");
    return child;
  }

  it("does not block the program while VPP's queue is full", async () => {
    const { listener, options } = await serve();
    const opened = await open(options);
    const { transport, received } = opened;
    const count = 5000;
    listener.paused = true;
    const start = performance.now();
    transport.send(pings(opened, 0, count));
    transport.send(pings(opened, count, 10));
    assert.ok(performance.now() - start < 200, "send has waited");
    assert.ok(transport.pendingBytes > 0);
    let hasDrained = false;
    const drained = transport.drained().then(() => hasDrained = true);
    await delay(100);
    assert.equal(hasDrained, false);
    listener.paused = false;
    await drained;
    assert.equal(transport.pendingBytes, 0);
    const replies = await received.take(count + 10);
    assert.deepEqual(replies.map(contextOf), Array.from({ length: count + 10 }, (_, i) => i));
    await transport.close();
  });

  it("does not block the program while VPP is stopped, and closes", async () => {
    const server = await startServer();
    const opened = await open({ library, prefix, wakeSocket: false });
    server.stop();
    const start = performance.now();
    for (let i = 0; i < 100; i++) opened.transport.send(pings(opened, i * 100, 100));
    assert.ok(performance.now() - start < 500, "send has waited");
    const close = performance.now();
    await opened.transport.close();
    assert.ok(performance.now() - close < 8000);
    server.resume();
    await server.kill();
  });

  it("can leave a VPP that died while requests were waiting for room", async () => {
    const server = await startServer();
    const opened = await open({ library, prefix, wakeSocket: false });
    server.stop();
    opened.transport.send(pings(opened, 0, 3000));
    await delay(100);
    await server.kill();
    await opened.received.until(() => opened.received.end !== undefined);
    await opened.transport.close();
    await startServer();
    const next = await open({ library, prefix, wakeSocket: false }, 10_000);
    next.transport.send(pings(next, 7, 1));
    assert.equal(contextOf((await next.received.take(1))[0]!), 7);
    await next.transport.close();
  });

  it("keeps replies that come while the program computes", async () => {
    await startServer();
    const opened = await open({ library, prefix, wakeSocket: false });
    const count = 900;
    opened.transport.send(pings(opened, 0, count));
    block(300);
    const replies = await opened.received.take(count);
    assert.deepEqual(replies.map(contextOf), Array.from({ length: count }, (_, i) => i));
    await opened.transport.close();
  });

  it("keeps the 100,000 details of dumps while the program computes", async () => {
    await startServer();
    const opened = await open({ library, prefix, wakeSocket: false });
    const { transport, received } = opened;
    const dump = transport.session?.messageId("sw_interface_dump_aa610c27") ?? 0;
    const dumps = 50;
    const requests = Array.from({ length: dumps }, (_, i) => request(dump, i, allInterfaces));
    transport.send(concat([...requests, pings(opened, dumps, 1)]));
    const isComplete = () => contextOf(received.messages.at(-1) ?? new Uint8Array(6)) === dumps;
    while (!isComplete() && received.end === undefined) {
      block(50);
      await delay(0);
    }
    assert.equal(received.end?.error, undefined);
    const contexts = received.messages.slice(0, -1).map(contextOf);
    assert.ok(contexts.length >= 100_000, `${contexts.length}`);
    const each = contexts.length / dumps;
    assert.deepEqual(contexts, contexts.map((_, i) => Math.floor(i / each)));
    await transport.close();
  });

  it("ends with an error where more piles up than is allowed", async () => {
    await startServer();
    const opened = await open({ library, prefix, wakeSocket: false, maxBacklogBytes: 16 * 1024 });
    opened.transport.send(pings(opened, 0, 900));
    block(500);
    const { received } = opened;
    await received.until(() => received.end !== undefined);
    const { error } = received.end!;
    assert.ok(error instanceof VppError, String(error));
    assert.equal(error.code, "BUFFER_FULL");
    // What had been taken is handed on, in order.
    assert.ok(received.messages.length > 100);
    assert.deepEqual(received.messages.map(contextOf), received.messages.map((_, i) => i));
    await opened.transport.close();
  });

  it("ends with an error where more requests wait than is allowed", async () => {
    const { listener, options } = await serve();
    const opened = await open({ ...options, maxBacklogBytes: 64 * 1024 });
    listener.paused = true;
    const frames = pings(opened, 0, 100);
    for (let i = 0; i < 50; i++) opened.transport.send(frames.slice());
    const { received } = opened;
    await received.until(() => received.end !== undefined);
    const { error } = received.end!;
    assert.ok(error instanceof VppError, String(error));
    assert.equal(error.code, "BUFFER_FULL");
    listener.paused = false;
    await opened.transport.close();
  });

  it("ends with an error where a frame is cut", async () => {
    const { options } = await serve();
    const opened = await open(options);
    const frame = pings(opened, 0, 1);
    opened.transport.send(frame.subarray(0, frame.length - 1));
    const { received } = opened;
    await received.until(() => received.end !== undefined);
    const { error } = received.end!;
    assert.ok(error instanceof VppError, String(error));
    assert.equal(error.code, "PROTOCOL");
    await opened.transport.close();
  });
});
