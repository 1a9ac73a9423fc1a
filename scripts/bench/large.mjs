// An inventory that was filled with many more tags and repositories, beside one that was filled with fewer; no registry
// answers for either.

import { statSync } from "node:fs";
import { join } from "node:path";

import { CLIENTS, pages, serverTime } from "./server_time.mjs";
import { ID, Stowage } from "./stowage.mjs";
import { milliseconds, ratio } from "./table.mjs";

const SLOWER = 2;
const SEARCH = 50;
const MEMORY = 200;
const BYTES_A_TAG = 1000;

/** `small` and `large` are `{folder, registry, repository, tags, repositories}`: what scripts/bench.sh filled. */
export async function large(small, large) {
  const few = await measured(small, false);
  const many = await measured(large, true);
  const bytes = statSync(join(large.folder, "stowage.db")).size / (large.tags + large.repositories);
  const slowest = (times) => times.each.map((it) => `${milliseconds(it.median).padStart(10)}  ${it.path}`);
  const found = (what, times) => ({
    what,
    measured: milliseconds(times.median),
    beside: `${milliseconds(many.trivial.median)} (/healthz)`,
    ratio: ratio(times.median / many.trivial.median),
    target: `< ${SEARCH} ms`,
    reached: times.median < SEARCH,
    raw: [`${what}, one client, 99th percentile ${milliseconds(times.late)}; median:`, ...slowest(times)],
  });
  return [
    {
      what: `page of ${large.tags} tags, ${CLIENTS} clients: median`,
      measured: milliseconds(many.pages.median),
      beside: `${milliseconds(few.pages.median)} (${small.tags} tags)`,
      ratio: ratio(many.pages.median / few.pages.median),
      target: `≤ ${SLOWER}×`,
      reached: many.pages.median <= SLOWER * few.pages.median,
      raw: [`${large.tags} tags, ${CLIENTS} clients:`, ...slowest(many.pages)],
    },
    {
      what: "  99th percentile",
      measured: milliseconds(many.pages.late),
      beside: `${milliseconds(few.pages.late)} (${small.tags} tags)`,
      ratio: ratio(many.pages.late / few.pages.late),
      target: `≤ ${SLOWER}×`,
      reached: many.pages.late <= SLOWER * few.pages.late,
    },
    found("  search, the slowest text", many.search),
    found("  parts of names in lists, the slowest", many.lists),
    {
      what: `  peak memory, ${large.repositories} repositories`,
      measured: `${many.memory.toFixed(0)} MB`,
      target: `< ${MEMORY} MB`,
      reached: many.memory < MEMORY,
    },
    {
      what: "  database a tag",
      measured: `${bytes.toFixed(0)} B`,
      target: `< ${BYTES_A_TAG} B`,
      reached: bytes < BYTES_A_TAG,
    },
  ];
}

/** `searches` says whether more than the pages is of interest. */
async function measured({ folder, registry, repository, tags, repositories }, searches) {
  const server = await Stowage.start({ data: folder, registry });
  try {
    await check(server, repository, tags);
    const result = { pages: await serverTime(server, pages(repository, tags)) };
    if (searches) {
      const alone = { clients: 1, times: 30 };
      const app = `app-${String(repositories - 1).padStart(5, "0")}`;
      const version = `1.${Math.floor((tags - 1) / 100)}`;
      const revision = (tags - 1).toString(16).padStart(40, "0");
      const texts = [`${version}.7`, version, "1.", "a", "app", app, "bulk/group", "latest", "none-of-these"];
      const search = [...texts, revision, "image.revision", await someDigits(server, repository)];
      result.trivial = await serverTime(server, ["/healthz"], { ...alone, times: 300 });
      result.search = await serverTime(server, search.map((q) => `/search?q=${encodeURIComponent(q)}`), alone);
      const lists = [
        `/${ID}/${repository}?q=${version}.`,
        `/${ID}/${repository}?q=.7&sort=created`,
        `/${ID}/${repository}?q=${encodeURIComponent("/\\.7$/")}`,
        `/${ID}?q=${app}`,
        `/${ID}?q=app`,
      ];
      result.lists = await serverTime(server, lists, alone);
      result.memory = (server.memory("VmHWM") * 1024 * 1024) / 1e6;
    }
    return result;
  } finally {
    await server.stop();
  }
}

/** What was filled in by hand may not be what the server reads, and then would be measured in vain. */
async function check(server, repository, tags) {
  const list = await fetch(`${server.url}/api/v1/tags?repository=${repository}`).then((answer) => answer.json());
  const isWhole = ({ kind, size, digest, platforms }) => kind === "image" && size && digest && platforms.length === 1;
  if (list.total !== tags || !list.items.every(isWhole)) {
    throw new Error(`the inventory is not as a scan makes it: ${JSON.stringify(list).slice(0, 1000)}`);
  }
}

/** The first digits of a digest that is in the inventory. */
async function someDigits(server, repository) {
  const list = await fetch(`${server.url}/api/v1/tags?repository=${repository}`).then((answer) => answer.json());
  return list.items[0].digest.slice(0, "sha256:".length + 12);
}
