/** Signing in with the credentials that one has at a registry. */

import { freeAddress, withProcesses } from '../support/processes.ts';
import { ID, servers } from '../support/servers.ts';
import { type Page, expect, test as base } from '../support/test.ts';

const test = base.extend<object, { stowage: string }>({
  stowage: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) =>
      withProcesses(async (processes, folder) => {
        const { url, user, password } = servers().guarded;
        const address = await freeAddress();
        const credentials = { REGISTRY_USERNAME: user, REGISTRY_PASSWORD: password };
        await processes.stowage(address, folder, url, { STOWAGE_AUTH: 'registry', ...credentials });
        await use(address);
      }),
    { scope: 'worker', timeout: 60_000 },
  ],
  baseURL: async ({ stowage }, use) => use(stowage),
});

async function send(page: Page, name: string, password: string): Promise<void> {
  const form = page.getByRole('main').locator('form[action="/login"]');
  await form.locator('[name=username]').fill(name);
  await form.locator('[name=password]').fill(password);
  await form.getByRole('button').click();
}

test('the credentials of the registry lead in, and are found in no page and no cookie', async ({ page }) => {
  const { user, password } = servers().guarded;
  await page.goto(`/${ID}`);
  await expect(page).toHaveURL(/\/login\?next=/);
  await send(page, user, password);
  await expect(page).toHaveURL(new RegExp(`/${ID}$`));
  await page.goto('/settings');
  await expect(page.getByRole('main')).toContainText(user);
  const cookies = JSON.stringify(await page.context().cookies());
  expect((await page.content()) + cookies).not.toContain(password);
});

test('what the registry does not take is refused here as well', async ({ page }) => {
  await page.goto('/login');
  const posted = page.waitForResponse((it) => it.request().method() === 'POST');
  await send(page, servers().guarded.user, 'not the password');
  expect((await posted).status()).toBe(401);
  await expect(page.getByRole('alert')).toBeVisible();
  await page.goto(`/${ID}`);
  await expect(page).toHaveURL(/\/login\?next=/);
});
