// The address of a server that was just started, from the line it prints when it is ready.

import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

const PATIENCE = 60_000;

/** Waits for the server whose output goes to the file `log`; gives up when the process `pid` ends. */
export async function address(log, pid) {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const text = readFileSync(log, "utf8");
    const ready = text.match(/ready at (http:\S+)/);
    if (ready) return ready[1];
    try {
      process.kill(Number(pid), 0);
    } catch {
      throw new Error(`the server ended:\n${text}`);
    }
    if (Date.now() > deadline) throw new Error(`the server is not ready after a minute:\n${text}`);
    await pause(50);
  }
}
