/** Starts the registries and a program for each of them, and stops exactly those. */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { ID, type State, publish } from './servers.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const TESTBED = process.env.TESTBED_BIN || join(ROOT, 'target/debug/testbed');
const STOWAGE = process.env.STOWAGE_BIN || join(ROOT, 'target/release/stowage');

/** Filling the registries takes a few seconds; on a busy machine more. */
const READY_WITHIN = 120_000;

interface Registries {
  open: { url: string };
  empty: { url: string };
  password: { url: string; user: string; password: string };
  tls: { url: string };
  noCatalog: { url: string };
  down: { url: string };
  html: { url: string };
  busy: { url: string };
}

export default async function setup(): Promise<() => Promise<void>> {
  const children: ChildProcess[] = [];
  const folder = await mkdtemp(join(tmpdir(), 'stowage-end2end-'));
  const stop = async () => {
    await Promise.all(children.map(end));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const testbed = spawn(TESTBED, ['serve', '--json'], { stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(testbed);
    const registries = JSON.parse(await firstLine(testbed)) as Registries;
    const start = async (state: State, registry: string, more: Record<string, string> = {}) => {
      const address = `127.0.0.1:${await freePort()}`;
      const child = spawn(STOWAGE, [], {
        cwd: ROOT,
        stdio: ['ignore', 'ignore', 'inherit'],
        // Nothing else of this machine's environment may configure it.
        env: {
          PATH: process.env.PATH,
          STOWAGE_LISTEN: address,
          STOWAGE_DATA: join(folder, state),
          STOWAGE_LOG: 'error',
          REGISTRY_URL: registry,
          REGISTRY_ID: ID,
          ...more,
        },
      });
      children.push(child);
      await healthy(child, `http://${address}`);
      return [state, `http://${address}`] as const;
    };
    const started = await Promise.all([
      start('healthy', registries.open.url),
      start('deleting', registries.open.url, { DELETE_IMAGES: 'true', STOWAGE_PROTECTED_TAGS: 'latest' }),
      start('empty', registries.empty.url),
      start('wrongCredentials', registries.password.url, {
        REGISTRY_USERNAME: registries.password.user,
        REGISTRY_PASSWORD: `not ${registries.password.password}`,
      }),
      start('noCredentials', registries.password.url),
      start('unknownAuthority', registries.tls.url),
      start('catalogRefused', registries.noCatalog.url),
      start('down', registries.down.url),
      start('html', registries.html.url),
      start('busy', registries.busy.url),
    ]);
    publish({
      stowage: Object.fromEntries(started) as Record<State, string>,
      registry: registries.open.url,
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    createInterface({ input: child.stdout! }).once('line', found);
    child.once('error', failed);
    child.once('exit', (code) => failed(new Error(`${TESTBED} ended with ${code}`)));
  });
}

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer().once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address && typeof address === 'object' ? found(address.port) : failed(new Error('no port'))));
    });
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

/** The testbed ends when its input does, and takes its registries with it; everything else is told to. */
function end(child: ChildProcess): Promise<void> {
  return new Promise((ended) => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return ended();
    child.once('exit', () => ended());
    if (child.stdin) child.stdin.end();
    else child.kill('SIGTERM');
  });
}
