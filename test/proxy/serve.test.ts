import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "ws";
import { resolveConfig } from "../../src/config/resolve_config.ts";
import { connect, VppError } from "../../src/edge.ts";
import { serveProxyFrom } from "../../src/proxy/from_config.ts";
import { VppProxy } from "../../src/proxy/proxy.ts";
import { isLoopback, serveProxy } from "../../src/proxy/serve.ts";
import { simTransport } from "../../src/sim/in_memory.ts";
import { serveSocket } from "../../src/sim/listen_socket.ts";
import { Simulator } from "../../src/sim/simulator.ts";
import { govppmux, jsonLines, start } from "../cli/govppmux.ts";
import { after, assert, describe, it } from "../harness.ts";
import { ProxyFixture, TOKEN, until } from "./support.ts";

const folder = mkdtempSync(join(tmpdir(), "govppmux-proxy-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const token = join(folder, "token");
writeFileSync(token, `${TOKEN}\n`);
const certificate = makeCertificate();

/** A client that takes our certificate, which nobody has signed. */
class TrustingWebSocket extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url, protocols, { rejectUnauthorized: false });
  }
}

describe("proxy: where it listens", () => {
  it("knows this machine's own addresses", () => {
    for (const host of ["127.0.0.1", "127.1.2.3", "::1", "localhost"]) assert.ok(isLoopback(host));
    for (const host of ["0.0.0.0", "::", "10.0.0.1", "127.0.0.1.evil.example", "localhost.x", ""]) {
      assert.equal(isLoopback(host), false, host);
    }
  });

  it("refuses other addresses without TLS, an empty token, and a wrong limit or pattern", async () => {
    const options = { transport: simTransport(new Simulator()), token: TOKEN };
    const isConfigError = (error: unknown) => error instanceof VppError && error.code === "CONFIG";
    const proxy = new VppProxy(options);
    for (const host of ["0.0.0.0", "::", "192.0.2.1"]) {
      await assert.rejects(serveProxy(proxy, { host }), isConfigError);
    }
    await assert.rejects(serveProxy(proxy, { tls: { cert: "no", key: "no" } }), isConfigError);
    assert.throws(() => new VppProxy({ ...options, token: " " }), isConfigError);
    assert.throws(() => new VppProxy({ ...options, token: [] }), isConfigError);
    assert.throws(() => new VppProxy({ ...options, allow: [""] }), isConfigError);
    assert.throws(() => new VppProxy({ ...options, origins: ["example.net"] }), isConfigError);
    assert.throws(() => new VppProxy({ ...options, limits: { sessions: 0 } }), isConfigError);
    await proxy.close();
  });

  it("says that an address is taken", async () => {
    await using fixture = await ProxyFixture.open();
    const proxy = new VppProxy({ transport: simTransport(fixture.sim), token: TOKEN });
    await assert.rejects(serveProxy(proxy, { port: fixture.port }), /Cannot listen on/);
    await proxy.close();
  });

  const skip = certificate === undefined;
  it(skip ? "speaks TLS (skipped: no openssl)" : "speaks TLS", { skip }, async () => {
    await using fixture = await ProxyFixture.open({
      serve: certificate === undefined ? {} : { tls: certificate },
    });
    assert.match(fixture.url, /^wss:/);
    const mux = await fixture.connect({ webSocket: TrustingWebSocket });
    await mux.newAPIChannel().request("show_version");
  });

  it("answers plain HTTP without letting anybody in", async () => {
    await using fixture = await ProxyFixture.open();
    const response = await fetch(fixture.url.replace("ws", "http"));
    assert.equal(response.status, 426);
    await response.text();
  });
});

describe("proxy: from a configuration", () => {
  it("serves where proxy-enabled says so, this machine only, and nobody without the token", async () => {
    const path = join(folder, "api.sock");
    const listener = await serveSocket(new Simulator({ interfaces: 2 }), path);
    const options = { binapiSocketPath: path, proxyEnabled: true };
    const { config } = resolveConfig({ options });
    const server = await serveProxyFrom(config, { token: TOKEN, port: 0 });
    assert.match(server?.url ?? "", /^ws:\/\/127\.0\.0\.1:/);
    const target = { url: server?.url ?? "", webSocket: WebSocket, connectAttempts: 1 };
    const mux = await connect({ ...target, token: TOKEN, schema: "vpp" });
    const details = await mux.newAPIChannel().sendMultiRequest("sw_interface_dump", {}).toArray();
    assert.equal(details.length, 3);
    await mux.close();
    await assert.rejects(connect({ ...target, token: "another" }), /the proxy refused/);
    await server?.close();
    await listener.close();
  });

  it("serves nothing where it does not, and never without a token or TLS", async () => {
    const { config } = resolveConfig();
    assert.equal(await serveProxyFrom(config, { token: TOKEN }), undefined);
    const enabled = { ...config, proxyEnabled: true };
    const isConfigError = (error: unknown) => error instanceof VppError && error.code === "CONFIG";
    await assert.rejects(serveProxyFrom(enabled, { token: "" }), isConfigError);
    const host = "0.0.0.0";
    await assert.rejects(serveProxyFrom(enabled, { token: TOKEN, host }), isConfigError);
  });
});

describe("govppmux proxy", () => {
  it("serves a simulator read-only, and tells of each session on standard error", async () => {
    const child = start([
      ...["proxy", "--sim", "--listen", "127.0.0.1:0", "--token-file", token],
      ...["--read-only", "--deny", "show_version"],
    ]);
    let out = "";
    let log = "";
    child.stdout?.on("data", (data) => out += String(data));
    child.stderr?.on("data", (data) => log += String(data));
    await until(() => /proxy on \S+;/.test(out) || child.exitCode !== null, "the proxy");
    const url = /proxy on (\S+);/.exec(out)?.[1] ?? `no URL: ${log}`;
    const mux = await connect({ url, token: TOKEN, webSocket: WebSocket, schema: "vpp" });
    const channel = mux.newAPIChannel({ replyTimeoutMs: 20_000 });
    assert.equal((await channel.sendMultiRequest("sw_interface_dump", {}).toArray()).length, 4);
    const refused = /PROXY|refused/;
    await assert.rejects(channel.request("create_loopback", {}), refused);
    await assert.rejects(channel.request("want_interface_events", { enableDisable: 1 }), refused);
    await assert.rejects(channel.request("show_version"), refused);
    await mux.close();
    await until(() => log.includes("a session has ended"), "the end of the session");
    child.kill("SIGTERM");
    await until(() => child.exitCode !== null || child.signalCode !== null, "the end");
    const messages = jsonLines(log).map((line) => `${line["message"]} ${line["reason"] ?? ""}`);
    assert.equal(messages.filter((m) => m.startsWith("Proxy: a message was denied")).length, 3);
    assert.ok(messages.some((m) => m.startsWith("Proxy: a session has begun")));
    assert.ok(!log.includes(TOKEN));
  });

  it("starts with a configuration only where that allows a proxy", async () => {
    const config = join(folder, "govpp.conf");
    writeFileSync(config, "proxy-enabled: false\n");
    const args = ["proxy", "--sim", "--token-file", token, "--config", config];
    const { status, stderr } = await govppmux(args);
    assert.equal(status, 1);
    assert.match(stderr, /set proxy-enabled: true/);
  });

  it("says what is wrong with its options", async () => {
    const empty = join(folder, "empty");
    writeFileSync(empty, "\n");
    const wrong: [string[], RegExp][] = [
      [["--token-file", token, "--listen", "0.0.0.0:0"], /without TLS/],
      [["--token-file", token, "--listen", "nonsense"], /expected address and port/],
      [["--token-file", token, "--tls-cert", token], /both --tls-cert and --tls-key/],
      [["--token-file", empty], /is empty/],
      [["--token-file", join(folder, "missing")], /Cannot read the token/],
    ];
    for (const [args, message] of wrong) {
      const { status, stderr } = await govppmux(["proxy", "--sim", ...args]);
      assert.equal(status, 1);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, / {4}at /);
    }
  });
});

function makeCertificate(): { readonly cert: string; readonly key: string } | undefined {
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  try {
    execFileSync("openssl", [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
      ...["-days", "1", "-subj", "/CN=127.0.0.1", "-keyout", key, "-out", cert],
    ], { stdio: "ignore" });
    return { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };
  } catch {
    return undefined;
  }
}
