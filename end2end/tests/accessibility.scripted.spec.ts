import { violations } from '../support/barriers.ts';
import { PAGES, address } from '../support/pages.ts';
import { ID } from '../support/servers.ts';
import { expect, scripted, test } from '../support/test.ts';

const THEMES = ['light', 'dark'] as const;

for (const kind of PAGES) {
  test(`${kind.name} has no barrier, light or dark`, async ({ page, context }) => {
    for (const theme of THEMES) {
      await context.addCookies([{ name: 'stowage_theme', value: theme, url: address(kind) }]);
      await page.goto(address(kind));
      await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
      expect.soft(await violations(page), theme).toEqual([]);
    }
  });
}

for (const theme of THEMES) {
  test(`open menus, details and dialogs have no barrier, ${theme}`, async ({ page, context, baseURL }) => {
    await context.addCookies([{ name: 'stowage_theme', value: theme, url: baseURL! }]);
    await page.goto(`/${ID}/team/webapp:2.14.0`);
    await scripted(page);
    for (const menu of await page.locator('details > summary').all()) {
      await menu.click();
      expect.soft(await violations(page), await menu.innerText()).toEqual([]);
      await menu.click();
    }
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog')).toBeVisible();
    expect.soft(await violations(page), 'the list of keys').toEqual([]);
  });
}
