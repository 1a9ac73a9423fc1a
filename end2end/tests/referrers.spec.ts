/** What refers to an image, and what is in artifacts. */

import { ID } from '../support/servers.ts';
import { expect, test } from '../support/test.ts';

const ATTESTED = `/${ID}/demo/attested`;

test('what refers to an image is told with what was checked', async ({ page }) => {
  await page.goto(`${ATTESTED}:latest`);
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Referrers' }).click();
  await expect(page).toHaveURL(/view=referrers/);
  // Those of the platforms stand above.
  const row = (name: string) => page.getByRole('table').last().getByRole('row').filter({ hasText: name });
  const signature = row('cosign signature').filter({ hasNotText: 'linux/' });
  await expect(signature).toContainText('verified: release');
  await expect(signature).toContainText('cosign tag');
  await expect(row('CycloneDX SBOM')).toContainText('fallback tag');
  const ofPlatform = row('linux/arm64');
  await expect(ofPlatform.filter({ hasText: 'cosign signature' })).toContainText('verified: release');
  await expect(ofPlatform.filter({ hasText: 'SLSA provenance' })).toContainText('not signed');
  await signature.getByRole('link').first().click();
  await expect(page.getByRole('main')).toContainText('The key “release” made the signature');
  await expect(page.getByRole('main')).toContainText('Not checked: the certificate of who signed (Fulcio)');
});

test('a signature that is wrong is not called verified', async ({ page }) => {
  for (const [tag, words] of [['0.9.0', 'no key fits'], ['0.8.0', 'for another image']] as const) {
    await page.goto(`${ATTESTED}:${tag}?view=referrers`);
    await expect(page.getByRole('main')).toContainText(words);
    await expect(page.getByRole('main')).not.toContainText('verified');
  }
});

test('packages are searched and turned over, and hostile names are text', async ({ page }) => {
  await page.goto(`${ATTESTED}:latest?view=referrers`);
  await page.getByRole('row').filter({ hasText: 'fallback tag' }).getByRole('link', { name: 'SPDX SBOM' }).click();
  await expect(page.getByText('604 packages')).toBeVisible();
  await expect(page.getByRole('rowheader', { name: '<img src=x onerror=alert(1)>' })).toBeVisible();
  await expect(page.locator('main img')).toHaveCount(0);
  await page.getByRole('link', { name: 'Next' }).click();
  await expect(page.getByRole('rowheader', { name: 'lib-599' })).toBeVisible();
  await page.getByRole('searchbox', { name: 'Filter packages' }).fill('zlib');
  await page.getByRole('button', { name: 'Filter' }).click();
  await expect(page).toHaveURL(/\?q=zlib/);
  await expect(page.getByText('1 of 604 packages')).toBeVisible();
  await expect(page.getByRole('rowheader')).toHaveText(['zlib1g']);
});

test('a provenance says who built an image, and from what', async ({ page }) => {
  await page.goto(`${ATTESTED}:latest?view=referrers`);
  await page.getByRole('row').filter({ hasText: 'cosign tag' }).getByRole('link', { name: 'SLSA provenance' }).click();
  const main = page.getByRole('main');
  await expect(main).toContainText('https://ci.example.com/builders/release');
  await expect(main).toContainText('https://git.example.com/demo/attested');
  await expect(main).toContainText('6a1f0d6e2c4b8f90123456789abcdef012345678');
});

test('a chart is read, and a file of an artifact saved', async ({ page }) => {
  await page.goto(`/${ID}/charts/web:1.1.0`);
  const main = page.getByRole('main');
  await expect(main).toContainText('Example Team <team@example.com>');
  await expect(main).toContainText('replicaCount: 2');
  await expect(main).toContainText('# web');
  await page.goto(`/${ID}/demo/wasm:latest`);
  const saved = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download: filter.wasm' }).click();
  expect(await (await saved).failure()).toBeNull();
});

test('tags say what lies beside their images', async ({ page }) => {
  await page.goto(ATTESTED);
  const row = (tag: string) =>
    page.getByRole('row').filter({ has: page.getByRole('link', { name: tag, exact: true }) });
  await expect(row('0.9.0')).toContainText('signed');
  await expect(row('0.7.0')).not.toContainText('signed');
});
