import { createRing, RingReader, RingWriter } from "../../src/transport/shm/ring.ts";
import { assert, describe, it } from "../harness.ts";
import { type Random, seeded } from "../random.ts";

function write(ring: RingWriter, bytes: Uint8Array): boolean {
  const position = ring.reserve(bytes.length);
  if (position === -1) return false;
  ring.bytes.set(bytes, position);
  ring.commit(position, bytes.length);
  return true;
}

function drain(ring: RingReader, maxBytes: number): number[] {
  const all: number[] = [];
  ring.drain((piece) => all.push(...piece), maxBytes);
  return all;
}

/** Writes and reads at random; what was read must be what was written. */
function exercise(random: Random, capacity: number, near: number): void {
  const memory = createRing(capacity, near);
  const writer = new RingWriter(memory);
  const reader = new RingReader(memory);
  const written: number[] = [];
  const read: number[] = [];
  for (let step = 0; step < 2000; step++) {
    const bytes = random.bytes(1 + random.below(capacity / 3));
    if (random.below(3) > 0 && write(writer, bytes)) written.push(...bytes);
    if (random.below(3) === 0) read.push(...drain(reader, 1 + random.below(50)));
  }
  read.push(...drain(reader, capacity));
  assert.deepEqual(read, written);
  assert.ok(reader.isEmpty);
}

describe("the ring between two threads", () => {
  it("hands on what was written, in order", () => {
    for (let seed = 1; seed <= 10; seed++) exercise(seeded(seed), 64 + seed * 7, 32);
  });

  it("takes at least half of its capacity at once when it is empty", () => {
    const memory = createRing(100, 10);
    const writer = new RingWriter(memory);
    const reader = new RingReader(memory);
    for (let i = 0; i < 100; i++) {
      assert.ok(write(writer, new Uint8Array(50)), `round ${i}`);
      assert.equal(drain(reader, 100).length, 50);
    }
  });

  it("says when there is no room, and has it again after a reading", () => {
    const memory = createRing(64, 64);
    const writer = new RingWriter(memory);
    const reader = new RingReader(memory);
    assert.ok(write(writer, new Uint8Array(60)));
    assert.equal(writer.reserve(10), -1);
    drain(reader, 64);
    assert.equal(writer.reserve(10), 0);
  });

  it("stays within the near bytes as long as the reader keeps up", () => {
    const memory = createRing(1 << 20, 1024);
    const writer = new RingWriter(memory);
    const reader = new RingReader(memory);
    for (let i = 0; i < 1000; i++) {
      const position = writer.reserve(100);
      assert.ok(position < 1124, `${position}`);
      writer.commit(position, 100);
      drain(reader, 1024);
    }
  });
});
