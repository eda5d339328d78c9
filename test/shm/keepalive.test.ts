/** VPP's question whether a client lives, and what else VPP tells the library and not the program. */
import { after, assert, it } from "../harness.ts";
import { BareServer } from "./bare_server.ts";
import { contextOf, request } from "./received.ts";
import { describeWithStandin, open, type Opened } from "./standin.ts";

async function ping({ transport, received }: Opened, context: number): Promise<void> {
  transport.send(request(transport.session?.messageId("control_ping_51077d14") ?? 0, context));
  const [reply] = await received.take(1);
  assert.equal(contextOf(reply!), context);
}

/** Asks, until the client has answered `count` times. */
async function untilAnswered(server: BareServer, count: number): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (server.askWhetherAlive() < count) {
    assert.ok(performance.now() < deadline, "no answer");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

await describeWithStandin("shared memory: what VPP tells the library", ({ library }) => {
  const servers: BareServer[] = [];
  after(() => servers.forEach((server) => server.close()));

  async function serve(): Promise<BareServer> {
    const server = await BareServer.open(library);
    servers.push(server);
    return server;
  }

  it("is asked whether it lives, answers, and does not pass the question on", async () => {
    const server = await serve();
    const opened = await open({ library, prefix: server.prefix, wakeSocket: false });
    await untilAnswered(server, 3);
    await ping(opened, 1);
    assert.deepEqual(opened.received.messages, []);
    await opened.transport.close();
  });

  it("answers as well where the main thread reads by itself", async () => {
    const server = await serve();
    const timing = { spin: 60_000, linger: 60_000, pause: 60_000, patience: 60_000 };
    const opened = await open({ library, prefix: server.prefix, wakeSocket: false, timing });
    for (let i = 0; i < 10; i++) await ping(opened, i);
    await untilAnswered(server, 3);
    await ping(opened, 10);
    assert.deepEqual(opened.received.messages, []);
    await opened.transport.close();
  });

  it("knows the index that VPP has given it", async () => {
    const server = await serve();
    const { transport } = await open({ library, prefix: server.prefix, wakeSocket: false });
    assert.ok(server.clientIndex > 0);
    assert.equal(transport.session?.clientIndex, server.clientIndex);
    await transport.close();
  });
});

await describeWithStandin("shared memory: a VPP whose queue cannot be looked at", ({ library }) => {
  const servers: BareServer[] = [];
  after(() => servers.forEach((server) => server.close()));

  async function openBlind(): Promise<[BareServer, Opened]> {
    const server = await BareServer.open(library);
    servers.push(server);
    server.hideLayout();
    return [server, await open({ library, prefix: server.prefix, wakeSocket: false })];
  }

  it("is served by a thread that may wait, and left in some seconds", async () => {
    const [, opened] = await openBlind();
    for (let i = 0; i < 3; i++) await ping(opened, i);
    const id = opened.transport.session?.messageId("control_ping_51077d14") ?? 0;
    for (let i = 0; i < 3000; i++) opened.transport.send(request(id, i));
    const replies = await opened.received.take(3000);
    assert.deepEqual(replies.map(contextOf), Array.from({ length: 3000 }, (_, i) => i));
    const start = performance.now();
    await opened.transport.close();
    assert.ok(performance.now() - start < 8000);
  });

  it("does not block the program while its queue is full", async () => {
    const [server, opened] = await openBlind();
    const id = opened.transport.session?.messageId("control_ping_51077d14") ?? 0;
    server.paused = true;
    for (let i = 0; i < 3000; i++) opened.transport.send(request(id, i));
    assert.ok(opened.transport.pendingBytes > 0);
    server.paused = false;
    const replies = await opened.received.take(3000);
    assert.equal(contextOf(replies.at(-1)!), 2999);
    await opened.transport.close();
  });

  it("is told that the client lives", async () => {
    const [server, opened] = await openBlind();
    await untilAnswered(server, 2);
    assert.deepEqual(opened.received.messages, []);
    await opened.transport.close();
  });
});
