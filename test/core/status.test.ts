import type { StatusReport } from "../../src/core/status.ts";
import { assert, describe, it } from "../harness.ts";
import { Life } from "./life.ts";
import { settle } from "./sim_client.ts";

const URL = "http://localhost/any/path";

describe("status", () => {
  it("is Init until the connection is there, then OK, then Error", async () => {
    const life = new Life();
    assert.equal(life.mux.statusCheck().state, "Init");
    await life.mux.connect();
    assert.equal(life.mux.statusCheck().state, "OK");
    life.clock.advance(5);
    life.sim.stop();
    await settle();
    const { state, since, parts } = life.mux.statusCheck();
    assert.equal(state, "Error");
    assert.equal(since, life.clock.wallTime());
    assert.match(parts[0]?.error ?? "", /^Disconnected: the connection.*ended/);
    await life.close();
    assert.equal(life.mux.statusCheck().state, "Error");
  });

  it("is Error while VPP does not respond", async () => {
    await using life = await Life.connected();
    life.sim.faults.add({ kind: "drop" }, { message: "control_ping" });
    await life.elapse(1250);
    assert.equal(life.mux.statusCheck().state, "Error");
    await life.elapse(1250);
    assert.equal(life.mux.statusCheck().state, "OK");
  });

  it("is that of the worst part", async () => {
    await using life = await Life.connected();
    const worst = () => life.mux.statusCheck().state;
    life.mux.status.register("mine");
    assert.equal(worst(), "Init");
    life.mux.status.reportStateChange("mine", "OK");
    assert.equal(worst(), "OK");
    life.mux.status.reportStateChange("mine", "Error", new Error("no route"));
    life.mux.status.reportStateChange("other", "Init");
    assert.equal(worst(), "Error");
    const mine = life.mux.statusCheck().parts.find(({ name }) => name === "mine");
    assert.equal(mine?.error, "no route");
  });

  it("knows since when, and does not forget it where the same is said again", async () => {
    await using life = await Life.connected();
    life.mux.status.reportStateChange("mine", "Error", "one");
    const { since } = life.mux.statusCheck();
    life.clock.advance(1000);
    life.mux.status.reportStateChange("mine", "Error", "two");
    const { parts, since: later } = life.mux.statusCheck();
    assert.equal(later, since);
    assert.deepEqual(parts.at(-1), { name: "mine", state: "Error", error: "two", since });
  });

  it("tells its listeners of each change, and of nothing else", async () => {
    await using life = await Life.connected();
    const heard: string[] = [];
    const stop = life.mux.status.onChange(({ state }) => heard.push(state));
    life.mux.status.reportStateChange("mine", "OK");
    life.mux.status.reportStateChange("mine", "OK");
    life.mux.status.reportStateChange("mine", "Error", "x");
    stop();
    life.mux.status.reportStateChange("mine", "OK");
    assert.deepEqual(heard, ["Init", "OK", "Error"].slice(1));
  });

  it("of a part is OK only after its hooks have succeeded", async () => {
    await using life = new Life({ mux: { resyncAfterReconnect: true } });
    const seen: string[] = [];
    const state = () => life.mux.statusCheck().parts.find(({ name }) => name === "part")?.state;
    const note = (hook: string) => () => void seen.push(`${hook} ${state()}`);
    life.mux.register("part", {
      init: note("init"),
      afterReconnect: note("afterReconnect"),
      resync: note("resync"),
    });
    assert.equal(state(), "Init");
    await life.mux.connect();
    assert.equal(state(), "OK");
    life.sim.restart();
    await life.until("Connected");
    assert.equal(state(), "OK");
    assert.deepEqual(seen, ["init Init", "afterReconnect Init", "resync Init"]);
  });

  it("is not OK where what had to happen after a reconnect failed, whatever succeeded later", async () => {
    await using life = new Life({ mux: { resyncAfterReconnect: true } });
    let fails = true;
    life.mux.register("part", {
      afterReconnect: () => {
        if (fails) throw new Error("refresh");
      },
      resync: () => {},
    });
    await life.mux.connect();
    life.sim.restart();
    await life.until("Connected");
    const { state, parts } = life.mux.statusCheck();
    assert.equal(state, "Error");
    assert.deepEqual(parts.map((part) => part.error), [undefined, "refresh"]);
    fails = false;
    life.sim.restart();
    await life.until("Connected");
    assert.equal(life.mux.statusCheck().state, "OK");
  });

  it("becomes OK where a resync that failed succeeds in the end", async () => {
    await using life = new Life({ mux: { resyncAfterReconnect: true } });
    let fails = true;
    life.mux.onResync("part", () => {
      if (fails) throw new Error("no route");
    });
    await life.mux.connect();
    life.sim.restart();
    await life.until("Connected");
    assert.equal(life.mux.statusCheck().state, "Error");
    assert.equal((await life.mux.resync()).length, 1);
    fails = false;
    assert.equal((await life.mux.resync()).length, 0);
    assert.equal(life.mux.statusCheck().state, "OK");
  });
});

describe("status over HTTP", () => {
  it("answers as probes expect it", async () => {
    await using life = new Life();
    const codes = () =>
      [life.mux.livenessHandler(), life.mux.readinessHandler()].map((handler) =>
        handler(new Request(URL)).status
      );
    assert.deepEqual(codes(), [200, 503], "Init");
    await life.mux.connect();
    assert.deepEqual(codes(), [200, 200], "OK");
    life.mux.status.reportStateChange("part", "Error", "no route");
    assert.deepEqual(codes(), [503, 503], "Error");
  });

  it("says what is wrong, as JSON", async () => {
    await using life = await Life.connected();
    life.mux.status.reportStateChange("part", "Error", "no route");
    const response = life.mux.readinessHandler()(new Request(URL));
    assert.equal(response.headers.get("content-type"), "application/json");
    const report = await response.json() as StatusReport;
    assert.deepEqual(report, life.mux.statusCheck());
  });

  it("answers HEAD without a body, and no other method", async () => {
    await using life = await Life.connected();
    const handler = life.mux.readinessHandler();
    const head = handler(new Request(URL, { method: "HEAD" }));
    assert.equal(head.status, 200);
    assert.equal(await head.text(), "");
    const post = handler(new Request(URL, { method: "POST" }));
    assert.equal(post.status, 405);
    assert.equal(post.headers.get("allow"), "GET, HEAD");
  });
});
