/**
 * A program that ends with its connection open, for tests of what becomes of it: library, prefix, how
 * it ends (`exit`, `Deno.exit`, `throw`, `flood`: an exit while a thread writes many requests, `closing`: an
 * exit in the middle of a close, after so many turns of the event loop as the last argument says, `late`:
 * an exit after the server has died), or does not (`survive`: a listener prevents that an error ends a Deno
 * program, which goes on sending and prints what became of the connection; `wait`; `decide`: it waits, and
 * listens to SIGTERM).
 */
import process from "node:process";
import { setImmediate } from "node:timers";
import { shmTransport } from "../../src/transport/shm/shm.ts";
import { request } from "./received.ts";

const [library = "", prefix = "", ending, turns = "0"] = process.argv.slice(2);
const sink = {
  chunk: () => {},
  ended: (error: Error | undefined) => {
    console.log(`ended: ${error?.message}`);
    if (ending === "survive") process.exit(4);
  },
};
const transport = await shmTransport({ library, prefix, wakeSocket: false }).open(sink, {
  timeoutMs: 5000,
});
const pingId = transport.session?.messageId("control_ping_51077d14") ?? 0;
console.log("connected");
if (ending === "flood") transport.send(pings(100_000));
if (ending === "decide") process.once("SIGTERM", () => process.exit(5));
// Time for the reader to be inside of vac_read.
setTimeout(() => {
  if (ending === "wait" || ending === "decide") return console.log("waits");
  if (ending === "survive") {
    addEventListener("error", (event) => event.preventDefault());
    keepSending();
  }
  if (ending === "closing") {
    void transport.close();
    return exitAfter(Number(turns));
  }
  if (ending === "throw" || ending === "survive") throw new Error("meant to be");
  if (ending === "Deno.exit") {
    (globalThis as { Deno?: { exit(code: number): never } }).Deno?.exit(3);
  }
  process.exit(3);
}, ending === "late" ? 1500 : 200);

function exitAfter(turns: number): void {
  if (turns === 0) process.exit(3);
  setImmediate(exitAfter, turns - 1);
}

function keepSending(): void {
  transport.send(request(pingId, 1));
  setImmediate(keepSending);
}

function pings(count: number): Uint8Array {
  const one = request(pingId, 1);
  const all = new Uint8Array(count * one.length);
  for (let i = 0; i < count; i++) all.set(one, i * one.length);
  return all;
}
