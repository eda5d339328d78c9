import { Policy } from "../../src/proxy/policy.ts";
import { RateLimiter } from "../../src/proxy/limits.ts";
import { itWithData, releaseSchema } from "../data.ts";
import { assert, describe, it } from "../harness.ts";

describe("proxy: what may pass", () => {
  itWithData("read-only lets nothing pass that changes something", ["api/26.06"], () => {
    const policy = new Policy({ readOnly: true });
    const passing = [...releaseSchema("26.06").messages()]
      .filter((message) => policy.objection(message) === undefined)
      .map(({ name }) => name);
    const changes =
      /(^|_)(set|add|del|delete|create|enable|clear|reset|update|replace|want|cli)(_|$)/;
    assert.deepEqual(passing.filter((name) => changes.test(name)).sort(), [
      // A locator set is a thing, and the last one says what is enabled.
      "lisp_locator_set_dump",
      "one_locator_set_dump",
      "show_one_stats_enable_disable",
    ]);
    for (
      const name of ["control_ping", "show_version", "sw_interface_dump", "nat64_get_timeouts"]
    ) {
      assert.ok(passing.includes(name), name);
    }
    assert.ok(passing.length > 200);
  });

  itWithData("events pass a read-only proxy only where they are let", ["api/26.06"], () => {
    const wants = (policy: Policy) =>
      [...releaseSchema("26.06").messages()]
        .filter((message) => /^want_/.test(message.name) && message.kind === "request")
        .filter((message) => policy.objection(message) === undefined)
        .map(({ name }) => name);
    assert.deepEqual(wants(new Policy({ readOnly: true })), []);
    const passing = wants(new Policy({ readOnly: true, events: true }));
    assert.ok(passing.includes("want_interface_events"));
    assert.ok(passing.includes("want_ip_neighbor_events_v2"));
    // They set how much is learnt, and send pings.
    assert.ok(!passing.includes("want_l2_macs_events"));
    assert.ok(!passing.includes("want_ping_finished_events"));
    const others = [...releaseSchema("26.06").messages()].filter((message) =>
      new Policy({ readOnly: true }).objection(message) !== undefined &&
      new Policy({ readOnly: true, events: true }).objection(message) === undefined
    );
    assert.equal(others.length, passing.length);
  });

  itWithData("what is never passed on is so in every release", ["api/26.06", "api/23.10"], () => {
    const policy = new Policy({ allow: ["*"] });
    const never =
      /^(rpc_call|memclnt_.*|sockclnt_.*|sock_init_shm|trace_plugin_msg_ids|rx_thread_exit|cli)$/;
    for (const release of ["23.10", "26.06"] as const) {
      for (const message of releaseSchema(release).messages()) {
        const objection = policy.objection(message);
        if (never.test(message.name) || message.kind !== "request") {
          assert.notEqual(objection, undefined, message.name);
        }
      }
    }
  });

  itWithData("deny is stronger than allow, and pings need no permission", ["api/26.06"], () => {
    const schema = releaseSchema("26.06");
    const policy = new Policy({ allow: ["sw_interface_*", "show_?ersion"], deny: ["*_set_*"] });
    const passes = (name: string) => {
      const message = schema.message(name);
      assert.ok(message !== undefined, name);
      return policy.objection(message) === undefined;
    };
    assert.deepEqual(
      ["sw_interface_dump", "sw_interface_set_flags", "show_version", "ip_route_v2_dump"]
        .map(passes),
      [true, false, true, false],
    );
    assert.ok(passes("control_ping"));
  });

  it("a flood is refused first and closed then; after a pause there is room again", () => {
    const rate = new RateLimiter(10, 0);
    const verdicts = Array.from({ length: 20 }, () => rate.take(0));
    assert.deepEqual(verdicts, [
      ...Array(10).fill("pass"),
      ...Array(9).fill("refuse"),
      "close",
    ]);
    assert.equal(rate.take(1200), "pass");
    assert.equal(rate.take(1200), "pass");
    assert.equal(rate.take(1200), "refuse");
  });
});
