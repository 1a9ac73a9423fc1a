// A scan of one repository, followed to its end as any program would follow it.

import { setTimeout as pause } from "node:timers/promises";

const BETWEEN = 100;

/** Milliseconds that the scan took by the server's own clock; `expected` is how many tags it has to look at. */
export async function scan(server, repository, expected) {
  const asked = await fetch(`${server.url}/api/v1/scans`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ repository }),
  });
  if (asked.status !== 202) throw new Error(`no scan began: ${asked.status} ${await asked.text()}`);
  const address = new URL(asked.headers.get("location"), server.url);
  for (;;) {
    const now = await fetch(address).then((answer) => answer.json());
    if (now.finished) {
      if (now.state !== "done" || now.n_done !== expected) throw new Error(`a scan ended: ${JSON.stringify(now)}`);
      return new Date(now.finished) - new Date(now.started);
    }
    await pause(BETWEEN);
  }
}
