/**
 * Everything that the simulator implements.
 *
 * @module
 */
import type { RegisterHandler } from "../call.ts";
import { registerAclHandlers } from "./acls.ts";
import { registerAddressHandlers } from "./addresses.ts";
import { registerBridgeDomainHandlers } from "./bridge_domains.ts";
import { registerInterfaceHandlers } from "./interfaces.ts";
import { registerNeighborHandlers } from "./neighbors.ts";
import { registerPlacementHandlers } from "./placement.ts";
import { registerRouteHandlers } from "./routes.ts";
import { registerSessionHandlers } from "./session.ts";
import { registerSystemHandlers } from "./system.ts";

export function registerHandlers(on: RegisterHandler): void {
  registerSessionHandlers(on);
  registerSystemHandlers(on);
  registerInterfaceHandlers(on);
  registerPlacementHandlers(on);
  registerAddressHandlers(on);
  registerRouteHandlers(on);
  registerNeighborHandlers(on);
  registerAclHandlers(on);
  registerBridgeDomainHandlers(on);
}
