/**
 * A running VPP as the judge, where GOVPPMUX_TEST_API_SOCKET names its socket: never one that nobody
 * named, since it gets loopbacks. Other clients may use it at the same time, so these tests look at what
 * they have made themselves only, and remove it.
 */
import process from "node:process";
import type { MessageView } from "../../src/codec/view.ts";
import type { Channel } from "../../src/core/channel.ts";
import { Mux } from "../../src/core/mux.ts";
import { socketTransport } from "../../src/transport/socket.ts";
import { columnRows } from "../columns.ts";
import { after, assert, before, describe, it } from "../harness.ts";

const socketPath = process.env["GOVPPMUX_TEST_API_SOCKET"] ?? "";
const missing = socketPath === ""
  ? "GOVPPMUX_TEST_API_SOCKET does not name the socket of a VPP"
  : undefined;
const suite = missing === undefined ? "a real VPP" : `a real VPP (skipped: ${missing})`;

/** Interfaces of one test. */
class Loopbacks {
  readonly indices: number[] = [];
  readonly #channel: Channel;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  async create(count: number): Promise<number[]> {
    for (let n = 0; n < count; n++) {
      const reply = await this.#channel.request("create_loopback", {});
      this.indices.push(Number(reply["swIfIndex"]));
    }
    return this.indices;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const swIfIndex of this.indices) {
      await this.#channel.request("delete_loopback", { swIfIndex });
    }
  }
}

describe(suite, { skip: missing ?? false }, () => {
  let mux: Mux;
  let channel: Channel;

  before(async () => {
    mux = new Mux({ transport: socketTransport(socketPath), schema: "vpp", clientName: "test" });
    await mux.connect();
    channel = mux.newAPIChannel();
    // It does other work as well.
    channel.setReplyTimeout(10_000);
  });

  after(() => mux.close());

  it("says what it is, by its own definitions", async () => {
    const version = await channel.request("show_version");
    assert.equal(version["program"], "vpe");
    assert.match(String(version["version"]), /^\d\d\.\d\d/);
    const ping = await channel.request("control_ping");
    assert.ok(Number(ping["vpePid"]) > 0);
    assert.ok((mux.clientIndex ?? 0) >= 0x80000000);
  });

  it("gives the same by columns as by objects", async () => {
    await using loopbacks = new Loopbacks(channel);
    await loopbacks.create(100);
    const objects = await channel.sendMultiRequest("sw_interface_dump").toArray();
    const columns = await channel.dumpColumns("sw_interface_dump", {}, [
      "swIfIndex",
      "interfaceName",
      "l2Address",
    ]);
    const rows = columnRows(columns);
    for (const swIfIndex of loopbacks.indices) {
      const { interfaceName, l2Address } = objects.find((one) => one["swIfIndex"] === swIfIndex) ??
        assert.fail(`no interface ${swIfIndex}`);
      assert.deepEqual(rows.get(swIfIndex), { swIfIndex, interfaceName, l2Address });
    }
  });

  it("answers 65,635 requests, a thousand of them outstanding at a time", async () => {
    const { vpePid } = (await channel.request("control_ping")).toObject();
    for (let left = 65_635; left > 0; left -= 1000) {
      const pings = Array.from(
        { length: Math.min(1000, left) },
        () => channel.request("control_ping"),
      );
      for (const ping of await Promise.all(pings)) assert.equal(ping["vpePid"], vpePid);
    }
  });

  it("answers pipelined requests in order", async () => {
    await using loopbacks = new Loopbacks(channel);
    const [index = 0] = await loopbacks.create(1);
    const tags = Array.from({ length: 10 }, (_, n) => `tag ${n}`);
    const read = tags.flatMap((tag) => [
      channel.request("sw_interface_tag_add_del", { isAdd: true, swIfIndex: index, tag }),
      channel.sendMultiRequest("sw_interface_dump", { swIfIndex: index }).toArray(),
    ]);
    const answers = await Promise.all(read);
    const dumped = answers.filter((answer) => Array.isArray(answer));
    assert.deepEqual(dumped.map(([details]) => details?.["tag"]), tags);
  });

  it("dumps interfaces as its command line shows them", async () => {
    await using loopbacks = new Loopbacks(channel);
    const indices = await loopbacks.create(20);
    const dump = channel.sendMultiRequest("sw_interface_dump");
    const names = new Map<number, string>();
    while (true) {
      const { message, stop } = await dump.receiveReply();
      if (stop) break;
      names.set(Number(message["swIfIndex"]), String(message["interfaceName"]));
    }
    assert.equal(names.get(0), "local0");
    const shown = await channel.request("cli_inband", { cmd: "show interface" });
    const lines = String(shown["reply"]).split("\n").map((line) => line.trim().split(/\s+/));
    for (const index of indices) {
      assert.ok(
        lines.some(([name, number]) => name === names.get(index) && Number(number) === index),
      );
    }
  });

  it("dumps for two at once", async () => {
    await using loopbacks = new Loopbacks(channel);
    const indices = await loopbacks.create(3);
    const dumps = await Promise.all(
      indices.map((swIfIndex) =>
        channel.sendMultiRequest("sw_interface_dump", { swIfIndex }).toArray()
      ),
    );
    assert.deepEqual(dumps.map((details) => details.map((one) => one["swIfIndex"])), [
      [indices[0]],
      [indices[1]],
      [indices[2]],
    ]);
  });

  it("refuses what cannot be done, with its number and name", async () => {
    await assert.rejects(channel.request("sw_interface_set_flags", { swIfIndex: 0xfffffff0 }), {
      code: "API",
      retval: -2,
      retvalName: "INVALID_SW_IF_INDEX",
    });
  });

  it("ends a cursor request", async () => {
    const get = channel.sendMultiRequest("sw_interface_tx_placement_get", {
      cursor: 0,
      swIfIndex: 0xffffffff,
    });
    // Without a single queue VPP says INVALID_VALUE, as its FACTS have it.
    await get.toArray().catch((error: unknown) => {
      assert.equal(error instanceof Error && "retval" in error && error.retval, -6);
    });
  });

  it("keeps addresses and routes as they were given", async () => {
    await using loopbacks = new Loopbacks(channel);
    const [swIfIndex = 0] = await loopbacks.create(1);
    const prefixes = ["198.18.77.1/24", "2001:db8:77::1/64"];
    for (const prefix of prefixes) {
      await channel.request("sw_interface_add_del_address", { swIfIndex, isAdd: true, prefix });
    }
    for (const [isIpv6, prefix] of [[false, prefixes[0]], [true, prefixes[1]]]) {
      const dump = channel.sendMultiRequest("ip_address_dump", { swIfIndex, isIpv6 });
      assert.deepEqual((await dump.toArray()).map((one) => one["prefix"]), [prefix]);
    }
    const hops = ["198.18.77.2", "198.18.77.3"];
    const paths = hops.map((ip4) => ({ swIfIndex, weight: 1, nh: { address: { ip4 } } }));
    const route = { prefix: "198.19.77.0/24", paths };
    await channel.request("ip_route_add_del", { isAdd: true, route });
    const routes = await channel.sendMultiRequest("ip_route_dump").toArray();
    const found = routes.map(routeOf).find(({ prefix }) => prefix === route.prefix);
    assert.deepEqual(found?.paths.map(({ nh }) => nh.address), hops.map((ip4) => ({ ip4 })));
    await channel.request("ip_route_add_del", { isAdd: false, route });
  });

  it("sends events to those who want them, until they do not", async () => {
    await using loopbacks = new Loopbacks(channel);
    const [swIfIndex = 0] = await loopbacks.create(1);
    const events = mux.newAPIChannelBuffered(10, 1000).subscribeNotification("sw_interface_event");
    await channel.request("want_interface_events", { enableDisable: 1, pid: process.pid });
    await channel.request("sw_interface_set_flags", { swIfIndex, flags: 1 });
    while (true) {
      const { value, done } = await events.next();
      assert.ok(!done);
      if (value["swIfIndex"] === swIfIndex) break;
    }
    await channel.request("want_interface_events", { enableDisable: 0, pid: process.pid });
    events.unsubscribe();
    assert.equal(mux.counters.malformed, 0);
  });

  it("sends messages of a megabyte", async () => {
    const reply = await channel.request("get_api_json");
    assert.ok(String(reply["json"]).length > 500_000);
  });

  it("answers one client while another one is cut off in the middle of a frame", async () => {
    const transport = await socketTransport(socketPath).open(
      { chunk: () => {}, ended: () => {} },
      { timeoutMs: 5000 },
    );
    transport.send(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 70, 0, 0, 0, 0, 0, 15));
    assert.ok(await channel.request("show_version"));
    await transport.close();
    assert.ok(await channel.request("show_version"));
  });
});

interface Route {
  readonly prefix: string;
  readonly paths: readonly { readonly nh: { readonly address: object } }[];
}

/** A view by name has no static type. */
function routeOf(details: MessageView): Route {
  return details["route"] as Route;
}
