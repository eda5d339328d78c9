import { assert, describe, it } from "../harness.ts";
import { seeded } from "../random.ts";
import { ConfigError } from "../../src/config/config_error.ts";
import { formatValue } from "../../src/config/keys.ts";
import { parseConfig } from "../../src/config/parse_config.ts";
import { VppError } from "../../src/errors.ts";

function parse(text: string) {
  return parseConfig(text, { file: "govpp.conf" });
}

/** Everything that is wrong with a text, each as `line key: message`. */
function problemsOf(text: string): string[] {
  try {
    parse(text);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    assert.ok(error instanceof VppError && error.code === "CONFIG");
    return error.problems.map(({ line, key, message }) => `${line} ${key}: ${message}`);
  }
  assert.fail("expected a ConfigError");
}

describe("govpp.conf", () => {
  it("gives each value in the unit of its setting", () => {
    const { values, warnings } = parse(`
# an agent's file
binapi-socket-path: /run/vpp/api-1.sock
busy-poll: 200us
stats-socket-path: '/run/vpp/stats 1.sock'
connect-via-shm: true
shm-prefix: vpp1
reply-timeout: 1m30s
health-check-probe-interval: 500000000
health-check-reply-timeout: "250ms"
health-check-threshold: 3
health-check-disconnect-after: 10s
retry-connect-timeout-max: 1h
request-buffer-full: fail
reply-buffer-limit: 32MiB
notification-buffer-full: drop-newest
trace-enabled: True
`);
    assert.deepEqual(values, {
      binapiSocketPath: "/run/vpp/api-1.sock",
      busyPollMs: 0.2,
      statsSocketPath: "/run/vpp/stats 1.sock",
      connectViaShm: true,
      shmPrefix: "vpp1",
      replyTimeoutMs: 90_000,
      healthCheckProbeIntervalMs: 500,
      healthCheckReplyTimeoutMs: 250,
      healthCheckThreshold: 3,
      healthCheckDisconnectAfterMs: 10_000,
      retryConnectTimeoutMaxMs: 3_600_000,
      requestBufferFull: "fail",
      replyBufferLimitBytes: 33_554_432,
      notificationBufferFull: "drop-newest",
      traceEnabled: true,
    });
    assert.deepEqual(warnings, []);
  });

  it("says nothing where the file says nothing", () => {
    for (const text of ["", "\n", "# only a comment\n", "---\n", "{}", "~"]) {
      assert.deepEqual(parse(text).values, {});
    }
  });

  it("takes Windows line ends and a byte order mark", () => {
    const { values, places } = parse("\uFEFFreply-timeout: 2s\r\nhealth-check-threshold: 2\r\n");
    assert.deepEqual(values, { replyTimeoutMs: 2000, healthCheckThreshold: 2 });
    assert.equal(places.healthCheckThreshold?.line, 2);
  });

  it("remembers where each value stands", () => {
    const { places } = parse("\n\nreply-timeout: 2s\n");
    assert.deepEqual(places, {
      replyTimeoutMs: { source: "govpp.conf", line: 3, key: "reply-timeout" },
    });
  });

  it("reads off, and an explicit zero, as no disconnect", () => {
    for (const text of ["off", "0", "0s"]) {
      const { values } = parse(`health-check-disconnect-after: ${text}`);
      assert.equal(values.healthCheckDisconnectAfterMs, 0);
    }
  });

  it("reads the old name of the stats socket, with a warning", () => {
    const { values, warnings } = parse("trace-enabled: true\nstats-socket-name: /tmp/s.sock\n");
    assert.equal(values.statsSocketPath, "/tmp/s.sock");
    assert.deepEqual(warnings, [{
      source: "govpp.conf",
      line: 2,
      key: "stats-socket-name",
      message: "old name; write stats-socket-path instead",
    }]);
  });

  it("reads back every name that formatValue writes", () => {
    const random = seeded(11);
    const letters = [..."ab0-_. #:'\"\\{}[]&*!|>%@`~,?\t\né"];
    const names = ["", "null", "~", "true", "1", "0x10", "- a", "a: b", "a #b", "---"];
    for (let i = 0; i < 300; i++) {
      names.push(Array.from({ length: random.below(8) }, () => random.pick(letters)).join(""));
    }
    for (const name of names) {
      const text = `shm-prefix: ${formatValue("shmPrefix", name)}\n`;
      assert.equal(parse(text).values.shmPrefix, name, text);
    }
  });

  it("reads a name like 1 or true as text where text is expected", () => {
    assert.equal(parse("shm-prefix: 1").values.shmPrefix, "1");
    assert.equal(parse('shm-prefix: ""').values.shmPrefix, "");
  });
});

describe("errors in govpp.conf", () => {
  it("names file, line, key and what was expected", () => {
    assert.throws(() => parse("trace-enabled: true\nreply-timeout: 1x\n"), {
      name: "ConfigError",
      code: "CONFIG",
      message: "Cannot use the configuration: govpp.conf:2: reply-timeout: " +
        'expected a duration from 1ms to 576h, such as 250ms, 1s or 1m30s, not "1x"',
    });
  });

  it("reports all problems of a file together, in order", () => {
    const text = "reply-timeout: soon\nreply_timout: 1s\nproxy-enabled: 1\n";
    assert.deepEqual(problemsOf(text).map((line) => line.slice(0, 16)), [
      "1 reply-timeout:",
      "2 reply_timout: ",
      "3 proxy-enabled:",
    ]);
    assert.throws(() => parse(text), {
      message: /^Cannot use the configuration, 3 problems:\n {2}govpp\.conf:1: reply-timeout: /,
    });
  });

  const misspelt: readonly (readonly [written: string, meant: string])[] = [
    ["reply-timout", "reply-timeout"],
    ["reply_timeout", "reply-timeout"],
    ["replyTimeout", "reply-timeout"],
    ["health-check-interval", "health-check-probe-interval"],
    ["resync-after-reconect", "resync-after-reconnect"],
    ["tracing-enabled", "trace-enabled"],
  ];
  for (const [written, meant] of misspelt) {
    it(`asks for ${written} whether ${meant} was meant`, () => {
      const expected = `1 ${written}: unknown key; did you mean ${meant}?`;
      assert.deepEqual(problemsOf(`${written}: 1s`), [expected]);
    });
  }

  it("says where the keys are listed for a key that resembles none", () => {
    assert.deepEqual(problemsOf("colour: blue"), [
      "1 colour: unknown key; expected one of those that `govppmux config example` prints",
    ]);
  });

  it("keeps the message short where nearly everything is wrong", () => {
    const text = Array.from({ length: 1000 }, (_, i) => `colour${i}: blue\n`).join("");
    assert.equal(problemsOf(text).length, 1000);
    assert.throws(() => parse(text), (error) => {
      assert.ok(error instanceof ConfigError);
      const lines = error.message.split("\n");
      assert.equal(lines.length, 22);
      assert.equal(lines[0], "Cannot use the configuration, 1000 problems:");
      assert.equal(lines[21], "  and 980 more");
      return true;
    });
  });

  it("survives a text nested deeper than the stack", () => {
    assert.match(problemsOf("[".repeat(50_000))[0] ?? "", /not valid YAML/);
  });

  const bad: readonly (readonly [line: string, expected: RegExp])[] = [
    ["reply-timeout: 0s", /expected a duration from 1ms/],
    ["reply-timeout: 577h", /to 576h/],
    ["reply-timeout: 500", /an integer without a unit is nanoseconds; did you mean 500ms\?/],
    ["reply-timeout: off", /expected a duration/],
    ["health-check-disconnect-after: never", /or off, not "never"/],
    ["health-check-threshold: 0", /expected a whole number from 1 to 1000, not "0"/],
    ["health-check-threshold: 1.5", /expected a whole number/],
    ["health-check-threshold: 0x10", /expected a whole number/],
    ["retry-request-count: -1", /expected a whole number from 0/],
    ["trace-enabled: yes", /expected true or false, not "yes"/],
    ["trace-enabled: 1", /expected true or false/],
    ["shm-prefix: a/b", /expected a name without "\/"/],
    ["binapi-socket-path: ''", /expected the path of a socket, not ""/],
    ["binapi-socket-path:", /there is no value \(leave the line out/],
    ["binapi-socket-path: ~", /there is no value/],
    ["retry-connect-count: [3]", /a list is no value; expected a whole number/],
    ["retry-connect-count: {a: 3}", /a mapping is no value/],
    ["request-buffer-full: drop", /expected wait or fail, not "drop"/],
    ["reply-buffer-limit: 64mb", /expected a size from 64kB to 1GB/],
    ["reply-buffer-limit: 1kB", /expected a size from 64kB/],
    ["? [a, b]\n: 1", /unknown key/],
  ];
  for (const [line, expected] of bad) {
    it(`refuses ${JSON.stringify(line)}`, () => {
      const problems = problemsOf(line);
      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? "", expected);
    });
  }

  it("refuses a key that is given twice, also under its old name", () => {
    assert.deepEqual(problemsOf("reply-timeout: 1s\nreply-timeout: 2s"), [
      "2 reply-timeout: given twice, first at govpp.conf:1: reply-timeout",
    ]);
    assert.deepEqual(problemsOf("stats-socket-path: /a\nstats-socket-name: /b"), [
      "2 stats-socket-name: given twice, first at govpp.conf:1: stats-socket-path",
    ]);
  });

  it("refuses what is not YAML, with the line", () => {
    const texts = ["reply-timeout: 1s\n\tx: 1", "a: 1\n---\nb: 1", "a: !x 1", "a: *b", "a: 'open"];
    for (const text of texts) assert.match(problemsOf(text)[0] ?? "", /^\d+ /);
    assert.match(problemsOf("reply-timeout: 1s\nx: y: z")[0] ?? "", /^2 undefined: not valid YAML/);
  });

  it("refuses a file that is no mapping", () => {
    for (const text of ["- a\n- b\n", "just a sentence"]) {
      assert.deepEqual(problemsOf(text), [
        "1 undefined: expected lines of the form key: value, such as reply-timeout: 1s",
      ]);
    }
  });
});
