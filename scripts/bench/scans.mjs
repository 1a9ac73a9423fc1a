// The scan of a repository with thousands of tags, beside a bare loop of the same requests, with nothing done with the
// answers and at the concurrency that suits the registry best.

import { requestsDuring } from "./registry_log.mjs";
import { scan } from "./scan.mjs";
import { Stowage } from "./stowage.mjs";
import { median, milliseconds, ratio, series } from "./table.mjs";
import { testbed } from "./testbed.mjs";

const TIMES = 3;
const CONCURRENCIES = [4, 8, 16, 32, 64];

const FIRST_SLOWER = 1.3;
const SECOND_SLOWER = 1.2;
const BYTES_A_TAG = 1000;

export async function scans(registry, repository, nTags) {
  const bare = (what, concurrency) =>
    testbed("bare", what, registry, repository, "--concurrency", concurrency).then(({ listing, looks, requests }) => ({
      listing: listing * 1000,
      looks: looks * 1000,
      requests,
      concurrency,
    }));
  const tried = { reads: [], heads: [] };
  for (const [what, runs] of Object.entries(tried)) {
    for (const concurrency of CONCURRENCIES) runs.push(await bare(what, concurrency));
  }
  const best = (what) => tried[what].reduce((best, it) => (it.looks < best.looks ? it : best)).concurrency;
  const [readsAtOnce, headsAtOnce] = [best("reads"), best("heads")];

  const [first, second, reads, heads] = [[], [], [], []];
  let [asked, again, database] = [];
  // In turn, so that a slow moment of the machine slows both.
  for (let i = 0; i < TIMES; i += 1) {
    reads.push(await bare("reads", readsAtOnce));
    heads.push(await bare("heads", headsAtOnce));
    const server = await Stowage.start();
    try {
      asked = await requestsDuring(repository, () => scan(server, repository, nTags));
      again = await requestsDuring(repository, () => scan(server, repository, nTags));
    } finally {
      ({ database } = await server.stop());
    }
    first.push(asked.result);
    second.push(again.result);
  }
  // Both begin with the list, so it counts for the first; the second is compared with the HEADs and nothing else.
  const whole = reads.map((it) => it.listing + it.looks);
  const looks = heads.map((it) => it.looks);
  const [firstTook, secondTook, readsTook, headsTook] = [first, second, whole, looks].map(median);
  const bytes = database / nTags;
  return [
    {
      what: `first scan of ${nTags} tags`,
      measured: milliseconds(firstTook),
      beside: `${milliseconds(readsTook)} (the list and ${reads[0].requests} GETs, ${readsAtOnce} at once)`,
      ratio: ratio(firstTook / readsTook),
      target: `≤ ${FIRST_SLOWER}×`,
      reached: firstTook <= FIRST_SLOWER * readsTook,
      raw: [
        `first scan: ${series(first)}; ${asked.gets} GETs, ${asked.heads} HEADs`,
        `    the list and GETs alone: ${series(whole)}, of which the list: ${series(reads.map((it) => it.listing))}`,
        ...tried.reads.map((it) => `    GETs, ${it.concurrency} at once: ${milliseconds(it.looks)}`),
      ],
    },
    {
      what: "second scan, nothing changed",
      measured: milliseconds(secondTook),
      beside: `${milliseconds(headsTook)} (${heads[0].requests} HEADs, ${headsAtOnce} at once)`,
      ratio: ratio(secondTook / headsTook),
      target: `≤ ${SECOND_SLOWER}×`,
      reached: secondTook <= SECOND_SLOWER * headsTook,
      raw: [
        `second scan: ${series(second)}; ${again.gets} GETs, ${again.heads} HEADs`,
        `    the HEADs alone: ${series(looks)}, and the list before them: ${series(heads.map((it) => it.listing))}`,
        ...tried.heads.map((it) => `    HEADs, ${it.concurrency} at once: ${milliseconds(it.looks)}`),
      ],
    },
    {
      what: "  manifests and blobs read by it",
      measured: String(again.gets),
      target: "0",
      reached: again.gets === 0 && again.heads >= nTags,
    },
    {
      what: "  database a tag, after it",
      measured: `${bytes.toFixed(0)} B`,
      target: `< ${BYTES_A_TAG} B`,
      reached: bytes < BYTES_A_TAG,
    },
  ];
}
