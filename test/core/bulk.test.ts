import { ControlPing } from "../../src/binapi/memclnt.ts";
import { ShowVersion } from "../../src/binapi/vpe.ts";
import { assert, describe, it } from "../harness.ts";
import { Life } from "./life.ts";
import { isPending, settle, SimClient, type SimClientOptions } from "./sim_client.ts";

const message = "sw_interface_get_table";

type Table = { readonly swIfIndex: number };

function* numbers(count: number): Generator<Table> {
  for (let swIfIndex = 0; swIfIndex < count; swIfIndex++) yield { swIfIndex };
}

/** A simulator that refuses these numbers, and notes those that it sees. */
async function refusing(
  refused: readonly number[],
  options?: SimClientOptions,
): Promise<[SimClient, number[]]> {
  const client = await SimClient.open(options);
  const seen: number[] = [];
  client.sim.on<Table>(message, (call) => {
    const { swIfIndex } = call.fields;
    seen.push(swIfIndex);
    call.reply(refused.includes(swIfIndex) ? { retval: -2 } : { vrfId: swIfIndex });
  });
  return [client, seen];
}

describe("many requests at once", () => {
  it("give their replies in the order of the requests, whatever comes first", async () => {
    await using client = await SimClient.open();
    client.sim.faults.add({ kind: "delay", ms: 10 }, { message, times: 3 });
    const replies = client.channel.requestAll(message, numbers(1000));
    await client.advance(10);
    assert.deepEqual(
      (await replies).map(({ vrfId }) => vrfId),
      [...numbers(1000)].map((n) => n.swIfIndex),
    );
  });

  it("are typed as the request is", async () => {
    await using client = await SimClient.open();
    const [first, second] = await client.channel.requestAll(ShowVersion, [{}, {}]);
    assert.equal(first?.program, second?.program);
    assert.ok(first?.version);
    assert.deepEqual(await client.channel.requestAll(ControlPing, []), []);
  });

  it("are under way as many as the request buffer has places", async () => {
    await using client = await SimClient.open();
    const channel = client.mux.newAPIChannelBuffered(7, 100);
    client.sim.faults.add({ kind: "delay", ms: 10 }, { message, times: 100 });
    let taken = 0;
    const all = function* (): Generator<Table> {
      for (const one of numbers(20)) {
        taken++;
        yield one;
      }
    };
    const replies = channel.requestAll(message, all());
    await settle();
    assert.equal(taken, 7);
    await client.advance(10);
    assert.equal(taken, 14);
    await client.advance(10);
    await client.advance(10);
    assert.equal((await replies).length, 20);
  });

  it("stop at the first failure, and let the generator go", async () => {
    const [client, seen] = await refusing([5]);
    await using _ = client;
    const channel = client.mux.newAPIChannelBuffered(2, 100);
    let isReleased = false;
    const all = function* (): Generator<Table> {
      try {
        yield* numbers(1000);
      } finally {
        isReleased = true;
      }
    };
    await assert.rejects(channel.requestAll(message, all()), { name: "VppApiError", retval: -2 });
    await settle();
    assert.ok(isReleased);
    assert.ok(seen.length <= 8, `${seen.length} were sent`);
  });

  it("give the outcome of each where a failure is to stop nothing", async () => {
    const [client] = await refusing([0, 5, 99]);
    await using _ = client;
    const outcomes = await client.channel.requestAllSettled(message, numbers(100));
    assert.equal(outcomes.length, 100);
    outcomes.forEach((outcome, n) => {
      if (outcome.status === "fulfilled") assert.equal(outcome.value["vrfId"], n);
      else assert.equal(outcome.reason.retval, -2);
    });
    const failed = outcomes.flatMap(({ status }, n) => status === "rejected" ? [n] : []);
    assert.deepEqual(failed, [0, 5, 99]);
  });

  it("have a time of their own each, from when they were sent", async () => {
    await using client = await SimClient.open();
    const channel = client.mux.newAPIChannelBuffered(1, 100);
    client.sim.faults.add({ kind: "delay", ms: 700 }, { message, times: 2 });
    client.sim.faults.add({ kind: "drop" }, { message, times: 1 });
    const outcomes = channel.requestAllSettled(message, numbers(3));
    await client.advance(700);
    await client.advance(700);
    await client.advance(1001);
    assert.deepEqual((await outcomes).map(({ status }) => status), [
      "fulfilled",
      "fulfilled",
      "rejected",
    ]);
  });

  it("fail one by one where a field is wrong, and where the caller's own iterator fails", async () => {
    await using client = await SimClient.open();
    const wrong = [{ swIfIndex: 1 }, { swIfIndex: -1 }, { swIfIndex: 2 }];
    await assert.rejects(client.channel.requestAll(message, wrong), { code: "ENCODE" });
    const outcomes = await client.channel.requestAllSettled(message, wrong);
    assert.deepEqual(outcomes.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"]);
    const broken = function* (): Generator<Table> {
      yield { swIfIndex: 1 };
      throw new RangeError("the caller's");
    };
    for (const way of ["requestAll", "requestAllSettled"] as const) {
      await assert.rejects(client.channel[way](message, broken()), { message: "the caller's" });
    }
  });

  it("end when they are aborted, when the channel is closed, and not before they have begun", async () => {
    await using client = await SimClient.open();
    client.sim.faults.add({ kind: "drop" }, { message, times: 1000 });
    const controller = new AbortController();
    const { signal } = controller;
    const aborted = client.channel.requestAllSettled(message, numbers(500), { signal });
    const closed = client.channel.requestAll(message, numbers(500));
    assert.ok(await isPending(aborted));
    controller.abort();
    await assert.rejects(aborted, { code: "ABORTED" });
    await assert.rejects(client.channel.requestAll(message, numbers(5), { signal }), {
      code: "ABORTED",
    });
    await client.channel.close();
    await assert.rejects(closed, { code: "CLOSED" });
    await assert.rejects(client.channel.requestAll(message, numbers(5)), { code: "CLOSED" });
  });

  it("are refused where the request has many answers, or none", async () => {
    await using client = await SimClient.open();
    for (const name of ["sw_interface_dump", "memclnt_keepalive_reply"]) {
      await assert.rejects(client.channel.requestAll(name, [{}]), (error: { code: string }) => {
        assert.ok(["UNEXPECTED_MESSAGE", "UNKNOWN_MESSAGE"].includes(error.code), error.code);
        return true;
      });
    }
  });

  it("count for the trace one by one", async () => {
    await using client = await SimClient.open();
    const { trace } = client.mux;
    trace.enabled = true;
    await client.channel.requestAll(message, numbers(4));
    assert.equal(trace.records().length, 4);
  });
});

describe("many requests whose connection ends", () => {
  it("fail where they were under way, and where they come later", async () => {
    await using life = await Life.connected();
    life.sim.faults.add({ kind: "close" }, { message: "show_version" });
    const channel = life.mux.newAPIChannelBuffered(3, 100);
    const outcomes = await channel.requestAllSettled("show_version", [{}, {}, {}, {}, {}]);
    assert.deepEqual(
      outcomes.map((outcome) => outcome.status === "rejected" && outcome.reason.code),
      Array.from({ length: 5 }, () => "DISCONNECTED"),
    );
  });

  it("are sent again, each as often as the channel says", async () => {
    await using life = await Life.connected({ mux: { channel: { retries: 2 } } });
    life.sim.faults.add({ kind: "close" }, { message: "show_version" });
    const channel = life.mux.newAPIChannel({ requestBuffer: 3, retries: 2 });
    const replies = channel.requestAll(
      "show_version",
      [{}, {}, {}, {}, {}],
      { idempotent: true },
    );
    await life.elapse(10_000);
    assert.equal((await replies).length, 5);
  });
});
