/** Signing in through an OpenID provider, which is another site, and out of both. */

import {
  HIDDEN,
  type Page,
  SEEN,
  expect,
  isSignedIn,
  pressSignOut,
  sessionCookie,
  signInThere,
  test,
  toProvider,
} from '../support/access.ts';

const CALLBACK = '/login/oidc/callback';

/** Signs somebody in at the provider, up to the address that it would lead the browser back to. */
async function callback(page: Page, name: string): Promise<URL> {
  await toProvider(page);
  let address = new URL(page.url());
  let answer = await page.request.post(address.href, { form: { name }, maxRedirects: 0 });
  while (address.pathname !== CALLBACK) {
    expect(answer.status()).toBe(303);
    address = new URL(answer.headers()['location']!, address);
    if (address.pathname !== CALLBACK) answer = await page.request.get(address.href, { maxRedirects: 0 });
  }
  return address;
}

/** Opens an address that the provider might have led to, and expects to be refused in words. */
async function isRefused(page: Page, address: string): Promise<void> {
  const answer = await page.goto(address);
  expect(answer!.status()).toBeGreaterThanOrEqual(400);
  await expect(page.getByRole('alert')).toContainText(/^Signing in did not work: \w+ \w+/);
  await expect(page.getByRole('main').locator('a[href^="/login/oidc"]')).toBeVisible();
  expect(await isSignedIn(page)).toBe(false);
}

test('a member of the group that keeps house comes in as a maintainer', async ({ page }) => {
  await signInThere(page, 'alice', HIDDEN);
  await expect(page.locator('#results').getByRole('checkbox').first()).toBeVisible();
  await page.goto('/settings');
  await expect(page.getByRole('main')).toContainText('alice');
  await expect(page.getByRole('main')).toContainText('through single sign-on');
  await expect(page.getByRole('main')).toContainText('ops');
});

test('somebody in no group sees what everybody sees', async ({ page }) => {
  await signInThere(page, 'bob', SEEN);
  await expect(page.getByRole('main')).toContainText('3.20');
  await expect(page.locator('#results').getByRole('checkbox')).toHaveCount(0);
  const answer = await page.goto(HIDDEN);
  expect(answer?.status()).toBe(404);
});

test('a group with markup in its name is text', async ({ page }) => {
  await signInThere(page, 'mallory', '/settings');
  await expect(page.getByRole('main')).toContainText('<script>window.__xss=1</script>');
  expect(await page.evaluate(() => '__xss' in window)).toBe(false);
});

test('the session changes when somebody comes back from the provider', async ({ page }) => {
  const address = await callback(page, 'bob');
  const before = (await sessionCookie(page))?.value;
  await page.goto(address.href);
  const after = (await sessionCookie(page))!.value;
  expect(after).not.toBe(before);
  expect(await isSignedIn(page)).toBe(true);
});

// Each in a browser of its own: a page that is still loading would be signed out under its feet by the next one.
for (const next of ['//evil.example', 'https://evil.example', '/\\evil.example']) {
  test(`the address that one comes back to never leads on to another site: ${next}`, async ({ page, baseURL }) => {
    await page.goto(`/login/oidc?next=${encodeURIComponent(next)}`);
    await page.getByRole('textbox', { name: 'Name' }).fill('bob');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page).toHaveURL(`${baseURL}/`);
  });
}

test('signing out reaches the provider', async ({ page, access }) => {
  await signInThere(page, 'alice');
  await pressSignOut(page);
  await expect(page).toHaveURL((url) => url.origin === access.issuer);
  await page.getByRole('button', { name: 'Sign out of the provider' }).click();
  await expect(page).toHaveURL('/login');
  expect(await isSignedIn(page)).toBe(false);
  // The provider has forgotten her too, and asks who it is.
  await toProvider(page);
});

test('who stays signed in at the provider is signed out here all the same', async ({ page }) => {
  await signInThere(page, 'alice');
  await pressSignOut(page);
  await expect(page.getByRole('button', { name: 'Stay signed in' })).toBeVisible();
  expect(await isSignedIn(page)).toBe(false);
});

test('a state that was tampered with is refused', async ({ page }) => {
  const address = await callback(page, 'alice');
  const state = address.searchParams.get('state')!;
  address.searchParams.set('state', (state.startsWith('A') ? 'B' : 'A') + state.slice(1));
  await isRefused(page, address.href);
});

test('a code that was tampered with is refused', async ({ page }) => {
  const address = await callback(page, 'alice');
  address.searchParams.set('code', 'not-a-code');
  await isRefused(page, address.href);
});

test('an answer in the name of another provider is refused', async ({ page }) => {
  const address = await callback(page, 'alice');
  address.searchParams.set('iss', 'https://evil.example');
  await isRefused(page, address.href);
});

test('an answer that nobody waits for is refused', async ({ page }) => {
  await isRefused(page, `${CALLBACK}?code=stolen&state=guessed`);
  await isRefused(page, CALLBACK);
});

test('an answer that another browser waits for is refused', async ({ page, browser }) => {
  const attacker = await browser.newContext();
  const address = await callback(await attacker.newPage(), 'alice');
  await isRefused(page, address.href);
  await attacker.close();
});

test('an answer counts once', async ({ page }) => {
  const address = await callback(page, 'alice');
  await page.goto(address.href);
  expect(await isSignedIn(page)).toBe(true);
  await page.context().clearCookies({ name: 'stowage_session' });
  await isRefused(page, address.href);
});

test('a refusal of the provider is told in words of ours', async ({ page }) => {
  await toProvider(page);
  await page.getByRole('button', { name: 'Refuse' }).click();
  await expect(page).toHaveURL((url) => url.pathname === CALLBACK || url.pathname === '/login');
  await expect(page.getByRole('alert')).toContainText(/^Signing in did not work: \w+ \w+/);
  expect(await page.evaluate(() => '__xss' in window || document.querySelector('main script') !== null)).toBe(false);
  expect(await isSignedIn(page)).toBe(false);
});
