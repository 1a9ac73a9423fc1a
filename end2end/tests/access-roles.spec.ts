/** What each role is offered, what it is refused, and what it does not learn of. */

import { HIDDEN, type Page, SEEN, expect, post, send, signIn, test, words } from '../support/access.ts';
import { ID } from '../support/servers.ts';

const selection = (page: Page) => page.locator('#results').getByRole('checkbox');
const planning = (page: Page) => page.locator('form[action="/plans"]');
const grantForm = (page: Page) => page.locator('form[action="/settings/grants"]');

test('a viewer is offered no deletion, and gets none by asking for it', async ({ page }) => {
  await signIn(page, 'viewer');
  for (const path of [SEEN, `${SEEN}:3.20`, `/${ID}`]) {
    await page.goto(path);
    await expect(page.getByRole('main')).toContainText('alpine-like');
    await expect(selection(page)).toHaveCount(0);
    await expect(planning(page)).toHaveCount(0);
    await expect(page.getByRole('link', { name: /^Clean up/ })).toHaveCount(0);
  }
  const plan = await post(page, '/plans', { registry: ID, repository: 'library/alpine-like', tag: '3.20' });
  expect(plan.status()).toBe(403);
  const grant = await post(page, '/settings/grants', { role: 'administrator', who: 'local:viewer', scope: '**' });
  expect(grant.status()).toBe(403);
  const { type } = (await (
    await page.request.post('/api/v1/plans', { data: { repository: 'library/alpine-like', tags: ['3.20'] } })
  ).json()) as { type: string };
  expect(type).toBe('urn:stowage:problem:role-needed');
});

test('what may not be seen is not in the catalog, its counts, or the search', async ({ page }) => {
  await signIn(page, 'viewer');
  for (const path of ['/', `/${ID}?view=flat`, `/${ID}?q=e`, '/search?q=webapp', '/activity']) {
    await page.goto(path);
    const main = page.getByRole('main');
    await expect(main).not.toContainText(/team\/|25 repositories|of 25/);
    await expect(main.locator('a[href*="/team"], a[href*="/demo"], a[href*="/broken"]')).toHaveCount(0);
  }
  await page.goto(`/${ID}?view=flat`);
  const names = await page.locator('#results a[data-row] .path').allTextContents();
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((it) => !it.startsWith('library/'))).toEqual([]);
  await expect(page.getByText(new RegExp(`^${names.length} repositor(y|ies)$`))).toBeVisible();
});

test('what may not be seen is answered as what does not exist', async ({ page }) => {
  await signIn(page, 'viewer');
  for (const [hidden, missing, status] of [
    ['team/webapp', 'team/absent', 404],
    ['team/webapp:2.14.0', 'team/absent:2.14.0', 404],
    ['team/', 'nobody/', 200],
  ] as const) {
    const told = await words(page, `/${ID}/${hidden}`, hidden, status);
    expect(told, hidden).toBe(await words(page, `/${ID}/${missing}`, missing, status));
  }
  const asked = async (repository: string, path: string) => {
    const answer = await page.request.get(`/api/v1/${path.replace('NAME', repository)}`);
    const { status, type, title, detail } = (await answer.json()) as Record<string, string>;
    return { status, type, title, detail: detail?.replaceAll(repository, '…') };
  };
  for (const path of ['tags?repository=NAME', 'image?repository=NAME&reference=latest']) {
    const told = await asked('team/webapp', path);
    expect(told).toMatchObject({ status: 404 });
    expect(told).toEqual(await asked('team/absent', path));
  }
  for (const path of ['/plans', '/refresh', '/scans']) {
    const answer = await post(page, path, { registry: ID, repository: 'team/webapp', tag: '2.14.0' });
    const other = await post(page, path, { registry: ID, repository: 'team/absent', tag: '2.14.0' });
    expect(answer.status(), path).toBe(other.status());
  }
});

test('another’s plan in what may not be seen is no plan', async ({ page, browser }) => {
  const other = await (await browser.newContext()).newPage();
  await signIn(other, 'keeper');
  await other.goto(`${HIDDEN}:2.12.4-debug`);
  await planning(other).getByRole('button').click();
  await expect(other).toHaveURL(/\/plans\//);
  const path = new URL(other.url()).pathname;
  const id = path.split('/').pop()!;
  await signIn(page, 'viewer');
  expect(await words(page, path, id, 404)).toBe(await words(page, '/plans/0123', '0123', 404));
  expect((await post(page, '/jobs', { plan: id })).status()).toBe(404);
  await page.goto('/activity');
  await expect(page.getByRole('main')).not.toContainText('webapp');
  await other.context().close();
});

test('a maintainer is offered deletion where they keep house, and nowhere else', async ({ page }) => {
  await signIn(page, 'keeper');
  await page.goto(HIDDEN);
  await expect(selection(page).first()).toBeVisible();
  await page.goto(`${HIDDEN}:2.14.0`);
  await expect(planning(page)).toHaveCount(1);
  for (const path of [SEEN, `${SEEN}:3.20`]) {
    await page.goto(path);
    await expect(page.getByRole('main')).toContainText('3.20');
    await expect(selection(page)).toHaveCount(0);
    await expect(planning(page)).toHaveCount(0);
  }
  const plan = await post(page, '/plans', { registry: ID, repository: 'library/alpine-like', tag: '3.20' });
  expect(plan.status()).toBe(403);
  await page.goto('/settings');
  await expect(grantForm(page)).toHaveCount(0);
});

test('a role is given and taken back, and the person notices at once', async ({ page, browser }) => {
  const guest = await (await browser.newContext()).newPage();
  const repository = 'team/tools/cli';
  const theirs = async () => (await guest.goto(`/${ID}/${repository}`))!.status();
  await signIn(guest, 'guest');
  expect(await theirs()).toBe(404);

  await signIn(page, 'admin');
  await page.goto('/settings');
  const row = page.getByRole('row').filter({ hasText: 'local:guest' });
  await send(grantForm(page), { role: 'viewer', who: 'local:guest', scope: `*/${repository}` });
  await expect(row).toContainText(`*/${repository}`);
  expect(await theirs()).toBe(200);
  await expect(selection(guest)).toHaveCount(0);
  await guest.goto('/');
  await expect(guest.getByRole('main')).toContainText('cli');

  await row.getByRole('button', { name: `Revoke: viewer local:guest */${repository}` }).click();
  await expect(row).toHaveCount(0);
  expect(await theirs()).toBe(404);
  await guest.goto('/');
  await expect(guest.getByRole('main')).not.toContainText('cli');
  await guest.context().close();
});

test('what the configuration grants is told, and cannot be taken back in the browser', async ({ page }) => {
  await signIn(page, 'admin');
  await page.goto('/settings');
  const row = page.getByRole('row').filter({ hasText: 'group:ops' });
  await expect(row).toContainText('from the configuration');
  await expect(row.locator('form')).toHaveCount(0);
});

test('a role that cannot be given is refused, and says why', async ({ page }) => {
  await signIn(page, 'admin');
  for (const form of [
    { role: 'maintainer', who: 'anonymous', scope: '**' },
    { role: 'owner', who: 'local:guest', scope: '**' },
    { role: 'viewer', who: 'guest', scope: '**' },
    { role: 'viewer', who: 'local:guest', scope: 'everything' },
  ]) {
    const answer = await post(page, '/settings/grants', form);
    expect([303, 400, 422], JSON.stringify(form)).toContain(answer.status());
    await page.goto('/settings');
    await expect(page.locator('form[action="/settings/grants/revoke"]')).toHaveCount(0);
  }
});
