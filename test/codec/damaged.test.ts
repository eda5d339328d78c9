import { Codec } from "../../src/codec/codec.ts";
import { DecodeError } from "../../src/errors.ts";
import type { Message } from "../../src/schema/model.ts";
import type { Schema } from "../../src/schema/schema.ts";
import { fixtureSchema, itWithData, releases, releaseSchema } from "../data.ts";
import { assert, describe, it } from "../harness.ts";
import { decodeMessage, encodeMessage, randomFields } from "../oracle/codec.ts";
import { type Random, seeded } from "../random.ts";
import { decodeRaw } from "./support.ts";

/** What `decode` gives, or `refused`; any other error than a DecodeError passes through. */
function outcome(decode: () => object): object | "refused" {
  try {
    return decode();
  } catch (error) {
    if (error instanceof DecodeError) return "refused";
    throw error;
  }
}

function compare(codec: Codec, message: Message, bytes: Uint8Array, what: string): void {
  assert.deepEqual(
    outcome(() => decodeRaw(codec, message, bytes)),
    outcome(() => decodeMessage(message, bytes)),
    `${message.name} ${what}`,
  );
}

/** A copy in which some bytes are others, often such as make a count large. */
function mutated(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = bytes.slice();
  for (let n = 1 + random.below(4); n > 0; n--) {
    copy[random.below(copy.length)] = random.pick([0, 1, 2, 127, 128, 255, random.below(256)]);
  }
  return copy;
}

function mutateAll(schema: Schema, rounds: number, seed: number): void {
  const codec = new Codec();
  const random = seeded(seed);
  for (const message of schema.messages()) {
    for (let round = 0; round < rounds; round++) {
      const bytes = mutated(encodeMessage(message, randomFields(message, random)), random);
      compare(codec, message, bytes, "mutated");
      const length = random.below(bytes.length);
      compare(codec, message, bytes.subarray(0, length), `mutated and cut to ${length}`);
    }
  }
}

describe("core and oracle agree on damaged messages", () => {
  it("of every fixture cut at every place", () => {
    const codec = new Codec();
    const random = seeded(31);
    for (const message of fixtureSchema().messages()) {
      const bytes = encodeMessage(message, randomFields(message, random));
      for (let length = 0; length <= bytes.length; length++) {
        compare(codec, message, bytes.subarray(0, length), `cut to ${length}`);
      }
    }
  });

  it("with bytes behind the end", () => {
    const codec = new Codec();
    const random = seeded(32);
    for (const message of fixtureSchema().messages()) {
      const bytes = encodeMessage(message, randomFields(message, random));
      compare(codec, message, Uint8Array.of(...bytes, ...random.bytes(40)), "lengthened");
    }
  });

  it("of every fixture with random bytes changed", () => mutateAll(fixtureSchema(), 60, 33));

  for (const release of releases) {
    itWithData(
      `of every message of ${release} with random bytes changed`,
      [`api/${release}`],
      () => mutateAll(releaseSchema(release), 2, 34),
    );
  }

  it("made of nothing but random bytes", () => {
    const codec = new Codec();
    const random = seeded(35);
    for (const message of fixtureSchema().messages()) {
      for (let round = 0; round < 30; round++) {
        compare(codec, message, random.bytes(random.below(400)), "of random bytes");
      }
    }
  });
});
