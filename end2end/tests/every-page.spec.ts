import { PAGES, address } from '../support/pages.ts';
import { ID } from '../support/servers.ts';
import { expect, test } from '../support/test.ts';

for (const kind of PAGES) {
  test(`${kind.name}: the right status, one document, nothing that sticks out`, async ({ page, context }) => {
    const documents: string[] = [];
    const others: string[] = [];
    const streams: string[] = [];
    page.on('request', (request) => {
      const { pathname, origin } = new URL(request.url());
      if (request.resourceType() === 'document') documents.push(pathname);
      else if (origin !== new URL(address(kind)).origin) others.push(request.url());
      // Lists go on listening for what changes.
      else if (pathname === '/api/v1/events') streams.push(pathname);
      else if (!/^\/(pkg\/.*|favicon\.svg)$/.test(pathname)) others.push(pathname);
    });
    const answer = await page.goto(address(kind), { waitUntil: 'load' });
    expect(answer?.status()).toBe(kind.status);
    expect(documents).toHaveLength(1);
    expect(others, 'requests for other things than assets of ours').toEqual([]);
    expect(streams.length).toBeLessThanOrEqual(1);
    await expect(page.getByRole('main')).toBeVisible();
    const width = page.viewportSize()!.width;
    const needed = () => page.evaluate(() => document.scrollingElement!.scrollWidth);
    expect(await needed(), 'the width it needs in English').toBeLessThanOrEqual(width);

    await context.addCookies([{ name: 'stowage_locale', value: 'fr', url: address(kind) }]);
    await page.goto(address(kind));
    await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
    expect(await needed(), 'the width it needs in French').toBeLessThanOrEqual(width);
  });
}

test('every page has one title of its own, one main part and a policy that forbids inline scripts', async ({ page }) => {
  const titles = new Set<string>();
  for (const path of ['/', `/${ID}/team/`, `/${ID}/team/api`, `/${ID}/team/webapp:2.14.0`]) {
    const answer = await page.goto(path);
    const policy = answer!.headers()['content-security-policy'] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("'unsafe-inline'");
    await expect(page.getByRole('main')).toHaveCount(1);
    titles.add(await page.title());
  }
  expect(titles.size).toBe(4);
});

test('a page of a hundred tags stays below 3,000 nodes', async ({ page }) => {
  await page.goto(`/${ID}/team/api`);
  await expect(page.locator('#results tbody tr')).toHaveCount(100);
  const nodes = await page.evaluate(() => document.querySelectorAll('*').length);
  expect(nodes).toBeLessThan(3000);
});
