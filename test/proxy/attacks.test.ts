import { connect as connectTcp } from "node:net";
import process from "node:process";
import {
  CLOSE_FRAME_TOO_LONG,
  CLOSE_LIMIT,
  CLOSE_PROTOCOL,
  CLOSE_TIMEOUT,
} from "../../src/transport/websocket_protocol.ts";
import { putU16, putU32 } from "../../src/transport/bytes.ts";
import { assert, describe, it } from "../harness.ts";
import { seeded } from "../random.ts";
import { contextOf, frames, RemoteClient } from "./remote_client.ts";
import { ProxyFixture, TOKEN, until } from "./support.ts";

describe("proxy: who does not belong stays outside", () => {
  it("refuses a client without a token, and one with a wrong one", async () => {
    await using fixture = await ProxyFixture.open();
    const wrong = [undefined, "", "correct", TOKEN + "x", TOKEN.slice(1), "\u{1F600}".repeat(99)];
    for (const token of wrong) {
      const client = await RemoteClient.open(fixture.url, { token });
      assert.match(client.failure ?? "", /401/, `token ${token}`);
    }
    assert.equal(fixture.proxy.sessions, 0);
    assert.equal(fixture.lines("Proxy: a client was not let in").length, wrong.length);
    // The audit never shows a token.
    assert.ok(!JSON.stringify(fixture.audit).includes("correct"));
  });

  it("lets a client with the token in a header in, and no scheme but Bearer", async () => {
    await using fixture = await ProxyFixture.open({ proxy: { token: ["other", "plain-token"] } });
    const open = (authorization: string) =>
      RemoteClient.open(fixture.url, { token: undefined, headers: { authorization } });
    const client = await open("Bearer plain-token");
    assert.equal(client.failure, undefined);
    await client.settle();
    assert.match((await open("Basic plain-token")).failure ?? "", /401/);
    assert.match((await open("Bearer plain-token plain-token")).failure ?? "", /401/);
    await client.close();
  });

  it("refuses a token in the URL, also where the header has it", async () => {
    await using fixture = await ProxyFixture.open({ proxy: { token: "plain-token" } });
    const url = `${fixture.url}?token=plain-token`;
    for (const token of [undefined, "plain-token"]) {
      const client = await RemoteClient.open(url, { token });
      assert.match(client.failure ?? "", /400/);
    }
  });

  it("refuses pages of an origin that is not allowed", async () => {
    const origins = ["https://good.example"];
    await using fixture = await ProxyFixture.open({ proxy: { origins } });
    const from = (origin: string) => RemoteClient.open(fixture.url, { headers: { origin } });
    for (
      const origin of ["https://evil.example", "null", "https://good.example:444", fixture.url]
    ) {
      assert.match((await from(origin)).failure ?? "", /403/, origin);
    }
    const good = await from("https://good.example");
    await good.settle();
    await good.close();
  });

  it("ends connections that take too long for their request", async () => {
    await using fixture = await ProxyFixture.open({ proxy: { limits: { handshakeMs: 50 } } });
    const socket = connectTcp(fixture.port, "127.0.0.1");
    let closed = false;
    socket.on("error", () => {});
    socket.once("close", () => closed = true);
    socket.write("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    const dripping = setInterval(() => socket.write("X: y\r\n"), 5);
    await until(() => closed, "the end of a slow client");
    clearInterval(dripping);
  });

  it("ends a session whose handshake drips in", async () => {
    await using fixture = await ProxyFixture.open({ proxy: { limits: { handshakeMs: 60 } } });
    const client = await RemoteClient.open(fixture.url, { handshake: false });
    const dripping = setInterval(() => client.sendBytes(new Uint8Array(1)), 5);
    const { code } = await client.untilClosed();
    clearInterval(dripping);
    assert.equal(code, CLOSE_TIMEOUT);
  });

  it("ends sessions that do not introduce themselves, and those that are silent", async () => {
    await using fixture = await ProxyFixture.open({
      proxy: { limits: { handshakeMs: 40, idleMs: 80 } },
    });
    const rude = await RemoteClient.open(fixture.url, { handshake: false });
    assert.deepEqual(await rude.untilClosed(), {
      code: CLOSE_TIMEOUT,
      reason: "no handshake within 40 ms",
    });
    const silent = await RemoteClient.open(fixture.url);
    assert.deepEqual(await silent.untilClosed(), {
      code: CLOSE_TIMEOUT,
      reason: "nothing came for 80 ms",
    });
    assert.equal(fixture.proxy.sessions, 0);
  });
});

describe("proxy: what a client may not do", () => {
  it("refuses a client index that is not the session's", async () => {
    await using fixture = await ProxyFixture.open();
    const [victim, attacker] = await openTwo(fixture);
    attacker.send(
      attacker.request("create_loopback", 7, Array(6).fill(0), victim.clientIndex),
      attacker.request("create_loopback", 8, Array(6).fill(0), 0),
      attacker.request("create_loopback", 9, Array(6).fill(0), 0x80000001 + 1000),
    );
    await attacker.settle();
    assert.deepEqual(
      attacker.control.filter((c) => c.type === "refused").map((c) => [c.code, c.context]),
      [["FORGED", 7], ["FORGED", 8], ["FORGED", 9]],
    );
    // local0 and three loopbacks: VPP got none of it.
    victim.send(victim.request("sw_interface_dump", 1, [255, 255, 255, 255, 0, 0, 0, 0, 0]));
    await victim.settle();
    assert.equal(victim.all("sw_interface_details").length, 4);
    assert.equal(attacker.received.some(({ name }) => name === "sw_interface_details"), false);
    await Promise.all([victim.close(), attacker.close()]);
  });

  it("keeps sessions that use the same contexts apart", async () => {
    await using fixture = await ProxyFixture.open();
    const [one, two] = await openTwo(fixture);
    const dump = [255, 255, 255, 255, 0, 0, 0, 0, 0];
    one.send(one.request("sw_interface_dump", 77, dump));
    // The end of the other's dump must not end this one.
    two.send(two.request("control_ping", 77));
    two.send(two.request("show_version", 77));
    one.send(one.request("control_ping", 77));
    await Promise.all([one.first("control_ping_reply"), two.first("show_version_reply")]);
    assert.equal(one.all("sw_interface_details").length, 4);
    assert.deepEqual(
      new Set(one.received.slice(1).map(({ bytes }) => contextOf(bytes))),
      new Set([77]),
    );
    assert.deepEqual(two.received.map(({ name }) => name), [
      "sockclnt_create_reply",
      "control_ping_reply",
      "show_version_reply",
    ]);
    assert.equal(fixture.proxy.outstanding, 0);
    await Promise.all([one.close(), two.close()]);
  });

  it("never passes on what concerns the connection or makes VPP trust a pointer", async () => {
    await using fixture = await ProxyFixture.open();
    const seen = recordRequests(fixture);
    const client = await RemoteClient.open(fixture.url);
    const never = ["rpc_call", "memclnt_keepalive", "sock_init_shm", "trace_plugin_msg_ids"];
    for (const name of [...never, "memclnt_create", "memclnt_delete", "memclnt_create_v2"]) {
      client.send(client.request(name, 5, Array(300).fill(0)));
    }
    // Answers and events are no requests either.
    client.send(client.request("control_ping_reply", 6, Array(20).fill(0)));
    client.send(client.request("sw_interface_event", 6, Array(20).fill(0)));
    await client.settle();
    const codes = client.control.filter((c) => c.type === "refused").map((c) => c.code);
    assert.deepEqual(codes, Array(9).fill("DENIED"));
    assert.deepEqual([...seen], ["control_ping"]);
    assert.equal(fixture.lines("Proxy: a message was denied").length, 9);
    await client.close();
  });

  it("closes the session of a frame that is too long, before it has been sent", async () => {
    await using fixture = await ProxyFixture.open({ proxy: { limits: { frameBytes: 1000 } } });
    const client = await RemoteClient.open(fixture.url);
    const header = new Uint8Array(16);
    putU32(header, 8, 1001);
    client.sendBytes(header);
    assert.equal((await client.untilClosed()).code, CLOSE_FRAME_TOO_LONG);
    const endless = await RemoteClient.open(fixture.url);
    putU32(header, 8, 0xffffffff);
    endless.sendBytes(header);
    assert.equal((await endless.untilClosed()).code, CLOSE_FRAME_TOO_LONG);
    // RFC 6455's own code for a message beyond what the server takes.
    const huge = await RemoteClient.open(fixture.url);
    huge.sendBytes(new Uint8Array(2 << 20));
    assert.equal((await huge.untilClosed()).code, 1009);
  });

  it("answers malformed frames with an error or a close, and survives random bytes", async () => {
    await using fixture = await ProxyFixture.open();
    const seen = recordRequests(fixture);
    const client = await RemoteClient.open(fixture.url);
    client.send(client.request("sw_interface_set_flags", 9));
    const unknown = new Uint8Array(10);
    putU16(unknown, 0, 0xfff0);
    client.send(unknown, new Uint8Array([0]), client.request("control_ping", 1));
    await until(() => client.control.length >= 4, "the errors");
    assert.deepEqual(client.control.slice(1).map((c) => c.type === "refused" ? c.code : c.type), [
      "MALFORMED",
      "UNKNOWN",
      "UNKNOWN",
    ]);
    await client.settle();
    await client.close();

    const early = await RemoteClient.open(fixture.url, { handshake: false });
    early.sendBytes(frames(new Uint8Array(10)));
    assert.equal((await early.untilClosed()).code, CLOSE_PROTOCOL);
    const talking = await RemoteClient.open(fixture.url);
    talking.socket.send("hello");
    assert.equal((await talking.untilClosed()).code, CLOSE_PROTOCOL);

    const random = seeded(7);
    for (let round = 0; round < 20; round++) {
      const fuzz = await RemoteClient.open(fixture.url);
      for (let i = 0; i < 20 && fuzz.closed === undefined; i++) {
        fuzz.sendBytes(random.bytes(random.below(200)));
        fuzz.send(random.bytes(random.below(60)));
      }
      await fuzz.close();
    }
    await until(() => fixture.proxy.sessions === 0, "the end of all sessions");
    const after = await RemoteClient.open(fixture.url);
    await after.settle();
    assert.ok(seen.size < 5, `VPP saw ${[...seen].join()}`);
    await after.close();
  });

  it("takes frames that are cut anywhere", async () => {
    await using fixture = await ProxyFixture.open();
    const client = await RemoteClient.open(fixture.url);
    const bytes = frames(client.request("control_ping", 3), client.request("show_version", 4));
    for (let i = 0; i < bytes.length; i++) client.sendBytes(bytes.slice(i, i + 1));
    assert.equal(contextOf(await client.first("show_version_reply")), 4);
    await client.close();
  });
});

describe("proxy: limits", () => {
  it("turns sessions beyond the limit away, and the others do not notice", async () => {
    await using fixture = await ProxyFixture.open({ proxy: { limits: { sessions: 100 } } });
    const clients = await Promise.all(
      Array.from({ length: 100 }, () => RemoteClient.open(fixture.url)),
    );
    for (let batch = 0; batch < 9; batch++) {
      const more = await Promise.all(
        Array.from({ length: 100 }, () => RemoteClient.open(fixture.url, { handshake: false })),
      );
      for (const client of more) {
        assert.deepEqual(await client.untilClosed(), {
          code: CLOSE_LIMIT,
          reason: "100 sessions are open already",
        });
      }
    }
    assert.equal(fixture.proxy.sessions, 100);
    await Promise.all(clients.map((client) => client.settle()));
    await Promise.all(clients.map((client) => client.close()));
    await until(() => fixture.proxy.sessions === 0, "the end of all sessions");
  });

  it("refuses a flood, closes the session that goes on, and others are served", async () => {
    const limits = { messagesPerSecond: 1000 };
    await using fixture = await ProxyFixture.open({ proxy: { limits } });
    const seen = recordRequests(fixture);
    const [flooder, other] = await openTwo(fixture);
    const ping = flooder.request("control_ping", 1);
    for (let i = 0; i < 100; i++) flooder.send(...Array<Uint8Array>(100).fill(ping));
    await other.settle();
    assert.equal((await flooder.untilClosed()).code, CLOSE_LIMIT);
    assert.ok(flooder.control.some((c) => c.type === "refused" && c.code === "LIMIT"));
    await other.settle();
    assert.deepEqual([...seen], ["control_ping"]);
    assert.equal(fixture.proxy.outstanding, 0);
    await other.close();
  });

  it("refuses requests beyond those that may wait", async () => {
    await using fixture = await ProxyFixture.open({ proxy: { limits: { outstanding: 3 } } });
    fixture.sim.on("show_version", () => {});
    const client = await RemoteClient.open(fixture.url);
    for (let i = 0; i < 5; i++) client.send(client.request("show_version", i));
    await until(() => client.control.length === 3, "two refusals");
    assert.deepEqual(
      client.control.slice(1).map((c) => c.type === "refused" ? [c.code, c.context] : c.type),
      [["LIMIT", 3], ["LIMIT", 4]],
    );
    assert.equal(fixture.proxy.outstanding, 3);
    await client.close();
    await until(() => fixture.proxy.outstanding === 0, "the end of what waits");
  });

  it("ends a client that never reads, at its bound, while others go on", async () => {
    const bufferBytes = 1 << 20;
    await using fixture = await ProxyFixture.open({
      sim: { interfaces: 2000 },
      proxy: { limits: { bufferBytes } },
    });
    const [lazy, other] = await openTwo(fixture);
    lazy.socket.pause();
    const dump = [255, 255, 255, 255, 0, 0, 0, 0, 0];
    for (let i = 0; i < 60; i++) {
      lazy.send(lazy.request("sw_interface_dump", i, dump), lazy.request("control_ping", i));
      await other.settle();
      if (fixture.proxy.sessions === 1) break;
    }
    assert.equal(fixture.proxy.sessions, 1);
    const [end] = fixture.lines("Proxy: a session has ended");
    assert.match(String(end?.data["reason"]), /it does not read/);
    other.send(other.request("sw_interface_dump", 1, dump));
    await other.settle();
    assert.equal(other.all("sw_interface_details").length, 2001);
    await Promise.all([lazy.close(), other.close()]);
  });
});

describe("proxy: answers that are large, and wants without end", () => {
  it("ends a client that asks for the definitions over and over in one message", async () => {
    await using fixture = await ProxyFixture.open({ proxy: { limits: { bufferBytes: 2 << 20 } } });
    const client = await RemoteClient.open(fixture.url);
    client.socket.pause();
    const before = process.memoryUsage().rss;
    client.send(...Array<Uint8Array>(20_000).fill(client.request("get_api_json", 1)));
    await until(() => fixture.proxy.sessions === 0, "the end of the session");
    // Twenty thousand answers would be some gigabytes.
    assert.ok(process.memoryUsage().rss - before < 500 << 20);
    await client.close();
  });

  it("bounds the kinds of events that a session may want", async () => {
    await using fixture = await ProxyFixture.open();
    const client = await RemoteClient.open(fixture.url);
    const name = "want_ip_neighbor_events_v2";
    fixture.sim.on(name, (call) => call.reply());
    for (let i = 0; i < 300; i++) {
      // bool enable, u32 pid, address (17 bytes), u32 sw_if_index.
      const body = [1, 0, 0, 0, 5, ...Array(17).fill(0), 0, 0, i >> 8, i & 255];
      client.send(client.request(name, i, body));
    }
    await client.settle();
    assert.equal(client.all(`${name}_reply`).length, 256);
    assert.equal(client.control.filter((c) => c.type === "refused").length, 44);
    await client.close();
    await until(() => fixture.proxy.sessions === 0, "the end of the session");
  });
});

/** The names of the requests that VPP gets from now on. */
function recordRequests(fixture: ProxyFixture): Set<string> {
  const seen = new Set<string>();
  for (const { message } of fixture.sim.vpp.table.entries) {
    if (message.kind !== "request" || message.name === "sockclnt_delete") continue;
    fixture.sim.on(message.name, (call) => {
      seen.add(message.name);
      if (message.name === "control_ping") call.send(call.vpp.pong);
    });
  }
  return seen;
}

function openTwo(fixture: ProxyFixture): Promise<[RemoteClient, RemoteClient]> {
  return Promise.all([RemoteClient.open(fixture.url), RemoteClient.open(fixture.url)]);
}
