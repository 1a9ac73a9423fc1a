// Looking into layers: reading a large one beside curl, gzip and tar, and opening a tree of many files.

import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { createReadStream, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

import { parsed, visit } from "./browser.mjs";
import { ID, Stowage } from "./stowage.mjs";
import { median, milliseconds, ratio, series } from "./table.mjs";

const REPOSITORY = "bench/files";
const ROUNDS = 3;
// Letters that stand for random bytes pack to three quarters, so this becomes a layer of 1 GiB.
const LARGE = { files: 2000, bytes: 704_000 };
const MANY = { folders: 100, files: 1000 };
const SLOWER = 1.3;
const PAINT = 300;
const NODES = 3000;
const MEMORY = 64;

const run = promisify(execFile);
const shell = (command) => run("bash", ["-o", "pipefail", "-c", command], { maxBuffer: 1 << 26 });

export async function files(browser, registry) {
  const folder = mkdtempSync(join(tmpdir(), "stowage-bench-files-"));
  try {
    const large = await push(registry, "large", await pack(folder, "large", makeLarge));
    await push(registry, "many", await pack(folder, "many", makeMany));
    return [...(await reading(registry, large)), ...(await opening(browser))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function reading(registry, layer) {
  const [ours, theirs, grown] = [[], [], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    const began = performance.now();
    await shell(`curl -sSf '${new URL(`/v2/${REPOSITORY}/blobs/${layer.digest}`, registry)}' | gzip -dc | tar t >/dev/null`);
    theirs.push(performance.now() - began);
    const stowage = await Stowage.start();
    try {
      await fetch(`${stowage.url}/${ID}/${REPOSITORY}:large`);
      const before = stowage.memory("VmHWM");
      ours.push(await read(stowage, "large"));
      grown.push(stowage.memory("VmHWM") - before);
    } finally {
      await stowage.stop();
    }
  }
  const [took, lower] = [median(ours), median(theirs)];
  return [
    {
      what: `reading a layer of ${(layer.size / (1 << 30)).toFixed(2)} GiB`,
      measured: milliseconds(took),
      beside: `${milliseconds(lower)} (curl | gzip -dc | tar t)`,
      ratio: ratio(took / lower),
      target: `≤ ${SLOWER}×`,
      reached: took <= SLOWER * lower,
      raw: [`reading: ${series(ours)}`, `curl | gzip -dc | tar t: ${series(theirs)}`],
    },
    {
      what: "  peak memory, more than before",
      measured: `${median(grown).toFixed(0)} MiB`,
      target: `< ${MEMORY} MiB`,
      reached: median(grown) < MEMORY,
    },
  ];
}

/** Within a page: when something was seen of it first, which may be told after it was loaded. */
function painted() {
  return new Promise((resolve) => {
    const observer = new PerformanceObserver((list) => {
      const [first] = list.getEntriesByName("first-contentful-paint");
      if (first) resolve(first.startTime);
    });
    observer.observe({ type: "paint", buffered: true });
  });
}

/** Opens a tree that was read before: with nothing in memory, and once more. */
async function opening(browser) {
  const data = mkdtempSync(join(tmpdir(), "stowage-bench-tree-"));
  const views = { "the root": "", "a directory of 1000": "&path=folder-050", "a search": "&q=file-0500" };
  // What a browser needs for any page, however little there is on it.
  const empty = [];
  const page = (stowage, query) => `${stowage.url}/${ID}/${REPOSITORY}:many?view=files${query}`;
  try {
    const first = await Stowage.start({ data });
    await read(first, "many");
    await first.stop();
    const rows = [];
    for (const [name, query] of Object.entries(views)) {
      const seen = { cold: [], warm: [], whole: [], nodes: 0 };
      for (let round = 0; round < ROUNDS; round += 1) {
        const stowage = await Stowage.start({ data });
        try {
          await visit(browser, `${stowage.url}/${ID}/none@`, async (it) => empty.push(await it.evaluate(painted)));
          for (const state of ["cold", "warm"]) {
            const look = await visit(browser, page(stowage, query), async (it) => ({
              took: await it.evaluate(painted),
              whole: await it.evaluate(parsed),
              nodes: await it.evaluate(() => document.querySelectorAll("*").length),
              entries: await it.locator("table.files tbody tr").count(),
            }));
            if (look.entries === 0) throw new Error(`${name} shows no files`);
            seen[state].push(look.took);
            if (state === "cold") seen.whole.push(look.whole);
            seen.nodes = Math.max(seen.nodes, look.nodes);
          }
        } finally {
          await stowage.stop();
        }
      }
      rows.push({
        what: `first paint of ${name}, ${MANY.folders * MANY.files} files`,
        measured: milliseconds(median(seen.cold)),
        beside: `${milliseconds(median(empty))} (a page without content)`,
        ratio: ratio(median(seen.cold) / median(empty)),
        target: `< ${PAINT} ms`,
        reached: median(seen.cold) < PAINT,
        raw: [`${name}: ${series(seen.cold)}; the second time: ${series(seen.warm)}`],
      });
      // The files follow what is above them, so that the first paint alone would tell too little.
      rows.push({ what: "  until its last file is there", measured: milliseconds(median(seen.whole)) });
      rows.push({ what: "  DOM nodes", measured: `${seen.nodes}`, target: `< ${NODES}`, reached: seen.nodes < NODES });
    }
    return rows;
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

/** Has the layers of a tag read, and tells how long that took. */
async function read(stowage, tag) {
  const began = performance.now();
  for (;;) {
    const answer = await fetch(`${stowage.url}/api/v1/image/files?repository=${REPOSITORY}&reference=${tag}`);
    if (answer.status === 200) return performance.now() - began;
    const job = await answer.json();
    if (answer.status !== 202 || job.state !== "running") throw new Error(`${tag} is not read: ${JSON.stringify(job)}`);
    await pause(20);
  }
}

function makeLarge(folder) {
  for (let number = 0; number < LARGE.files; number += 1) {
    writeFileSync(join(folder, `file-${number}`), randomBytes((LARGE.bytes * 3) / 4).toString("base64"));
  }
}

function makeMany(folder) {
  for (let number = 0; number < MANY.folders; number += 1) {
    const inner = join(folder, `folder-${String(number).padStart(3, "0")}`);
    mkdirSync(inner);
    for (let file = 0; file < MANY.files; file += 1) {
      writeFileSync(join(inner, `file-${String(file).padStart(4, "0")}`), `${file}\n`);
    }
  }
}

async function pack(folder, name, make) {
  const inner = join(folder, name);
  mkdirSync(inner);
  make(inner);
  const file = join(folder, `${name}.tar.gz`);
  await shell(`tar c -C '${inner}' . | gzip -1 >'${file}'`);
  rmSync(inner, { recursive: true });
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return { file, digest: `sha256:${hash.digest("hex")}`, size: statSync(file).size };
}

/** Pushes an image of one layer. */
async function push(registry, tag, layer) {
  const configFile = `${layer.file}.json`;
  writeFileSync(configFile, JSON.stringify({ os: "linux", architecture: "amd64", rootfs: { type: "layers", diff_ids: [] } }));
  const bytes = readFileSync(configFile);
  const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  const config = { file: configFile, digest, size: bytes.length };
  for (const { file, digest } of [config, layer]) {
    const begun = await fetch(new URL(`/v2/${REPOSITORY}/blobs/uploads/`, registry), { method: "POST" });
    const location = new URL(begun.headers.get("location"), registry);
    location.search += `&digest=${digest}`;
    await run("curl", ["-sSf", "--upload-file", file, "-H", "Content-Type: application/octet-stream", location.href]);
  }
  const type = "application/vnd.oci.image.manifest.v1+json";
  const described = (mediaType, { digest, size }) => ({ mediaType, digest, size });
  const manifest = {
    schemaVersion: 2,
    mediaType: type,
    config: described("application/vnd.oci.image.config.v1+json", config),
    layers: [described("application/vnd.oci.image.layer.v1.tar+gzip", layer)],
  };
  const answer = await fetch(new URL(`/v2/${REPOSITORY}/manifests/${tag}`, registry), {
    method: "PUT",
    headers: { "content-type": type },
    body: JSON.stringify(manifest),
  });
  if (!answer.ok) throw new Error(`the manifest is not taken: ${answer.status}`);
  return layer;
}
