import { writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { join } from "node:path";
import { Codec } from "../../src/codec/codec.ts";
import { Mux } from "../../src/core/mux.ts";
import { VppError } from "../../src/errors.ts";
import { ApiSet } from "../../src/sim/api_set.ts";
import { socketTransport } from "../../src/transport/socket.ts";
import { assert, describe, it } from "../harness.ts";
import { seeded } from "../random.ts";
import { UnixServer } from "../transport/unix_server.ts";

const { schema } = ApiSet.builtIn();

/** Milliseconds for an attempt that is to run out of time. */
const SHORT_MS = 150;
/** Milliseconds for any other; also on a busy machine all is over by then. */
const LONG_MS = 10_000;

function muxOf(path: string, connectTimeoutMs = LONG_MS): Mux {
  return new Mux({
    transport: socketTransport(path),
    schema,
    connectAttempts: 1,
    connectTimeoutMs,
    healthIntervalMs: 0,
  });
}

/** Connecting must fail with this, in time, and leave nothing open. */
async function fails(path: string, message: RegExp, timeoutMs = LONG_MS): Promise<void> {
  const mux = muxOf(path, timeoutMs);
  const start = performance.now();
  await assert.rejects(mux.connect(), (error: unknown) => {
    assert.ok(error instanceof VppError);
    assert.equal(error.code, "CONNECT");
    assert.match(error.message, message);
    assert.ok(error.message.includes(path), error.message);
    return true;
  });
  assert.ok(performance.now() - start < LONG_MS);
  assert.equal(mux.state.state, "Failed");
  assert.equal(mux.connected, false);
  await mux.close();
}

/** The same for a server that does this with each connection. */
async function failsAt(
  serve: (socket: Socket) => void,
  message: RegExp,
  timeoutMs = LONG_MS,
): Promise<void> {
  await using server = await UnixServer.open(serve);
  await fails(server.path, message, timeoutMs);
  await server.untilAlone();
}

/** Answers the handshake with these bytes. */
function answering(answer: (context: number) => Uint8Array): (socket: Socket) => void {
  return (socket) => {
    socket.on("data", (request) => {
      if (typeof request !== "string") socket.write(answer(request.readUInt32BE(16 + 2)));
    });
  };
}

/** A message in its frame; `fields` have VPP's names. */
function frame(name: string, fields: object): Uint8Array {
  const message = schema.message(name);
  assert.ok(message);
  const bytes = new Codec().encodeMessage(message, fields);
  const framed = new Uint8Array(16 + bytes.length);
  new DataView(framed.buffer).setUint32(8, bytes.length);
  framed.set(bytes, 16);
  return framed;
}

/** id, client_index, context, response, index, count, then the entries. */
const table = frame("sockclnt_create_reply", {
  _vl_msg_id: 16,
  message_table: Array.from(
    { length: 1000 },
    (_, index) => ({ index, name: `m${index}_0badcafe` }),
  ),
});

/** A good answer to the handshake, with this change. */
function welcome(context: number, change: (message: DataView) => void = () => {}): Uint8Array {
  const bytes = table.slice();
  const message = new DataView(bytes.buffer, 16);
  message.setUint32(6, context);
  change(message);
  return bytes;
}

function text(line: string): Uint8Array {
  return new TextEncoder().encode(line);
}

describe("connecting where no VPP is: a clear error in time, and nothing is left", () => {
  it("no socket", async () => {
    await using server = await UnixServer.open();
    await fails(join(server.folder, "none.sock"), /there is no such file; is VPP running/);
  });

  it("a file that is no socket", async () => {
    await using server = await UnixServer.open();
    const path = join(server.folder, "file");
    writeFileSync(path, "");
    await fails(path, /the file is no socket/);
  });

  it("a server that accepts and says nothing", () =>
    failsAt(() => {}, /no answer.*is it VPP that listens there/, SHORT_MS));

  it("a server that accepts and does not read", () =>
    failsAt((socket) => socket.pause(), /no answer/, SHORT_MS));

  it("a server that closes at once", () => failsAt((socket) => socket.end(), /closed/));

  it("a server that speaks another protocol", () =>
    failsAt(answering(() => text("HTTP/1.1 400 Bad Request\r\n\r\n")), /does not speak|no answer/));

  it("a server that sends garbage", () =>
    failsAt(answering(() => seeded(1).bytes(100_000)), /something else|does not speak/));

  it("frames of no length", () =>
    failsAt(answering(() => new Uint8Array(16)), /something else than sockclnt_create_reply/));

  it("a frame of 4 GB", () =>
    failsAt(answering(() => new Uint8Array(16).fill(0xff)), /longer than the limit/));

  it("another message", () =>
    failsAt(
      answering((context) => frame("control_ping_reply", { _vl_msg_id: 24, context })),
      /something else than sockclnt_create_reply/,
    ));

  it("the reply of somebody else", () =>
    failsAt(answering((context) => welcome(context + 1)), /something else/));

  it("a reply that is too short", () =>
    failsAt(
      answering((context) =>
        frame("control_ping_reply", { _vl_msg_id: 16, client_index: context })
      ),
      /something else/,
    ));

  it("a table that is larger than its frame", () =>
    failsAt(
      answering((context) => welcome(context, (message) => message.setUint16(18, 1001))),
      /something else/,
    ));

  it("a refusal", () =>
    failsAt(
      answering((context) => welcome(context, (message) => message.setInt32(10, -1))),
      /refused.*-1/,
    ));

  it("half of a table, then silence", () =>
    failsAt(answering((context) => welcome(context).subarray(0, 30_000)), /no answer/, SHORT_MS));

  it("half of a table, then the end", () =>
    failsAt((socket) => {
      socket.once("data", (request) => {
        if (typeof request === "string") return;
        socket.end(welcome(request.readUInt32BE(18)).subarray(0, 30_000));
      });
    }, /closed/));

  it("a table of nothing that is needed, and the error of the request says so", async () => {
    await using server = await UnixServer.open(answering((context) => welcome(context)));
    const mux = muxOf(server.path);
    await mux.connect();
    const channel = mux.newAPIChannel();
    assert.throws(() => channel.sendRequest("show_version"), {
      code: "INCOMPATIBLE",
      message: /no message show_version/,
    });
    await mux.close();
    await server.untilAlone();
  });
});

describe("connecting that is given up", () => {
  it("by its signal, while a server says nothing, ends at once", async () => {
    await using server = await UnixServer.open();
    const mux = new Mux({ transport: socketTransport(server.path), connectTimeoutMs: 60_000 });
    const giveUp = new AbortController();
    const connecting = assert.rejects(mux.connect(giveUp.signal), { code: "ABORTED" });
    setTimeout(() => giveUp.abort(), 20);
    await connecting;
    await mux.close();
    await server.untilAlone();
  });

  it("by close, while there is no socket, ends at once", async () => {
    await using server = await UnixServer.open();
    const mux = new Mux({
      transport: socketTransport(join(server.folder, "none.sock")),
      connectAttempts: 1000,
      connectIntervalMs: 60_000,
    });
    const connecting = assert.rejects(mux.connect(), { code: "ABORTED" });
    setTimeout(() => void mux.close(), 20);
    await connecting;
  });
});
