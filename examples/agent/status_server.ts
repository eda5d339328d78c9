/** The status over HTTP, on node:http; any other server mounts the same handlers. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { HttpHandler } from "govppmux";

export interface StatusServer {
  /** For example `http://127.0.0.1:40123`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves handlers by their paths, on a port that is free. */
export async function serveStatus(
  handlers: Readonly<Record<string, HttpHandler>>,
): Promise<StatusServer> {
  const server = createServer((request, response) => {
    void (async () => {
      const handler = handlers[request.url ?? ""];
      const answer = handler === undefined
        ? new Response("Not found\n", { status: 404 })
        : handler(new Request(`http://localhost${request.url}`, { method: request.method ?? "" }));
      response.writeHead(answer.status, Object.fromEntries(answer.headers));
      response.end(await answer.text());
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => closed(server) };
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
