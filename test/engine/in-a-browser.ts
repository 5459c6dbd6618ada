import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { execa } from "execa";
import { chromium, type Browser, type Page } from "playwright-core";
import type { Stack } from "./stack";

const CHROMIUM = "/usr/bin/chromium";
const QUIET = ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** Tests of the demo's page as a person sees it. */
export function inABrowser(stackOf: () => Stack): void {
  describe("in a browser", () => {
    let browser: Browser | undefined;
    let page: Page;

    before(async () => {
      await ensureChromium();
      const args = ["--no-sandbox", "--headless", "--disable-gpu", "--disable-quic", ...QUIET];
      browser = await chromium.launch({ executablePath: CHROMIUM, args });
      page = await browser.newPage();
      await page.goto(`${stackOf().url}/`);
    });
    after(() => browser?.close());

    it("shows the version of the release", async () =>
      assert.equal(await page.locator("#version").textContent(), "1.0.0"));

    it("has the look that its static files give it", async () => {
      const colour = await page.evaluate('getComputedStyle(document.querySelector("header")).backgroundColor');
      assert.equal(colour, "rgb(31, 111, 92)");
    });

    it("shows an order that was typed into its form, and that it is done, without a reload", async () => {
      const name = `Visitor ${Date.now()}`;
      await page.getByLabel("customer").fill(name);
      await page.getByLabel("item").fill("Oolong");
      await page.getByLabel("quantity").fill("4");
      await page.getByRole("button", { name: "Order" }).click();
      const row = page.locator("#orders tbody tr", { hasText: name });
      await row.waitFor();
      const loads: string[] = [];
      page.on("load", () => loads.push(page.url()));
      await page.locator("#live[data-state=on]").waitFor();
      await page.locator("#orders tbody tr[data-status=done]", { hasText: name }).waitFor();
      assert.equal(await row.locator("td.item").textContent(), "Oolong");
      assert.ok(
        (await stackOf().containers("worker")).includes((await row.locator("td.worked_by").textContent()) ?? ""),
      );
      assert.deepEqual(loads, []);
    });
  });
}

async function ensureChromium(): Promise<void> {
  if (existsSync(CHROMIUM)) return;
  const install = ["install", "-y", "--no-install-recommends", "chromium"];
  if (process.getuid?.() !== 0) throw new Error(`There is no ${CHROMIUM}. Type: sudo apt-get ${install.join(" ")}`);
  await execa("apt-get", ["update"]);
  await execa("apt-get", ["-o", "DPkg::Lock::Timeout=180", ...install], { env: { DEBIAN_FRONTEND: "noninteractive" } });
}
