/** Starts the registries and a program for each of them, and stops exactly those. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pushHostile } from './hostile.ts';
import { Processes, freeAddress } from './processes.ts';
import { type Guarded, type State, publish } from './servers.ts';

interface Registries {
  open: { url: string };
  empty: { url: string };
  password: Guarded;
  tls: { url: string };
  cosign: { key: string };
  noCatalog: { url: string };
  down: { url: string };
  html: { url: string };
  busy: { url: string };
}

export default async function setup(): Promise<() => Promise<void>> {
  const processes = new Processes();
  const folder = await mkdtemp(join(tmpdir(), 'stowage-end2end-'));
  const stop = async () => {
    await processes.end();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const registries = JSON.parse(await processes.testbed()) as Registries;
    const start = async (state: State, registry: string, more: Record<string, string> = {}) => {
      const address = await freeAddress();
      // Nobody signs in here, and that is meant; without these words every page would warn of it.
      await processes.stowage(address, join(folder, state), registry, { STOWAGE_AUTH: 'open', ...more });
      return [state, address] as const;
    };
    // Once, and not by each worker: the registry confuses two pushes of one manifest at the same moment.
    await pushHostile(registries.password);
    const started = await Promise.all([
      start('healthy', registries.open.url, { STOWAGE_COSIGN_KEYS: `release=${registries.cosign.key}` }),
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
      guarded: registries.password,
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}
