// How long the server takes for pages of tags that many people ask for at once.

import { ID } from "./stowage.mjs";
import { median, percentile } from "./table.mjs";
import { testbed } from "./testbed.mjs";

export const CLIENTS = 16;
const TIMES = 300;
const WARM = 2;
const PER_PAGE = 100;

const SORTS = ["", "created", "size", "platforms", "pushed"];

/** The first, the middle and the last page of a repository in every order, in both directions. */
export function pages(repository, nTags) {
  const last = Math.max(1, Math.ceil(nTags / PER_PAGE));
  const numbers = [...new Set([1, Math.ceil(last / 2), last])];
  return SORTS.flatMap((sort) =>
    ["", "asc"].flatMap((dir) =>
      numbers.map((page) => {
        const query = Object.entries({ sort, dir, page }).filter(([, value]) => value !== "");
        return `/${ID}/${repository}?${new URLSearchParams(query)}`;
      }),
    ),
  );
}

/**
 * Asks for all paths in turn, by so many clients at once, until the last byte. Gives the median and the 99th percentile
 * of the path with the largest, and the median of each.
 */
export async function serverTime(server, paths, { clients = CLIENTS, times = TIMES } = {}) {
  const addresses = paths.map((path) => server.url + path);
  await testbed("load", "--clients", clients, "--times", WARM, ...addresses);
  const took = await testbed("load", "--clients", clients, "--times", times, ...addresses);
  const medians = took.map(median);
  return {
    median: Math.max(...medians),
    late: Math.max(...took.map((values) => percentile(values, 0.99))),
    each: paths.map((path, index) => ({ path, median: medians[index] })),
  };
}
