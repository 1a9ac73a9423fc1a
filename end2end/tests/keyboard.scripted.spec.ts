import { ID } from '../support/servers.ts';
import { expect, filterField, scripted, test } from '../support/test.ts';

test('a slash focuses the search, but is a slash while somebody types', async ({ page }) => {
  await page.goto(`/${ID}/team/webapp`);
  await scripted(page);
  const search = page.getByRole('banner').getByRole('searchbox');
  await page.keyboard.press('/');
  await expect(search).toBeFocused();
  await expect(search).toHaveValue('');
  await page.keyboard.press('/');
  await expect(search).toHaveValue('/');
});

test('j and k go from row to row, and Enter opens', async ({ page }) => {
  await page.goto(`/${ID}/team/webapp`);
  await scripted(page);
  const links = page.locator('#results tbody td.name a');
  await page.keyboard.press('j');
  await expect(links.nth(0)).toBeFocused();
  await page.keyboard.press('j');
  await expect(links.nth(1)).toBeFocused();
  await page.keyboard.press('k');
  await expect(links.nth(0)).toBeFocused();
  const href = await links.nth(0).getAttribute('href');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(href!);
});

test('j and k go along the lines of the catalog', async ({ page }) => {
  await page.goto(`/${ID}?view=flat`);
  await scripted(page);
  const lines = page.locator('a[data-row]');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await expect(lines.nth(1)).toBeFocused();
});

test('a question mark opens the list of keys, and Escape closes it and gives the focus back', async ({ page }) => {
  await page.goto(`/${ID}/team/webapp`);
  await scripted(page);
  await page.keyboard.press('j');
  const first = page.locator('#results tbody td.name a').first();
  await expect(first).toBeFocused();
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(dialog).toBeVisible();
  await expect(dialog).toContainText('next and previous row');
  await page.keyboard.press('j');
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(first).toBeFocused();
});

test('the list of keys has a button that closes it', async ({ page }) => {
  await page.goto('/');
  await scripted(page);
  await page.keyboard.press('?');
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
});

test('letters in the filter are letters', async ({ page }) => {
  await page.goto(`/${ID}/team/webapp`);
  await scripted(page);
  await filterField(page).pressSequentially('jk?');
  await expect(filterField(page)).toHaveValue('jk?');
  await expect(filterField(page)).toBeFocused();
  await expect(page.getByRole('dialog')).toBeHidden();
});
