/** What changes while somebody looks. */

import { ID } from '../support/servers.ts';
import { expect, scripted, tagNames, tagOutside, tagRow, test } from '../support/test.ts';

test('a tag that was pushed outside appears within one look, without loading the page again', async ({ page }) => {
  const address = `/${ID}/demo/docker`;
  await page.goto(address);
  await scripted(page);
  const [known] = await tagNames(page);
  const name = `live-${page.viewportSize()!.width}-${Date.now()}`;
  await tagOutside('demo/docker', known!, name);
  await page.goto(address);
  let documents = 0;
  page.on('request', (request) => {
    if (request.resourceType() === 'document') documents += 1;
  });
  await expect(tagRow(page, name)).toBeVisible({ timeout: 15_000 });
  expect(documents).toBe(0);
});

test('searching finds while somebody types', async ({ page }) => {
  await page.goto('/search');
  await scripted(page);
  await page.getByRole('main').getByRole('searchbox').pressSequentially('wasm');
  await expect(page.locator('.hits').getByRole('link', { name: /demo\/wasm$/ })).toBeVisible();
  await expect(page).toHaveURL('/search?q=wasm');
});
