import { connect } from "../../src/edge.ts";
import { VppProxy } from "../../src/proxy/proxy.ts";
import { type Upgrade, webProxyHandler } from "../../src/proxy/web_handler.ts";
import { simTransport } from "../../src/sim/in_memory.ts";
import { Simulator } from "../../src/sim/simulator.ts";
import { assert, describe, it } from "../harness.ts";
import { RemoteClient } from "./remote_client.ts";
import { until } from "./support.ts";

/** What this test uses of Deno. */
interface DenoServer {
  upgradeWebSocket: Upgrade;
  serve(
    options: { hostname: string; port: number; onListen: () => void },
    handler: (request: Request) => Response,
  ): { readonly addr: { readonly port: number }; shutdown(): Promise<void> };
}

const deno = (globalThis as { readonly Deno?: DenoServer }).Deno;
const skip = deno === undefined;
const name = "lets clients in through Deno.serve, with the same rules";

describe("proxy: web-standard requests", () => {
  it(skip ? `${name} (skipped: this is not Deno)` : name, { skip }, async () => {
    assert.ok(deno !== undefined);
    const proxy = new VppProxy({ transport: simTransport(new Simulator()), token: "plain" });
    await proxy.start();
    const server = deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      webProxyHandler(proxy, (request, options) => deno.upgradeWebSocket(request, options)),
    );
    const url = `ws://127.0.0.1:${server.addr.port}/`;
    const stranger = await RemoteClient.open(url, { token: "wrong" });
    assert.match(stranger.failure ?? "", /401/);
    const mux = await connect({ url, token: "plain", schema: "vpp" });
    await mux.newAPIChannel({ replyTimeoutMs: 20_000 }).request("show_version");
    await mux.close();
    await until(() => proxy.sessions === 0, "the end of the session");
    const left = await RemoteClient.open(url, {
      token: undefined,
      headers: { authorization: "Bearer plain" },
    });
    await proxy.close();
    assert.equal((await left.untilClosed()).reason, "the proxy ends");
    await server.shutdown();
  });
});
