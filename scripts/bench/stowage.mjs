// The release build as a process of its own, with nothing remembered unless it is given a folder.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** What the registry is called in addresses. */
export const ID = "bench";

const PROGRAM = join(process.env.CARGO_TARGET_DIR, "release/stowage");
const PATIENCE = 30_000;

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export class Stowage {
  static #running = new Set();

  #process;
  #folder;
  #isOwn;
  #log = "";

  /**
   * Starts the program and waits until it answers. `took` is the time from its start until then. `data` is a folder
   * that is kept, `registry` the address of a registry other than the usual one, `env` what else it is told.
   */
  static async start({ data, registry = process.env.REGISTRY_URL, env: more = {} } = {}) {
    const it = new Stowage();
    const port = await freePort();
    it.url = `http://127.0.0.1:${port}`;
    it.#isOwn = data === undefined;
    it.#folder = data ?? mkdtempSync(join(tmpdir(), "stowage-bench-"));
    const env = {
      ...process.env,
      STOWAGE_LISTEN: `127.0.0.1:${port}`,
      STOWAGE_DATA: it.#folder,
      REGISTRY_ID: ID,
      REGISTRY_URL: registry,
      // What it would do by itself is no part of what is measured.
      STOWAGE_SCAN_INTERVAL: "off",
      DELETE_IMAGES: "true",
      ...more,
    };
    const began = performance.now();
    it.#process = spawn(PROGRAM, { env, stdio: ["ignore", "pipe", "pipe"] });
    for (const output of [it.#process.stdout, it.#process.stderr]) {
      output.on("data", (text) => (it.#log += text));
    }
    Stowage.#running.add(it);
    for (;;) {
      const answered = await fetch(`${it.url}/healthz`).then((answer) => answer.ok).catch(() => false);
      if (answered) break;
      if (it.#process.exitCode !== null || performance.now() - began > PATIENCE) {
        throw new Error(`the server did not start:\n${it.#log}`);
      }
      await pause(2);
    }
    it.took = performance.now() - began;
    return it;
  }

  /** Resident memory in MiB: now, or the most it ever was (`VmHWM`). */
  memory(field = "VmRSS") {
    const status = readFileSync(`/proc/${this.#process.pid}/status`, "utf8");
    return Number(status.match(new RegExp(`${field}:\\s+(\\d+)`))[1]) / 1024;
  }

  /** Stops it; `database` is how many bytes its inventory has then. */
  async stop() {
    Stowage.#running.delete(this);
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    if (this.#process.exitCode === null) {
      this.#process.kill("SIGTERM");
      await ended;
    }
    const database = statSync(join(this.#folder, "stowage.db"), { throwIfNoEntry: false })?.size;
    if (this.#isOwn) rmSync(this.#folder, { recursive: true, force: true });
    return { database };
  }

  static async stopAll() {
    await Promise.all([...Stowage.#running].map((it) => it.stop()));
  }
}
