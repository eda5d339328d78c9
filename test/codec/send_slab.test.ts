/** Frames that a transport may still hold must not change. */
import { SendSlab } from "../../src/codec/send_slab.ts";
import { assert, describe, it } from "../harness.ts";
import { seeded } from "../random.ts";

describe("memory in which frames are sent", () => {
  it("is never given out twice while some of it has not come back", () => {
    const slab = new SendSlab();
    const random = seeded(7);
    let held: { readonly piece: Uint8Array; readonly mark: number }[] = [];
    for (let i = 1; i <= 2000; i++) {
      const isAllBack = random.below(50) === 0;
      if (isAllBack) held = [];
      const length = random.pick([1, 34, 257, 4096, 65_700, 131_072, 200_000]);
      const piece = slab.piece(length, isAllBack);
      assert.equal(piece.length, length);
      const mark = i & 255;
      piece.fill(mark);
      held.push({ piece, mark });
      if (held.length > 40) held.shift();
      for (const { piece, mark } of held) {
        assert.deepEqual([piece[0], piece.at(-1)], [mark, mark], `write ${i}`);
      }
    }
  });

  it("is the same again where all of it has come back", () => {
    const slab = new SendSlab();
    const first = slab.piece(100, true);
    const second = slab.piece(5000, true);
    assert.equal(second.buffer, first.buffer);
    assert.equal(second.byteOffset, first.byteOffset);
  });

  it("is another one once it was left", () => {
    const slab = new SendSlab();
    const first = slab.piece(100, true);
    slab.leave();
    assert.notEqual(slab.piece(100, true).buffer, first.buffer);
  });
});
