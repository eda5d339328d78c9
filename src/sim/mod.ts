/**
 * A simulated VPP, for tests of programs and for trying things out: stateful, without a data plane.
 *
 * It answers on VPP's own frames, with the retvals of VPP 26.06: sessions, versions, a few commands of
 * the command line, loopbacks and VLANs, addresses, tables, routes, neighbours, ACLs, bridge domains,
 * events. Any other request of its API is answered with zeroes, unless `on` enters a handler for it.
 *
 * What differs from VPP, on purpose: `memclnt_create`, `memclnt_delete` and `rpc_call` are refused; a
 * client that does not read is dropped once `maxPendingBytes` wait for it; routes are dumped in the
 * order in which they were made; statistics indices count up from 1.
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
