import { chmodSync, renameSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { socketTransport } from "../../src/transport/socket.ts";
import type { Transport } from "../../src/transport/transport.ts";
import { assert, describe, it } from "../harness.ts";
import { seeded } from "../random.ts";
import { whyUnpollable } from "./unpollable.ts";
import { UnixServer } from "./unix_server.ts";

/** What came through a transport, and how it ended. */
class Sink {
  readonly chunks: Uint8Array[] = [];
  readonly ends: (Error | undefined)[] = [];
  onChunk: ((bytes: Uint8Array) => void) | undefined;
  #wake = (): void => {};

  chunk(bytes: Uint8Array): void {
    this.onChunk?.(bytes);
    this.chunks.push(bytes.slice());
    this.#wake();
  }

  ended(error: Error | undefined): void {
    this.ends.push(error);
    this.#wake();
  }

  get length(): number {
    return this.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#wake = resolve);
  }
}

type Open = (path: string, sink: Sink) => Promise<Transport>;

const timeoutMs = 5000;
const open: Open = (path, sink) => socketTransport(path).open(sink, { timeoutMs });
/** Looks for so long that replies are found by looking only. */
const openPolled: Open = (path, sink) =>
  socketTransport(path, { busyPoll: 100 }).open(sink, { timeoutMs });

function echo(socket: Socket): void {
  socket.pipe(socket);
}

const root = process.getuid?.() === 0;

describe("socket transport", () => describeTransport(open));

const unpollable = await whyUnpollable();
describe(`socket transport that looks for replies${unpollable && ` (skipped: ${unpollable})`}`, {
  skip: unpollable !== "",
}, () => describeTransport(openPolled));

function describeTransport(open: Open): void {
  it("is named after its socket", async () => {
    await using server = await UnixServer.open();
    const transport = await open(server.path, new Sink());
    assert.equal(transport.name, `unix:${server.path}`);
    assert.equal(socketTransport().name, "unix:/run/vpp/api.sock");
    await transport.close();
  });

  it("carries bytes both ways, many megabytes too", async () => {
    await using server = await UnixServer.open(echo);
    const sink = new Sink();
    const transport = await open(server.path, sink);
    const bytes = seeded(1).bytes(300_000);
    for (let n = 0; n < 10; n++) transport.send(bytes.slice());
    await sink.until(() => sink.length === 10 * bytes.length);
    const came = Buffer.concat(sink.chunks);
    for (let n = 0; n < 10; n++) {
      assert.ok(came.subarray(n * bytes.length, (n + 1) * bytes.length).equals(bytes));
    }
    await transport.close();
    assert.deepEqual(sink.ends, [undefined]);
  });

  it("reads into one buffer", async () => {
    await using server = await UnixServer.open(echo);
    const memory = new Set<ArrayBufferLike>();
    const sink = new Sink();
    sink.onChunk = (bytes) => memory.add(bytes.buffer);
    const transport = await open(server.path, sink);
    for (let n = 1; n <= 20; n++) {
      transport.send(new Uint8Array(1000));
      await sink.until(() => sink.length === 1000 * n);
    }
    assert.equal(memory.size, 1);
    await transport.close();
  });

  it("says how much waits for a server that does not read, and when it is gone", async () => {
    await using server = await UnixServer.open((socket) => socket.pause());
    const sink = new Sink();
    const transport = await open(server.path, sink);
    await transport.drained();
    transport.send(new Uint8Array(8 << 20));
    assert.ok(transport.pendingBytes > 0);
    const drained = transport.drained();
    for (const socket of server.sockets) socket.resume();
    await drained;
    assert.equal(transport.pendingBytes, 0);
    await transport.close();
  });

  it("does not wait for ever to drain when it is closed", async () => {
    await using server = await UnixServer.open((socket) => socket.pause());
    const transport = await open(server.path, new Sink());
    transport.send(new Uint8Array(8 << 20));
    const drained = transport.drained();
    await transport.close();
    await drained;
  });

  it("ends once, with what came before, when the server closes", async () => {
    await using server = await UnixServer.open((socket) => socket.end("the last words"));
    const sink = new Sink();
    const transport = await open(server.path, sink);
    await sink.until(() => sink.ends.length > 0);
    assert.equal(new TextDecoder().decode(sink.chunks[0]), "the last words");
    assert.deepEqual(sink.ends, [undefined]);
    transport.send(new Uint8Array(10));
    await transport.drained();
    await transport.close();
    await transport.close();
    assert.equal(sink.ends.length, 1);
  });

  it("brings an answer that comes in parts", async () => {
    await using server = await UnixServer.open((socket) => {
      socket.on("data", () => {
        socket.write("first ");
        setTimeout(() => socket.write("second"), 20);
      });
    });
    const sink = new Sink();
    const transport = await open(server.path, sink);
    transport.send(new Uint8Array(1));
    await sink.until(() => sink.length === 12);
    assert.equal(Buffer.concat(sink.chunks).toString(), "first second");
    await transport.close();
  });

  it("may be closed by what an answer causes", async () => {
    await using server = await UnixServer.open(echo);
    const sink = new Sink();
    const transport = await open(server.path, sink);
    sink.onChunk = () => void transport.close();
    transport.send(new Uint8Array(1));
    await sink.until(() => sink.ends.length === 1);
    transport.send(new Uint8Array(1));
    await server.untilAlone();
    assert.equal(sink.chunks.length, 1);
    assert.deepEqual(sink.ends, [undefined]);
  });

  it("says that the server has closed without reading everything", async () => {
    await using server = await UnixServer.open((socket) => {
      socket.pause();
      setTimeout(() => socket.destroy(), 20);
    });
    const sink = new Sink();
    const transport = await open(server.path, sink);
    transport.send(new Uint8Array(150_000)); // The server's runtime reads 64 KiB of it.
    await sink.until(() => sink.ends.length > 0);
    assert.match(String(sink.ends[0]), /ECONNRESET/);
    await transport.close();
  });

  it("lets the program have its turn while an answer is due", async () => {
    await using server = await UnixServer.open((socket) => socket.pause());
    const transport = await open(server.path, new Sink());
    transport.send(new Uint8Array(1));
    const start = performance.now();
    for (let n = 0; n < 5; n++) await new Promise((resolve) => setTimeout(resolve, 1));
    // It looks for 100 ms.
    assert.ok(performance.now() - start < 80);
    await transport.close();
  });

  it("leaves nothing open when it is closed", async () => {
    await using server = await UnixServer.open();
    const transports = await Promise.all(
      Array.from({ length: 20 }, () => open(server.path, new Sink())),
    );
    await Promise.all(transports.map((transport) => transport.close()));
    await server.untilAlone();
  });
}

describe("socket transport: a socket that cannot be used", () => {
  it("is missing", async () => {
    await using server = await UnixServer.open();
    await assert.rejects(open(join(server.folder, "none.sock"), new Sink()), {
      code: "CONNECT",
      message: /none\.sock: there is no such file; is VPP running/,
    });
    await assert.rejects(open(join(server.path, "api.sock"), new Sink()), {
      code: "CONNECT",
      message: /no such file/,
    });
  });

  it("is a file, or a folder", async () => {
    await using server = await UnixServer.open();
    const file = join(server.folder, "file");
    writeFileSync(file, "no socket");
    for (const path of [file, server.folder]) {
      await assert.rejects(open(path, new Sink()), {
        code: "CONNECT",
        message: /the file is no socket/,
      });
    }
  });

  it("has nobody who listens", async () => {
    await using server = await UnixServer.open();
    const path = join(server.folder, "left");
    const left = createServer();
    await new Promise<void>((resolve) => left.listen(path, () => resolve()));
    // A server removes its socket by the name that it gave it.
    const kept = `${path}.sock`;
    renameSync(path, kept);
    await new Promise<void>((resolve) => left.close(() => resolve()));
    await assert.rejects(open(kept, new Sink()), {
      code: "CONNECT",
      message: /nobody listens there/,
    });
  });

  it("has a path that is too long", async () => {
    const path = `/tmp/${"long/".repeat(30)}api.sock`;
    await assert.rejects(open(path, new Sink()), { code: "CONNECT", message: /107 bytes/ });
  });

  const reason = root ? "root may do everything" : false;
  it(`may not be used${root ? ` (skipped: ${reason})` : ""}`, { skip: reason }, async () => {
    await using server = await UnixServer.open();
    chmodSync(server.path, 0);
    await assert.rejects(open(server.path, new Sink()), {
      code: "CONNECT",
      message: /no permission/,
    });
  });

  it("is to be looked at for a time that is none", () => {
    for (const busyPoll of [-1, 101, Number.NaN]) {
      assert.throws(() => socketTransport("/tmp/api.sock", { busyPoll }), RangeError);
    }
  });

  it("is given up before and while it is connected to", async () => {
    await using server = await UnixServer.open();
    const { open } = socketTransport(server.path);
    const aborted = { signal: AbortSignal.abort(), timeoutMs: 5000 };
    await assert.rejects(open(new Sink(), aborted), { code: "ABORTED" });
    const giveUp = new AbortController();
    const opening = open(new Sink(), { signal: giveUp.signal, timeoutMs: 5000 });
    giveUp.abort();
    await assert.rejects(opening, { code: "ABORTED" });
    await server.untilAlone();
  });
});
