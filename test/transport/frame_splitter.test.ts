import { VppError } from "../../src/errors.ts";
import { frameOf } from "../../src/proxy/frame_buffer.ts";
import { FrameSplitter } from "../../src/transport/frame_splitter.ts";
import { assert, describe, it } from "../harness.ts";
import { seeded } from "../random.ts";

describe("frame splitter", () => {
  it("gives every frame whole and unchanged, wherever the stream is cut", () => {
    const random = seeded(11);
    for (let round = 0; round < 50; round++) {
      const lengths = Array.from({ length: 40 }, () => random.below(random.pick([2, 60, 5000])));
      const stream = Buffer.concat(lengths.map((length) => frameOf(random.bytes(length))));
      const splitter = new FrameSplitter(5000);
      const received: Uint8Array[] = [];
      for (let at = 0; at < stream.length;) {
        const end = at + 1 + random.below(random.pick([1, 20, 20_000]));
        const runs = splitter.push(stream.subarray(at, end));
        // Only now: an earlier run must not have changed with a later one.
        for (const run of runs) received.push(Uint8Array.from(run));
        for (const run of runs) assert.ok(run.length > 0);
        at = end;
      }
      assert.ok(stream.equals(Buffer.concat(received)), `round ${round}`);
    }
  });

  it("keeps a frame back until it is whole", () => {
    const splitter = new FrameSplitter(100);
    const frame = frameOf(new Uint8Array(30).fill(7));
    assert.deepEqual(splitter.push(frame.subarray(0, 15)), []);
    assert.deepEqual(splitter.push(frame.subarray(15, 45)), []);
    assert.deepEqual(splitter.push(frame.subarray(45)), [frame]);
  });

  it("refuses a frame that is too long as soon as its header is there, cut or not", () => {
    const frame = frameOf(new Uint8Array(101));
    const refused = (error: unknown) => error instanceof VppError && error.code === "PROTOCOL";
    assert.throws(() => new FrameSplitter(100).push(frame), refused);
    const splitter = new FrameSplitter(100);
    splitter.push(frame.subarray(0, 15));
    assert.throws(() => splitter.push(frame.subarray(15, 16)), refused);
  });
});
