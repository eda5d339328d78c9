import {
  CLOSE_GOING_AWAY,
  CLOSE_NO_VPP,
  CLOSE_TIMEOUT,
} from "../../src/transport/websocket_protocol.ts";
import { VppError } from "../../src/errors.ts";
import { VppProxy } from "../../src/proxy/proxy.ts";
import type { RemoteLink } from "../../src/proxy/remote_link.ts";
import { serveProxy } from "../../src/proxy/serve.ts";
import { ApiSet } from "../../src/sim/api_set.ts";
import { simTransport } from "../../src/sim/in_memory.ts";
import { Simulator } from "../../src/sim/simulator.ts";
import { FakeClock } from "../fake_clock.ts";
import { assert, describe, it } from "../harness.ts";
import { RemoteClient } from "./remote_client.ts";
import { ProxyFixture, TOKEN, until } from "./support.ts";

describe("proxy: VPP comes and goes", () => {
  it("keeps its message ids across a restart of VPP, which has others", async () => {
    await using fixture = await ProxyFixture.open();
    const before = await RemoteClient.open(fixture.url);
    const vppId = fixture.sim.vpp.table.get("show_version")?.id;
    fixture.sim.restart();
    assert.notEqual(fixture.sim.vpp.table.get("show_version")?.id, vppId);
    const { code, reason } = await before.untilClosed();
    assert.equal(code, CLOSE_NO_VPP);
    assert.match(reason, /lost its connection to VPP/);
    assert.deepEqual(before.control.map((c) => c.type === "vpp" ? c.state : c.type), [
      "Connected",
      "Disconnected",
    ]);
    await until(() => fixture.proxy.connected, "the reconnect");
    const after = await RemoteClient.open(fixture.url);
    assert.deepEqual(new Map([...after.ids].sort()), new Map([...before.ids].sort()));
    after.send(after.request("show_version", 1));
    await after.first("show_version_reply");
    await after.close();
  });

  it("keeps the ids of the messages that are left when VPP comes back with fewer and more", async () => {
    const modules = apiModules();
    const set = (...names: string[]) =>
      ApiSet.from(
        modules.filter(({ module }) => names.includes(module))
          .map((value) => ({ value, source: value.module })),
      );
    const some = set("memclnt", "vpe", "vlib", "interface");
    const others = set("memclnt", "vpe", "vlib", "ip");
    await using fixture = await ProxyFixture.open({ sim: { api: some, interfaces: 0 } });
    const before = await RemoteClient.open(fixture.url);
    fixture.sim.restart(others);
    await before.untilClosed();
    await until(() => fixture.proxy.connected, "the reconnect");
    const after = await RemoteClient.open(fixture.url);
    const common = [...after.ids.keys()].filter((name) => before.ids.has(name));
    assert.ok(common.length > 20 && common.length < after.ids.size);
    for (const name of common) assert.equal(after.id(name), before.id(name), name);
    assert.equal(
      new Set([...before.ids, ...after.ids].map(([, id]) => id)).size,
      new Set([...before.ids.keys(), ...after.ids.keys()]).size,
    );
    await after.close();
  });

  it("turns clients away with the reason while VPP is not there", async () => {
    const sim = new Simulator();
    sim.stop();
    const proxy = new VppProxy({
      transport: simTransport(sim),
      token: TOKEN,
      connectIntervalMs: 5,
    });
    await proxy.start();
    const server = await serveProxy(proxy);
    const client = await RemoteClient.open(server.url, { handshake: false });
    const { code, reason } = await client.untilClosed();
    assert.equal(code, CLOSE_NO_VPP);
    assert.match(reason, /no connection to VPP: .*stopped/);
    sim.restart();
    await until(() => proxy.connected, "the first connect");
    const later = await RemoteClient.open(server.url);
    await later.settle();
    await server.close();
    assert.equal((await later.untilClosed()).code, CLOSE_GOING_AWAY);
  });

  it("brings the client of this project back by itself, events included", async () => {
    await using fixture = await ProxyFixture.open();
    const mux = await fixture.connect({ reconnect: true, connectIntervalMs: 10 });
    const states: string[] = [];
    mux.onState(({ state, reason }) => states.push(`${state}: ${reason}`));
    const channel = mux.newAPIChannel();
    const events = channel.subscribeNotification("sw_interface_event");
    await channel.request("want_interface_events", { enableDisable: 1, pid: 42 });
    fixture.sim.restart();
    await until(() => states.some((state) => state.startsWith("Connected")), "the reconnect");
    assert.match(states[0] ?? "", /^Disconnected: .*the proxy lost its connection to VPP/);
    await until(
      () => fixture.sim.emit("sw_interface_event", { swIfIndex: 1, flags: 3 }) > 0,
      "the want",
    );
    const { value } = await events.next();
    assert.equal(value?.["swIfIndex"], 1);
    assert.equal(value?.["pid"], 42);
  });

  it("answers what is refused with an error of its own, in requests and in dumps", async () => {
    await using fixture = await ProxyFixture.open({ proxy: { deny: ["sw_interface_*"] } });
    const mux = await fixture.connect();
    const channel = mux.newAPIChannel();
    const isRefusal = (error: unknown) => {
      assert.ok(error instanceof VppError);
      assert.equal(error.code, "PROXY");
      assert.match(error.message, /refused sw_interface_\w+: the proxy's deny list has it/);
      return true;
    };
    await assert.rejects(channel.request("sw_interface_set_flags", { swIfIndex: 1 }), isRefusal);
    await assert.rejects(channel.sendMultiRequest("sw_interface_dump", {}).toArray(), isRefusal);
    await channel.request("show_version");
  });

  it("forgets requests that VPP does not answer, and says so", async () => {
    const { proxy, link, clock } = await withFakeClock({ answerMs: 1000, idleMs: 5000 });
    const session = proxy.accept(link);
    assert.ok(session !== undefined);
    session.receive(link.create());
    await link.settled();
    session.receive(link.request("show_version", 5));
    await link.settled();
    assert.equal(proxy.outstanding, 1);
    clock.advance(999);
    assert.equal(proxy.outstanding, 1);
    clock.advance(2);
    assert.equal(proxy.outstanding, 0);
    assert.match(link.texts.at(-1) ?? "", /"NO_ANSWER".*"context":5/);
    clock.advance(4000);
    assert.deepEqual(link.closed, { code: CLOSE_TIMEOUT, reason: "nothing came for 5000 ms" });
    await proxy.close();
    assert.equal(clock.pending, 0);
  });
});

/** The simulator's own definitions. */
function apiModules(): readonly { readonly module: string }[] {
  return JSON.parse(ApiSet.builtIn().json());
}

/** A client without a socket, for tests by a clock that stands still. */
class FakeLink implements RemoteLink {
  readonly remote = "test";
  readonly bufferedBytes = 0;
  readonly texts: string[] = [];
  closed: { readonly code: number; readonly reason: string } | undefined;
  #table = new Map<string, number>();
  #index = new Uint8Array(4);

  send(frames: Uint8Array): void {
    const text = (at: number) => new TextDecoder().decode(frames.subarray(at, at + 64));
    if (this.#table.size > 0) return;
    this.#index = frames.slice(16 + 14, 16 + 18);
    for (let at = 16 + 20; at + 66 <= frames.length; at += 66) {
      const name = text(at + 2).replace(/_[0-9a-f]{8}\0*$/, "");
      this.#table.set(name, (frames[at]! << 8) | frames[at + 1]!);
    }
  }

  tell(text: string): void {
    this.texts.push(text);
  }

  close(code: number, reason: string): void {
    this.closed = { code, reason };
  }

  terminate(): void {}

  /** The frame of `sockclnt_create`. */
  create(): Uint8Array {
    const frame = new Uint8Array(16 + 70);
    frame[11] = 70;
    frame[17] = 15;
    return frame;
  }

  request(name: string, context: number): Uint8Array {
    const id = this.#table.get(name) ?? 0;
    return Uint8Array.of(
      ...[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 0],
      ...[id >> 8, id & 255, ...this.#index, 0, 0, 0, context],
    );
  }

  /** The simulator in memory takes some rounds of microtasks. */
  async settled(): Promise<void> {
    for (let i = 0; i < 50; i++) await Promise.resolve();
  }
}

async function withFakeClock(
  limits: { answerMs: number; idleMs: number },
): Promise<{ proxy: VppProxy; link: FakeLink; clock: FakeClock }> {
  const clock = new FakeClock();
  const sim = new Simulator();
  sim.on("show_version", () => {});
  const proxy = new VppProxy({ transport: simTransport(sim), token: TOKEN, clock, limits });
  await proxy.start();
  return { proxy, link: new FakeLink(), clock };
}
