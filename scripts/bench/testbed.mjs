// The testbed's program, for requests that node would take too long to send.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const PROGRAM = join(process.env.CARGO_TARGET_DIR, "release/testbed");
const LONGEST = 64 << 20;

/** Runs one of its commands and reads what it prints. */
export async function testbed(...command) {
  const { stdout } = await promisify(execFile)(PROGRAM, command.map(String), { maxBuffer: LONGEST });
  return JSON.parse(stdout);
}
