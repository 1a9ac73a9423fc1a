// The way of a dashboard without a server of its own: the browser asks the registry, through a plain reverse proxy,
// for the manifest and the configuration of every row. It draws less than a real one, which is to its advantage.

import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { visit } from "./browser.mjs";
import { freePort } from "./stowage.mjs";

const configuration = (port, registry) => `
daemon off;
worker_processes 1;
pid nginx.pid;
error_log error.log;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path temporary;
  proxy_temp_path temporary;
  fastcgi_temp_path temporary;
  uwsgi_temp_path temporary;
  scgi_temp_path temporary;
  keepalive_requests 100000;
  upstream registry { server ${registry}; keepalive 32; }
  server {
    listen 127.0.0.1:${port};
    location /v2/ {
      proxy_pass http://registry;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
    }
    location / { root html; default_type text/html; }
  }
}
`;

/** Runs in the browser: a row is complete when the configuration of its (first) image has arrived. */
async function inTheBrowser() {
  const parameters = new URLSearchParams(location.search);
  const [repository, count] = [parameters.get("repository"), Number(parameters.get("rows"))];
  const body = document.querySelector("tbody");
  const accept = [
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
  ].join(", ");
  const ask = (path, headers = {}) => fetch(`/v2/${repository}/${path}`, { headers }).then((answer) => answer.json());
  const manifest = (reference) => ask(`manifests/${reference}`, { accept });

  const row = async (tag) => {
    let found = await manifest(tag);
    if (found.manifests) found = await manifest(found.manifests[0].digest);
    const config = await ask(`blobs/${found.config.digest}`);
    const size = found.layers.reduce((sum, layer) => sum + layer.size, found.config.size);
    const cells = body.insertRow();
    for (const text of [tag, config.architecture, size, config.created]) cells.insertCell().textContent = text;
  };

  const { tags } = await ask("tags/list");
  tags.sort().reverse();
  await Promise.all(tags.slice(0, count).map(row));
  window.took = performance.now();
}

const page = `<!doctype html><html lang="en"><title>tags</title><table><tbody></tbody></table>
<script>(${inTheBrowser})()</script></html>`;

export class Rival {
  #process;
  #folder;

  static async start(registry) {
    const it = new Rival();
    const port = await freePort();
    it.url = `http://127.0.0.1:${port}`;
    it.#folder = mkdtempSync(join(tmpdir(), "stowage-bench-nginx-"));
    for (const folder of ["html", "temporary"]) mkdirSync(join(it.#folder, folder), { mode: 0o755 });
    writeFileSync(join(it.#folder, "html/index.html"), page);
    writeFileSync(join(it.#folder, "nginx.conf"), configuration(port, new URL(registry).host));
    const user = process.getuid() === 0 ? ["-g", "user root;"] : [];
    it.#process = spawn("nginx", ["-p", it.#folder, "-c", "nginx.conf", "-e", "error.log", ...user], {
      stdio: "inherit",
    });
    for (let i = 0; ; i += 1) {
      if (await fetch(it.url).then((answer) => answer.ok).catch(() => false)) return it;
      if (it.#process.exitCode !== null || i > 500) throw new Error("nginx did not start");
      await pause(20);
    }
  }

  tagPage(browser, repository, rows) {
    return visit(browser, `${this.url}/?repository=${repository}&rows=${rows}`, async (page) => {
      await page.waitForFunction(() => window.took !== undefined, undefined, { timeout: 120_000 });
      const complete = await page.locator("tbody tr").count();
      if (complete !== rows) throw new Error(`the rival shows ${complete} of ${rows} rows`);
      return { took: await page.evaluate(() => window.took) };
    });
  }

  async stop() {
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill("SIGTERM");
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
