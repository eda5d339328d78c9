import { configure, type LogRecord, reset } from "@logtape/logtape";
import { LOG_CATEGORY, logtapeLogger } from "../../src/host/logging.ts";
import { Life } from "../core/life.ts";
import { assert, describe, it } from "../harness.ts";

describe("the log through LogTape", () => {
  it("is silent until the program configures it", async () => {
    await using life = await Life.connected({ mux: { logger: logtapeLogger() } });
    life.sim.restart();
    await life.until("Connected");
  });

  it("has levels, and data beside the sentence", async () => {
    const records: LogRecord[] = [];
    await configure({
      reset: true,
      sinks: { records: (record) => void records.push(record) },
      loggers: [
        { category: LOG_CATEGORY, sinks: ["records"], lowestLevel: "info" },
        { category: ["logtape", "meta"], sinks: [] },
      ],
    });
    try {
      await using life = await Life.connected({ mux: { logger: logtapeLogger("agent") } });
      life.sim.stop();
      await life.elapse(1500);
      life.sim.restart();
      await life.until("Connected");
    } finally {
      await reset();
    }
    const [connecting] = records;
    assert.deepEqual(connecting?.category, [LOG_CATEGORY, "agent"]);
    assert.deepEqual(connecting?.message, ["Connection state"]);
    assert.equal(connecting?.properties["state"], "Connecting");
    const warning = records.find(({ level }) => level === "warning");
    assert.equal(warning?.properties["attempt"], 1);
    assert.ok(records.every(({ level }) => level === "info" || level === "warning"));
  });
});
