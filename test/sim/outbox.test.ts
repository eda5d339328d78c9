import { Buffer } from "node:buffer";
import { Outbox } from "../../src/sim/outbox.ts";
import { assert, describe, it } from "../harness.ts";

const KIB = 1024;

/** `length` bytes of `value`. */
function filled(length: number, value: number): Uint8Array {
  return new Uint8Array(length).fill(value);
}

describe("simulator: outbox", () => {
  it("leaves alone what was taken until it may use the memory again", () => {
    const outbox = new Outbox();
    const sizes = [10, 40 * KIB, 1, 30 * KIB, 300 * KIB, 5];
    const taken = sizes.map((size, i) => {
      outbox.appendBytes(filled(size, i));
      return outbox.take();
    });
    assert.equal(outbox.length, 0);
    assert.deepEqual(taken, sizes.map((size, i) => filled(size, i)));
  });

  it("uses the memory of a large answer again", () => {
    const outbox = new Outbox();
    outbox.appendBytes(filled(300 * KIB, 1));
    const { buffer } = outbox.take();
    outbox.reuse();
    outbox.appendBytes(filled(300 * KIB, 2));
    const again = outbox.take();
    assert.equal(again.buffer, buffer);
    assert.deepEqual(again, filled(300 * KIB, 2));
  });

  it("uses it again where the end of a dump followed", () => {
    const outbox = new Outbox();
    outbox.appendBytes(filled(300 * KIB, 1));
    const { buffer } = outbox.take();
    outbox.appendBytes(filled(34, 2));
    assert.equal(outbox.take().buffer, buffer);
    outbox.reuse();
    outbox.appendBytes(filled(300 * KIB, 3));
    assert.equal(outbox.take().buffer, buffer);
  });

  it("writes the context into every frame of a block, and nothing else", () => {
    const outbox = new Outbox();
    const count = 10_000;
    const frame = 37;
    const bytes = filled(count * frame, 7);
    const contextsAt = Uint32Array.from({ length: count }, (_, i) => i * frame + 18);
    outbox.appendBytes(filled(3, 1));
    outbox.appendBlock({ bytes, contextsAt }, 0x01020304);
    const expected = bytes.slice();
    for (const at of contextsAt) expected.set([1, 2, 3, 4], at);
    const taken = outbox.take();
    assert.equal(Buffer.compare(taken.subarray(0, 3), filled(3, 1)), 0);
    assert.equal(Buffer.compare(taken.subarray(3), expected), 0);
    assert.deepEqual(bytes, filled(count * frame, 7));
  });

  it("keeps what waits, also when it is told that what was taken has left", () => {
    const outbox = new Outbox();
    outbox.appendBytes(filled(10, 1));
    outbox.take();
    outbox.appendBytes(filled(10, 2));
    outbox.reuse();
    outbox.appendBytes(filled(100 * KIB, 3));
    assert.deepEqual(outbox.cut(10), filled(100 * KIB, 3));
    assert.deepEqual(outbox.take(), filled(10, 2));
  });
});
