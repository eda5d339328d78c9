/**
 * The answers of a cursor request, as services give them.
 *
 * @module
 */
import type { CursorAnswers, MultiAnswers } from "./caller.ts";

/** Keeps the reply that ends the details, which loops do not see. */
export function cursorAnswers<Details, Reply>(
  answers: MultiAnswers<Details, Reply>,
): CursorAnswers<Details, Reply> {
  return new KeptReply(answers);
}

class KeptReply<Details, Reply> implements CursorAnswers<Details, Reply> {
  readonly #answers: MultiAnswers<Details, Reply>;
  #end: { readonly reply: Reply } | undefined;

  constructor(answers: MultiAnswers<Details, Reply>) {
    this.#answers = answers;
  }

  async reply(): Promise<Reply> {
    while (this.#end === undefined) await this.#next();
    return this.#end.reply;
  }

  [Symbol.asyncIterator](): AsyncIterator<Details, Reply> {
    return {
      next: () => this.#next(),
      return: async (value) => {
        this.#answers.cancel();
        return { value: await (value as Reply), done: true };
      },
    };
  }

  async #next(): Promise<IteratorResult<Details, Reply>> {
    if (this.#end !== undefined) return { value: this.#end.reply, done: true };
    const answer = await this.#answers.receiveReply();
    if (!answer.stop) return { value: answer.message, done: false };
    this.#end = { reply: answer.message };
    return { value: answer.message, done: true };
  }
}
