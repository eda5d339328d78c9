import { resolveConfig } from "../../src/config/resolve_config.ts";
import { muxSettings } from "../../src/core/mux_options.ts";
import { muxOptionsFrom } from "../../src/host/mux_from_config.ts";
import { assert, describe, it } from "../harness.ts";

describe("muxOptionsFrom", () => {
  it("gives what a mux has without any configuration, where nothing is configured", () => {
    const { transport, ...settings } = muxSettings(muxOptionsFrom(resolveConfig().config));
    const { transport: _, channel, ...own } = muxSettings({ transport });
    assert.equal(transport.name, "unix:/run/vpp/api.sock");
    const { channel: configured, ...rest } = settings;
    assert.deepEqual(rest, own);
    assert.deepEqual(channel, {});
    assert.deepEqual(configured, {
      requestBuffer: 100,
      whenFull: "wait",
      replyBuffer: 100,
      replyBufferBytes: 64_000_000,
      eventBuffer: 100,
      dropEvents: "oldest",
      retries: 0,
      retryIntervalMs: 500,
    });
  });

  it("takes every setting that is the mux's", () => {
    const { config } = resolveConfig({
      options: {
        binapiSocketPath: "/tmp/other.sock",
        replyTimeoutMs: 1,
        healthCheckProbeIntervalMs: 2,
        healthCheckReplyTimeoutMs: 3,
        healthCheckThreshold: 4,
        healthCheckDisconnectAfterMs: 5,
        retryRequestCount: 6,
        retryRequestTimeoutMs: 7,
        retryConnectCount: 8,
        retryConnectTimeoutMs: 9,
        retryConnectTimeoutMaxMs: 10,
        resyncAfterReconnect: true,
        requestBufferSize: 11,
        requestBufferFull: "fail",
        replyBufferSize: 12,
        replyBufferLimitBytes: 1_300_000,
        notificationBufferSize: 14,
        notificationBufferFull: "drop-newest",
        traceEnabled: true,
      },
    });
    const { transport, ...options } = muxOptionsFrom(config);
    assert.equal(transport.name, "unix:/tmp/other.sock");
    assert.deepEqual(options, {
      replyTimeoutMs: 1,
      healthIntervalMs: 2,
      healthReplyTimeoutMs: 3,
      healthThreshold: 4,
      healthDisconnectAfterMs: 5,
      connectAttempts: 8,
      connectIntervalMs: 9,
      connectIntervalMaxMs: 10,
      resyncAfterReconnect: true,
      traceEnabled: true,
      channel: {
        requestBuffer: 11,
        whenFull: "fail",
        replyBuffer: 12,
        replyBufferBytes: 1_300_000,
        eventBuffer: 14,
        dropEvents: "newest",
        retries: 6,
        retryIntervalMs: 7,
      },
    });
  });

  it("goes through shared memory where that is configured", () => {
    const options = { connectViaShm: true, shmPrefix: "vpp1" };
    const { transport } = muxOptionsFrom(resolveConfig({ options }).config);
    assert.match(transport.name, /^shm:.*vpp1-vpe-api/);
  });
});
