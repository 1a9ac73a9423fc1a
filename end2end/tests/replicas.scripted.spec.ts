/** A page that is open while the replicas behind a proxy come and go. */

import { type ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HASH, signIn } from '../support/access.ts';
import { freeAddress, kill, withProcesses } from '../support/processes.ts';
import { ID, servers } from '../support/servers.ts';
import { expect, scripted, tagNames, tagOutside, tagRow, test as base } from '../support/test.ts';

const REPOSITORY = 'demo/docker';
const TAGS = `/${ID}/${REPOSITORY}`;

interface Replicas {
  /** Where the proxy is. */
  url: string;
  /** Where each replica is. */
  addresses: string[];
  start(number: number): Promise<void>;
  /** Kills one without telling it. */
  kill(number: number): Promise<void>;
}

const test = base.extend<{ replicas: Replicas }>({
  // eslint-disable-next-line no-empty-pattern
  replicas: async ({}, use) =>
    withProcesses(async (processes, folder) => {
      const users = join(folder, 'htpasswd');
      await writeFile(users, `admin:${HASH}\n`);
      const database = await processes.database();
      const addresses = [await freeAddress(), await freeAddress()];
      const running: ChildProcess[] = [];
      const start = async (number: number) => {
        running[number] = await processes.stowage(addresses[number]!, join(folder, `${number}`), servers().registry, {
          STOWAGE_DATABASE_URL: database,
          STOWAGE_SECRET_KEY: 'the key that all replicas have been given',
          STOWAGE_AUTH_HTPASSWD: users,
          STOWAGE_GRANTS: 'administrator local:admin **',
        });
      };
      await Promise.all([start(0), start(1)]);
      const url = await processes.nginx(addresses);
      await use({ url, addresses, start, kill: (number) => kill(running[number]!) });
    }),
  baseURL: async ({ replicas }, use) => use(replicas.url),
});

// What a page listens to ends with the replica that tells it; the browser says so and connects again.
test.use({ mayBeCutOff: '/api/v1/events' });

// A browser ends an event stream for good when it connects again and a proxy answers 502, as nginx does in the moment in
// which it holds both replicas for dead; the page begins a new one then.
test('a page goes on while one replica is killed, and then the other', async ({ page, replicas }) => {
  test.setTimeout(240_000);
  await signIn(page, 'admin', TAGS);
  await scripted(page);
  const [known] = await tagNames(page);
  let documents = 0;
  page.on('request', (request) => {
    if (request.resourceType() === 'document') documents += 1;
  });
  /** Pushes a tag, has the replica at an address notice, and waits until the page shows it. */
  const appears = async (at: string) => {
    const name = `replica-${page.viewportSize()!.width}-${Date.now()}`;
    await tagOutside(REPOSITORY, known!, name);
    const cookies = await page.context().cookies();
    const cookie = cookies.map((it) => `${it.name}=${it.value}`).join('; ');
    const answer = await fetch(at + TAGS, { headers: { cookie } });
    expect(answer.status).toBe(200);
    // nginx holds a replica for dead for ten seconds, sometimes both, and the page asks again after that.
    await expect(tagRow(page, name)).toBeVisible({ timeout: 45_000 });
  };
  // Whichever of them the page listens to, one of these is the other.
  for (const address of replicas.addresses) await appears(address);

  await replicas.kill(0);
  await appears(replicas.addresses[1]!);
  await replicas.start(0);
  await appears(replicas.addresses[0]!);
  await replicas.kill(1);
  await appears(replicas.addresses[0]!);
  expect(documents, 'the page was never loaded again').toBe(0);

  // Here the browser asks itself, and shows what the proxy answers while it looks for a server that is there.
  await expect(async () => {
    await page.goto(`${TAGS}:${known}`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible({ timeout: 1000 });
  }).toPass({ timeout: 20_000 });
  await page.goto('/settings');
  await expect(page).toHaveURL('/settings');
});
