/**
 * A process that serves a stats segment and changes it all the time, to be killed. Within each epoch
 * all counters of `/if/a` and `/if/b` have the same value, and the vectors grow and move.
 *
 * Started with the socket's path; prints a line when it serves.
 */
import process from "node:process";
import { startStatsServer } from "../../src/sim/stats_server.ts";

const [socketPath = ""] = process.argv.slice(2);
const { builder } = await startStatsServer({ socketPath, heartbeatMs: 100 });
const a = builder.simple("/if/a", 2, 1);
const b = builder.combined("/if/b", 2, 1);
const names = builder.names("/if/names");
let length = 1;
let value = 0n;

setInterval(() => {
  for (let i = 0; i < 50; i++) change();
}, 1);

function change(): void {
  value++;
  builder.change(() => {
    length = length >= 400 ? 1 : length + 1;
    a.resize(2, length);
    b.resize(2, length);
    names.set(length, `interface ${value}`);
    for (let thread = 0; thread < 2; thread++) {
      for (let index = 0; index < length; index++) {
        a.set(thread, index, value);
        b.set(thread, index, value, value);
      }
    }
  });
}

console.log("serving");
