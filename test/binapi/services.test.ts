import type { MultiAnswers } from "../../src/codec/caller.ts";
import { cursorAnswers } from "../../src/codec/cursor_answers.ts";
import * as bindings from "../fixtures/binapi/services.ts";
import { assert, describe, it } from "../harness.ts";

describe("a service", () => {
  it("has a method for each request and each event of its module", () => {
    const expected = Object.values(bindings)
      .flatMap((value) => "kind" in value ? [value] : [])
      .filter(({ kind }) => kind === "request" || kind === "event")
      .map(({ name }) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()));
    const methods = Object.getOwnPropertyNames(bindings.ServicesService.prototype);
    assert.deepEqual(methods.sort(), ["constructor", ...expected].sort());
  });
});

describe("the answers of a cursor request", () => {
  it("are details in a loop, and then the reply", async () => {
    const answers = cursorAnswers(new Answers([1, 2, 3], "end"));
    const seen: number[] = [];
    for await (const details of answers) seen.push(details);
    assert.deepEqual(seen, [1, 2, 3]);
    assert.equal(await answers.reply(), "end");
    assert.equal(await answers.reply(), "end", "the same however often it is asked for");
  });

  it("give the reply also to whoever reads no details", async () => {
    assert.equal(await cursorAnswers(new Answers([1, 2, 3], "end")).reply(), "end");
  });

  it("give the rest up where the loop is left", async () => {
    const source = new Answers([1, 2, 3], "end");
    for await (const details of cursorAnswers(source)) {
      if (details === 2) break;
    }
    assert.equal(source.cancelled, true);
  });
});

/** Answers that have all come. */
class Answers implements MultiAnswers<number, string> {
  cancelled = false;
  readonly #details: number[];
  readonly #end: string;

  constructor(details: readonly number[], end: string) {
    this.#details = [...details];
    this.#end = end;
  }

  receiveReply(): ReturnType<MultiAnswers<number, string>["receiveReply"]> {
    const message = this.#details.shift();
    return Promise.resolve(
      message === undefined ? { message: this.#end, stop: true } : { message, stop: false },
    );
  }

  toArray(): Promise<number[]> {
    return Promise.resolve(this.#details);
  }

  cancel(): void {
    this.cancelled = true;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<number, string> {
    yield* this.#details;
    return await Promise.resolve(this.#end);
  }
}
