import { Codec } from "../../src/codec/codec.ts";
import { kindOf } from "../../src/codec/delivery.ts";
import {
  CONTEXT_NONE,
  DELIVERY_CONTEXT,
  DELIVERY_SIZE,
  KIND_END,
  KIND_EVENT,
  KIND_MALFORMED,
  KIND_MISMATCH,
  KIND_PART,
  KIND_REPLY,
  KIND_STALE,
  REQUEST_CURSOR,
  REQUEST_DUMP,
  REQUEST_SINGLE,
} from "../../src/schema/constants.generated.ts";
import { fixtureSchema } from "../data.ts";
import { assert, beforeEach, describe, it } from "../harness.ts";
import { encodeMessage, type RawObject } from "../oracle/codec.ts";
import { seeded } from "../random.ts";
import { stream } from "./support.ts";

const schema = fixtureSchema();
/** The ids that the tests give to the messages. */
const ids = {
  widget_add_reply: 100,
  widget_details: 101,
  widget_get_reply: 102,
  widget_event: 103,
  // Has client_index before its context.
  widget_trace_details: 104,
} as const;
type Name = keyof typeof ids;

let codec = new Codec();

beforeEach(() => {
  codec = new Codec();
  for (const [name, id] of Object.entries(ids)) {
    const message = schema.message(name);
    assert.ok(message);
    const { wireContext, program } = codec.compile(message);
    assert.equal(wireContext === CONTEXT_NONE, name === "widget_event");
    codec.core.setMessage(id, wireContext, program);
  }
});

function open(kind: number, reply: Name, details: Name = reply): number {
  const context = codec.core.openRequest(kind, ids[reply], ids[details]);
  assert.ok(context !== undefined);
  return context;
}

function wire(name: Name, values: RawObject = {}): Uint8Array {
  const message = schema.message(name);
  assert.ok(message);
  return encodeMessage(message, { ...values, _vl_msg_id: ids[name] });
}

/** The kind and the context of what comes of these messages. */
function receive(...messages: readonly Uint8Array[]): [kind: number, context: number][] {
  const deliveries: [number, number][] = [];
  codec.core.receive(stream(messages), ({ u32 }, start, end) => {
    for (let at = start; at < end; at += u32[at + DELIVERY_SIZE]! >> 2) {
      deliveries.push([kindOf(u32, at), u32[at + DELIVERY_CONTEXT]!]);
    }
  });
  return deliveries;
}

describe("core: requests", () => {
  it("a reply ends its request, a second one is stale", () => {
    const context = open(REQUEST_SINGLE, "widget_add_reply");
    const reply = wire("widget_add_reply", { context });
    assert.equal(codec.core.openRequests, 1);
    assert.deepEqual(receive(reply, reply), [[KIND_REPLY, context], [KIND_STALE, context]]);
    assert.equal(codec.core.openRequests, 0);
  });

  it("replies may come in any order", () => {
    const contexts = Array.from({ length: 50 }, () => open(REQUEST_SINGLE, "widget_add_reply"));
    assert.equal(new Set(contexts).size, 50);
    const replies = contexts.toReversed().map((context) => wire("widget_add_reply", { context }));
    assert.deepEqual(receive(...replies), contexts.toReversed().map((c) => [KIND_REPLY, c]));
  });

  it("a dump has parts until the reply of its ping", () => {
    const context = open(REQUEST_DUMP, "widget_add_reply", "widget_details");
    const part = wire("widget_details", { context });
    assert.deepEqual(receive(part, part, wire("widget_add_reply", { context }), part), [
      [KIND_PART, context],
      [KIND_PART, context],
      [KIND_END, context],
      [KIND_STALE, context],
    ]);
  });

  it("parts of several dumps may come between each other", () => {
    const contexts = Array.from(
      { length: 3 },
      () => open(REQUEST_DUMP, "widget_add_reply", "widget_details"),
    );
    const random = seeded(5);
    const order = Array.from({ length: 200 }, () => random.pick(contexts));
    assert.deepEqual(
      receive(...order.map((context) => wire("widget_details", { context }))),
      order.map((context) => [KIND_PART, context]),
    );
  });

  it("a part of a dump that was given up between two chunks is stale", () => {
    const context = open(REQUEST_DUMP, "widget_add_reply", "widget_details");
    const part = wire("widget_details", { context });
    assert.deepEqual(receive(part, part), [[KIND_PART, context], [KIND_PART, context]]);
    codec.core.closeRequest(context);
    assert.deepEqual(receive(part), [[KIND_STALE, context]]);
  });

  it("a malformed part ends its dump, and those behind it are stale", () => {
    const context = open(REQUEST_DUMP, "widget_add_reply", "widget_details");
    const part = wire("widget_details", { context });
    assert.deepEqual(receive(part, part, part.subarray(0, 8), part), [
      [KIND_PART, context],
      [KIND_PART, context],
      [KIND_MALFORMED, context],
      [KIND_STALE, context],
    ]);
  });

  it("a cursor request has parts until its own reply", () => {
    const context = open(REQUEST_CURSOR, "widget_get_reply", "widget_details");
    const part = wire("widget_details", { context });
    const end = wire("widget_get_reply", { context });
    assert.deepEqual(receive(part, end), [[KIND_PART, context], [KIND_END, context]]);
  });

  it("finds the context where the definition has it", () => {
    const context = open(REQUEST_DUMP, "widget_add_reply", "widget_trace_details");
    const part = wire("widget_trace_details", { client_index: 0xffffffff, context });
    assert.deepEqual(receive(part), [[KIND_PART, context]]);
  });

  it("a late reply to a request that was given up never answers a later one", () => {
    const first = open(REQUEST_SINGLE, "widget_add_reply");
    const late = wire("widget_add_reply", { context: first });
    codec.core.closeRequest(first);
    // Every slot is used again, and again.
    for (let n = 0; n < 5000; n++) {
      const context = open(REQUEST_SINGLE, "widget_add_reply");
      assert.notEqual(context, first);
      assert.deepEqual(receive(late), [[KIND_STALE, first]]);
      codec.core.closeRequest(context);
    }
  });

  it("ending a request twice does no harm to another one", () => {
    const first = open(REQUEST_SINGLE, "widget_add_reply");
    codec.core.closeRequest(first);
    const others = Array.from({ length: 1024 }, () => open(REQUEST_SINGLE, "widget_add_reply"));
    codec.core.closeRequest(first);
    codec.core.closeRequest(0xffffffff);
    assert.equal(codec.core.openRequests, others.length);
  });

  it("the wrong type of reply ends the request as a mismatch", () => {
    const context = open(REQUEST_SINGLE, "widget_add_reply");
    const wrong = wire("widget_details", { context });
    assert.deepEqual(receive(wrong, wrong), [[KIND_MISMATCH, context], [KIND_STALE, context]]);
  });

  it("a malformed reply ends its request and no other", () => {
    const context = open(REQUEST_SINGLE, "widget_add_reply");
    const other = open(REQUEST_SINGLE, "widget_add_reply");
    const short = wire("widget_add_reply", { context }).subarray(0, 8);
    const good = wire("widget_add_reply", { context: other });
    assert.deepEqual(receive(short, good), [[KIND_MALFORMED, context], [KIND_REPLY, other]]);
    assert.equal(codec.core.openRequests, 0);
  });

  it("an event is nobody's answer", () => {
    const context = open(REQUEST_SINGLE, "widget_add_reply");
    // The pid stands where a request has its context.
    const event = wire("widget_event", { pid: context });
    assert.deepEqual(receive(event), [[KIND_EVENT, 0]]);
    assert.equal(codec.core.openRequests, 1);
  });

  it("a reply that nobody asked for is stale", () => {
    assert.deepEqual(receive(wire("widget_add_reply")), [[KIND_STALE, 0]]);
    const context = 0xffffffff;
    assert.deepEqual(receive(wire("widget_add_reply", { context })), [[KIND_STALE, context]]);
  });

  it("131,072 may be outstanding, one more is refused", () => {
    for (let n = 0; n < 131_072; n++) open(REQUEST_SINGLE, "widget_add_reply");
    assert.equal(codec.core.openRequest(REQUEST_SINGLE, 1, 1), undefined);
    assert.equal(codec.core.openRequests, 131_072);
    codec.core.reset();
    assert.equal(codec.core.openRequests, 0);
    open(REQUEST_SINGLE, "widget_add_reply");
  });
});

describe("core: a reset", () => {
  it("forgets half a frame, the message table and the requests", () => {
    const context = open(REQUEST_SINGLE, "widget_add_reply");
    const reply = stream([wire("widget_add_reply", { context })]);
    codec.core.receive(reply.subarray(0, 20), () => assert.fail("half a frame is no message"));
    codec.core.reset();
    const message = schema.message("widget_add_reply");
    assert.ok(message);
    const { wireContext, program } = codec.compile(message);
    codec.core.setMessage(ids.widget_add_reply, wireContext, program);
    const again = open(REQUEST_SINGLE, "widget_add_reply");
    assert.notEqual(again, context);
    assert.deepEqual(receive(wire("widget_add_reply", { context })), [[KIND_STALE, context]]);
    assert.deepEqual(receive(wire("widget_add_reply", { context: again })), [[KIND_REPLY, again]]);
  });
});
