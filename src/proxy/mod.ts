/**
 * govppmux/proxy: lets programs in sandboxes reach VPP.
 *
 * @module
 */
export type { AccessOptions, AccessRefusal, AccessRequest } from "./access.ts";
export { type ConfiguredProxyOptions, serveProxyFrom } from "./from_config.ts";
export { defaultLimits, type ProxyLimits } from "./limits.ts";
export { proxyHandler, type UpgradeHandler } from "./node_handler.ts";
export type { PolicyOptions } from "./policy.ts";
export { type ProxyOptions, VppProxy } from "./proxy.ts";
export type { RemoteLink } from "./remote_link.ts";
export { type ProxyServer, type ServeOptions, serveProxy } from "./serve.ts";
export type { RemoteSession } from "./session.ts";
export {
  type ServerWebSocket,
  type Upgrade,
  type WebHandler,
  webProxyHandler,
} from "./web_handler.ts";
