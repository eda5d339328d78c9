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
  /** For `--client`. */
  readonly id: string;
  /** As the table has it. */
  readonly name: string;
  readonly command: readonly string[];
  /** Whether it is ours: only then requests by name are measured as well. */
  readonly isOwn: boolean;
}

/** The client to which the others are compared. */
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
  const clients: (Omit<Client, "command"> & { readonly prepared: Prepared })[] = [
    {
      id: "node",
      name: "govppmux, Node",
      isOwn: true,
      prepared: { command: [nodePath(), own("client")] },
    },
    { id: "deno", name: "govppmux, Deno", isOwn: true, prepared: denoClient(root) },
    {
      id: "govpp",
      name: GOVPP,
      isOwn: false,
      prepared: prepareGo(peer("govpp"), join(folder, "govpp")),
    },
    {
      id: "papi",
      name: "vpp_papi",
      isOwn: false,
      prepared: preparePython(peer("papi"), join(folder, "papi"), "client.py"),
    },
    {
      id: "bare",
      name: "bytes only",
      isOwn: false,
      prepared: { command: [nodePath(), own("bare")] },
    },
  ];
  const available: Client[] = [];
  const missing: string[] = [];
  for (const { prepared, ...client } of clients) {
    if ("missing" in prepared) missing.push(`${client.name}: ${prepared.missing}`);
    else available.push({ ...client, command: prepared.command });
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
