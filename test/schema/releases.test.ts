import { layoutOf } from "../../src/schema/layout.ts";
import type { Schema } from "../../src/schema/schema.ts";
import { itWithData, type Release, releases, releaseSchema } from "../data.ts";
import { assert, describe } from "../harness.ts";

/** What each release's definitions hold. */
const contents: Readonly<Record<Release, { readonly modules: number; readonly messages: number }>> =
  {
    "23.10": { modules: 132, messages: 1794 },
    "24.10": { modules: 137, messages: 1862 },
    "26.06": { modules: 150, messages: 2093 },
  };

function messageNames(schema: Schema): Set<string> {
  return new Set([...schema.messages()].map((message) => message.name));
}

describe("schema: the releases of VPP", () => {
  for (const release of releases) {
    const data = [`api/${release}`];

    itWithData(`${release} is read whole`, data, () => {
      const schema = releaseSchema(release);
      assert.equal(schema.modules.size, contents[release].modules);
      assert.equal(messageNames(schema).size, contents[release].messages);
      for (const message of schema.messages()) {
        assert.equal(schema.messageByNameCrc(`${message.name}_${message.crc}`), message);
      }
    });

    itWithData(`${release} has a layout for every message`, data, () => {
      for (const message of releaseSchema(release).messages()) {
        const { fields } = layoutOf(message);
        assert.deepEqual(fields.map((f) => f.name), message.fields.map((f) => f.name));
      }
    });

    itWithData(`${release} has services of messages that exist, each of its kind`, data, () => {
      const schema = releaseSchema(release);
      for (const module of schema.modules.values()) {
        for (const { request, reply, details, events } of module.services) {
          assert.equal(schema.message(request)?.kind, "request", request);
          if (reply !== undefined) assert.equal(schema.message(reply)?.kind, "reply", reply);
          if (details !== undefined) {
            assert.equal(schema.message(details)?.kind, "details", details);
          }
          for (const event of events) assert.equal(schema.message(event)?.kind, "event", event);
        }
      }
    });

    itWithData(`${release} has a service for every request`, data, () => {
      for (const message of releaseSchema(release).messages()) {
        assert.equal(message.service !== undefined, message.kind === "request", message.name);
      }
    });
  }

  itWithData("side by side keep their own messages", ["api/23.10", "api/26.06"], () => {
    const name = "ikev2_set_ike_transforms";
    const old = releaseSchema("23.10").message(name);
    const now = releaseSchema("26.06").message(name);
    assert.ok(old !== undefined && now !== undefined);
    assert.notEqual(old.nameCrc, now.nameCrc);
    assert.equal(releaseSchema("26.06").messageByNameCrc(old.nameCrc), undefined);
  });
});
