/** A Stowage below a path of its host, for tests of what is different there. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HASH } from './access.ts';
import { freeAddress, withProcesses } from './processes.ts';
import { ID, servers } from './servers.ts';
import { type Page, expect, test as base } from './test.ts';

export { expect };
export type { Page };

export const BASE = '/registry-ui';
/** What the registry is called in addresses there. */
export const REGISTRY = `${BASE}/${ID}`;

/** Two Stowages for each worker: one that everybody may use, and one in which people sign in. */
export interface Below {
  open: string;
  guarded: string;
}

export const test = base.extend<object, { below: Below }>({
  below: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) =>
      withProcesses(async (processes, folder) => {
        const passwords = join(folder, 'htpasswd');
        await writeFile(passwords, `admin:${HASH}\n`);
        const [open, guarded] = [await freeAddress(), await freeAddress()];
        await Promise.all([
          processes.stowage(open, join(folder, 'open'), servers().registry, {
            STOWAGE_BASE_PATH: BASE,
            STOWAGE_AUTH: 'open',
            DELETE_IMAGES: 'true',
          }),
          // The path of the public address says the same.
          processes.stowage(guarded, join(folder, 'guarded'), servers().registry, {
            STOWAGE_PUBLIC_URL: `${guarded}${BASE}`,
            STOWAGE_AUTH_HTPASSWD: passwords,
          }),
        ]);
        await use({ open, guarded });
      }),
    { scope: 'worker', timeout: 150_000 },
  ],
  baseURL: async ({ below }, use) => use(below.open),
});

/** The paths that a page asks for outside of the one that Stowage is served under, while it does something. */
export function outside(page: Page): string[] {
  const paths: string[] = [];
  page.on('request', (request) => {
    const { pathname, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && pathname !== BASE && !pathname.startsWith(`${BASE}/`)) paths.push(pathname);
  });
  return paths;
}
