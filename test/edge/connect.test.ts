import { WebSocket } from "ws";
import { connect, VppError } from "../../src/edge.ts";
import { assert, describe, it } from "../harness.ts";
import { ProxyFixture, TOKEN } from "../proxy/support.ts";

describe("edge: the same client through the proxy", () => {
  it("dumps interfaces by name, with the definitions that the proxy serves", async () => {
    const fixture = await ProxyFixture.open();
    const mux = await fixture.connect();
    const channel = mux.newAPIChannel();
    const details = await channel.sendMultiRequest("sw_interface_dump", {}).toArray();
    assert.deepEqual(
      details.map((itf) => itf["interfaceName"]),
      ["local0", "loop0", "loop1", "loop2"],
    );
    await fixture.close();
  });

  it("tells at once that a URL with a secret, or of another kind, is wrong", async () => {
    const wrong = ["ws://127.0.0.1/?token=a", "ws://a:b@127.0.0.1/", "http://127.0.0.1/", "no"];
    for (const url of wrong) {
      await assert.rejects(
        connect({ url, token: TOKEN, webSocket: WebSocket }),
        (error) => error instanceof VppError && error.code === "CONFIG",
        url,
      );
    }
  });
});
