import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VppError } from "../../src/errors.ts";
import { serveSocket } from "../../src/sim/listen_socket.ts";
import { Simulator } from "../../src/sim/simulator.ts";
import { socketTransport } from "../../src/transport/socket.ts";
import { after, assert, describe, it } from "../harness.ts";
import { RawClient } from "./raw_client.ts";

const folder = mkdtempSync(join(tmpdir(), "govppmux-sim-"));

function connectError(text: RegExp): (error: unknown) => boolean {
  return (error) =>
    error instanceof VppError && error.code === "CONNECT" && text.test(error.message);
}

describe("simulator: unix socket", () => {
  after(() => rmSync(folder, { recursive: true }));

  it("serves several clients, and closes them and removes the socket at its end", async () => {
    const path = join(folder, "several.sock");
    const sim = new Simulator({ interfaces: 2000 });
    const listener = await serveSocket(sim, path);
    const clients = await Promise.all(
      Array.from({ length: 5 }, () => RawClient.open(socketTransport(path))),
    );
    const dumps = await Promise.all(clients.map((client) => client.dump("sw_interface_dump")));
    assert.deepEqual(dumps.map((details) => details.length), new Array(5).fill(2001));
    assert.equal(sim.vpp.clients().length, 5);
    await listener.close();
    await Promise.all(clients.map((client) => client.untilEnded()));
    assert.equal(sim.vpp.clients().length, 0);
    assert.equal(existsSync(path), false);
  });

  it("forgets a client that goes away", async () => {
    const path = join(folder, "leaving.sock");
    const sim = new Simulator();
    const listener = await serveSocket(sim, path);
    const staying = await RawClient.open(socketTransport(path));
    const leaving = await RawClient.open(socketTransport(path));
    await leaving.close();
    while (sim.vpp.clients().length > 1) await staying.settle();
    await staying.close();
    await listener.close();
  });

  it("answers sockclnt_delete before it ends the connection", async () => {
    const path = join(folder, "delete.sock");
    const listener = await serveSocket(new Simulator(), path);
    const client = await RawClient.open(socketTransport(path));
    const reply = await client.call("sockclnt_delete", { index: client.clientIndex });
    assert.equal(reply.fields["response"], 1);
    await client.untilEnded();
    await listener.close();
  });

  it("stops in the middle of a frame where a fault says so", async () => {
    const path = join(folder, "cut.sock");
    const sim = new Simulator({ interfaces: 100 });
    const listener = await serveSocket(sim, path);
    const client = await RawClient.open(socketTransport(path));
    const before = client.bytes;
    sim.faults.add({ kind: "cut", bytes: 1000 }, { message: "sw_interface_dump" });
    client.send("sw_interface_dump");
    await client.untilEnded();
    assert.equal(client.bytes - before, 1000);
    await listener.close();
  });

  it("keeps listening over a restart, and takes nobody while it is stopped", async () => {
    const path = join(folder, "restart.sock");
    const sim = new Simulator();
    const listener = await serveSocket(sim, path);
    const first = await RawClient.open(socketTransport(path));
    sim.stop();
    await first.untilEnded();
    const refused = await RawClient.open(socketTransport(path), { handshake: false });
    await refused.untilEnded();
    sim.restart();
    const second = await RawClient.open(socketTransport(path));
    await second.settle();
    await second.close();
    await listener.close();
  });

  it("replaces a socket that nobody listens on", async () => {
    const path = join(folder, "stale.sock");
    await serveAndVanish(path);
    const listener = await serveSocket(new Simulator(), path);
    const client = await RawClient.open(socketTransport(path));
    await client.settle();
    await client.close();
    await listener.close();
  });

  it("refuses a path where somebody else listens, or that is no socket", async () => {
    const path = join(folder, "taken.sock");
    const listener = await serveSocket(new Simulator(), path);
    await assert.rejects(serveSocket(new Simulator(), path), connectError(/somebody else listens/));
    const client = await RawClient.open(socketTransport(path));
    await client.close();
    await listener.close();
    const file = join(folder, "file.sock");
    writeFileSync(file, "not a socket");
    await assert.rejects(serveSocket(new Simulator(), file), connectError(/file of another kind/));
    assert.ok(existsSync(file));
    await assert.rejects(
      serveSocket(new Simulator(), join(folder, "missing", "x.sock")),
      connectError(/Cannot listen on .*missing/),
    );
  });
});

/** Leaves a socket behind, as a crash does. */
async function serveAndVanish(path: string): Promise<void> {
  const other = `${path}.other`;
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(other, resolve));
  // The name that the server would remove is not there any more when it closes.
  renameSync(other, path);
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
