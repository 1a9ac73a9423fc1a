// How soon the server answers, what it occupies, and what its first page weighs.

import { setTimeout as pause } from "node:timers/promises";

import { visit } from "./browser.mjs";
import { ID, Stowage } from "./stowage.mjs";
import { median, milliseconds, series } from "./table.mjs";

const TIMES = 9;
const MIB = (value) => `${value.toFixed(1)} MiB`;
const KIB = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;

const READY = 200;
const IDLE = 40;
const FIRST_PAGE = 120 * 1024;

export async function start() {
  const times = [];
  const memories = [];
  for (let i = 0; i < TIMES; i += 1) {
    const server = await Stowage.start();
    times.push(server.took);
    // What the start allocates is given back within a moment.
    await pause(500);
    memories.push(server.memory());
    await server.stop();
  }
  const [ready, idle] = [median(times), median(memories)];
  return [
    {
      what: "ready to serve",
      measured: milliseconds(ready),
      target: `≤ ${READY} ms`,
      reached: ready <= READY,
      raw: [`ready: ${series(times)}`],
    },
    {
      what: "idle memory",
      measured: MIB(idle),
      target: `< ${IDLE} MiB`,
      reached: idle < IDLE,
      raw: [`idle: ${series(memories, MIB)}`],
    },
  ];
}

/** What a browser that has nothing cached receives for the catalog, headers not counted. */
export async function firstPage(browser) {
  const server = await Stowage.start();
  try {
    const { sizes } = await visit(browser, `${server.url}/${ID}`, async (page) => {
      await page.waitForLoadState("networkidle");
      const sizes = await page.evaluate(() =>
        ["navigation", "resource"]
          .flatMap((type) => performance.getEntriesByType(type))
          .map(({ name, encodedBodySize }) => ({ name: new URL(name).pathname, bytes: encodedBodySize })),
      );
      return { sizes };
    });
    const total = sizes.reduce((sum, it) => sum + it.bytes, 0);
    return [
      {
        what: "bytes received",
        measured: KIB(total),
        target: `≤ ${KIB(FIRST_PAGE)}`,
        reached: total <= FIRST_PAGE,
        raw: sizes.map((it) => `${KIB(it.bytes).padStart(10)}  ${it.name}`),
      },
    ];
  } finally {
    await server.stop();
  }
}
