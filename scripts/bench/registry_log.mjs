// What the registry was asked, by its own log.

import { closeSync, openSync, readSync, statSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

const LOG = process.env.DEMO_LOG;
/** How long the last lines may take to arrive. */
const SETTLED = 500;

/** Counts what is asked about the manifests and blobs of a repository while something is done. */
export async function requestsDuring(repository, action) {
  const begin = statSync(LOG).size;
  const result = await action();
  await pause(SETTLED);
  const text = readFrom(begin);
  const count = (method) => text.split(new RegExp(`"${method} /v2/${repository}/(?:manifests|blobs)/`)).length - 1;
  return { result, heads: count("HEAD"), gets: count("GET") };
}

function readFrom(begin) {
  const bytes = Buffer.alloc(statSync(LOG).size - begin);
  const file = openSync(LOG);
  try {
    return bytes.toString("utf8", 0, readSync(file, bytes, 0, bytes.length, begin));
  } finally {
    closeSync(file);
  }
}
