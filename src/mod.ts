/**
 * govppmux on Node and on Deno: one connection to VPP, many independent channels over it.
 *
 * @module
 */
export type { Config } from "./config/config.ts";
export { ConfigError } from "./config/config_error.ts";
export { defaultConfig, resolveConfig } from "./config/resolve_config.ts";
export { loadConfig, type LoadConfigOptions } from "./host/config_file.ts";
export { connect, connectAsync, type ConnectOptions } from "./host/connect.ts";
export { loadSchema } from "./host/definitions.ts";
export { LOG_CATEGORY, logtapeLogger, logToStderr } from "./host/logging.ts";
export { muxOptionsFrom } from "./host/mux_from_config.ts";
export {
  CALL_END_CHANNEL,
  CALL_START_CHANNEL,
  type CallEndEvent,
  type CallStartEvent,
} from "./host/telemetry.ts";
export * from "./portable.ts";
export { DEFAULT_API_SOCKET, type SocketOptions, socketTransport } from "./transport/socket.ts";
