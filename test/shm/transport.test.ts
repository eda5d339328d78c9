/** The transport over shared memory, on the stand-in for libvppapiclient. */
import { assert, it } from "../harness.ts";
import { concat, contextOf, request } from "./received.ts";
import { describeWithStandin, open, type Opened } from "./standin.ts";

const pingName = "control_ping_51077d14";

function pingId({ transport }: Opened): number {
  const id = transport.session?.messageId(pingName);
  assert.ok(id !== undefined);
  return id;
}

function pings(id: number, from: number, count: number): Uint8Array {
  return concat(Array.from({ length: count }, (_, i) => request(id, from + i)));
}

await describeWithStandin("shared memory", ({ serve }) => {
  it("answers a request", async () => {
    const { options } = await serve();
    const opened = await open(options);
    opened.transport.send(request(pingId(opened), 7));
    const [reply] = await opened.received.take(1);
    assert.equal(contextOf(reply!), 7);
    await opened.transport.close();
  });

  it("knows the message ids, and which there are none of", async () => {
    const { options, sim } = await serve();
    const { transport } = await open(options);
    const { id } = sim.vpp.table.get("show_version")!;
    assert.equal(transport.session?.messageId("show_version_51077d14"), id);
    assert.equal(transport.session?.messageId("show_version_00000000"), undefined);
    await transport.close();
    assert.equal(transport.session?.messageId("show_version_51077d14"), undefined);
  });

  it("keeps the order of many requests sent at once", async () => {
    const { options } = await serve();
    const opened = await open(options);
    const count = 20_000;
    opened.transport.send(pings(pingId(opened), 0, count));
    const replies = await opened.received.take(count);
    assert.deepEqual(replies.map(contextOf), Array.from({ length: count }, (_, i) => i));
    await opened.transport.close();
  });

  it("keeps the order of requests that are sent while others wait", async () => {
    const { options } = await serve({ queueLength: 64 });
    const opened = await open(options);
    const id = pingId(opened);
    const count = 2000;
    for (let i = 0; i < count; i += 10) {
      opened.transport.send(pings(id, i, 10));
      if (i % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    }
    const replies = await opened.received.take(count);
    assert.deepEqual(replies.map(contextOf), Array.from({ length: count }, (_, i) => i));
    await opened.transport.close();
  });

  it("brings messages of a megabyte", async () => {
    const { options, sim } = await serve();
    const opened = await open(options);
    const { id } = sim.vpp.table.get("get_api_json")!;
    opened.transport.send(request(id, 3));
    const [reply] = await opened.received.take(1);
    assert.equal(contextOf(reply!), 3);
    assert.ok(reply!.length > 10_000, `${reply!.length} bytes`);
    await opened.transport.close();
  });
});
