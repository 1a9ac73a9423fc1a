/** The files of an image: looking inside its layers, and what each of them did. */

import { ID } from '../support/servers.ts';
import { type Page, expect, test } from '../support/test.ts';

const IMAGE = `/${ID}/demo/files:latest`;

/** Has the layers of an image read and waits until its files are shown. */
async function lookInside(page: Page, address: string): Promise<void> {
  await page.goto(`${address}?view=files`);
  const files = page.getByRole('columnheader', { name: 'Mode, owner' });
  const button = page.getByRole('button', { name: 'Look inside' });
  await expect(files.or(button).or(page.getByText('The layers are being read'))).toBeVisible();
  if (await button.isVisible()) await button.click();
  // With scripts the page follows by itself, without them one asks again.
  await expect(async () => {
    if (!(await files.isVisible())) await page.reload();
    await expect(files).toBeVisible({ timeout: 1000 });
  }).toPass({ timeout: 20_000 });
}

/** The row of a name. */
function row(page: Page, name: string) {
  return page.locator('table.files tbody tr').filter({ has: page.getByText(name, { exact: true }) });
}

test('an image is looked into from its tabs, directory by directory', async ({ page }) => {
  await page.goto(IMAGE);
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Files' }).click();
  await expect(page).toHaveURL(/view=files/);
  await lookInside(page, IMAGE);
  await row(page, 'bin/').getByRole('link').click();
  await expect(page).toHaveURL(/path=bin/);
  await expect(row(page, 'su')).toContainText('-rwsr-xr-x');
  await expect(row(page, 'su')).toContainText('setuid');
  await expect(row(page, 'sh')).toContainText('hard link');
  await page.getByRole('navigation', { name: 'Path' }).getByRole('link', { name: 'Root' }).click();
  await expect(row(page, 'etc/')).toBeVisible();
});

test('what each layer did is told', async ({ page }) => {
  await lookInside(page, IMAGE);
  await page.locator('select[name=of]').selectOption('layer');
  await page.locator('select[name=layer]').selectOption('2');
  await page.getByRole('button', { name: 'Show' }).click();
  await row(page, 'etc/').getByRole('link').click();
  await expect(row(page, 'motd')).toContainText('changed');
  await page.goto(`${IMAGE}?view=files&of=layer&layer=2&path=var/cache`);
  await expect(row(page, 'packages.bin')).toContainText('removed');
  await page.goto(`${IMAGE}?view=files&path=var/cache`);
  await expect(page.locator('table.files tbody tr')).toHaveCount(1);
  await expect(row(page, 'fresh')).toContainText('added');
});

test('files are searched for, and the largest come first', async ({ page }) => {
  await lookInside(page, IMAGE);
  await page.getByRole('searchbox', { name: 'Find files' }).fill('bin/');
  await page.locator('select[name=sort]').selectOption('size');
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(page.locator('table.files tbody tr').first()).toContainText('bin/busybox');
});

test('where no file matches, the search can be taken back', async ({ page }) => {
  await lookInside(page, IMAGE);
  await page.goto(`${IMAGE}?view=files&q=nowhere`);
  await expect(page.getByRole('heading', { name: 'No file matches' })).toBeVisible();
  await page.getByRole('link', { name: 'Clear the filter' }).click();
  await expect(row(page, 'etc/')).toBeVisible();
});

test('a file is read, and can be saved', async ({ page }) => {
  await lookInside(page, IMAGE);
  await row(page, 'etc/').getByRole('link').click();
  await row(page, 'os-release').getByRole('link').click();
  const file = page.getByRole('region', { name: '/etc/os-release' });
  await expect(file).toContainText('NAME="Example Linux"');
  const saved = page.waitForEvent('download');
  await file.getByRole('link', { name: 'Download' }).click();
  expect((await saved).suggestedFilename()).toBe('os-release');
  await file.getByRole('link', { name: 'Close' }).click();
  await expect(file).toBeHidden();
  await page.goto(`${IMAGE}?view=files&path=bin&file=bin/busybox`);
  await expect(page.getByRole('region', { name: '/bin/busybox' })).toContainText('This is not text');
});

test('what is stored in vain is listed', async ({ page }) => {
  await lookInside(page, IMAGE);
  await page.getByText(/^Efficiency /).click();
  const wasted = page.locator('table.wasted');
  await expect(wasted).toContainText('var/cache/packages.bin');
  await expect(wasted).toContainText('etc/motd');
});

test('hostile names are text', async ({ page }) => {
  await lookInside(page, IMAGE);
  await page.goto(`${IMAGE}?view=files&path=names`);
  await expect(row(page, '<img src=x onerror=alert(1)>')).toBeVisible();
  await expect(page.getByText('gpj.\\u{202e}exe')).toBeVisible();
  await expect(page.getByText('bell\\u{7}')).toBeVisible();
  await page.goto(`${IMAGE}?view=files&q=long/long`);
  const table = await page.locator('table.files').boundingBox();
  expect(table!.width).toBeLessThanOrEqual(page.viewportSize()!.width);
});

test('a layer that breaks off says so, and the others are shown', async ({ page }) => {
  await lookInside(page, `/${ID}/demo/files:damaged`);
  await expect(page.getByRole('note')).toContainText('Layer 2 cannot be read: the layer ends too early');
  await expect(row(page, 'bin/')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Read again' })).toBeVisible();
});

test('two images that were read are compared file by file', async ({ page }) => {
  await lookInside(page, `/${ID}/demo/files:older`);
  await lookInside(page, IMAGE);
  await page.goto(`/compare?a=${ID}/demo/files:older&b=${ID}/demo/files:latest`);
  const files = page.locator('table.differing');
  await expect(files.getByRole('row').filter({ hasText: 'var/cache/index' })).toContainText('removed');
  await expect(files.getByRole('row').filter({ hasText: 'var/cache/fresh' })).toContainText('added');
});

test('nothing is read before somebody asks for it', async ({ page }) => {
  await page.goto(`/${ID}/demo/zstd:1.0.0?view=files`);
  await expect(page.getByRole('button', { name: 'Look inside' })).toBeVisible();
  await expect(page.getByText('not read yet')).toHaveCount(3);
});
