/**
 * One server for the page and for the proxy that it talks to: how `proxyHandler` goes into a server that
 * is there already. VPP is a simulator here; `socketTransport()` would be a real one.
 *
 * @module
 */
import { build } from "esbuild";
import { readFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import { join } from "node:path";
import { proxyHandler, VppProxy } from "../../src/proxy/mod.ts";
import { simTransport } from "../../src/sim/in_memory.ts";
import { Simulator } from "../../src/sim/simulator.ts";

export interface ExampleServer {
  /** Of the page. */
  readonly url: string;
  close(): Promise<void>;
}

/** @param folder where this example's sources lie */
export async function startExample(
  { folder, port, token }: { folder: string; port: number; token: string },
): Promise<ExampleServer> {
  const origin = `http://127.0.0.1:${port}`;
  const sim = new Simulator({ interfaces: 5 });
  const proxy = new VppProxy({
    transport: simTransport(sim),
    token,
    origins: [origin],
    // The page needs no more than this.
    allow: ["sw_interface_dump", "sw_interface_set_flags", "want_interface_events"],
  });
  await proxy.start();
  const server = createServer(await pageOf(folder));
  server.on("upgrade", proxyHandler(proxy));
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `${origin}/`,
    close: async () => {
      await proxy.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

async function pageOf(folder: string): Promise<RequestListener> {
  const html = await readFile(join(folder, "index.html"));
  const { outputFiles } = await build({
    entryPoints: [join(folder, "app.ts")],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
  });
  const script = outputFiles[0]?.contents;
  return (request, response) => {
    const isScript = request.url === "/app.js";
    response.setHeader("Content-Type", isScript ? "text/javascript" : "text/html");
    response.setHeader(
      "Content-Security-Policy",
      "default-src 'self' 'wasm-unsafe-eval'; style-src 'unsafe-inline'",
    );
    response.end(isScript ? script : html);
  };
}
