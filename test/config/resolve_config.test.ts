import { assert, describe, it } from "../harness.ts";
import type { ConfigField } from "../../src/config/config.ts";
import { ConfigError } from "../../src/config/config_error.ts";
import {
  configFileFromEnvironment,
  configFromEnvironment,
  variableName,
} from "../../src/config/environment.ts";
import { configFields, configKeys } from "../../src/config/keys.ts";
import { parseConfig } from "../../src/config/parse_config.ts";
import { defaultConfig, resolveConfig } from "../../src/config/resolve_config.ts";

describe("defaults", () => {
  it("are those that users know", () => {
    assert.deepEqual(defaultConfig, {
      binapiSocketPath: "/run/vpp/api.sock",
      busyPollMs: 0,
      statsSocketPath: "/run/vpp/stats.sock",
      connectViaShm: false,
      shmPrefix: "",
      replyTimeoutMs: 1000,
      healthCheckProbeIntervalMs: 1000,
      healthCheckReplyTimeoutMs: 250,
      healthCheckThreshold: 1,
      healthCheckDisconnectAfterMs: 0,
      retryRequestCount: 0,
      retryRequestTimeoutMs: 500,
      retryConnectCount: 3,
      retryConnectTimeoutMs: 1000,
      retryConnectTimeoutMaxMs: 10_000,
      resyncAfterReconnect: false,
      requestBufferSize: 100,
      requestBufferFull: "wait",
      replyBufferSize: 100,
      replyBufferLimitBytes: 64_000_000,
      notificationBufferSize: 100,
      notificationBufferFull: "drop-oldest",
      traceEnabled: false,
      proxyEnabled: false,
    });
  });

  it("cannot be changed for everybody else", () => {
    assert.ok(Object.isFrozen(defaultConfig));
  });

  it("hold where nothing is said", () => {
    const { config, places, warnings } = resolveConfig();
    assert.deepEqual(config, defaultConfig);
    assert.deepEqual(places, {});
    assert.deepEqual(warnings, []);
  });
});

describe("precedence", () => {
  const text = "reply-timeout: 2s\nhealth-check-threshold: 2\nretry-connect-count: 2\n";
  const file = parseConfig(text, { file: "f" });
  const environment = configFromEnvironment({
    GOVPPMUX_HEALTH_CHECK_THRESHOLD: "3",
    GOVPPMUX_RETRY_CONNECT_COUNT: "3",
  });

  it("is options over environment over file over defaults", () => {
    const { config } = resolveConfig({ options: { retryConnectCount: 4 }, environment, file });
    assert.deepEqual(config, {
      ...defaultConfig,
      replyTimeoutMs: 2000,
      healthCheckThreshold: 3,
      retryConnectCount: 4,
    });
  });

  it("is told by the places", () => {
    const { places } = resolveConfig({ options: { retryConnectCount: 4 }, environment, file });
    assert.deepEqual(places, {
      replyTimeoutMs: { source: "f", line: 1, key: "reply-timeout" },
      healthCheckThreshold: { source: "environment", key: "GOVPPMUX_HEALTH_CHECK_THRESHOLD" },
      retryConnectCount: { source: "options", key: "retryConnectCount" },
    });
  });

  it("lets a false, a 0 and an empty text override", () => {
    const strong = { traceEnabled: false, retryRequestCount: 0, shmPrefix: "" };
    const weak = parseConfig("trace-enabled: true\nretry-request-count: 9\nshm-prefix: p", {
      file: "f",
    });
    assert.deepEqual(resolveConfig({ options: strong, file: weak }).config, defaultConfig);
  });

  it("takes an undefined option as not given", () => {
    const { config } = resolveConfig({ options: { replyTimeoutMs: undefined }, file });
    assert.equal(config.replyTimeoutMs, 2000);
  });
});

/** The default as a variable gives it: without YAML's quotes. */
function defaultText<F extends ConfigField>(field: F): string {
  return configKeys[field].kind.write(defaultConfig[field]);
}

describe("the environment", () => {
  it("has a variable for every key", () => {
    for (const field of configFields) {
      const name = variableName(configKeys[field].key);
      assert.match(name, /^GOVPPMUX_[A-Z_]+$/);
      assert.deepEqual(configFromEnvironment({ [name]: defaultText(field) }).values, {
        [field]: defaultConfig[field],
      });
    }
    const { values } = configFromEnvironment({ GOVPPMUX_REPLY_TIMEOUT: "1m30s" });
    assert.deepEqual(values, { replyTimeoutMs: 90_000 });
  });

  it("names the file", () => {
    assert.equal(configFileFromEnvironment({}), undefined);
    assert.equal(configFileFromEnvironment({ GOVPPMUX_CONFIG: "/etc/g.conf" }), "/etc/g.conf");
    assert.throws(() => configFileFromEnvironment({ GOVPPMUX_CONFIG: "" }), ConfigError);
    assert.deepEqual(configFromEnvironment({ GOVPPMUX_CONFIG: "/etc/g.conf" }).values, {});
  });

  it("reports all its problems together", () => {
    const bad = { GOVPPMUX_REPLY_TIMEOUT: "1", GOVPPMUX_TRACE_ENABLED: "", GOVPPMUX_CONFG: "/f" };
    assert.throws(() => configFromEnvironment(bad), (error) => {
      assert.ok(error instanceof ConfigError);
      assert.deepEqual(error.problems, [
        {
          source: "environment",
          key: "GOVPPMUX_REPLY_TIMEOUT",
          message: "expected a duration from 1ms to 576h, such as 250ms, 1s or 1m30s, " +
            'not "1"; an integer without a unit is nanoseconds; did you mean 1ms?',
        },
        {
          source: "environment",
          key: "GOVPPMUX_TRACE_ENABLED",
          message: 'expected true or false, not ""',
        },
        {
          source: "environment",
          key: "GOVPPMUX_CONFG",
          message: "unknown; did you mean GOVPPMUX_CONFIG?",
        },
      ]);
      return true;
    });
  });

  it("reads the old name with a warning", () => {
    const { values, warnings } = configFromEnvironment({ GOVPPMUX_STATS_SOCKET_NAME: "/s" });
    assert.deepEqual(values, { statsSocketPath: "/s" });
    assert.equal(warnings[0]?.message, "old name; set GOVPPMUX_STATS_SOCKET_PATH instead");
  });

  it("leaves alone what is not its own", () => {
    const foreign = {
      PATH: "/bin",
      REPLY_TIMEOUT: "x",
      GOVPPMUX_VPP_LIB_DIR: "/usr/lib",
      GOVPPMUX_TEST_DATA: "/data",
      GOVPPMUX_SERVICE_HOST: "10.0.0.1",
      GOVPPMUX_PORT_7878_TCP_ADDR: "10.0.0.1",
    };
    assert.deepEqual(configFromEnvironment(foreign).values, {});
  });
});

describe("options in code", () => {
  it("are checked like any other value", () => {
    const options = { replyTimeoutMs: NaN, replyTimeout: 1, healthCheckThreshold: 1.5 };
    assert.throws(() => resolveConfig({ options }), (error) => {
      assert.ok(error instanceof ConfigError);
      assert.deepEqual(error.problems.map(({ key, message }) => `${key}: ${message}`), [
        "replyTimeoutMs: expected a duration from 1ms to 576h, such as 250ms, 1s or 1m30s " +
        "(given in milliseconds), not number NaN",
        "replyTimeout: unknown option; did you mean replyTimeoutMs?",
        "healthCheckThreshold: expected a whole number from 1 to 1000 " +
        "(given in failed probes in a row), not number 1.5",
      ]);
      return true;
    });
  });
});
