/** What only an inventory can tell: everything at once, and how fresh it is. */

import { ID, servers } from '../support/servers.ts';
import { type Page, expect, filter, isWide, tagNames, tagOutside, tagRow, tagRows, test } from '../support/test.ts';

const API = `/${ID}/team/api`;

/** Waits until a repository has been scanned, by asking as programs do. */
async function scanned(repository: string): Promise<void> {
  const address = `${servers().stowage.healthy}/api/v1/repositories?q=${repository}`;
  const facts = async () => (await (await fetch(address)).json()).items[0].scanned_at as string | null;
  await expect.poll(facts, { timeout: 20_000 }).not.toBeNull();
}

/** A name that no other test uses at the same time. */
const unique = (page: Page, name: string) => `${name}-${page.viewportSize()!.width}-${Date.now()}`;

test('the newest of all tags comes first, whatever page it would be on', async ({ page }) => {
  await page.goto(`${API}?sort=created`);
  await expect(page.getByText('sorted by date')).toBeVisible();
  const dates: string[] = [];
  for (;;) {
    dates.push(...(await tagRows(page).locator('td.when time').evaluateAll((all) => all.map((it) => it.getAttribute('datetime')!))));
    const next = page.getByRole('link', { name: 'Next' });
    if (!(await next.isVisible())) break;
    const before = await page.locator('.pager').innerText();
    await next.click();
    await expect(page.locator('.pager')).not.toHaveText(before);
  }
  expect(dates.length).toBeGreaterThan(100);
  expect(dates).toEqual([...dates].sort().reverse());
});

test('filters narrow the list and can be taken away one by one', async ({ page }) => {
  await page.goto(`/${ID}/team/webapp?kind=index&state=broken`);
  await expect(tagRows(page)).toHaveCount(1);
  await expect(tagRow(page, '2.13.0-rc.2')).toBeVisible();
  await page.getByRole('link', { name: 'Remove the filter: Index' }).click();
  await expect(page).toHaveURL(`/${ID}/team/webapp?state=broken`);
  expect((await tagNames(page)).sort()).toEqual(['2.13.0-rc.2', '2.9.0']);
  await page.getByRole('link', { name: 'Remove the filter: Something is wrong' }).click();
  await expect(page).toHaveURL(`/${ID}/team/webapp`);
  await expect(tagRows(page)).toHaveCount(10);
});

test('the form offers the filters, and the address keeps them', async ({ page }) => {
  await page.goto(`/${ID}/team/webapp`);
  await page.getByText('More filters').click();
  await page.getByRole('combobox', { name: 'Kind' }).selectOption('artifact');
  await page.getByRole('main').getByRole('button', { name: 'Filter' }).click();
  await expect(page).toHaveURL(/[?&]kind=artifact/);
  await expect(tagRows(page)).toHaveCount(1);
  await expect(tagRow(page, 'chart-1.4.0')).toBeVisible();
});

test('a list says when it was checked, and refreshing shows what was pushed meanwhile', async ({ page }) => {
  const address = `/${ID}/demo/zstd`;
  await page.goto(address);
  await scanned('demo/zstd');
  const [known] = await tagNames(page);
  const name = unique(page, 'pushed');
  await tagOutside('demo/zstd', known!, name);
  await page.goto(address);
  await expect(page.getByText('Checked')).toBeVisible();
  await page.getByRole('button', { name: 'Refresh' }).click();
  await expect(page).toHaveURL(address);
  await expect(tagRow(page, name)).toBeVisible();
});

test('the catalog tells tags, size and age of what was scanned', async ({ page }) => {
  await page.goto(API);
  await scanned('team/api');
  await page.goto(`/${ID}?q=team/api`);
  const line = page.getByRole('link', { name: /team\/api/ });
  await expect(line).toContainText(/1\d\d tags/);
  await expect(line.locator('data')).toHaveText(/^\d+\.\d [KM]iB$/);
  await expect(line.locator('time')).toBeVisible();
});

test('the search at the top finds repositories, tags, digests and layers from anywhere', async ({ page }) => {
  await page.goto(`/${ID}/library/alpine-like`);
  await scanned('library/alpine-like');
  const find = async (text: string) => {
    const search = page.getByRole('banner').getByRole('searchbox');
    await search.fill(text);
    await search.press('Enter');
    await expect(page).toHaveURL(/\/search\?q=/);
  };
  const hits = page.locator('.hits');
  await find('alpine-like');
  await expect(hits.getByRole('link', { name: `${ID}/library/alpine-like`, exact: true })).toBeVisible();
  await find('3.20');
  await hits.getByRole('link', { name: `${ID}/library/alpine-like:3.20` }).first().click();
  await expect(page).toHaveURL(`/${ID}/library/alpine-like:3.20`);
  if (isWide(page)) {
    await page.getByRole('link', { name: /^[0-9a-f]{12}$/ }).first().click();
    await expect(hits.getByRole('link', { name: /library\/alpine-like/ }).first()).toBeVisible();
  }
  const image = await (await fetch(`${servers().stowage.healthy}/api/v1/image?repository=library/alpine-like&reference=3.20`)).json();
  await find(image.digest.slice(7, 19));
  await expect(hits.getByText('Digest').first()).toBeVisible();
  await find('nothing-is-called-so');
  await expect(page.getByRole('heading', { name: 'Nothing found' })).toBeVisible();
});

test('activity lists scans and starts one', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('link', { name: 'Activity' }).click();
  await expect(page).toHaveURL('/activity');
  await page.getByRole('button', { name: 'Scan now' }).click();
  await expect(page).toHaveURL('/activity');
  await expect(page.getByRole('row').filter({ hasText: 'whole registry' }).first()).toBeVisible();
});

test('what was filtered stays filtered after refreshing', async ({ page }) => {
  await page.goto(API);
  await filter(page, 'main-');
  await page.getByRole('button', { name: 'Refresh' }).click();
  await expect(page).toHaveURL(`${API}?q=main-`);
  for (const name of await tagNames(page)) expect(name).toContain('main-');
});
