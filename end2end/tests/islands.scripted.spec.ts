import { ID, servers } from '../support/servers.ts';
import { type Page, type Locator, expect, filterField, isWide, scripted, tagNames, tagRow, tagRows, test } from '../support/test.ts';

const API = `/${ID}/team/api`;

/** Counts the documents that are asked for from now on. */
function documents(page: Page): () => number {
  let n = 0;
  page.on('request', (request) => {
    if (request.resourceType() === 'document') n += 1;
  });
  return () => n;
}

test('typing in the filter changes the rows and the address without loading the page again', async ({ page }) => {
  await page.goto(API);
  await scripted(page);
  const loads = documents(page);
  await filterField(page).pressSequentially('pr-');
  await expect(page).toHaveURL(`${API}?q=pr-`);
  await expect(tagRows(page).first()).toContainText('pr-');
  for (const name of await tagNames(page)) expect(name).toContain('pr-');
  await expect(filterField(page)).toBeFocused();

  await filterField(page).fill('');
  await expect(page).toHaveURL(API);
  await expect(tagRows(page)).toHaveCount(100);
  expect(loads()).toBe(0);

  await filterField(page).fill('main-');
  await expect(page).toHaveURL(`${API}?q=main-`);
  const before = await tagNames(page);
  await page.reload();
  await expect(filterField(page)).toHaveValue('main-');
  expect(await tagNames(page)).toEqual(before);
});

test('choosing a platform filters at once', async ({ page }) => {
  await page.goto(`/${ID}/team/webapp`);
  await scripted(page);
  const loads = documents(page);
  await page.getByRole('combobox', { name: 'Platform' }).selectOption('linux/arm/v7');
  await expect(page).toHaveURL(/platform=linux%2Farm%2Fv7/);
  await expect(tagRows(page)).toHaveCount(6);
  expect(loads()).toBe(0);
});

test('the catalog is filtered while somebody types', async ({ page }) => {
  await page.goto('/');
  await scripted(page);
  const loads = documents(page);
  await filterField(page).pressSequentially('wasm');
  await expect(page.getByText('1 of 25 repositories')).toBeVisible();
  await expect(page).toHaveURL(/\?q=wasm$/);
  expect(loads()).toBe(0);
});

test('a filter that is no regular expression yet is explained, and the rows come back', async ({ page }) => {
  await page.goto(API);
  await scripted(page);
  await filterField(page).fill('/(/');
  await expect(page.getByText('The filter is not a regular expression')).toBeVisible();
  await expect(filterField(page)).toHaveValue('/(/');
  await filterField(page).fill('/^stable$/');
  await expect(tagRow(page, 'stable')).toBeVisible();
  await expect(page.getByText('The filter is not a regular expression')).toHaveCount(0);
});

test('an older answer does not overwrite a newer one', async ({ page }) => {
  await page.goto(API);
  await scripted(page);
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(/[?&]q=main-/, async (route) => {
    await held;
    await route.continue();
  });
  const asked = page.waitForRequest(/[?&]q=main-/);
  await filterField(page).fill('main-');
  const old = await asked;
  await filterField(page).fill('pr-');
  await expect(page).toHaveURL(`${API}?q=pr-`);
  await expect(tagRows(page).first()).toContainText('pr-');
  const answered = page.waitForEvent('requestfinished', (it) => it === old);
  release();
  await answered;
  // The page read the old answer before this one, which went the same way later.
  await page.evaluate((url) => fetch(url).then((it) => it.text()), `${API}?q=pr-`);
  await expect(page).toHaveURL(`${API}?q=pr-`);
  for (const name of await tagNames(page)) expect(name).toContain('pr-');
});

test('the bars of filtered rows have lengths', async ({ page }) => {
  test.skip(!isWide(page), 'narrow windows leave the bars out');
  await page.goto(`/${ID}/team/webapp`);
  await scripted(page);
  await filterField(page).fill('2.1');
  await expect(page).toHaveURL(/q=2\.1$/);
  const widths = await tagRows(page)
    .locator('.bar i')
    .evaluateAll((them) => them.map((it) => it.getBoundingClientRect().width));
  expect(Math.max(...widths)).toBeGreaterThan(Math.min(...widths));
});

test.describe('copying', () => {
  test.beforeEach(({ context, baseURL }) =>
    context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: baseURL! }),
  );

  async function copies(page: Page, button: Locator, text: string | RegExp) {
    await button.click();
    await expect(page.getByRole('status')).toHaveText('Copied');
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    if (typeof text === 'string') expect(copied).toBe(text);
    else expect(copied).toMatch(text);
  }

  const host = () => new URL(servers().registry).host;

  test('the reference can be copied', async ({ page }) => {
    await page.goto(`/${ID}/team/webapp:2.14.0`);
    await scripted(page);
    const button = page.getByRole('button', { name: 'Copy the reference' });
    await copies(page, button, `${host()}/team/webapp:2.14.0`);
  });

  test('the pull command of a row can be copied', async ({ page }) => {
    await page.goto(`/${ID}/team/webapp`);
    await scripted(page);
    const row = tagRow(page, '2.13.1');
    await row.hover();
    await copies(page, row.getByRole('button', { name: 'Copy the pull command' }), `docker pull ${host()}/team/webapp:2.13.1`);
  });

  test('the whole digest can be copied', async ({ page }) => {
    await page.goto(`/${ID}/team/webapp:2.14.0`);
    await scripted(page);
    const button = page.locator('main .sub').getByRole('button', { name: 'Copy the digest' });
    await copies(page, button, /^sha256:[0-9a-f]{64}$/);
  });
});

test.describe('the stowage bar', () => {
  test.beforeEach(async ({ page }) => {
    await page.goto(`/${ID}/library/alpine-like:3.20`);
    await scripted(page);
  });

  test('lights the row of the segment under the pointer, and lets it go', async ({ page }) => {
    const segment = page.getByRole('group', { name: 'Layers by size' }).getByRole('link').first();
    const row = page.locator('#step-1');
    await segment.hover();
    await expect(row).toHaveClass(/\blit\b/);
    await expect(page.locator('tr.lit')).toHaveCount(1);
    await page.getByRole('navigation', { name: 'Reference' }).hover();
    await expect(page.locator('.lit')).toHaveCount(0);
  });

  test('lights the row of the segment that is focused', async ({ page }) => {
    await page.getByRole('group', { name: 'Layers by size' }).getByRole('link').first().focus();
    await expect(page.locator('#step-1')).toHaveClass(/\blit\b/);
  });

  test('lights the segment of the row under the pointer', async ({ page }) => {
    await page.locator('#step-1').hover();
    await expect(page.getByRole('group', { name: 'Layers by size' }).getByRole('link').first()).toHaveClass(/\blit\b/);
  });
});
