/**
 * A program that ends with its connection open, for tests of what becomes of it: library, prefix, how
 * it ends (`exit`, `Deno.exit`, `throw`, `late`: an exit after the server has died), or does not
 * (`survive`: a listener prevents that an error ends a Deno program, which prints what became of the
 * connection).
 */
import process from "node:process";
import { shmTransport } from "../../src/transport/shm/shm.ts";

const [library = "", prefix = "", ending] = process.argv.slice(2);
const sink = {
  chunk: () => {},
  ended: (error: Error | undefined) => {
    console.log(`ended: ${error?.message}`);
    if (ending === "survive") process.exit(4);
  },
};
await shmTransport({ library, prefix, wakeSocket: false }).open(sink, { timeoutMs: 5000 });
console.log("connected");
// Time for the reader to be inside of vac_read.
setTimeout(() => {
  if (ending === "survive") addEventListener("error", (event) => event.preventDefault());
  if (ending === "throw" || ending === "survive") throw new Error("meant to be");
  if (ending === "Deno.exit") {
    (globalThis as { Deno?: { exit(code: number): never } }).Deno?.exit(3);
  }
  process.exit(3);
}, ending === "late" ? 1500 : 200);
