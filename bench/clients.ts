/**
 * The client programs, those of the peers built first.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { type Prepared, prepareGo, preparePython } from "./peers/prepare.ts";

export interface Client {
  /** As the table has it. */
  readonly name: string;
  readonly command: readonly string[];
  /** Whether it is ours: only then requests by name are measured as well. */
  readonly isOwn: boolean;
}

/** The names for `--client`. */
export const GOVPP = "GoVPP";

export interface Clients {
  readonly available: readonly Client[];
  /** Why others are missing. */
  readonly missing: readonly string[];
}

/** Finds or builds all clients; `folder` takes what is built. */
export function findClients(root: string, folder: string): Clients {
  const peer = (name: string): string => join(root, "bench", "peers", name);
  const own = (program: string): string => join(root, "dist", "bench", `${program}.js`);
  const clients: [name: string, isOwn: boolean, prepared: Prepared][] = [
    ["govppmux, Node", true, { command: [nodePath(), own("client")] }],
    ["govppmux, Deno", true, denoClient(root)],
    [GOVPP, false, prepareGo(peer("govpp"), join(folder, "govpp"))],
    ["vpp_papi", false, preparePython(peer("papi"), join(folder, "papi"), "client.py")],
    ["bytes only", false, { command: [nodePath(), own("bare")] }],
  ];
  const available: Client[] = [];
  const missing: string[] = [];
  for (const [name, isOwn, prepared] of clients) {
    if ("missing" in prepared) missing.push(`${name}: ${prepared.missing}`);
    else available.push({ name, isOwn, command: prepared.command });
  }
  return { available, missing };
}

function nodePath(): string {
  return process.versions["deno"] === undefined ? process.execPath : "node";
}

function denoClient(root: string): Prepared {
  const deno = join(root, "node_modules", ".bin", "deno");
  if (!existsSync(deno)) return { missing: `${deno} is missing; npm install brings it` };
  return { command: [deno, "run", "-A", "--no-check", join(root, "bench", "client.ts")] };
}
