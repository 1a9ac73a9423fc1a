// The catalog of thousands of repositories, beside the time the registry itself takes to list them.

import { parsed, visit } from "./browser.mjs";
import { ID, Stowage } from "./stowage.mjs";
import { median, milliseconds, ratio, series } from "./table.mjs";

const TIMES = 5;
const SLOWER = 1.5;
const NODES = 3000;

/** How long the registry takes to list all it has, in pages of a thousand, and how many that are. */
async function listing(registry) {
  const began = performance.now();
  let count = 0;
  let next = new URL("/v2/_catalog?n=1000", registry);
  while (next) {
    const answer = await fetch(next);
    count += (await answer.json()).repositories.length;
    const link = answer.headers.get("link")?.match(/<([^>]+)>/);
    next = link ? new URL(link[1], registry) : undefined;
  }
  return { took: performance.now() - began, count };
}

export async function catalog(browser, registry) {
  const [ours, bare] = [[], []];
  let count = 0;
  let found = 0;
  for (let i = 0; i < TIMES; i += 1) {
    const listed = await listing(registry);
    count = listed.count;
    bare.push(listed.took);
    const server = await Stowage.start();
    try {
      ours.push(
        await visit(browser, `${server.url}/${ID}`, async (page) => ({
          took: await page.evaluate(parsed),
          nodes: await page.evaluate(() => document.querySelectorAll("*").length),
        })),
      );
      // One of them is not numbered, and the numbers begin with zero.
      const last = `app-${String(Number(process.env.REPOSITORIES) - 2).padStart(5, "0")}`;
      const search = await visit(browser, `${server.url}/${ID}?q=${last}`, async (page) => ({
        rows: await page.locator("a.line").filter({ hasText: last }).count(),
      }));
      found = search.rows;
    } finally {
      await server.stop();
    }
  }
  const times = ours.map((it) => it.took);
  const [took, lower] = [median(times), median(bare)];
  const nodes = Math.max(...ours.map((it) => it.nodes));
  return [
    {
      what: `first content, ${count} repositories`,
      measured: milliseconds(took),
      beside: `${milliseconds(lower)} (_catalog)`,
      ratio: ratio(took / lower),
      target: `≤ ${SLOWER}×`,
      reached: took <= SLOWER * lower,
      raw: [`first content: ${series(times)}`, `     _catalog: ${series(bare)}`],
    },
    { what: "  DOM nodes", measured: String(nodes), target: `< ${NODES}`, reached: nodes < NODES },
    { what: "  the last one, by filter", measured: `${found} found`, target: "1 found", reached: found === 1 },
  ];
}
