// Waits for the server whose log is argv[2] and process argv[3], fetches its first page, prints its size in brotli.

import { get } from "node:http";
import { brotliCompressSync } from "node:zlib";

import { address } from "./address.mjs";

function fetchPage(url, redirects = 3) {
  return new Promise((resolve, reject) => {
    get(url, { headers: { accept: "text/html", "accept-encoding": "br" } }, (answer) => {
      const { statusCode: status, headers } = answer;
      if (status >= 300 && status < 400 && redirects > 0) {
        answer.resume();
        resolve(fetchPage(new URL(headers.location, url), redirects - 1));
        return;
      }
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("end", () => {
        const body = Buffer.concat(parts);
        if (status !== 200) reject(new Error(`${url} was answered with ${status}: ${body.subarray(0, 500)}`));
        else resolve(headers["content-encoding"] === "br" ? body.length : brotliCompressSync(body).length);
      });
    }).on("error", reject);
  });
}

console.log(await fetchPage(await address(process.argv[2], process.argv[3])));
