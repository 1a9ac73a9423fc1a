// Pages of a repository with thousands of tags that were scanned: how long the server takes for them, and how long a
// browser, beside one that asks the registry for every row.

import { parsed, visit } from "./browser.mjs";
import { scan } from "./scan.mjs";
import { CLIENTS, pages, serverTime } from "./server_time.mjs";
import { Stowage } from "./stowage.mjs";
import { median, milliseconds, ratio, series } from "./table.mjs";

const TIMES = 7;
const ROWS = 100;

const MEDIAN = 15;
const LATE = 50;
const NODES = 3000;
const COMPLETE = 500;
const FASTER = 6;

export async function inventory(browser, rival, repository, nTags) {
  const server = await Stowage.start();
  try {
    await scan(server, repository, nTags);
    return [
      ...(await underLoad(server, repository, nTags)),
      ...(await inTheBrowser(browser, rival, server, repository, nTags)),
    ];
  } finally {
    await server.stop();
  }
}

async function underLoad(server, repository, nTags) {
  const paths = pages(repository, nTags);
  const trivial = await serverTime(server, ["/healthz"], { times: 10 * ROWS });
  const all = await serverTime(server, paths);
  const alone = await serverTime(server, paths, { clients: 1, times: 10 });
  return [
    {
      what: `page of ${nTags} tags, ${CLIENTS} clients: median`,
      measured: milliseconds(all.median),
      beside: `${milliseconds(trivial.median)} (/healthz)`,
      ratio: ratio(all.median / trivial.median),
      target: `< ${MEDIAN} ms`,
      reached: all.median < MEDIAN,
      raw: [
        `the slowest page for one client alone: ${milliseconds(alone.median)}; for ${CLIENTS} at once:`,
        ...all.each.map((it) => `${milliseconds(it.median).padStart(10)}  ${it.path}`),
      ],
    },
    {
      what: "  99th percentile",
      measured: milliseconds(all.late),
      beside: `${milliseconds(trivial.late)} (/healthz)`,
      ratio: ratio(all.late / trivial.late),
      target: `< ${LATE} ms`,
      reached: all.late < LATE,
    },
  ];
}

async function inTheBrowser(browser, rival, server, repository, nTags) {
  const [ours, theirs] = [[], []];
  const paths = pages(repository, nTags);
  for (let i = 0; i < TIMES; i += 1) {
    theirs.push(await rival.tagPage(browser, repository, Math.min(ROWS, nTags)));
    // Another page each time.
    ours.push(await complete(browser, server.url + paths[Math.floor((i * paths.length) / TIMES)]));
  }
  const times = (visits) => visits.map((it) => it.took);
  const [took, slower] = [ours, theirs].map((visits) => median(times(visits)));
  const nodes = Math.max(...ours.map((it) => it.nodes));
  return [
    {
      what: "  complete in a browser with nothing cached",
      measured: milliseconds(took),
      target: `≤ ${COMPLETE} ms`,
      reached: took <= COMPLETE,
      raw: [`complete: ${series(times(ours))}`, `    in the browser: ${series(times(theirs))}`],
    },
    {
      what: "  beside a browser that asks the registry",
      measured: milliseconds(took),
      beside: `${milliseconds(slower)} (${theirs[0].requests} requests)`,
      ratio: ratio(slower / took),
      target: `≥ ${FASTER}× faster`,
      reached: slower >= FASTER * took,
    },
    { what: "  DOM nodes", measured: String(nodes), target: `< ${NODES}`, reached: nodes < NODES },
  ];
}

function complete(browser, address) {
  return visit(browser, address, async (page) => {
    const rows = await page.locator("table.rows tbody tr").count();
    const dated = await page.locator("table.rows tbody td.when time").count();
    if (rows === 0 || dated < rows) throw new Error(`${dated} of ${rows} rows of ${address} are complete`);
    return {
      took: await page.evaluate(parsed),
      nodes: await page.evaluate(() => document.querySelectorAll("*").length),
    };
  });
}
