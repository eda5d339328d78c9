import { BusyPollPolicy } from "../../src/transport/busy_poll_policy.ts";
import { assert, describe, it } from "../harness.ts";

const limit = 0.2;

/** Sends requests one at a time on a clock of its own; returns for how many it was told to look. */
function run(
  policy: BusyPollPolicy,
  requests: number,
  replyMs: (looks: boolean) => number,
): number {
  let now = 1000;
  let looked = 0;
  for (let n = 0; n < requests; n++) {
    const looks = policy.sent(now) > now;
    if (looks) looked++;
    now += replyMs(looks);
    policy.received(now);
    now += 0.001;
  }
  return looked;
}

describe("busy polling: when it looks", () => {
  it("looks where replies come sooner by it", () => {
    const looked = run(new BusyPollPolicy(limit), 10_000, (looks) => looks ? 0.015 : 0.05);
    assert.ok(looked > 9500);
  });

  it("waits where looking keeps the server from answering", () => {
    const looked = run(new BusyPollPolicy(limit), 10_000, (looks) => looks ? 0.15 : 0.02);
    assert.ok(looked < 1000);
  });

  it("waits where it makes no difference", () => {
    const looked = run(new BusyPollPolicy(limit), 10_000, () => 0.05);
    assert.ok(looked < 1000);
  });

  it("stops looking for replies that come late, and tries it no more", () => {
    const policy = new BusyPollPolicy(limit);
    run(policy, 5000, (looks) => looks ? 0.015 : 0.05);
    assert.ok(run(policy, 1000, () => 5) < 50);
    assert.equal(run(policy, 10_000, () => 5), 0);
  });

  it("looks again when replies come in time again", () => {
    const policy = new BusyPollPolicy(limit);
    run(policy, 5000, () => 5);
    assert.ok(run(policy, 10_000, (looks) => looks ? 0.015 : 0.05) > 8000);
  });

  it("looks until the limit, counted from the last request", () => {
    const policy = new BusyPollPolicy(limit);
    assert.equal(policy.sent(10), 10 + limit);
    assert.equal(policy.sent(10.1), 10.1 + limit);
  });

  it("does not mind what comes without a request", () => {
    const policy = new BusyPollPolicy(limit);
    for (let now = 0; now < 10_000; now++) policy.received(now);
    assert.equal(policy.sent(20_000), 20_000 + limit);
  });
});
