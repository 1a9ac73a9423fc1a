// Measures the release build beside the registry itself and beside the way of a browser-only dashboard.
//
// Everything is measured in one run on one machine, so the ratios can be compared where the times cannot.

import { launch } from "./browser.mjs";
import { catalog } from "./catalog.mjs";
import { deletion } from "./deletion.mjs";
import { files } from "./files.mjs";
import { inventory } from "./inventory.mjs";
import { large } from "./large.mjs";
import { Rival } from "./rival.mjs";
import { scans } from "./scans.mjs";
import { firstPage, start } from "./start.mjs";
import { Stowage } from "./stowage.mjs";
import { print } from "./table.mjs";
import { tagPages } from "./tag_pages.mjs";
import { v2 } from "./v2.mjs";

const registry = process.env.REGISTRY_URL;
if (!registry) throw new Error("REGISTRY_URL is not set; run: make bench");

const wanted = process.env.PARTS?.split(",");
const filled = JSON.parse(process.env.FILLED);
const [repository, nTags] = [process.env.MANY_TAGS, Number(process.env.TAGS)];

const browser = await launch();
const rival = await Rival.start(registry);
const parts = {
  start: ["Start", () => start()],
  first: ["First page", () => firstPage(browser)],
  tags: ["Tag pages, nothing cached", () => tagPages(browser, rival, registry)],
  catalog: ["Catalog", () => catalog(browser, registry)],
  scans: ["Scans", () => scans(registry, repository, nTags)],
  deletion: ["Deletion", () => deletion(registry, repository, nTags)],
  inventory: ["Inventory, scanned", () => inventory(browser, rival, repository, nTags)],
  large: ["Inventory, filled", () => large(filled.small, filled.large)],
  files: ["Files of layers", () => files(browser, registry)],
  v2: ["Large layers through /v2/", () => v2(registry)],
};
try {
  for (const [name, [title, measure]] of Object.entries(parts)) {
    if (!wanted || wanted.includes(name)) print(title, await measure());
  }
} finally {
  await browser.close();
  await rival.stop();
  await Stowage.stopAll();
}
