/** When VPP is woken, and when replies are looked for. */
import { WakePolicy } from "../../src/transport/shm/wake_policy.ts";
import { assert, describe, it } from "../harness.ts";

const timing = { spin: 5, linger: 1, patience: 2, pause: 3, rest: 50 };

/** Sends frames; true where VPP is woken for them. */
function sent(policy: WakePolicy, frames: number, now: number, isVppBusy = false): boolean {
  const wakes = policy.sending(now, isVppBusy);
  policy.sent(frames, now);
  return wakes;
}

describe("the policy of the wake-up", () => {
  it("wakes VPP for the first request, and for one after a pause", () => {
    const policy = new WakePolicy(timing);
    assert.equal(sent(policy, 1, 0), true);
    policy.received(1, 1);
    assert.equal(sent(policy, 1, 4), false);
    policy.received(1, 5);
    assert.equal(sent(policy, 1, 8.5), true);
  });

  it("wakes VPP where it does not answer, and with the next requests", () => {
    const policy = new WakePolicy(timing);
    sent(policy, 2, 0);
    assert.equal(policy.waited(1), false);
    assert.equal(policy.waited(2), true);
    assert.equal(policy.waited(3), false);
    assert.equal(policy.waited(4), true);
    policy.received(2, 5);
    assert.equal(policy.waited(100), false);
    assert.equal(sent(policy, 1, 101), true);
    policy.received(1, 101);
    assert.equal(sent(policy, 1, 102), true);
  });

  it("does not wake a VPP that has requests to work on", () => {
    const policy = new WakePolicy(timing);
    sent(policy, 1, 0);
    assert.equal(policy.waited(100), true);
    assert.equal(sent(policy, 1, 101, true), false);
    assert.equal(sent(policy, 1, 102), true);
  });

  it("lets others have the processor where a reply takes long", () => {
    const policy = new WakePolicy(timing);
    policy.received(0, 0);
    sent(policy, 1, 0);
    assert.equal(policy.mayLackProcessor(1), false);
    assert.equal(policy.mayLackProcessor(2), true);
    policy.received(1, 2);
    assert.equal(policy.mayLackProcessor(10), false);
  });

  it("lets others have it at once where VPP has to wake up, until it answers", () => {
    const policy = new WakePolicy(timing);
    sent(policy, 1, 10);
    sent(policy, 1, 10);
    assert.equal(policy.mayLackProcessor(10), true);
    policy.received(1, 11);
    assert.equal(policy.mayLackProcessor(11), false);
    policy.received(1, 11);
    sent(policy, 1, 14);
    assert.equal(policy.mayLackProcessor(14), false);
    policy.received(1, 14);
    sent(policy, 1, 17.5);
    assert.equal(policy.mayLackProcessor(17.5), true);
  });

  it("looks longer where a reply is due", () => {
    const policy = new WakePolicy(timing);
    sent(policy, 2, 0);
    policy.received(1, 1);
    assert.equal(policy.isReplyDue, true);
    assert.equal(policy.isWorthLooking(5.5), true);
    assert.equal(policy.isWorthLooking(6), false);
    policy.received(1, 10);
    assert.equal(policy.isReplyDue, false);
    assert.equal(policy.isWorthLooking(10.5), true);
    assert.equal(policy.isWorthLooking(11), false);
  });

  it("knows a call that was answered from what may have more answers", () => {
    const policy = new WakePolicy(timing);
    const isAnswered = (sends: readonly number[], receives: readonly number[]): boolean => {
      for (const frames of sends) sent(policy, frames, 0);
      for (const frames of receives) policy.received(frames, 0);
      const { isAnswered } = policy;
      policy.received(100, 0);
      return isAnswered;
    };
    assert.equal(isAnswered([1], []), false);
    assert.equal(isAnswered([1], [1]), true);
    assert.equal(isAnswered([1], [1, 1]), false, "more than was asked for");
    assert.equal(isAnswered([1], [3]), false, "one request, many answers");
    assert.equal(isAnswered([2], [1, 1]), false, "a dump");
    assert.equal(isAnswered([1, 1], [1, 1]), false, "calls under way");
    assert.equal(isAnswered([], [1]), false, "an event");
    assert.equal(isAnswered([1], [1]), true);
    sent(policy, 1, 1);
    assert.equal(policy.isAnswered, false, "the next one is not");
  });

  it("expects more requests for a while", () => {
    const policy = new WakePolicy(timing);
    assert.equal(policy.isActive(0), false);
    sent(policy, 1, 0);
    assert.equal(policy.isActive(50), true);
    assert.equal(policy.isActive(51), false);
  });
});
