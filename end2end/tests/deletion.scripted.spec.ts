/** What scripts add to deleting: selecting many, and seeing it go. */

import { violations } from '../support/barriers.ts';
import { ID, servers } from '../support/servers.ts';
import { expect, scripted, tagOutside, tagRow, tagRows, test } from '../support/test.ts';

test.use({
  // eslint-disable-next-line no-empty-pattern
  baseURL: async ({}, use) => use(servers().stowage.deleting),
});

test('shift selects what lies between, and the head selects the page', async ({ page }) => {
  await page.goto(`/${ID}/team/api`);
  await scripted(page);
  const boxes = tagRows(page).getByRole('checkbox');
  await boxes.nth(1).click();
  await boxes.nth(4).click({ modifiers: ['Shift'] });
  await expect(page.getByText('4 selected')).toBeVisible();
  await expect(boxes.nth(3)).toBeChecked();
  await boxes.nth(2).click();
  await expect(page.getByText('3 selected')).toBeVisible();
  const all = page.getByRole('checkbox', { name: 'Select all tags of this page' });
  if (await all.isVisible()) {
    await all.click();
    await expect(page.getByText('100 selected')).toBeVisible();
  }
});

test('a plan and its job have no barrier, and the job’s page follows it', async ({ page }) => {
  const repository = 'demo/buildkit-cache';
  const name = `seen-${page.viewportSize()!.width}-${Date.now()}`;
  await tagOutside(repository, 'main', name);
  await expect(async () => {
    await page.goto(`/${ID}/${repository}?q=${name}`);
    await expect(tagRow(page, name)).toBeVisible({ timeout: 1000 });
  }).toPass({ timeout: 20_000 });
  const audit = async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      expect.soft(await violations(page), colorScheme).toEqual([]);
    }
  };
  await tagRow(page, name).getByRole('checkbox').check();
  await audit();
  await page.getByRole('button', { name: 'Plan deletion…' }).click();
  await audit();
  await page.getByRole('button', { name: 'Delete 1 tag' }).click();
  // Nobody loads the page again.
  await expect(page.getByText('verified gone').first()).toBeVisible({ timeout: 20_000 });
  await audit();
});
