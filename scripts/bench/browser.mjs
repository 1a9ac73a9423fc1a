// A real Chromium, and pages in it that know nothing of each other.

import { createRequire } from "node:module";
import { setTimeout as pause } from "node:timers/promises";

import { launchOptions } from "../../end2end/support/chromium.mjs";

const require = createRequire(new URL("../../end2end/package.json", import.meta.url));
const { chromium } = require("@playwright/test");

const SETTLED = 300;

export function launch() {
  return chromium.launch(launchOptions);
}

/** Opens an address in a browser that has nothing cached; `look(page)` finds out what it shows. */
export async function visit(browser, url, look) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    const page = await context.newPage();
    // What starting a tab costs is no part of any page.
    await pause(SETTLED);
    const requests = [];
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(url, { waitUntil: "load", timeout: 120_000 });
    return { ...(await look(page)), requests: requests.length };
  } finally {
    await context.close();
  }
}

/** Milliseconds from the start of the navigation until the whole document was parsed, its last row included. */
export const parsed = () => performance.getEntriesByType("navigation")[0].domInteractive;
