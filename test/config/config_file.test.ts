import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { after, assert, before, describe, it } from "../harness.ts";
import { registerConfig } from "../../src/cli/commands/config.ts";
import { ConfigError } from "../../src/config/config_error.ts";
import { exampleConfig } from "../../src/config/example.ts";
import { defaultConfig } from "../../src/config/resolve_config.ts";
import { loadConfig, processEnvironment } from "../../src/host/config_file.ts";

describe("configuration files", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "govppmux-config-"));
  });
  after(() => rm(folder, { recursive: true }));

  async function file(content: string | Uint8Array): Promise<string> {
    const path = join(folder, "govpp.conf");
    await writeFile(path, content);
    return path;
  }

  describe("loadConfig", () => {
    it("reads the given path", async () => {
      const path = await file("reply-timeout: 3s");
      const { config } = await loadConfig(path, { environment: {} });
      assert.deepEqual(config, { ...defaultConfig, replyTimeoutMs: 3000 });
    });

    it("reads the file that GOVPPMUX_CONFIG names, unless a path is given", async () => {
      const path = await file("reply-timeout: 3s");
      const named = await loadConfig(undefined, { environment: { GOVPPMUX_CONFIG: path } });
      assert.equal(named.config.replyTimeoutMs, 3000);
      const given = await loadConfig(path, { environment: { GOVPPMUX_CONFIG: "/nowhere" } });
      assert.equal(given.config.replyTimeoutMs, 3000);
    });

    it("needs no file", async () => {
      const { config } = await loadConfig(undefined, { environment: {} });
      assert.deepEqual(config, defaultConfig);
    });

    it("lets options and environment override the file", async () => {
      const { config } = await loadConfig(await file("reply-timeout: 3s\ntrace-enabled: true"), {
        environment: { GOVPPMUX_REPLY_TIMEOUT: "4s", GOVPPMUX_SHM_PREFIX: "p" },
        options: { shmPrefix: "q" },
      });
      assert.equal(config.replyTimeoutMs, 4000);
      assert.equal(config.shmPrefix, "q");
      assert.equal(config.traceEnabled, true);
    });

    it("says why a file cannot be read", async () => {
      const missing = join(folder, "missing.conf");
      const refused = (path: string) =>
        loadConfig(path, { environment: {} }).then(
          () => assert.fail("expected a ConfigError"),
          (error) => {
            assert.ok(error instanceof ConfigError);
            return error.message;
          },
        );
      assert.match(await refused(missing), /missing\.conf: cannot be read: ENOENT/);
      const environment = { GOVPPMUX_CONFIG: missing };
      await assert.rejects(loadConfig(undefined, { environment }), {
        message: /missing\.conf: GOVPPMUX_CONFIG: cannot be read: ENOENT/,
      });
      assert.match(await refused(folder), /cannot be read: EISDIR/);
      assert.match(await refused(await file(Uint8Array.of(0xff, 0xfe))), /expected .* UTF-8$/);
      assert.match(await refused(await file("#".repeat(65_537))), /larger than 65536 bytes/);
    });

    it("sees the process's environment", () => {
      assert.equal(typeof processEnvironment()["PATH"], "string");
    });
  });

  describe("govppmux config", () => {
    interface Run {
      readonly out: string;
      readonly err: string;
      readonly exitCode: number;
    }

    async function run(...words: string[]): Promise<Run> {
      let [out, err] = ["", ""];
      const program = new Command("govppmux").exitOverride().configureOutput({
        writeOut: (text) => out += text,
        writeErr: (text) => err += text,
      });
      registerConfig(program);
      try {
        await program.parseAsync(["config", ...words], { from: "user" });
        return { out, err, exitCode: 0 };
      } catch (error) {
        if (!(error instanceof CommanderError)) throw error;
        return { out, err, exitCode: error.exitCode };
      }
    }

    it("check prints the effective values and where they come from", async () => {
      const path = await file("reply-timeout: 1500000000\n");
      const { out, err, exitCode } = await run("check", path);
      assert.equal(exitCode, 0);
      assert.equal(err, "");
      assert.match(out, /^health-check-disconnect-after +off +default$/m);
      const line = out.split("\n").find((line) => line.startsWith("reply-timeout "));
      assert.deepEqual(line?.split(/ {2,}/), ["reply-timeout", "1s500ms", `${path}:1`]);
    });

    it("check warns of an old name", async () => {
      const { out, err, exitCode } = await run("check", await file("stats-socket-name: /s"));
      assert.equal(exitCode, 0);
      assert.match(err, /^warning: .*:1: stats-socket-name: old name; write stats-socket-path/);
      assert.match(out, /^stats-socket-path +\/s +/m);
    });

    it("check lists every problem and exits with 1", async () => {
      const path = await file("reply-timeout: x\nfoo: 1\n");
      const { out, err, exitCode } = await run("check", path);
      assert.equal(exitCode, 1);
      assert.equal(out, "");
      assert.match(err, /^Cannot use the configuration, 2 problems:\n/);
      assert.ok(err.includes(`${path}:1: reply-timeout: expected a duration`));
      assert.ok(err.includes(`${path}:2: foo: unknown key`));
    });

    it("example prints a file that check accepts", async () => {
      const { out } = await run("example");
      assert.equal(out, exampleConfig());
      assert.equal((await run("check", await file(out))).exitCode, 0);
    });
  });
});
