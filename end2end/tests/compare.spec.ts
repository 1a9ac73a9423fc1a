/** Two images side by side. */

import { ID, servers } from '../support/servers.ts';
import { expect, scripted, test } from '../support/test.ts';

const OLD = `${ID}/team/webapp:2.13.1`;
const NEW = `${ID}/team/webapp:2.14.0`;

test('two tags are compared: what they share, and where they part', async ({ page }) => {
  await page.goto('/compare');
  await page.getByLabel('First image').fill(OLD);
  await page.getByLabel('Second image').fill(NEW);
  await page.getByRole('button', { name: 'Compare' }).click();
  await expect(page).toHaveURL(/\/compare\?a=.*2\.13\.1&b=.*2\.14\.0/);
  await expect(page.getByText(/^\d+ layers in common \(/)).toBeVisible();
  const version = page.getByRole('row').filter({ hasText: 'org.opencontainers.image.version' });
  await expect(version).toContainText('2.13.1');
  await expect(version).toContainText('2.14.0');
  await page.getByRole('link', { name: 'Swap' }).click();
  await expect(page.getByLabel('First image')).toHaveValue(NEW);
});

test('two platforms of one image are compared', async ({ page }) => {
  await page.goto(`/compare?a=${NEW}&b=${NEW}`);
  await expect(page.getByRole('note')).toContainText('There is no difference');
  await page.locator('select[name=platform_a]').selectOption('linux/amd64');
  await page.locator('select[name=platform_b]').selectOption('linux/arm64');
  await page.getByRole('button', { name: 'Compare' }).click();
  await expect(page.getByText('They have no layers in common.')).toBeVisible();
  await expect(page.getByRole('heading', { name: '2.14.0 · linux/arm64' })).toBeVisible();
});

test('an image leads to its comparison, and what cannot be compared says why', async ({ page }) => {
  await page.goto(`/${NEW}`);
  await page.getByRole('main').getByRole('link', { name: 'Compare', exact: true }).click();
  await expect(page.getByLabel('First image')).toHaveValue(NEW);
  await page.getByLabel('Second image').fill(`${ID}/team/webapp:no-such-tag`);
  await page.getByRole('button', { name: 'Compare' }).click();
  await expect(page.getByRole('main')).toContainText('no-such-tag');
  await expect(page.getByLabel('Second image')).toHaveValue(`${ID}/team/webapp:no-such-tag`);
});

test('two selected tags are compared from the list, and no more', async ({ page, javaScriptEnabled }) => {
  const { deleting } = servers().stowage;
  await page.goto(`${deleting}/${ID}/team/webapp?q=2.1`);
  const box = (tag: string) =>
    page.getByRole('row').filter({ has: page.getByRole('link', { name: tag, exact: true }) }).getByRole('checkbox');
  const compare = page.getByRole('button', { name: 'Compare' });
  for (const tag of ['2.13.1', '2.14.0']) await box(tag).check();
  if (javaScriptEnabled) {
    await scripted(page);
    await box('2.13').check();
    await expect(compare).toBeDisabled();
    await box('2.13').uncheck();
  }
  await compare.click();
  await expect(page.getByText(/layers? in common/)).toBeVisible();
});
