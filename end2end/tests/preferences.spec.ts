import { ID } from '../support/servers.ts';
import { type Page, expect, test } from '../support/test.ts';

const HERE = `/${ID}/team/webapp?sort=size`;

async function choose(page: Page, menu: string, name: string) {
  await page.locator(`summary[aria-label="${menu}"]`).click();
  await page.getByRole('button', { name, exact: true }).click();
}

const background = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
const brightness = (colour: string) => (colour.match(/[\d.]+/g) ?? []).slice(0, 3).reduce((sum, it) => sum + Number(it), 0);

for (const [name, theme] of [
  ['Dark', 'dark'],
  ['Light', 'light'],
]) {
  test(`the theme ${theme} is kept in a cookie and stands in the first response`, async ({ page, context }) => {
    await page.goto(HERE);
    await expect(page.locator('html')).not.toHaveAttribute('data-theme');
    await choose(page, 'Preferences', name);
    await expect(page).toHaveURL(HERE);
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
    const cookie = (await context.cookies()).find((it) => it.name === 'stowage_theme');
    expect(cookie).toMatchObject({ value: theme, path: '/', httpOnly: true, sameSite: 'Lax' });

    const answer = await page.goto(`/${ID}`);
    expect(await answer!.text()).toMatch(new RegExp(`<html[^>]* data-theme="${theme}"`));
    await page.locator('summary[aria-label="Preferences"]').click();
    await expect(page.getByRole('button', { name, exact: true })).toHaveAttribute('aria-pressed', 'true');
  });
}

test('without a choice the theme is the system’s, and a choice overrules it', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto(HERE);
  const dark = await background(page);
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await background(page);
  expect(brightness(dark)).toBeLessThan(brightness(light));

  await choose(page, 'Preferences', 'Dark');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  expect(await background(page)).toBe(dark);
  await choose(page, 'Preferences', 'As the system');
  await expect(page.locator('html')).not.toHaveAttribute('data-theme');
  expect(await background(page)).toBe(light);
});

test('the language is kept in a cookie, and the page is French', async ({ page, context }) => {
  await page.goto(HERE);
  await choose(page, 'Preferences', 'Français');
  await expect(page).toHaveURL(HERE);
  await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
  await expect(page.getByRole('button', { name: 'Filtrer' })).toBeVisible();
  await expect(page.getByText('triés par taille')).toBeVisible();
  await expect(page.getByText('manifeste disparu')).toBeVisible();
  const size = page.locator('#results data').first();
  await expect(size).toHaveText(/^\d+,\d Mio$/);
  expect((await context.cookies()).find((it) => it.name === 'stowage_locale')?.value).toBe('fr');

  await choose(page, 'Préférences', 'English');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.getByRole('button', { name: 'Filter' })).toBeVisible();
});

test('a theme and a language do not undo each other', async ({ page }) => {
  await page.goto(HERE);
  await choose(page, 'Preferences', 'Dark');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await choose(page, 'Preferences', 'Français');
  await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test.describe('a browser that prefers French', () => {
  test.use({ locale: 'fr-FR' });

  test('gets French without having chosen', async ({ page }) => {
    const answer = await page.goto('/');
    expect(await answer!.text()).toMatch(/<html[^>]* lang="fr"/);
    await expect(page.getByText('25 dépôts', { exact: true })).toBeVisible();
  });
});
