/** What a closed connection over shared memory leaves behind: nothing. */
import { readdirSync, readFileSync } from "node:fs";
import { assert, it } from "../harness.ts";
import { describeWithStandin, open } from "./standin.ts";

const rounds = 30;

/** What this process has. */
function possessions() {
  return {
    descriptors: readdirSync("/proc/self/fd").length,
    threads: readdirSync("/proc/self/task").length,
    segments: readFileSync("/proc/self/maps", "utf8").split("\n")
      .filter((line) => line.includes("vpe-api")).length,
  };
}

await describeWithStandin("shared memory: leaks", ({ serve }) => {
  it(`leaves nothing behind after ${rounds} connections`, async () => {
    const { options, listener } = await serve();
    const connect = async () => {
      const { transport } = await open(options);
      await transport.close();
    };
    for (let i = 0; i < 3; i++) await connect();
    const before = possessions();
    for (let i = 0; i < rounds; i++) await connect();
    const afterwards = possessions();
    assert.equal(afterwards.segments, before.segments);
    assert.ok(
      afterwards.descriptors <= before.descriptors + 2,
      JSON.stringify({ before, afterwards }),
    );
    assert.ok(afterwards.threads <= before.threads + 2, JSON.stringify({ before, afterwards }));
    listener.close();
    const files = readdirSync("/dev/shm").filter((name) => name.startsWith(options.prefix!));
    assert.deepEqual(files, []);
  });
});
