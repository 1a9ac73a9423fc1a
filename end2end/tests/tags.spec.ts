import { ID, servers } from '../support/servers.ts';
import { type Page, expect, filter, filterField, isWide, tagNames, tagRow, tagRows, test } from '../support/test.ts';

const API = `/${ID}/team/api`;
const WEBAPP = `/${ID}/team/webapp`;

/** The tags that the registry itself lists. */
async function listed(repository: string): Promise<string[]> {
  const answer = await fetch(`${servers().registry}/v2/${repository}/tags/list`);
  const { tags } = (await answer.json()) as { tags: string[] };
  return tags.sort();
}

/** Reads every row of a list by following its pager. */
async function everyRow<T>(page: Page, read: () => Promise<T[]>): Promise<T[]> {
  const all = await read();
  const next = page.getByRole('link', { name: 'Next' });
  while (await next.isVisible()) {
    const before = await page.locator('.pager').innerText();
    await next.click();
    await expect(page.locator('.pager')).not.toHaveText(before);
    all.push(...(await read()));
  }
  return all;
}

const sizes = async (page: Page) =>
  (await tagRows(page).locator('td.num data').evaluateAll((them) => them.map((it) => it.getAttribute('value')))).map(Number);

const dates = (page: Page) =>
  tagRows(page).locator('td.when time').evaluateAll((them) => them.map((it) => it.getAttribute('datetime') ?? ''));

test('every tag of a repository has a row', async ({ page }) => {
  await page.goto(WEBAPP);
  expect((await tagNames(page)).sort()).toEqual(await listed('team/webapp'));
});

test('the columns tell platforms, size, date and digest', async ({ page }) => {
  test.skip(!isWide(page), 'narrow windows show rows without a head');
  await page.goto(WEBAPP);
  await expect(page.getByRole('columnheader')).toHaveText([/Tag/, 'Platforms', /Size/, /Created/, 'Digest']);
  const row = tagRow(page, '2.14.0');
  await expect(row.locator('.chips')).toHaveText(/amd64\s*arm64\s*arm\/v7/);
  await expect(row.locator('data')).toHaveText(/^\d+\.\d MiB$/);
  await expect(row.locator('data')).toHaveAttribute('title', /^\d+ bytes$/);
  await expect(row.locator('time')).toHaveText('6 days ago');
  await expect(row.locator('.digest code')).toHaveText(/^[0-9a-f]{12}$/);
});

test('tags on the same digest name each other', async ({ page }) => {
  await page.goto(WEBAPP);
  await expect(tagRow(page, '2.14.0').getByText('= 2.14, 2, latest')).toBeVisible();
  await expect(tagRow(page, '2.13').getByText('= 2.13.1')).toBeVisible();
  await expect(tagRow(page, '2.12.4-debug').getByText(/^= /)).toHaveCount(0);
});

test('names are in the order of versions, the newest first', async ({ page }) => {
  await page.goto(`${API}?q=%2F%5E1%5C.%2F`);
  const versions = (await everyRow(page, () => tagNames(page))).map((it) => it.split('.').map(Number));
  expect(versions.length).toBeGreaterThan(40);
  const sorted = [...versions].sort((a, b) => b[0] - a[0] || b[1] - a[1] || b[2] - a[2]);
  expect(versions).toEqual(sorted);
});

test('a platform that an index names but nobody holds is marked', async ({ page }) => {
  await page.goto(WEBAPP);
  await expect(tagRow(page, '2.13.0-rc.2').getByText('platform missing')).toBeVisible();
  if (isWide(page)) await expect(tagRow(page, '2.13.0-rc.2').getByText('arm64 missing')).toBeVisible();
});

test('a tag whose manifest is gone is marked', async ({ page }) => {
  await page.goto(WEBAPP);
  await expect(tagRow(page, '2.9.0').getByText('manifest gone')).toBeVisible();
  await expect(tagRow(page, '2.14.0').getByText('manifest gone')).toHaveCount(0);
});

test('a Helm chart among images is called one', async ({ page }) => {
  await page.goto(WEBAPP);
  await expect(tagRow(page, 'chart-1.4.0').getByText('Helm chart')).toBeVisible();
});

test('a signed image is marked, and what is attached stays out of the list until asked for', async ({ page }) => {
  await page.goto(`/${ID}/demo/signed`);
  expect((await tagNames(page)).sort()).toEqual(['0.9.0', '1.0.0', 'latest']);
  for (const tag of ['1.0.0', 'latest']) {
    await expect(tagRow(page, tag).getByText('signed', { exact: true })).toBeVisible();
    await expect(tagRow(page, tag).getByText('SBOM', { exact: true })).toBeVisible();
  }
  await expect(tagRow(page, '0.9.0').getByText('signed', { exact: true })).toHaveCount(0);
  await expect(page.getByText('4 signature and referrer tags')).toBeVisible();

  await page.getByRole('link', { name: 'show them' }).click();
  await expect(tagRows(page)).toHaveCount(7);
  expect((await tagNames(page)).sort()).toEqual(await listed('demo/signed'));

  await page.getByRole('link', { name: 'hide them' }).click();
  await expect(tagRows(page)).toHaveCount(3);
});

test('pages of a hundred hold every tag once', async ({ page }) => {
  await page.goto(API);
  const all = await listed('team/api');
  expect(all.length).toBeGreaterThan(130);
  await expect(page.getByText(`${all.length} tags, sorted by name`)).toBeVisible();
  await expect(tagRows(page)).toHaveCount(100);
  await expect(page.getByText(`1–100 of ${all.length}`)).toBeVisible();
  expect((await everyRow(page, () => tagNames(page))).sort()).toEqual(all);
  await expect(page.getByText(`101–${all.length} of ${all.length}`)).toBeVisible();
  await page.getByRole('link', { name: 'Previous' }).click();
  await expect(page.getByText(`1–100 of ${all.length}`)).toBeVisible();
});

test('sorting by size is over all tags, not those of the page', async ({ page }) => {
  await page.goto(`${API}?sort=size`);
  const largest = await everyRow(page, () => sizes(page));
  expect(largest).toHaveLength((await listed('team/api')).length);
  expect(largest).toEqual([...largest].sort((a, b) => b - a));

  await page.goto(`${API}?sort=size&dir=asc`);
  expect(await everyRow(page, () => sizes(page))).toEqual([...largest].reverse());
});

test('sorting by date is over all tags, not those of the page', async ({ page }) => {
  await page.goto(`${API}?sort=created`);
  const newest = await everyRow(page, () => dates(page));
  expect(newest).toHaveLength((await listed('team/api')).length);
  expect(newest).toEqual([...newest].sort().reverse());

  await page.goto(`${API}?sort=created&dir=asc`);
  expect(await everyRow(page, () => dates(page))).toEqual([...newest].sort());
});

test('the head of a column sorts by it, and again the other way', async ({ page }) => {
  test.skip(!isWide(page), 'narrow windows show rows without a head');
  await page.goto(API);
  const head = page.getByRole('columnheader', { name: 'Size' });
  await head.getByRole('link').click();
  await expect(head).toHaveAttribute('aria-sort', 'descending');
  await expect(page.getByText('sorted by size')).toBeVisible();
  await head.getByRole('link').click();
  await expect(head).toHaveAttribute('aria-sort', 'ascending');
  const shown = await sizes(page);
  expect(shown).toEqual([...shown].sort((a, b) => a - b));
});

test('narrow windows can sort too', async ({ page }) => {
  test.skip(isWide(page), 'wide windows have the heads of columns');
  await page.goto(API);
  await page.getByRole('link', { name: /^Size/ }).click();
  await expect(page.getByText('sorted by size')).toBeVisible();
});

test('the filter finds parts of names and keeps the order', async ({ page }) => {
  await page.goto(`${API}?sort=created`);
  await filter(page, 'pr-');
  await expect(page).toHaveURL(/q=pr-/);
  await expect(page).toHaveURL(/sort=created/);
  const expected = (await listed('team/api')).filter((it) => it.includes('pr-'));
  expect((await tagNames(page)).sort()).toEqual(expected);
  await expect(page.getByText(`${expected.length} of `)).toBeVisible();
  await expect(filterField(page)).toHaveValue('pr-');
});

test('the filter takes regular expressions', async ({ page }) => {
  await page.goto(WEBAPP);
  await filter(page, '/^2\\.1[34]$/');
  await expect(tagRows(page)).toHaveCount(2);
  expect((await tagNames(page)).sort()).toEqual(['2.13', '2.14']);
});

test('an invalid regular expression is explained and answered with 400', async ({ page }) => {
  const answer = await page.goto(`${WEBAPP}?q=%2F(%2F`);
  expect(answer?.status()).toBe(400);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('The filter is not a regular expression');
  await expect(page.getByText(/What stands between the slashes cannot be read: .+\./)).toBeVisible();
});

test('the platform filter keeps what runs there', async ({ page }) => {
  await page.goto(WEBAPP);
  await page.getByRole('combobox', { name: 'Platform' }).selectOption('linux/arm/v7');
  await page.getByRole('main').getByRole('button', { name: 'Filter' }).click();
  await expect(page).toHaveURL(/platform=linux%2Farm%2Fv7/);
  await expect(tagRows(page)).toHaveCount(6);
  expect((await tagNames(page)).sort()).toEqual(['2', '2.13', '2.13.1', '2.14', '2.14.0', 'latest']);
  await expect(page.getByRole('combobox', { name: 'Platform' })).toHaveValue('linux/arm/v7');
});

test('a filter that nothing matches says so and can be cleared', async ({ page }) => {
  await page.goto(WEBAPP);
  await filter(page, 'nothing-is-called-so');
  await expect(page.getByRole('heading', { name: 'No tag matches' })).toBeVisible();
  await page.getByRole('link', { name: 'Clear the filter' }).click();
  await expect(tagRow(page, '2.14.0')).toBeVisible();
});

test('an emptied repository says how to fill it and how to be rid of it', async ({ page }) => {
  const answer = await page.goto(`/${ID}/broken/emptied`);
  expect(answer?.status()).toBe(200);
  await expect(page.getByRole('heading', { name: 'This repository is empty' })).toBeVisible();
  await expect(page.getByText(/^docker push .*\/broken\/emptied:tag$/)).toBeVisible();
  await expect(page.getByText(/^rm -r .*\/repositories\/broken\/emptied$/)).toBeVisible();
});

test('a repository that was never there is answered with 404 and a remedy', async ({ page }) => {
  const answer = await page.goto(`/${ID}/team/unknown`);
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('No such repository');
  await expect(page.getByText('Check the spelling.')).toBeVisible();
});
