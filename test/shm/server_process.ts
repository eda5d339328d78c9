/** A simulator in shared memory and on a socket, for tests that kill it: library, prefix, socket. */
import process from "node:process";
import { serveSocket, Simulator } from "../../src/sim/mod.ts";
import { serveSharedMemory } from "../../src/sim/shm_server.ts";

const [library = "", prefix = "", socket] = process.argv.slice(2);
const sim = new Simulator({ pid: process.pid, interfaces: 2000 });
await serveSharedMemory(sim, { library, prefix });
if (socket !== undefined) await serveSocket(sim, socket);
process.stdin.on("end", () => process.exit()).resume();
console.log("ready");
