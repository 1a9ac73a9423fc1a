// Measures the release build beside the registry itself and beside the way of a browser-only dashboard.
//
// Everything is measured in one run on one machine, so the ratios can be compared where the times cannot.

import { launch } from "./browser.mjs";
import { catalog } from "./catalog.mjs";
import { Rival } from "./rival.mjs";
import { firstPage, start } from "./start.mjs";
import { Stowage } from "./stowage.mjs";
import { print } from "./table.mjs";
import { tagPages } from "./tag_pages.mjs";

const registry = process.env.REGISTRY_URL;
if (!registry) throw new Error("REGISTRY_URL is not set; run: make bench");

const browser = await launch();
const rival = await Rival.start(registry);
try {
  print("Start", await start());
  print("First page", await firstPage(browser));
  print("Tag pages, nothing cached", await tagPages(browser, rival, registry));
  print("Catalog", await catalog(browser, registry));
} finally {
  await browser.close();
  await rival.stop();
  await Stowage.stopAll();
}
