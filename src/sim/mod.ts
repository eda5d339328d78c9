/**
 * A simulated VPP, for tests of programs and for trying things out.
 *
 * @module
 */
export { type ApiDefinition, ApiSet, type DefinitionSource } from "./api_set.ts";
export type { Call, Handler } from "./call.ts";
export type { SimConnection } from "./connection.ts";
export type { Fault, FaultPlan, FaultRule } from "./faults.ts";
export { simTransport } from "./in_memory.ts";
export type { SimLink } from "./link.ts";
export { serveSocket, type SimListener } from "./listen_socket.ts";
export { Simulator, type SimulatorOptions } from "./simulator.ts";
