/** Stowage below a path of its host: links, forms and cookies. */

import { PASSWORD } from '../support/access.ts';
import { BASE, REGISTRY, expect, outside, test } from '../support/base-path.ts';
import { filter, tagNames, tagRow } from '../support/test.ts';

test('from the first page to the layers of an image, everything is below the path', async ({ page }) => {
  const paths = outside(page);
  // Without the slash at the end it is the first page as well.
  await page.goto(BASE);
  await page.goto(`${REGISTRY}/team/`);
  await page.getByRole('main').locator(`a[href="${REGISTRY}/team/webapp"]`).first().click();
  await expect(page).toHaveURL(`${REGISTRY}/team/webapp`);
  await tagRow(page, '2.14.0').getByRole('link', { name: '2.14.0', exact: true }).click();
  await expect(page).toHaveURL(`${REGISTRY}/team/webapp:2.14.0`);
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Manifest' }).click();
  await expect(page).toHaveURL(new RegExp(`${REGISTRY}/team/webapp:2\\.14\\.0\\?.*view=manifest`));
  await page.locator('a.brand').click();
  await expect(page).toHaveURL(`${BASE}/`);
  expect(paths).toEqual([]);
});

test('styles and icons are there', async ({ page }) => {
  const missing: string[] = [];
  page.on('response', (response) => {
    if (response.status() >= 400) missing.push(response.url());
  });
  await page.goto(`${REGISTRY}/team/webapp`);
  // Without its style sheet, a page has the browser's own margin.
  const margin = await page.evaluate(() => getComputedStyle(document.body).marginTop);
  expect(margin).toBe('0px');
  expect(missing).toEqual([]);
});

test('filters, searches and preferences lead back to where they were', async ({ page, context }) => {
  const paths = outside(page);
  await page.goto(`${REGISTRY}/team/webapp`);
  await filter(page, '2.14');
  await expect(page).toHaveURL(new RegExp(`${REGISTRY}/team/webapp\\?.*q=2\\.14`));
  expect(await tagNames(page)).toContain('2.14.0');

  await page.locator('summary[aria-label="Preferences"]').click();
  await page.getByRole('button', { name: 'Dark', exact: true }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(page).toHaveURL(new RegExp(`${REGISTRY}/team/webapp\\?.*q=2\\.14`));
  const cookie = (await context.cookies()).find((it) => it.name === 'stowage_theme');
  expect(cookie).toMatchObject({ value: 'dark', path: BASE });

  await page.goto(`${BASE}/search?q=wasm`);
  await page.locator('.hits').getByRole('link', { name: /demo\/wasm$/ }).click();
  await expect(page).toHaveURL(`${REGISTRY}/demo/wasm`);
  expect(paths).toEqual([]);
});

test('a deletion is planned, and nothing is deleted by planning it', async ({ page }) => {
  const paths = outside(page);
  await page.goto(`${REGISTRY}/team/webapp:2.14.0`);
  await page.getByRole('main').locator(`form[action="${BASE}/plans"]`).getByRole('button').click();
  await expect(page).toHaveURL(new RegExp(`${BASE}/plans/\\w+$`));
  await expect(page.getByRole('main').locator(`form[action="${BASE}/jobs"]`)).toHaveCount(1);
  expect(paths).toEqual([]);
});

test('outside of the path a page says where Stowage is', async ({ page }) => {
  const answer = await page.goto('/activity');
  expect(answer!.status()).toBe(404);
  await page.getByRole('link', { name: 'Stowage' }).click();
  await expect(page).toHaveURL(`${BASE}/`);
});

test('whoever signs in comes back to where they were, with a cookie for the path alone', async ({ page, below, context }) => {
  await page.goto(`${below.guarded}${REGISTRY}/team/webapp?sort=size`);
  const login = new URL(page.url());
  expect(login.pathname).toBe(`${BASE}/login`);
  await page.locator('[name=username]').fill('admin');
  await page.locator('[name=password]').fill(PASSWORD);
  await page.getByRole('main').locator(`form[action="${BASE}/login"]`).getByRole('button').click();
  await expect(page).toHaveURL(`${below.guarded}${REGISTRY}/team/webapp?sort=size`);
  const cookie = (await context.cookies(page.url())).find((it) => it.name === 'stowage_path_session');
  expect(cookie).toMatchObject({ path: BASE, httpOnly: true });

  await page.goto(`${below.guarded}${BASE}/settings`);
  await page.getByRole('main').locator(`form[action="${BASE}/logout"]`).getByRole('button').click();
  await expect(page).toHaveURL(`${below.guarded}${BASE}/login`);
  await page.goto(`${below.guarded}${BASE}/settings`);
  expect(new URL(page.url()).pathname).toBe(`${BASE}/login`);
});
