/** What scripts do below a path: they are loaded, ask and listen there. */

import { BASE, REGISTRY, expect, outside, test } from '../support/base-path.ts';
import { ID } from '../support/servers.ts';
import { filterField, scripted, tagNames, tagOutside, tagRow } from '../support/test.ts';

test('lists are filtered while somebody types, and the address follows', async ({ page }) => {
  const paths = outside(page);
  await page.goto(`${REGISTRY}/team/webapp`);
  await scripted(page);
  await filterField(page).pressSequentially('2.14');
  await expect(page).toHaveURL(new RegExp(`${REGISTRY}/team/webapp\\?q=2\\.14`));
  await expect(tagRow(page, '2.14.0')).toBeVisible();
  expect(paths).toEqual([]);
});

test('a tag that was pushed outside appears without loading the page again', async ({ page }) => {
  const paths = outside(page);
  const address = `${REGISTRY}/demo/docker`;
  await page.goto(address);
  await scripted(page);
  const [known] = await tagNames(page);
  const name = `below-${page.viewportSize()!.width}-${Date.now()}`;
  await tagOutside('demo/docker', known!, name);
  await page.goto(address);
  await expect(tagRow(page, name)).toBeVisible({ timeout: 15_000 });
  expect(paths).toEqual([]);
});

for (const [old, now] of [
  [`${BASE}/#!/taglist/team/webapp`, `${BASE}/${ID}/team/webapp`],
  [`${BASE}#!/taghistory/image/team/webapp/tag/2.14.0`, `${BASE}/${ID}/team/webapp:2.14.0`],
] as const) {
  test(`the old address ${old} leads to the same thing`, async ({ page }) => {
    const paths = outside(page);
    await page.goto(old);
    await expect(page).toHaveURL(now);
    await expect(page.getByRole('main')).toBeVisible();
    expect(paths).toEqual([]);
  });
}
