import { inspect } from "node:util";
import { Codec } from "../../src/codec/codec.ts";
import type { MessageView } from "../../src/codec/view.ts";
import { CONTEXT_NONE } from "../../src/schema/constants.generated.ts";
import { fixtureSchema } from "../data.ts";
import { assert, describe, it } from "../harness.ts";
import { encodeMessage } from "../oracle/codec.ts";
import { recordsOf, stream } from "./support.ts";
import { messageOf, viewOf } from "./views_support.ts";

const schema = fixtureSchema();
const codec = new Codec();

const hop = { weight: 7, mac: "02fe00000001", port: 443 };
const route = { table_id: 9, hops: [hop, { ...hop, port: 80 }] };

function routeView(): MessageView {
  return viewOf(codec, messageOf(schema, "shapes_route_set"), { context: 5, is_add: true, route });
}

/** Deno's own inspection, where this is Deno. */
function denoInspect(): ((value: unknown) => string) | undefined {
  const deno: unknown = Reflect.get(globalThis, "Deno");
  if (typeof deno !== "object" || deno === null) return undefined;
  const found: unknown = Reflect.get(deno, "inspect");
  return typeof found === "function" ? (value) => String(found(value)) : undefined;
}

describe("views", () => {
  it("have a getter for each field but the header's, in camelCase", () => {
    const view = routeView();
    assert.equal(view["isAdd"], true);
    assert.deepEqual(view["route"], {
      tableId: 9,
      nHops: 2,
      hops: [
        { weight: 7, mac: "02:fe:00:00:00:01", port: 443 },
        { weight: 7, mac: "02:fe:00:00:00:01", port: 80 },
      ],
    });
    for (const name of ["vlMsgId", "clientIndex", "context", "is_add", "none"]) {
      assert.equal(view[name], undefined, name);
    }
  });

  it("show their fields to loops, in the order of the definition, and nothing else", () => {
    const names: string[] = [];
    for (const name in routeView()) names.push(name);
    assert.deepEqual(names, ["isAdd", "route"]);
    assert.ok("route" in routeView());
    assert.ok(!("context" in routeView()));
  });

  it("cannot be written to", () => {
    const view = routeView();
    assert.throws(() => Object.assign(view, { isAdd: false }), TypeError);
    assert.equal(view["isAdd"], true);
  });

  it("give values of one's own: changing one changes no other", () => {
    const view = viewOf(codec, messageOf(schema, "arrays_u8_bytes_set"), { bytes: "010203" });
    const bytes = view["bytes"];
    assert.ok(bytes instanceof Uint8Array);
    bytes.fill(9);
    assert.deepEqual(view["bytes"], Uint8Array.of(1, 2, 3));
    // Not the core's memory, which has megabytes.
    assert.equal(bytes.buffer.byteLength, 3);
  });

  it("become plain objects", () => {
    const view = routeView();
    const object = view.toObject();
    assert.equal(Object.getPrototypeOf(object), Object.prototype);
    assert.deepEqual(object, { isAdd: true, route: view["route"] });
    assert.deepEqual(structuredClone(object), object);
  });

  it("become JSON with VPP's names", () => {
    const expected = {
      is_add: true,
      route: {
        table_id: 9,
        n_hops: 2,
        hops: [
          { weight: 7, mac: "02:fe:00:00:00:01", port: 443 },
          { weight: 7, mac: "02:fe:00:00:00:01", port: 80 },
        ],
      },
    };
    assert.deepEqual(routeView().toJSON(), expected);
    assert.deepEqual(JSON.parse(JSON.stringify({ reply: routeView() })), { reply: expected });
  });

  it("are printed with the message's name and all fields, on Node and on Deno", () => {
    const message = messageOf(schema, "texts_tagged_show");
    const view = viewOf(codec, message, { tag: "blue", line: 3, text: "it's" });
    const expected = /^texts_tagged_show \{ tag: ['"]blue['"], line: 3, text: "it's" \}$/;
    assert.match(inspect(view), expected);
    assert.match(inspect([view]), /texts_tagged_show \{/);
    assert.match(
      inspect(routeView(), { depth: 0 }),
      /^shapes_route_set \{ isAdd: true, route: \[Object\] \}$/,
    );
    const print = denoInspect();
    if (print !== undefined) assert.match(print(view), expected);
  });

  it("are of a class that is named after the message", () => {
    assert.equal(routeView().constructor.name, "shapes_route_set");
  });

  it("can be sent again as they are", () => {
    const message = messageOf(schema, "shapes_route_set");
    const bytes = encodeMessage(message, { is_add: true, route });
    assert.deepEqual(codec.encodeMessage(message, routeView(), "typescript"), bytes);
    assert.deepEqual(codec.encodeMessage(message, routeView().toObject(), "typescript"), bytes);
    assert.deepEqual(codec.encodeMessage(message, routeView().toJSON(), "vpp"), bytes);
  });
});

describe("views stay valid", () => {
  const message = messageOf(schema, "texts_tagged_show");
  const ID = 7;

  function chunk(first: number, count: number, text: string): Uint8Array {
    return stream(Array.from({ length: count }, (_, n) =>
      encodeMessage(message, {
        _vl_msg_id: ID,
        tag: `tag ${first + n}`,
        line: (first + n) & 0xffff,
        text: text.repeat(1 + (n & 3)),
      })));
  }

  function receive(codec: Codec, bytes: Uint8Array): MessageView[] {
    const views: MessageView[] = [];
    const { View } = codec.compile(message);
    codec.core.receive(bytes, (...output) => {
      for (const record of recordsOf(...output)) views.push(new View(output[0], record));
    });
    return views;
  }

  it("when many more chunks have come, memory has grown and strings were forgotten", () => {
    const codec = new Codec();
    codec.core.setMessage(ID, CONTEXT_NONE, codec.compile(message).program);
    const early = receive(codec, chunk(0, 100, "early "));
    const { memoryBytes } = codec.core;
    // More different strings than the core interns, and texts that make its memory grow.
    for (let n = 1; n <= 40; n++) receive(codec, chunk(n * 1000, 1000, `${n} `));
    receive(codec, chunk(50_000, 4, "x".repeat(1_000_000)));
    assert.ok(codec.core.memoryBytes > memoryBytes);
    early.forEach((view, n) => {
      assert.equal(view["tag"], `tag ${n}`);
      assert.equal(view["line"], n);
      assert.equal(view["text"], "early ".repeat(1 + (n & 3)));
    });
  });

  it("when the core was reset for another session", () => {
    const codec = new Codec();
    codec.core.setMessage(ID, CONTEXT_NONE, codec.compile(message).program);
    const [view] = receive(codec, chunk(1, 1, "text"));
    codec.core.reset();
    codec.core.setMessage(ID, CONTEXT_NONE, codec.compile(message).program);
    receive(codec, chunk(2, 1, "other"));
    assert.deepEqual(view?.toObject(), { tag: "tag 1", line: 1, text: "text" });
  });
});
