import { Codec } from "../../src/codec/codec.ts";
import { KIND_UNKNOWN } from "../../src/schema/constants.generated.ts";
import type { Message } from "../../src/schema/model.ts";
import { fixtureSchema } from "../data.ts";
import { assert, describe, it } from "../harness.ts";
import { decodeMessage, encodeMessage, randomFields } from "../oracle/codec.ts";
import type { RawObject } from "../oracle/codec.ts";
import { seeded } from "../random.ts";
import { Listener, type Received, stream } from "./support.ts";

const messages = [...fixtureSchema().messages()];

/** A listener to all fixtures, each of which has its place in the list as its id. */
function listenToAll(): Listener {
  const listener = new Listener(new Codec());
  messages.forEach((message, id) => listener.expect(id, message));
  return listener;
}

/** A message on the wire and what must come of it. */
interface Sample {
  readonly bytes: Uint8Array;
  readonly received: Received;
}

function sample(id: number, values: RawObject): Sample {
  const message = messages[id];
  assert.ok(message);
  const bytes = encodeMessage(message, { ...values, _vl_msg_id: id });
  return { bytes, received: { id, what: decodeMessage(message, bytes) } };
}

function idOf(name: string): number {
  const id = messages.findIndex((message: Message) => message.name === name);
  assert.ok(id >= 0, name);
  return id;
}

/** One random message of each fixture. */
function samples(seed: number): Sample[] {
  const random = seeded(seed);
  return messages.map((message, id) => sample(id, randomFields(message, random)));
}

describe("core: a stream", () => {
  it("in one chunk gives every message in order", () => {
    const all = samples(21);
    const listener = listenToAll();
    listener.receive(stream(all.map(({ bytes }) => bytes)));
    assert.deepEqual(listener.take(), all.map(({ received }) => received));
  });

  it("byte by byte gives the same", () => {
    const all = samples(22);
    const listener = listenToAll();
    for (const byte of stream(all.map(({ bytes }) => bytes))) {
      listener.receive(Uint8Array.of(byte));
    }
    assert.deepEqual(listener.take(), all.map(({ received }) => received));
  });

  it("cut in two at every place gives the same", () => {
    const chosen = ["texts_set", "shapes_policy_details", "widget_stop", "quirks_chapters_set"];
    const random = seeded(23);
    const all = chosen.map(idOf).map((id) => sample(id, randomFields(messages[id]!, random)));
    const bytes = stream(all.map((one) => one.bytes));
    const listener = listenToAll();
    for (let cut = 0; cut <= bytes.length; cut++) {
      listener.receive(bytes.subarray(0, cut));
      listener.receive(bytes.subarray(cut));
      assert.deepEqual(listener.take(), all.map(({ received }) => received), `cut at ${cut}`);
    }
  });

  it("in chunks of random lengths gives the same", () => {
    const all = [24, 25, 26, 27].flatMap(samples);
    const bytes = stream(all.map((one) => one.bytes));
    const random = seeded(28);
    const listener = listenToAll();
    for (let at = 0; at < bytes.length;) {
      const end = at + random.pick([0, 1, 5, 15, 16, 17, 100, 4096]);
      listener.receive(bytes.subarray(at, end));
      at = end;
    }
    assert.deepEqual(listener.take(), all.map(({ received }) => received));
  });

  it("of more than the core puts out at once gives every message", () => {
    const list = idOf("arrays_u64_list_set");
    const items = new Array<string>(255).fill("18446744073709551615");
    const one = sample(list, { items });
    const listener = listenToAll();
    listener.receive(stream(new Array<Uint8Array>(1000).fill(one.bytes)));
    assert.deepEqual(listener.take(), new Array<Received>(1000).fill(one.received));
  });

  it("with a message of megabytes among small ones gives them all", () => {
    const small = sample(idOf("widget_event"), { widget_index: 7, name: "loop7" });
    const large = sample(idOf("texts_show"), { text: "0123456789abcdef".repeat(150_000) });
    const all = [small, large, small];
    const bytes = stream(all.map((one) => one.bytes));
    const listener = listenToAll();
    for (let at = 0; at < bytes.length; at += 65_536) {
      listener.receive(bytes.subarray(at, at + 65_536));
    }
    assert.deepEqual(listener.take(), all.map(({ received }) => received));
  });
});

describe("core: strings", () => {
  it("stay right when there are more than the core interns", () => {
    const id = idOf("shapes_named_list_set");
    const listener = listenToAll();
    let number = 0;
    const all = Array.from({ length: 1000 }, () =>
      sample(id, {
        hops: Array.from({ length: 50 }, () => ({
          name: `hop ${number++}`,
          hop: { weight: number & 255, mac: "020000000001", port: number & 0xffff },
          colour: 255,
        })),
      }));
    const bytes = stream(all.map((one) => one.bytes));
    for (let at = 0; at < bytes.length; at += 65_536) {
      listener.receive(bytes.subarray(at, at + 65_536));
    }
    // All are read here, from batches of several epochs.
    assert.deepEqual(listener.take(), all.map(({ received }) => received));
  });

  it("that repeat the one before, or begin like it, are told apart", () => {
    const id = idOf("texts_set");
    const random = seeded(31);
    const text = (most: number): string => "abcdefghijklmnopqrstuvwxyz".repeat(8).slice(0, most);
    const anyOf = (size: number): string =>
      text(random.pick([0, 1, 7, 14, 15, 16, 17, 31, 32, size]));
    const all = Array.from({ length: 2000 }, () => {
      const { bytes, received } = sample(id, {
        one: "",
        eight: text(random.pick([0, 1, 6, 7])),
        between: 0x61,
        sixteen: text(random.pick([0, 1, 14, 15])),
        more: text(random.pick([0, 15, 16])),
        tag: anyOf(63).slice(0, 63),
        long: anyOf(199),
      });
      // A text that fills its field, with no NUL of its own, before a byte that could belong to it.
      if (random.below(2) === 0) return { bytes, received };
      const full = Uint8Array.from(bytes);
      full.set(new TextEncoder().encode("zbcdefgh"), 11);
      const message = messages[id];
      assert.ok(message);
      return { bytes: full, received: { id, what: decodeMessage(message, full) } };
    });
    const listener = listenToAll();
    listener.receive(stream(all.map(({ bytes }) => bytes)));
    assert.deepEqual(listener.take(), all.map(({ received }) => received));
  });

  it("that are not UTF-8 are read with replacement characters", () => {
    const id = idOf("texts_tagged_show");
    const { bytes } = sample(id, { tag: "abc", line: 1, text: "xyz" });
    bytes.set([0xff, 0xc3, 0x80], bytes.indexOf(0x61));
    bytes.set([0xed, 0xa0, 0x80], bytes.indexOf(0x78));
    const listener = listenToAll();
    listener.receive(stream([bytes]));
    assert.deepEqual(listener.take(), [{ id, what: decodeMessage(messages[id]!, bytes) }]);
  });
});

describe("core: frames that are no good", () => {
  const good = sample(idOf("widget_tick"), { beat: 3 });
  const listener = listenToAll();

  /** What comes of a frame with this payload, and of a good one behind it. */
  function receive(payload: Uint8Array): Received[] {
    listener.receive(stream([payload, good.bytes]));
    return listener.take();
  }

  it("an empty one and one of a single byte are malformed, the next is read", () => {
    for (const length of [0, 1]) {
      const received = receive(new Uint8Array(length));
      assert.deepEqual(received, [{ id: 0, what: "malformed" }, good.received]);
    }
  });

  it("an unknown id is told, the next message is read", () => {
    for (const id of [messages.length, 0x7fff, 0xffff]) {
      const received = receive(Uint8Array.of(id >> 8, id & 255, 1, 2, 3));
      assert.deepEqual(received, [{ id, what: KIND_UNKNOWN }, good.received]);
    }
  });

  it("a message shorter than its definition is malformed, the next is read", () => {
    for (const { bytes, received } of samples(29)) {
      for (const length of [2, bytes.length - 1]) {
        if (length >= bytes.length || length < 2) continue;
        const result = receive(bytes.subarray(0, length));
        assert.deepEqual(result, [{ id: received.id, what: "malformed" }, good.received]);
      }
    }
  });

  it("a count beyond the frame is malformed, whatever it is", () => {
    for (const name of ["arrays_u32_bytes_set", "shapes_span_list_set", "texts_show"]) {
      const id = idOf(name);
      const { bytes } = sample(id, {});
      for (const count of [1, 255, 65_536, 0x7fffffff, 0x80000000, 0xffffffff]) {
        new DataView(bytes.buffer).setUint32(10, count);
        assert.deepEqual(receive(bytes), [{ id, what: "malformed" }, good.received], name);
      }
    }
  });

  it("longer than the limit ends the stream at once, without waiting for it", () => {
    const strict = new Listener(new Codec({ maxFrameBytes: 1000 }));
    for (const length of [1001, 0x7fffffff, 0xfffffff0, 0xffffffff]) {
      const header = new Uint8Array(16);
      new DataView(header.buffer).setUint32(8, length);
      assert.throws(() => strict.receive(header), { code: "PROTOCOL" });
    }
  });

  it("as long as the limit is read", () => {
    const one = sample(idOf("texts_show"), { text: "x".repeat(986) });
    assert.equal(one.bytes.length, 1000);
    const strict = new Listener(new Codec({ maxFrameBytes: 1000 }));
    strict.expect(one.received.id, messages[one.received.id]!);
    strict.receive(stream([one.bytes]));
    assert.deepEqual(strict.take(), [one.received]);
  });
});
