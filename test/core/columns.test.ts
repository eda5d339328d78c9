import { SwInterfaceDump, SwInterfaceTxPlacementGet } from "../../src/binapi/interface.ts";
import { IpRouteDump } from "../../src/binapi/ip.ts";
import { Codec } from "../../src/codec/codec.ts";
import { typescriptForm } from "../../src/codec/forms.ts";
import { AddressColumn, StringColumn } from "../../src/codec/text_columns.ts";
import type { Message } from "../../src/schema/model.ts";
import { ApiSet } from "../../src/sim/api_set.ts";
import type { Handler } from "../../src/sim/call.ts";
import { columnValues, leavesOf } from "../columns.ts";
import { assert, describe, it } from "../harness.ts";
import { encodeMessage, randomFields } from "../oracle/codec.ts";
import { seeded } from "../random.ts";
import { isPending, settle, SimClient } from "./sim_client.ts";

const DUMP = "sw_interface_dump";
const CURSOR = "sw_interface_tx_placement_get";

/** Answers a dump with interfaces of these names, in writes of a few thousand. */
function named(names: readonly string[]): Handler {
  return (call) => {
    for (const [swIfIndex, interfaceName] of names.entries()) {
      call.details({ swIfIndex, interfaceName });
      if (swIfIndex % 2000 === 1999) call.vpp.flush();
    }
  };
}

/** A dump whose end never comes. */
function endless(client: SimClient, handler: Handler): void {
  client.sim.faults.add({ kind: "drop" }, { message: "control_ping", times: Infinity });
  client.sim.on(DUMP, handler);
}

/** The simulator's requests with many answers. */
const dumps = [...ApiSet.builtIn().schema.messages()].filter((m) =>
  m.service?.details !== undefined
);

/** Details with random values, as a handler of the simulator sends them. */
function randomDetails({ service }: Message, count: number): object[] {
  const message = ApiSet.builtIn().schema.message(service?.details ?? "");
  assert.ok(message);
  const codec = new Codec();
  const random = seeded(count);
  return Array.from({ length: count }, () => {
    const bytes = encodeMessage(message, randomFields(message, random));
    const { batch, record } = codec.decodeMessage(message, bytes);
    return codec.read(message, batch, record, typescriptForm);
  });
}

describe("dumpColumns", () => {
  it("fills typed arrays with the fields that were asked for", async () => {
    await using client = await SimClient.open({ sim: { interfaces: 3 } });
    const { length, columns } = await client.channel.dumpColumns(SwInterfaceDump, {}, [
      "swIfIndex",
      "flags",
      "interfaceName",
      "l2Address",
    ]);
    assert.equal(length, 4);
    assert.deepEqual(columns.swIfIndex, Uint32Array.of(0, 1, 2, 3));
    assert.deepEqual(columns.flags, Uint32Array.of(0, 0, 0, 0));
    assert.ok(columns.interfaceName instanceof StringColumn);
    assert.deepEqual([...columns.interfaceName], ["local0", "loop0", "loop1", "loop2"]);
    assert.equal(columns.interfaceName.at(2), "loop1");
    assert.throws(() => columns.interfaceName.at(4), RangeError);
    assert.throws(() => columns.interfaceName.at(-1), RangeError);
    assert.ok(columns.l2Address instanceof AddressColumn);
    assert.equal(columns.l2Address.at(1), "de:ad:00:00:00:00");
    assert.equal(columns.l2Address.bytes.length, 4 * 6);
  });

  for (const request of dumps) {
    it(`gives what objects have: ${request.name}`, async () => {
      await using client = await SimClient.open();
      const details = randomDetails(request, 500);
      client.sim.on(request.name, (call) => {
        for (const one of details) call.details(one);
        if (request.service?.reply !== undefined) call.reply({});
      });
      const objects = await client.channel.sendMultiRequest(request.name).toArray();
      const leaves = objects.map((one) => leavesOf(one.toObject()));
      const paths = [...leaves[0]?.keys() ?? []];
      const { length, columns } = await client.channel.dumpColumns(request.name, {}, paths);
      assert.equal(length, 500);
      for (const path of paths) {
        const expected = leaves.map((leaf) => leaf.get(path));
        assert.deepStrictEqual(columnValues(columns[path]), expected, path);
      }
    });
  }

  it("reaches the fields of structs by path", async () => {
    await using client = await SimClient.open({ sim: { interfaces: 1 } });
    await addRoutes(client, 300);
    const table = { tableId: 0, isIp6: false, name: "" };
    const { columns } = await client.channel.dumpColumns(IpRouteDump, { table }, [
      "route.prefix",
      "route.tableId",
    ]);
    const prefixes = new Set(columns["route.prefix"]);
    for (let n = 0; n < 300; n++) assert.ok(prefixes.has(`16.0.${n >> 8}.${n & 255}/32`));
    assert.ok(columns["route.tableId"].every((id) => id === 0));
  });

  it("of nothing gives empty columns, of no fields the number of answers", async () => {
    await using client = await SimClient.open({ sim: { interfaces: 4 } });
    const { length, columns } = await client.channel.dumpColumns("acl_dump", { aclIndex: 7 }, [
      "aclIndex",
      "tag",
    ]);
    assert.equal(length, 0);
    assert.deepEqual(Object.values(columns).map((column) => column.length), [0, 0]);
    assert.deepEqual(await client.channel.dumpColumns(DUMP, {}, []), { length: 5, columns: {} });
  });

  it("of 100,000 distinct names, with other dumps in between", async () => {
    await using client = await SimClient.open();
    const random = seeded(6);
    const names = Array.from({ length: 100_000 }, (_, n) => `eth${n}-${random.below(1000)}`);
    client.sim.on(DUMP, named(names));
    const [first, second] = await Promise.all([
      client.channel.dumpColumns(SwInterfaceDump, {}, ["swIfIndex", "interfaceName"]),
      client.channel.dumpColumns(SwInterfaceDump, {}, ["interfaceName", "tag"]),
    ]);
    assert.deepEqual(first.columns.interfaceName.toArray(), names);
    assert.deepEqual(second.columns.interfaceName.toArray(), names);
    assert.ok(first.columns.swIfIndex.every((index, row) => index === row));
    assert.ok(second.columns.tag instanceof StringColumn);
    assert.deepEqual(second.columns.tag.strings, [""]);
  });

  it("needs no room in the reply buffer", async () => {
    await using client = await SimClient.open({ sim: { interfaces: 10_000 } });
    const channel = client.mux.newAPIChannel({ replyBuffer: 1, replyBufferBytes: 0 });
    const { length } = await channel.dumpColumns(SwInterfaceDump, {}, ["swIfIndex"]);
    assert.equal(length, 10_001);
  });

  it("asks on with the cursor while VPP says EAGAIN", async () => {
    await using client = await SimClient.open();
    client.sim.on<{ readonly cursor: number }>(CURSOR, (call) => {
      const { cursor } = call.fields;
      call.details({ swIfIndex: cursor });
      call.details({ swIfIndex: cursor + 1 });
      call.reply(cursor === 4 ? {} : { retval: -165, cursor: cursor + 2 });
    });
    const { columns } = await client.channel.dumpColumns(
      SwInterfaceTxPlacementGet,
      { cursor: 0, swIfIndex: 0xffffffff },
      ["swIfIndex"],
    );
    assert.deepEqual(columns.swIfIndex, Uint32Array.of(0, 1, 2, 3, 4, 5));
  });
});

describe("dumpColumns refuses", () => {
  const refusals = [
    [["sw_if_index"], /sw_interface_details, sw_if_index: it is no field.*swIfIndex, .*flags/],
    [["context"], /no field of this message/],
  ] as const;
  for (const [paths, message] of refusals) {
    it(paths.join(), async () => {
      await using client = await SimClient.open();
      await assert.rejects(client.channel.dumpColumns(DUMP, {}, paths), {
        code: "COLUMN",
        message,
      });
      assert.equal(client.writes.length, 0);
    });
  }

  it("lists and structs", async () => {
    await using client = await SimClient.open();
    const { channel } = client;
    await assert.rejects(channel.dumpColumns("ip_route_dump", {}, ["route.paths"]), {
      code: "COLUMN",
      message: /route\.paths: it is a list; .* route\.tableId, route\.statsIndex, route\.prefix/,
    });
    await assert.rejects(channel.dumpColumns("ip_route_dump", {}, ["route"]), {
      code: "COLUMN",
      message: /route: it is a struct/,
    });
  });

  it("requests with one reply, limits that are none, a channel that is closed", async () => {
    await using client = await SimClient.open();
    const channel = client.mux.newAPIChannel();
    await assert.rejects(channel.dumpColumns("show_version", {}, []), {
      code: "UNEXPECTED_MESSAGE",
    });
    for (const maxRows of [0, -1, 1.5, Number.NaN]) {
      await assert.rejects(channel.dumpColumns(DUMP, {}, [], { maxRows }), RangeError);
    }
    await channel.close();
    await assert.rejects(channel.dumpColumns(DUMP, {}, []), { code: "CLOSED" });
  });
});

describe("dumpColumns fails", () => {
  it("beyond maxRows, and not at it; what comes later is dropped", async () => {
    await using client = await SimClient.open({ sim: { interfaces: 999 } });
    const { channel } = client;
    const dump = (maxRows: number) => channel.dumpColumns(DUMP, {}, ["swIfIndex"], { maxRows });
    assert.equal((await dump(1000)).length, 1000);
    await assert.rejects(dump(999), { code: "BUFFER_FULL", message: /more than 999 answers/ });
    assert.equal(await client.echo(1), 1);
    assert.equal((await dump(1000)).length, 1000);
  });

  it("with what VPP refuses", async () => {
    await using client = await SimClient.open();
    client.sim.on(CURSOR, (call) => {
      call.details({ swIfIndex: 1 });
      call.reply({ retval: -6 });
    });
    await assert.rejects(client.channel.dumpColumns(CURSOR, {}, ["swIfIndex"]), {
      code: "API",
      retval: -6,
      request: CURSOR,
    });
  });

  it("with a part that is malformed or of another type", async () => {
    await using client = await SimClient.open({ sim: { interfaces: 2 } });
    await client.channel.request("show_version");
    client.sim.faults.add({ kind: "shorten", bytes: 2 }, { message: DUMP });
    await assert.rejects(client.channel.dumpColumns(DUMP, {}, []), { code: "DECODE" });
    client.sim.on(DUMP, (call) => {
      call.details({});
      call.sendMessage("show_version_reply", {});
    });
    await assert.rejects(client.channel.dumpColumns(DUMP, {}, []), { code: "UNEXPECTED_MESSAGE" });
    assert.equal(await client.echo(1), 1);
  });

  it("when nothing comes for the reply timeout; each part gives it its whole time again", async () => {
    await using client = await SimClient.open();
    endless(client, (call) => {
      for (const n of [1, 2]) {
        client.clock.setTimeout(() => {
          call.details({});
          call.vpp.flush();
        }, n * 800);
      }
    });
    const lost = assert.rejects(client.channel.dumpColumns(DUMP, {}, []), {
      code: "REPLY_TIMEOUT",
      timeoutMs: 1000,
    });
    for (const ms of [800, 800, 999]) await client.advance(ms);
    assert.ok(await isPending(lost));
    await client.advance(1);
    await lost;
  });

  it("by its signal, before and in the middle", async () => {
    await using client = await SimClient.open();
    endless(client, (call) => call.details({}));
    const giveUp = new AbortController();
    const { signal } = giveUp;
    const lost = client.channel.dumpColumns(DUMP, {}, ["flags"], { signal });
    await settle();
    giveUp.abort();
    await assert.rejects(lost, { code: "ABORTED", message: /sw_interface_dump/ });
    await assert.rejects(client.channel.dumpColumns(DUMP, {}, [], { signal }), { code: "ABORTED" });
    assert.equal(await client.echo(1), 1);
  });

  it("when its channel is closed or the connection ends", async () => {
    await using client = await SimClient.open();
    endless(client, (call) => call.details({}));
    const channel = client.mux.newAPIChannel();
    const closed = assert.rejects(channel.dumpColumns(DUMP, {}, ["flags"]), { code: "CLOSED" });
    const ended = assert.rejects(client.channel.dumpColumns(DUMP, {}, ["flags"]), {
      code: "DISCONNECTED",
      maybeExecuted: true,
    });
    await settle();
    await channel.close();
    await closed;
    client.sim.stop();
    await settle();
    await ended;
  });
});

/** Adds routes 16.0.0.0/32 and on. */
async function addRoutes(client: SimClient, count: number): Promise<void> {
  const nh = { address: { ip4: "10.0.0.2" } };
  await Promise.all(Array.from({ length: count }, (_, n) => {
    const prefix = `16.0.${n >> 8}.${n & 255}/32`;
    const route = { tableId: 0, prefix, paths: [{ swIfIndex: 1, weight: 1, proto: 0, nh }] };
    return client.channel.request("ip_route_add_del", { isAdd: true, route });
  }));
}
