import { ID } from '../support/servers.ts';
import { expect, filter, filterField, test } from '../support/test.ts';

test.beforeEach(({ page }) => page.goto('/').then(() => undefined));

test('the front page of a single registry is its catalog, as a tree', async ({ page }) => {
  const main = page.getByRole('main');
  await expect(main.getByText('25 repositories', { exact: true })).toBeVisible();
  await expect(main.getByRole('link', { name: 'library/alpine-like' })).toBeVisible();
  // A tree of few repositories is shown open.
  await expect(main.getByRole('link', { name: 'team/api' })).toBeVisible();
});

test('a namespace of the tree closes, opens, and leads to its repositories', async ({ page }) => {
  const namespace = page.locator('summary').filter({ hasText: 'team/' });
  await expect(namespace).toContainText('3 repositories');
  const repository = page.getByRole('link', { name: 'team/tools/cli' });
  await namespace.click();
  await expect(repository).toBeHidden();
  await namespace.click();
  await repository.click();
  await expect(page).toHaveURL(`/${ID}/team/tools/cli`);
});

test('the list shows every repository on a line', async ({ page }) => {
  await page.getByRole('link', { name: 'List', exact: true }).click();
  await expect(page).toHaveURL(/[?&]view=flat/);
  const lines = page.locator('#results a[data-row]');
  await expect(lines).toHaveCount(25);
  const names = await lines.locator('.path').allTextContents();
  expect(names).toEqual([...names].sort());
  expect(names).toContain('team/tools/cli');
  await expect(page.getByRole('link', { name: 'List', exact: true })).toHaveAttribute('aria-current', 'true');
});

test('the filter finds parts of names, opens the tree and keeps its words', async ({ page }) => {
  await filter(page, 'missing');
  await expect(page).toHaveURL(/[?&]q=missing/);
  await expect(page.getByText('2 of 25 repositories')).toBeVisible();
  await expect(page.getByRole('link', { name: 'broken/missing-child' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'broken/missing-config' })).toBeVisible();
  await expect(filterField(page)).toHaveValue('missing');
});

test('the filter takes regular expressions and says when one is none', async ({ page }) => {
  await filter(page, '/^team\\/[aw]/');
  await expect(page.getByText('2 of 25 repositories')).toBeVisible();
  const answer = await page.goto(`/${ID}?q=%2F(%2F`);
  expect(answer?.status()).toBe(400);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('The filter is not a regular expression');
});

test('a filter that nothing matches says so and can be cleared', async ({ page }) => {
  await filter(page, 'nothing-is-called-so');
  await expect(page.getByText('0 of 25 repositories')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'No repository matches' })).toBeVisible();
  await page.getByRole('link', { name: 'Clear the filter' }).click();
  await expect(page.getByText('25 repositories', { exact: true })).toBeVisible();
});

test('a namespace has a page of its own', async ({ page }) => {
  await page.goto(`/${ID}/team/`);
  const crumb = page.getByRole('navigation', { name: 'Reference' });
  await expect(crumb.getByText('team', { exact: true })).toHaveAttribute('aria-current', 'page');
  await expect(page.locator('#results a[data-row]')).toHaveText([/api/, /cli/, /webapp/]);
  await crumb.getByRole('link', { name: ID }).click();
  await expect(page.getByText('25 repositories', { exact: true })).toBeVisible();
});

test('a namespace that holds nothing says how to fill it', async ({ page }) => {
  await page.goto(`/${ID}/nobody/`);
  await expect(page.getByRole('heading', { name: 'Nothing lies in this namespace' })).toBeVisible();
  await expect(page.getByText(/^docker push .*\/nobody\/name:tag$/)).toBeVisible();
});
