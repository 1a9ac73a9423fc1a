/** What somebody has open: sessions, and tokens for programs. */

import { type Page, SEEN, expect, isSignedIn, post, problem, send, signIn, test } from '../support/access.ts';

const keys = (page: Page) => page.locator('form[action="/settings/sessions/end"] [name=key]');
const tokenForm = (page: Page) => page.locator('form[action="/settings/tokens"]');

test('the sessions are listed, and one of them can be ended', async ({ page, browser }) => {
  const other = await (await browser.newContext({ userAgent: 'Probe/1.0' })).newPage();
  await signIn(other, 'everywhere');
  await signIn(page, 'everywhere');
  await page.goto('/settings');
  const row = page.getByRole('row').filter({ hasText: 'Probe' });
  await expect(row).toContainText('127.0.0.1');
  await row.getByRole('button', { name: 'End: Probe' }).click();
  await expect(page).toHaveURL(/\/settings/);
  await expect(row).toHaveCount(0);
  expect(await isSignedIn(other)).toBe(false);
  expect(await isSignedIn(page)).toBe(true);
  await other.context().close();
});

test('signing out everywhere ends the session of the other browser', async ({ page, browser }) => {
  const other = await (await browser.newContext()).newPage();
  await signIn(other, 'everywhere');
  await signIn(page, 'everywhere');
  expect(await isSignedIn(other)).toBe(true);
  await page.goto('/settings');
  await page.getByRole('button', { name: 'Sign out everywhere' }).click();
  await expect(page).toHaveURL(/\/(login|settings)/);
  expect(await isSignedIn(other)).toBe(false);
  await other.context().close();
});

test('nobody ends another person’s session or revokes their token', async ({ page, browser }) => {
  const other = await (await browser.newContext()).newPage();
  const third = await (await browser.newContext()).newPage();
  await signIn(other, 'everywhere');
  await signIn(third, 'everywhere');
  await third.goto('/settings');
  const shown = await keys(third).evaluateAll((fields) => fields.map((it) => (it as HTMLInputElement).value));
  expect(shown.length).toBeGreaterThan(0);
  await makeToken(other, { name: 'theirs', role: 'viewer', scope: '**', days: '7' });
  const id = await tokenRow(other, 'theirs').locator('[name=id]').inputValue();
  await signIn(page, 'viewer');
  for (const key of shown) await post(page, '/settings/sessions/end', { key });
  await post(page, '/settings/tokens/revoke', { id });
  expect(await isSignedIn(other)).toBe(true);
  await expect(tokenRow(other, 'theirs')).toBeVisible();
  await revoke(other, 'theirs');
  await other.context().close();
  await third.context().close();
});

test('a token is shown once, opens the API as far as it may, and is revoked', async ({ page, baseURL }) => {
  const name = `pipeline ${Date.now()}`;
  await signIn(page, 'admin');
  const token = await makeToken(page, { name, role: 'viewer', scope: '*/library/**', days: '7' });
  await page.goto('/settings');
  expect(await page.content()).not.toContain(token);
  await expect(tokenRow(page, name)).toContainText('*/library/**');

  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${baseURL}/api/v1/${path}`, { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } });
  const list = await ask('repositories');
  expect(list.status).toBe(200);
  const { items, total } = (await list.json()) as { items: { name: string }[]; total: number };
  expect(items.map((it) => it.name)).toContain('library/alpine-like');
  expect(items.every((it) => it.name.startsWith('library/'))).toBe(true);
  expect(total).toBe(items.length);
  expect((await ask('tags?repository=library/alpine-like')).status).toBe(200);
  expect((await ask('tags?repository=team/webapp')).status).toBe(404);

  const plan = await ask('plans', {
    method: 'POST',
    body: JSON.stringify({ repository: 'library/alpine-like', tags: ['3.20'] }),
    headers: { 'content-type': 'application/json' },
  });
  expect(await problem(plan)).toEqual({ status: 403, kind: 'role-needed' });

  await revoke(page, name);
  expect(await problem(await ask('repositories'))).toEqual({ status: 401, kind: 'token-unknown' });
});

test('without a token, or with a wrong one, the API answers 401', async ({ baseURL }) => {
  const cases: [HeadersInit, string][] = [
    [{}, 'sign-in-needed'],
    [{ authorization: 'Bearer stw_0123456789' }, 'token-unknown'],
    [{ authorization: 'Bearer x' }, 'token-unknown'],
  ];
  for (const [headers, kind] of cases) {
    for (const path of ['repositories', 'registries', 'search?q=web', 'audit', 'trash', 'events']) {
      const answer = await fetch(`${baseURL}/api/v1/${path}`, { headers });
      expect(await problem(answer), path).toEqual({ status: 401, kind });
    }
  }
});

test('a token with a scope that names nothing is refused', async ({ page }) => {
  await signIn(page, 'viewer');
  const answer = await post(page, '/settings/tokens', { name: 'x', role: 'viewer', scope: 'no scope', days: '7' });
  expect([303, 400, 422]).toContain(answer.status());
  await page.goto('/settings');
  await expect(page.getByRole('main')).not.toContainText('no scope');
});

test('what a page says of its visitor is not kept by caches', async ({ page }) => {
  await signIn(page, 'viewer');
  for (const path of ['/settings', SEEN]) {
    const answer = await page.goto(path);
    expect(answer!.headers()['cache-control']).toMatch(/private|no-store/);
  }
});

/** Makes a token on the settings page and reads it where it is shown. */
async function makeToken(page: Page, values: Record<string, string>): Promise<string> {
  await page.goto('/settings');
  await send(tokenForm(page), values);
  await expect.poll(() => page.content()).toMatch(/stw_[\w-]{16,}/);
  return /stw_[\w-]{16,}/.exec(await page.content())![0];
}

/** The line of a token on the settings page. */
function tokenRow(page: Page, name: string) {
  return page.getByRole('row').filter({ has: page.getByRole('button', { name: `Revoke: ${name}`, exact: true }) });
}

async function revoke(page: Page, name: string): Promise<void> {
  await page.goto('/settings');
  await tokenRow(page, name).getByRole('button').click();
  await expect(page).toHaveURL(/\/settings/);
  await expect(tokenRow(page, name)).toHaveCount(0);
}
