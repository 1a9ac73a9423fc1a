/** Signing in with a name and a password, and out again. */

import {
  HIDDEN,
  SEEN,
  expect,
  isSignedIn,
  passwordForm,
  post,
  pressSignOut,
  sendPassword,
  sessionCookie,
  signIn,
  test,
} from '../support/access.ts';

test('whoever has not signed in is led to where one does, and back', async ({ page }) => {
  const wanted = `${SEEN}:3.20?view=config`;
  await page.goto(wanted);
  await expect(page).toHaveURL((url) => url.pathname === '/login' && url.searchParams.get('next') === wanted);
  await expect(page.getByRole('main')).not.toContainText('alpine');
  await sendPassword(page, 'viewer');
  await expect(page).toHaveURL(wanted);
  await expect(page.getByRole('navigation', { name: 'Views' })).toBeVisible();
});

test('without signing in, the addresses tell nothing of what there is', async ({ page, baseURL }) => {
  for (const path of ['/', SEEN, HIDDEN, '/search?q=web', '/activity', '/trash', '/cleanup', '/settings', '/plans/0123']) {
    const answer = await page.request.get(path, { maxRedirects: 0 });
    expect(answer.status(), path).toBe(303);
    const next = new URL(answer.headers()['location']!, baseURL);
    expect([next.pathname, next.searchParams.get('next') ?? '/']).toEqual(['/login', path]);
  }
  const plan = await post(page, '/plans', { repository: 'library/alpine-like', tag: '3.20' });
  expect([303, 401]).toContain(plan.status());
  expect(plan.headers()['location'] ?? '/login').toMatch(/^\/login/);
});

test('a wrong password and an unknown name are refused in the same words, with 401', async ({ page }) => {
  const refusal = async (name: string) => {
    await page.goto('/login');
    const posted = page.waitForResponse((it) => it.request().method() === 'POST');
    await sendPassword(page, name, 'open barley');
    expect((await posted).status()).toBe(401);
    await expect(page.getByRole('alert')).toHaveText('The user name or the password is not right.');
    await expect(passwordForm(page).locator('[name=password]')).toHaveValue('');
    return (await page.getByRole('main').innerText()).replaceAll(name, '…');
  };
  const wrong = await refusal('guest');
  expect(await refusal('nobody')).toBe(wrong);
  expect(await isSignedIn(page)).toBe(false);
});

test('after a wrong password the right one still leads where one wanted to go', async ({ page }) => {
  await page.goto(`/login?next=${encodeURIComponent(SEEN)}`);
  await sendPassword(page, 'guest', 'open wheat');
  await sendPassword(page, 'guest');
  await expect(page).toHaveURL(SEEN);
});

for (const next of [
  '//evil.example',
  '///evil.example',
  'https://evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  'javascript:window.__xss=1',
  '/%09//evil.example',
  '@evil.example',
]) {
  test(`${JSON.stringify(next)} leads to no other site`, async ({ page, baseURL }) => {
    const foreign: string[] = [];
    await page.route('**', (route) => {
      const ours = new URL(route.request().url()).origin === baseURL;
      if (!ours) foreign.push(route.request().url());
      return ours ? route.continue() : route.abort();
    });
    await page.goto(`/login?next=${encodeURIComponent(next)}`);
    await sendPassword(page, 'viewer');
    await expect(page).not.toHaveURL(/\/login/);
    expect(new URL(page.url()).origin).toBe(baseURL);
    expect(foreign).toEqual([]);
    // Somebody who has signed in already is led on just as little.
    const again = await page.request.get(`/login?next=${encodeURIComponent(next)}`, { maxRedirects: 0 });
    const location = again.headers()['location'] ?? '/';
    expect(new URL(location, baseURL).origin).toBe(baseURL);
  });
}

test('signing out ends the session on the server, not only in the browser', async ({ page, context }) => {
  await signIn(page, 'viewer');
  const cookies = await context.cookies();
  expect(await isSignedIn(page)).toBe(true);
  await pressSignOut(page);
  await expect(page).toHaveURL(/\/login/);
  expect(await isSignedIn(page)).toBe(false);
  await context.addCookies(cookies);
  expect(await isSignedIn(page)).toBe(false);
});

test('nobody is signed out by a link or a picture', async ({ page }) => {
  await signIn(page, 'viewer');
  const answer = await page.request.get('/logout', { maxRedirects: 0 });
  expect(answer.status()).toBeGreaterThanOrEqual(400);
  expect(await isSignedIn(page)).toBe(true);
});

test('the cookie of a session is for this site and the server alone', async ({ page }) => {
  await signIn(page, 'viewer');
  expect(await sessionCookie(page)).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/', domain: '127.0.0.1' });
  const seen = await page.evaluate(() => document.cookie);
  expect(seen).not.toContain('stowage_session');
});

test('a cookie that was there before does not become the session', async ({ page, context, baseURL, browser }) => {
  const attacker = await browser.newContext();
  const elsewhere = await attacker.newPage();
  await signIn(elsewhere, 'guest');
  const theirs = (await sessionCookie(elsewhere))!.value;
  for (const preset of ['A'.repeat(theirs.length), theirs]) {
    await context.clearCookies();
    await context.addCookies([{ name: 'stowage_session', value: preset, url: baseURL! }]);
    // Whoever is signed in as somebody else can still sign in as themselves.
    await page.goto('/login');
    if (await passwordForm(page).count()) await sendPassword(page, 'admin');
    else await post(page, '/login', { way: 'local', username: 'admin', password: 'open sesame' });
    await expect.poll(async () => (await sessionCookie(page))?.value).not.toBe(preset);
    await page.goto(HIDDEN);
    await expect(page.getByRole('main')).toContainText('2.14.0');
    const answer = await elsewhere.goto(HIDDEN);
    expect(answer!.ok() && !elsewhere.url().includes('/login'), 'the attacker sees what the victim may see').toBe(false);
  }
  await attacker.close();
});

test('another site’s page cannot sign anybody in or out', async ({ page }) => {
  await signIn(page, 'viewer');
  const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
  const form = { way: 'local', username: 'guest', password: 'open sesame' };
  expect((await page.request.post('/login', { form, headers, maxRedirects: 0 })).status()).toBe(403);
  expect((await page.request.post('/logout', { headers, maxRedirects: 0 })).status()).toBe(403);
  expect(await isSignedIn(page)).toBe(true);
});
