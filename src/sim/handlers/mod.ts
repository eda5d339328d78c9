/**
 * Everything that the simulator implements.
 *
 * @module
 */
import type { RegisterHandler } from "../call.ts";
import { registerInterfaceHandlers } from "./interfaces.ts";
import { registerSessionHandlers } from "./session.ts";
import { registerSystemHandlers } from "./system.ts";

export function registerHandlers(on: RegisterHandler): void {
  registerSessionHandlers(on);
  registerSystemHandlers(on);
  registerInterfaceHandlers(on);
}
