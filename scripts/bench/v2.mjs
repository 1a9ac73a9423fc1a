// Large layers through /v2/, beside nginx passing on the same to the same registry, both without holding anything back.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { Nginx } from "./nginx.mjs";
import { Stowage } from "./stowage.mjs";
import { median, ratio, series } from "./table.mjs";

const REPOSITORY = "bench/layers";
const CONNECTIONS = 4;
const ROUNDS = 3;
const BYTES = 1 << 30;
const SHARE = 0.9;
const MEMORY = 64;

const run = promisify(execFile);
const rate = (value) => `${value.toFixed(0)} MB/s`;

const configuration = (registry) => (port) => `
  upstream registry { server ${registry}; keepalive 32; }
  server {
    listen 127.0.0.1:${port};
    client_max_body_size 0;
    location /v2/ {
      proxy_pass http://registry;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_buffering off;
      proxy_request_buffering off;
    }
    location / { root html; default_type text/html; }
  }
`;

export async function v2(registry) {
  const folder = mkdtempSync(join(tmpdir(), "stowage-bench-v2-"));
  const nginx = await Nginx.start(configuration(new URL(registry).host), { workers: "auto" });
  const stowage = await Stowage.start({ env: { STOWAGE_V2: "true", STOWAGE_V2_PUSH: "true" } });
  try {
    const layer = await makeLayer(join(folder, "layer"));
    await push(registry, layer);
    const rows = [];
    const before = stowage.memory("VmHWM");
    for (const [what, work] of [["pull", pull], ["push", push]]) {
      const measured = { nginx: [], stowage: [] };
      // In turn, so that what else the machine does falls on both.
      for (let round = 0; round < ROUNDS; round += 1) {
        measured.nginx.push(await throughput(() => work(nginx.url, layer)));
        measured.stowage.push(await throughput(() => work(stowage.url, layer)));
      }
      const [ours, theirs] = [median(measured.stowage), median(measured.nginx)];
      rows.push({
        what: `${what} of 1 GiB, ${CONNECTIONS} connections`,
        measured: rate(ours),
        beside: `${rate(theirs)} (nginx)`,
        ratio: ratio(ours / theirs),
        target: `≥ ${SHARE}×`,
        reached: ours >= SHARE * theirs,
        raw: [`${what}: ${series(measured.stowage, rate)}; nginx: ${series(measured.nginx, rate)}`],
      });
    }
    const grown = stowage.memory("VmHWM") - before;
    rows.push({
      what: "  peak memory, more than before",
      measured: `${grown.toFixed(0)} MiB`,
      target: `< ${MEMORY} MiB`,
      reached: grown < MEMORY,
    });
    return rows;
  } finally {
    await stowage.stop();
    await nginx.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Megabytes a second of all connections together. */
async function throughput(one) {
  const began = performance.now();
  await Promise.all(Array.from({ length: CONNECTIONS }, one));
  return (CONNECTIONS * BYTES) / 1e6 / ((performance.now() - began) / 1000);
}

/** A file of its own length: what is in it makes no difference here, where nobody packs it. */
async function makeLayer(file) {
  writeFileSync(file, "stowage");
  await truncate(file, BYTES);
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return { file, digest: `sha256:${hash.digest("hex")}` };
}

// curl, because node would be what takes the longest.
const curl = (...options) => run("curl", ["--silent", "--show-error", "--fail", ...options]);

function pull(url, { digest }) {
  return curl("--output", "/dev/null", `${url}/v2/${REPOSITORY}/blobs/${digest}`);
}

async function push(url, { file, digest }) {
  const begun = await fetch(`${new URL(url).origin}/v2/${REPOSITORY}/blobs/uploads/`, { method: "POST" });
  const location = new URL(begun.headers.get("location"), url);
  // The registry names the host that it was asked by; nginx passes that on as it is.
  location.host = new URL(url).host;
  location.search += `&digest=${digest}`;
  await curl("--upload-file", file, "--header", "Content-Type: application/octet-stream", location.href);
}
