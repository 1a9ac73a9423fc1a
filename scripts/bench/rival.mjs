// The way of a dashboard without a server of its own: the browser asks the registry, through a plain reverse proxy,
// for the manifest and the configuration of every row. It draws less than a real one, which is to its advantage.

import { visit } from "./browser.mjs";
import { Nginx } from "./nginx.mjs";

const configuration = (registry) => (port) => `
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
  #nginx;

  static async start(registry) {
    const it = new Rival();
    const http = configuration(new URL(registry).host);
    it.#nginx = await Nginx.start(http, { files: { "index.html": page } });
    it.url = it.#nginx.url;
    return it;
  }

  tagPage(browser, repository, rows) {
    return visit(browser, `${this.url}/?repository=${repository}&rows=${rows}`, async (page) => {
      await page.waitForFunction(() => window.took !== undefined, undefined, { timeout: 120_000 });
      const complete = await page.locator("tbody tr").count();
      if (complete !== rows) throw new Error(`the rival shows ${complete} of ${rows} rows`);
      return { took: await page.evaluate(() => window.took) };
    });
  }

  stop() {
    return this.#nginx.stop();
  }
}
