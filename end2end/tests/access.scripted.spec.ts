/** No barriers where people sign in and see to their account, at both sizes, in both themes and languages. */

import { type Page, expect, send, sendPassword, signIn, test } from '../support/access.ts';
import { violations } from '../support/barriers.ts';

async function audit(page: Page, baseURL: string): Promise<void> {
  const width = page.viewportSize()!.width;
  for (const locale of ['en', 'fr']) {
    for (const theme of ['light', 'dark']) {
      await page.context().addCookies([
        { name: 'stowage_locale', value: locale, url: baseURL },
        { name: 'stowage_theme', value: theme, url: baseURL },
      ]);
      await page.goto(page.url());
      await expect(page.locator('html')).toHaveAttribute('lang', locale);
      await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
      expect.soft(await violations(page), `${page.url()}: ${locale}, ${theme}`).toEqual([]);
      const needed = await page.evaluate(() => document.scrollingElement!.scrollWidth);
      expect.soft(needed, `${page.url()}: the width it needs, ${locale}`).toBeLessThanOrEqual(width);
    }
  }
}

test('the page for signing in has no barrier, before or after a wrong password', async ({ page, baseURL }) => {
  await page.goto('/login');
  await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
  await audit(page, baseURL!);
  await page.context().clearCookies();
  await page.goto('/login');
  await sendPassword(page, 'guest', 'open rye');
  await expect(page.getByRole('alert')).toBeVisible();
  expect(await violations(page)).toEqual([]);
});

test('the page for signing in can be used with keys alone', async ({ page }) => {
  await page.goto('/login?next=%2Fsettings');
  await page.locator('[name=username]').first().focus();
  await page.keyboard.type('viewer');
  await page.keyboard.press('Tab');
  await page.keyboard.type('open sesame');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/settings');
});

for (const person of ['viewer', 'admin'] as const) {
  test(`the settings of a ${person} have no barrier, with a new token and without`, async ({ page, baseURL }) => {
    test.slow();
    await signIn(page, person, '/settings');
    await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
    const name = 'a token with a name that is long enough to need a second line on a telephone';
    const form = page.locator('form[action="/settings/tokens"]');
    await send(form, { name, role: 'viewer', scope: '*/library/**', days: '7' });
    await expect.poll(() => page.content()).toMatch(/stw_/);
    expect(await violations(page), 'where the token is shown').toEqual([]);
    await page.goto('/settings');
    await audit(page, baseURL!);
  });
}
