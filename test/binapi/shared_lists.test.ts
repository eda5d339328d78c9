/** Arrays of structs that are zero throughout: the same for all messages. */
import { IpRouteDetails } from "../../src/binapi/ip.ts";
import { Codec } from "../../src/codec/codec.ts";
import { assert, describe, it } from "../harness.ts";
import { encodeMessage } from "../oracle/encode.ts";

const nothing = { isUniform: 0, label: 0, ttl: 0, exp: 0 };

describe("a label stack", () => {
  it("of no labels is one frozen list for all paths", () => {
    const first = labelStack([]);
    assert.deepEqual(first, Array.from({ length: 16 }, () => nothing));
    assert.equal(labelStack([]), first);
    assert.ok(Object.isFrozen(first));
    assert.ok(first.every((label) => Object.isFrozen(label)));
  });

  for (const place of [0, 7, 15]) {
    it(`with a label at ${place} is its path's own`, () => {
      const labels = Array.from(
        { length: 16 },
        (_, i) => i === place ? { ...nothing, exp: 3 } : nothing,
      );
      const stack = labelStack(labels);
      assert.deepEqual(stack, labels);
      assert.notEqual(labelStack(labels), stack);
      assert.ok(!Object.isFrozen(stack));
    });
  }
});

/** The label stack of a route's only path, as its binding gives it. */
function labelStack(labels: readonly (typeof nothing)[]) {
  const wire = encodeMessage(IpRouteDetails.message, {
    route: { paths: [{ label_stack: labels.map(rawLabel) }] },
  });
  const { batch, record } = new Codec().decodeMessage(IpRouteDetails.message, wire);
  const [path] = IpRouteDetails.decode(batch, record).route.paths;
  if (path === undefined) throw new Error("The route has no path");
  return path.labelStack;
}

function rawLabel({ isUniform, label, ttl, exp }: typeof nothing) {
  return { is_uniform: isUniform, label, ttl, exp };
}
