// nginx as a process of its own, with nothing in its configuration but what is measured.

import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { freePort } from "./stowage.mjs";

const configuration = (http, workers) => `
daemon off;
worker_processes ${workers};
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
${http}
}
`;

export class Nginx {
  #process;
  #folder;

  /** `http` makes the rest of the block http for a port; `files` are served from the folder html. */
  static async start(http, { workers = 1, files = {} } = {}) {
    const it = new Nginx();
    const port = await freePort();
    it.url = `http://127.0.0.1:${port}`;
    it.#folder = mkdtempSync(join(tmpdir(), "stowage-bench-nginx-"));
    for (const folder of ["html", "temporary"]) mkdirSync(join(it.#folder, folder), { mode: 0o755 });
    for (const [name, content] of Object.entries({ "index.html": "", ...files })) {
      writeFileSync(join(it.#folder, "html", name), content);
    }
    writeFileSync(join(it.#folder, "nginx.conf"), configuration(http(port), workers));
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

  async stop() {
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill("SIGTERM");
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
