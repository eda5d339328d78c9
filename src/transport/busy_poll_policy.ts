/** How replies are waited for: by looking for them, or by letting the event loop tell. */
type Way = "look" | "wait";

/** Replies after which the way that seems worse is tried: at first, and where nothing changes. */
const shortestStretch = 512;
const longestStretch = 8192;
/** Replies of such a trial. */
const trialReplies = 32;
/** How much a reply counts in the mean. */
const weight = 1 / 16;
/** Looking takes a processor, so it has to be so much better. */
const worthwhile = 0.9;

/**
 * Decides whether replies are looked for: where that is the faster way, and they come within the limit.
 * Where the server has to share our processor, looking keeps it from answering. Times are milliseconds
 * of any clock that does not go back.
 */
export class BusyPollPolicy {
  readonly #limit: number;
  /** Before anything is known, looking has the chance to show what it can. */
  readonly #means: Record<Way, number>;
  #way: Way = "look";
  #better: Way = "wait";
  #left = trialReplies;
  #stretch = shortestStretch;
  /** When the oldest request was sent of which no reply has been seen. */
  #sentAt: number | undefined;

  /** @param limit how long to look for one reply at most */
  constructor(limit: number) {
    this.#limit = limit;
    this.#means = { look: 0, wait: limit };
  }

  /** A request has been sent. Returns until when to look for its reply; `now` for not at all. */
  sent(now: number): number {
    this.#sentAt ??= now;
    return this.#way === "look" ? now + this.#limit : now;
  }

  /** Something has come. */
  received(now: number): void {
    if (this.#sentAt === undefined) return;
    const took = Math.min(now - this.#sentAt, 2 * this.#limit);
    this.#sentAt = undefined;
    this.#means[this.#way] += (took - this.#means[this.#way]) * weight;
    this.#left--;
    const isTooSlow = this.#means.look > this.#limit;
    if (this.#left <= 0) this.#turn();
    else if (this.#way === "look" && isTooSlow) this.#choose("wait");
  }

  /** A trial has ended, or is due. */
  #turn(): void {
    const { look, wait } = this.#means;
    if (this.#way !== this.#better) return this.#choose(look < wait * worthwhile ? "look" : "wait");
    if (this.#way === "wait" && wait > this.#limit) {
      this.#left = shortestStretch; // Replies that come late are not looked for, not even in a trial.
      return;
    }
    this.#way = this.#way === "look" ? "wait" : "look";
    this.#means[this.#way] = this.#means[this.#better];
    this.#left = trialReplies;
  }

  #choose(way: Way): void {
    const isNews = way !== this.#better;
    this.#stretch = isNews ? shortestStretch : Math.min(longestStretch, this.#stretch * 2);
    this.#better = way;
    this.#way = way;
    this.#left = this.#stretch;
  }
}
