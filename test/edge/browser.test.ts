import { stop } from "esbuild";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { startExample } from "../../examples/browser/server.ts";
import { projectRoot } from "../data.ts";
import { after, assert, describe, it } from "../harness.ts";
import { freePort } from "./free_port.ts";

after(() => stop());

const TOKEN = "a token for a browser";
const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const browser = [process.env["GOVPPMUX_TEST_BROWSER"], ...places]
  .find((path) => path !== undefined && existsSync(path));

describe("edge: in a browser", () => {
  const name = "a page dumps interfaces and follows them by events, through the proxy";
  // The driver is made for Node; what runs in the browser is the same.
  const reason = "Deno" in globalThis
    ? "the browser's driver runs on Node"
    : browser === undefined
    ? `no Chromium in ${places.join(", ")}; GOVPPMUX_TEST_BROWSER names another`
    : undefined;

  it(reason === undefined ? name : `${name} (skipped: ${reason})`, {
    skip: reason !== undefined,
  }, async () => {
    const { chromium } = await import("playwright-core");
    const folder = join(projectRoot(), "examples", "browser");
    const example = await startExample({ folder, port: await freePort(), token: TOKEN });
    const chrome = await chromium.launch({
      ...(browser === undefined ? {} : { executablePath: browser }),
      args: ["--no-sandbox"],
    });
    try {
      const page = await chrome.newPage();
      const faults: string[] = [];
      page.on("pageerror", (error) => faults.push(String(error)));
      await page.goto(example.url);
      await page.fill("#token", TOKEN);
      await page.click("form button");
      await page.waitForSelector("#interfaces tr:nth-child(6)");
      const names = await page.locator("#interfaces td:nth-child(2)").allTextContents();
      assert.deepEqual(names, ["local0", "loop0", "loop1", "loop2", "loop3", "loop4"]);
      const state = page.locator("#interfaces tr:nth-child(3) td:nth-child(4)");
      assert.equal(await state.textContent(), "down");
      await page.click("#interfaces tr:nth-child(3) button");
      await state.filter({ hasText: "up" }).waitFor();
      assert.equal(await page.locator("td:text-is('up')").count(), 1);
      assert.deepEqual(faults, []);
    } finally {
      await chrome.close();
      await example.close();
    }
  });
});
