// Times pages of the server whose log is argv[2] and process argv[3], and prints its memory.

import { readFileSync } from "node:fs";

import { address } from "./address.mjs";

const [log, pid] = process.argv.slice(2);
const TIMES = 15;
const PAGES = [
  ["catalog", "/bench"],
  ["tags, by name", "/bench/bulk/tags"],
  ["tags, newest first", "/bench/bulk/tags?sort=created&dir=desc"],
  ["tags of indexes", "/bench/bulk/indexes"],
  ["one image", "/bench/bulk/tags:1.0.0"],
];

const base = await address(log, pid);

async function time(path) {
  const start = performance.now();
  const answer = await fetch(new URL(path, base), { headers: { accept: "text/html" } });
  const size = (await answer.arrayBuffer()).byteLength;
  return { took: performance.now() - start, status: answer.status, size };
}

const memory = () => Number(readFileSync(`/proc/${pid}/status`, "utf8").match(/VmRSS:\s+(\d+)/)[1]) / 1024;
const shown = (milliseconds) => `${milliseconds.toFixed(1)} ms`.padStart(12);

console.log(`${"page".padEnd(22)}${"first".padStart(12)}${"median".padStart(12)}${"slowest".padStart(12)}   status  bytes`);
for (const [name, path] of PAGES) {
  const first = await time(path);
  const rest = [];
  for (let i = 0; i < TIMES; i += 1) rest.push((await time(path)).took);
  rest.sort((a, b) => a - b);
  const [median, slowest] = [rest[Math.floor(TIMES / 2)], rest[TIMES - 1]];
  console.log(
    `${name.padEnd(22)}${shown(first.took)}${shown(median)}${shown(slowest)}   ${first.status}     ${first.size}`,
  );
}
console.log(`memory of the server: ${memory().toFixed(0)} MiB`);
