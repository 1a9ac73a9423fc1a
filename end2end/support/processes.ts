/** The programs that tests start, and how they are ended: those, and no others. */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { ID } from './servers.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const TESTBED = process.env.TESTBED_BIN || join(ROOT, 'target/debug/testbed');
const STOWAGE = process.env.STOWAGE_BIN || join(ROOT, 'target/release/stowage');
const PROVIDER = join(import.meta.dirname, 'oidc-provider.mjs');

/** Filling the registries takes a few seconds; on a busy machine more. */
const READY_WITHIN = 120_000;

export class Processes {
  readonly #children: ChildProcess[] = [];

  /** Starts a registry of every kind, and gives what is told of them. */
  async testbed(): Promise<string> {
    const child = spawn(TESTBED, ['serve', '--json'], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#children.push(child);
    return firstLine(child, TESTBED);
  }

  /** Starts an OpenID provider whose only client is at an address, and gives its issuer. */
  async provider(client: string): Promise<string> {
    const program = [PROVIDER, '--public-url', client];
    const child = spawn(process.execPath, program, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#children.push(child);
    const line = await firstLine(child, PROVIDER);
    return (JSON.parse(line.replace(/^ready /, '')) as { issuer: string }).issuer;
  }

  /** Starts an empty database that several Stowages can share, and gives its address. */
  async database(): Promise<string> {
    return ((await this.#part(['postgres'])) as { url: string }).url;
  }

  /** Starts a reverse proxy in front of some addresses, and gives its own, with a slash at the end. */
  async nginx(addresses: string[], ...more: string[]): Promise<string> {
    const upstreams = addresses.map((it) => new URL(it).host);
    return ((await this.#part(['nginx', ...upstreams, ...more])) as { url: string }).url;
  }

  /** Starts something of the testbed, and gives what is told of it. */
  async #part(program: string[]): Promise<unknown> {
    const child = spawn(TESTBED, program, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#children.push(child);
    return JSON.parse(await firstLine(child, TESTBED));
  }

  /** Starts Stowage at an address, looking at one registry, and gives its process. */
  async stowage(
    address: string,
    data: string,
    registry: string,
    more: Record<string, string> = {},
  ): Promise<ChildProcess> {
    const child = spawn(STOWAGE, [], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'inherit'],
      // Nothing else of this machine's environment may configure it.
      env: {
        PATH: process.env.PATH,
        STOWAGE_LISTEN: new URL(address).host,
        STOWAGE_DATA: data,
        STOWAGE_LOG: 'error',
        REGISTRY_URL: registry,
        REGISTRY_ID: ID,
        ...more,
      },
    });
    this.#children.push(child);
    await healthy(child, address);
    return child;
  }

  async end(): Promise<void> {
    await Promise.all(this.#children.map(end));
  }
}

/** Gives somebody processes of their own, and a folder for what these keep; after that, neither is there any more. */
export async function withProcesses(use: (processes: Processes, folder: string) => Promise<void>): Promise<void> {
  const processes = new Processes();
  const folder = await mkdtemp(join(tmpdir(), 'stowage-end2end-'));
  try {
    await use(processes, folder);
  } finally {
    await processes.end();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Ends a program without telling it, as a machine does that loses its power. */
export function kill(child: ChildProcess): Promise<void> {
  return new Promise((killed) => {
    child.once('exit', () => killed());
    child.kill('SIGKILL');
  });
}

/** An address at which nothing listens yet. */
export function freeAddress(): Promise<string> {
  return new Promise((found, failed) => {
    const server = createServer().once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address && typeof address === 'object') found(`http://127.0.0.1:${address.port}`);
        else failed(new Error('no port'));
      });
    });
  });
}

function firstLine(child: ChildProcess, name: string): Promise<string> {
  return new Promise((found, failed) => {
    createInterface({ input: child.stdout! }).once('line', found);
    child.once('error', failed);
    child.once('exit', (code) => failed(new Error(`${name} ended with ${code}`)));
  });
}

/** Asks until the program answers, or has ended. */
async function healthy(child: ChildProcess, url: string): Promise<void> {
  let failure: Error | undefined;
  child.once('error', (error) => (failure = error));
  const until = Date.now() + READY_WITHIN;
  while (Date.now() < until) {
    if (failure) throw failure;
    if (child.exitCode !== null) throw new Error(`${STOWAGE} ended with ${child.exitCode}`);
    const answer = await fetch(`${url}/healthz`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((next) => setTimeout(next, 50));
  }
  throw new Error(`${STOWAGE} is not healthy at ${url}`);
}

/** What has an input ends when that does, and the testbed takes its registries with it; everything else is told to. */
function end(child: ChildProcess): Promise<void> {
  return new Promise((ended) => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return ended();
    child.once('exit', () => ended());
    if (child.stdin) child.stdin.end();
    else child.kill('SIGTERM');
  });
}
