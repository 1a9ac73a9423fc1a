// A thousand tags deleted, beside the bare DELETE calls; and how soon thousands of tags are planned.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

import { scan } from "./scan.mjs";
import { Stowage } from "./stowage.mjs";
import { median, milliseconds, ratio, series } from "./table.mjs";
import { testbed } from "./testbed.mjs";

// The machine swings, and a job lasts long enough to notice.
const JOBS = 5;
const PLANS = 3;
// Rarely, for each answer lists all parts, and the time is the server's own.
const BETWEEN = 3000;
const SLOWER = 1.2;
const PLANNED_WITHIN = 1000;

const DELETED = Number(process.env.DELETED ?? 1000);

async function post(server, path, body) {
  const answer = await fetch(server.url + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  return JSON.parse(text);
}

const plan = (server, repository) => post(server, "/api/v1/plans", { repository, filter: { everything: true } });

/** What was deleted is pushed again; what is there already is left. */
async function seed(registry, repository) {
  const program = join(process.env.CARGO_TARGET_DIR, "release/testbed");
  await promisify(execFile)(program, ["seed", "tags", registry, repository, String(DELETED)]);
}

/** Milliseconds from the job's start to its end, by the server's own clock. */
async function carryOut(server, made) {
  const { id } = await post(server, "/api/v1/jobs", { plan: made.id });
  for (;;) {
    const job = await fetch(`${server.url}/api/v1/jobs/${id}`).then((answer) => answer.json());
    if (job.finished) {
      const deleted = job.items.filter((it) => it.outcome === "deleted").length;
      if (deleted !== DELETED) throw new Error(`a job ended ${job.state} with ${deleted} deleted: ${job.error}`);
      return new Date(job.finished) - new Date(job.started);
    }
    await pause(BETWEEN);
  }
}

/** Milliseconds of the DELETE calls and nothing else. */
async function callsAlone(registry) {
  await seed(registry, "bench/deleted-bare");
  return (await testbed("bare", "deletes", registry, "bench/deleted-bare")).looks * 1000;
}

export async function deletion(registry, repository, nTags) {
  const [jobs, plans] = [[], []];
  // A machine does not stay as fast as it is, so each job is set beside the calls just before it and just after it.
  const bare = [await callsAlone(registry)];
  for (let i = 0; i < JOBS; i += 1) {
    await seed(registry, "bench/deleted");
    const server = await Stowage.start();
    try {
      await scan(server, "bench/deleted", DELETED);
      jobs.push(await carryOut(server, await plan(server, "bench/deleted")));
      if (i === 0) {
        await scan(server, repository, nTags);
        for (let j = 0; j < PLANS; j += 1) {
          const began = performance.now();
          await plan(server, repository);
          plans.push(performance.now() - began);
        }
      }
    } finally {
      await server.stop();
    }
    bare.push(await callsAlone(registry));
  }
  const ratios = jobs.map((job, i) => job / ((bare[i] + bare[i + 1]) / 2));
  const [job, calls, slower, planned] = [jobs, bare, ratios, plans].map(median);
  return [
    {
      what: `${DELETED} tags deleted, checked and read back`,
      measured: milliseconds(job),
      beside: `${milliseconds(calls)} (the DELETE calls alone)`,
      ratio: ratio(slower),
      target: `≤ ${SLOWER}×`,
      reached: slower <= SLOWER,
      raw: [
        `jobs: ${series(jobs)}`,
        `    the DELETE calls alone, before and after each: ${series(bare)}`,
        `    each job beside the calls around it: ${series(ratios, ratio)}`,
      ],
    },
    {
      what: `a plan for ${nTags} tags`,
      measured: milliseconds(planned),
      target: `< ${PLANNED_WITHIN} ms`,
      reached: planned < PLANNED_WITHIN,
      raw: [`plans: ${series(plans)}`],
    },
  ];
}
