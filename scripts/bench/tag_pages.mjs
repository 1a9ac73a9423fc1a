// A page of a hundred tags until every row is complete, against a browser that asks the registry for every row, and
// above what the registry itself takes to answer the requests that the rows need.

import { bareRequests } from "./bare.mjs";
import { parsed, visit } from "./browser.mjs";
import { ID, Stowage } from "./stowage.mjs";
import { median, milliseconds, ratio, series } from "./table.mjs";

const TIMES = 7;
const ROWS = 100;
const FASTER = 5;
const REQUESTS = 10;
const NODES = 3000;

const CASES = [
  { what: "100 tags, one platform", repository: "bench/hundred" },
  { what: "100 of 200 indexes, two platforms", repository: "bench/indexes" },
];

export async function tagPages(browser, rival, registry) {
  const rows = [];
  for (const { what, repository } of CASES) {
    const [ours, theirs, bare] = [[], [], []];
    // In turn, so that a slow moment of the machine slows both.
    for (let i = 0; i < TIMES; i += 1) {
      theirs.push(await rival.tagPage(browser, repository, ROWS));
      ours.push(await tagPage(browser, repository));
      bare.push(await bareRequests(registry, repository, ROWS));
    }
    rows.push(...compared(what, ours, theirs, bare));
  }
  return rows;
}

async function tagPage(browser, repository) {
  const server = await Stowage.start();
  try {
    return await visit(browser, `${server.url}/${ID}/${repository}?per_page=${ROWS}`, async (page) => {
      const took = await page.evaluate(parsed);
      const complete = await page.locator("table.rows tbody tr time").count();
      if (complete < ROWS) throw new Error(`${complete} of ${ROWS} rows of ${repository} are complete`);
      return { took, nodes: await page.evaluate(() => document.querySelectorAll("*").length) };
    });
  } finally {
    await server.stop();
  }
}

function compared(what, ours, theirs, bare) {
  const times = (visits) => visits.map((it) => it.took);
  const [took, rival, lower] = [ours, theirs, bare].map((visits) => median(times(visits)));
  const requests = Math.max(...ours.map((it) => it.requests));
  const nodes = Math.max(...ours.map((it) => it.nodes));
  return [
    {
      what,
      measured: milliseconds(took),
      beside: `${milliseconds(rival)} (${theirs[0].requests} requests)`,
      ratio: ratio(rival / took),
      target: `≥ ${FASTER}× faster`,
      reached: rival >= FASTER * took,
      raw: [
        `${what}: ${series(times(ours))}`,
        `    in the browser: ${series(times(theirs))}`,
        `    the requests alone: ${series(times(bare))}`,
      ],
    },
    {
      what: "  above the registry's own time",
      measured: milliseconds(took),
      beside: `${milliseconds(lower)} (${bare[0].requests} bare requests)`,
      ratio: ratio(took / lower),
    },
    {
      what: "  requests, files included",
      measured: String(requests),
      target: `≤ ${REQUESTS}`,
      reached: requests <= REQUESTS,
    },
    { what: "  DOM nodes", measured: String(nodes), target: `< ${NODES}`, reached: nodes < NODES },
  ];
}
