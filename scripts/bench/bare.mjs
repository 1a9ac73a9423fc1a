// The requests that rows need, and nothing else: what no dashboard can be faster than.

import { Agent, get } from "node:http";

/** As many as keep the registry of this machine busy. */
const AT_ONCE = 8;
const ACCEPT = ["application/vnd.oci.image.index.v1+json", "application/vnd.oci.image.manifest.v1+json"].join(", ");

/** Milliseconds to read the manifests and configurations behind the last `rows` tags, all platforms included. */
export async function bareRequests(registry, repository, rows) {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  let requests = 0;
  const ask = (path) =>
    new Promise((resolve, reject) => {
      requests += 1;
      const url = new URL(`/v2/${repository}/${path}`, registry);
      get(url, { agent, headers: { accept: ACCEPT } }, async (answer) => {
        try {
          resolve(JSON.parse(Buffer.concat(await answer.toArray())));
        } catch (error) {
          reject(error);
        }
      }).on("error", reject);
    });
  const image = async (manifest) => {
    if (manifest.config) return ask(`blobs/${manifest.config.digest}`);
    return Promise.all(manifest.manifests.map(async (child) => image(await ask(`manifests/${child.digest}`))));
  };

  const began = performance.now();
  const { tags } = await ask("tags/list");
  await Promise.all(tags.slice(-rows).map(async (tag) => image(await ask(`manifests/${tag}`))));
  const took = performance.now() - began;
  agent.destroy();
  return { took, requests };
}
