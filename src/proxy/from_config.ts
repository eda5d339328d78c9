/**
 * What `proxy-enabled` in `govpp.conf` does for a program: beside its mux, it serves a proxy.
 *
 * @module
 */
import type { Config } from "../config/config.ts";
import { socketTransport } from "../transport/socket.ts";
import { type ProxyOptions, VppProxy } from "./proxy.ts";
import { type ProxyServer, type ServeOptions, serveProxy } from "./serve.ts";

/** What a configuration does not say of a proxy, the token above all. */
export interface ConfiguredProxyOptions extends Omit<ProxyOptions, "transport">, ServeOptions {}

/** Where a proxy listens if nobody says otherwise. */
export const DEFAULT_PORT = 7878;

/**
 * Serves a proxy to the VPP of the configuration, on 127.0.0.1:7878 by default, where that says
 * `proxy-enabled: true`. The proxy has a connection of its own, to the API socket also where the mux is on
 * shared memory, of which a process has one connection.
 *
 * @returns undefined where the configuration does not let a proxy be
 * @throws VppError as `new VppProxy` and `serveProxy`
 */
export async function serveProxyFrom(
  config: Pick<Config, "proxyEnabled" | "binapiSocketPath" | "busyPollMs">,
  { host, port = DEFAULT_PORT, tls, ...options }: ConfiguredProxyOptions,
): Promise<ProxyServer | undefined> {
  if (!config.proxyEnabled) return undefined;
  const { binapiSocketPath, busyPollMs } = config;
  const transport = socketTransport(binapiSocketPath, { busyPoll: busyPollMs });
  const proxy = new VppProxy({ ...options, transport });
  const server = await serveProxy(proxy, { host, port, tls });
  await proxy.start();
  return server;
}
