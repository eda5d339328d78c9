import { BacklogReader, BacklogWriter, createBacklog } from "../../src/transport/shm/backlog.ts";
import { assert, describe, it } from "../harness.ts";
import { type Random, seeded } from "../random.ts";

function ends(capacity: number, blockBytes: number): [BacklogWriter, BacklogReader] {
  const memory = createBacklog(capacity, blockBytes);
  return [new BacklogWriter(memory), new BacklogReader(memory)];
}

function write(writer: BacklogWriter, bytes: Uint8Array): boolean {
  return writer.write(bytes, 0, bytes.length);
}

function drain(reader: BacklogReader, maxBytes = Infinity): number[] {
  const all: number[] = [];
  reader.drain((piece) => all.push(...piece), maxBytes);
  return all;
}

/** Writes and reads at random; what was read must be what was written. */
function exercise(random: Random, capacity: number, blockBytes: number): void {
  const [writer, reader] = ends(capacity, blockBytes);
  const written: number[] = [];
  const read: number[] = [];
  for (let step = 0; step < 2000; step++) {
    const bytes = random.bytes(1 + random.below(capacity / 3));
    if (random.below(3) > 0 && write(writer, bytes)) written.push(...bytes);
    if (random.below(3) === 0) read.push(...drain(reader, 1 + random.below(50)));
  }
  read.push(...drain(reader));
  assert.deepEqual(read, written);
  assert.ok(reader.isEmpty);
}

describe("the backlog between two threads", () => {
  it("hands on what was written, in order", () => {
    for (let seed = 1; seed <= 10; seed++) exercise(seeded(seed), 64 + seed * 7, 32);
  });

  it("holds its capacity, wherever it is filled from", () => {
    const [writer, reader] = ends(128, 32);
    for (let round = 0; round < 100; round++) {
      assert.ok(write(writer, new Uint8Array(7)));
      assert.ok(write(writer, new Uint8Array(89)), `round ${round}`);
      assert.equal(drain(reader).length, 96);
    }
  });

  it("says when there is no room, and has it again after a reading", () => {
    const [writer, reader] = ends(64, 32);
    assert.ok(write(writer, new Uint8Array(60)));
    assert.equal(write(writer, new Uint8Array(5)), false);
    assert.ok(write(writer, new Uint8Array(4)));
    assert.equal(drain(reader, 1).length, 32);
    assert.ok(write(writer, new Uint8Array(32)));
    assert.equal(write(writer, new Uint8Array(1)), false);
  });

  it("stays within two blocks as long as the reader keeps up", () => {
    const [writer, reader] = ends(1 << 20, 1024);
    const places = new Set<number>();
    for (let i = 0; i < 1000; i++) {
      assert.ok(write(writer, new Uint8Array(100)));
      reader.drain((piece) => places.add(piece.byteOffset >> 10));
    }
    assert.ok(places.size <= 2, `${places.size}`);
  });

  it("does not mix up blocks when its counts overflow", () => {
    const [writer, reader] = ends(1 << 24, 1 << 22);
    const bytes = new Uint8Array((1 << 22) - 1);
    // More than 2^32 bytes. A piece per block is enough: what is in them is tested above.
    for (let i = 0; i < 1030; i++) {
      bytes[0] = i;
      assert.ok(write(writer, bytes));
      let length = 0;
      let first: number | undefined;
      reader.drain((piece) => {
        first ??= piece[0];
        length += piece.length;
      });
      assert.equal(length, bytes.length);
      assert.equal(first, i & 255);
    }
  });
});
