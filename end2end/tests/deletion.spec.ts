/** Deleting, with a plan before it, proof after it, and undoing it. */

import { ID, servers } from '../support/servers.ts';
import { type Page, expect, tagOutside, tagRow, test } from '../support/test.ts';

const REPOSITORY = 'demo/buildkit-cache';
const TAG = 'main';

test.use({
  // eslint-disable-next-line no-empty-pattern
  baseURL: async ({}, use) => use(servers().stowage.deleting),
});

/** A tag of its own for each test, on the manifest of another one. */
async function madeTag(page: Page): Promise<string> {
  const name = `gone-${page.viewportSize()!.width}-${Date.now()}-${Math.floor(Math.random() * 1000)}`;
  await tagOutside(REPOSITORY, TAG, name);
  return name;
}

/** The digest that the registry itself gives for a tag; nothing where it is gone. */
async function digestOf(tag: string): Promise<string | null> {
  const accept = 'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json';
  const answer = await fetch(`${servers().registry}/v2/${REPOSITORY}/manifests/${tag}`, { headers: { accept } });
  return answer.ok ? answer.headers.get('docker-content-digest') : null;
}

/** Loads a job's page again until it has come to its end, as somebody does who has no scripts. */
async function untilEnded(page: Page): Promise<void> {
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole('status').getByText('done', { exact: true })).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 20_000 });
}

/** Lists the tags until one of them is there. */
async function openTags(page: Page, tag: string): Promise<void> {
  await expect(async () => {
    await page.goto(`/${ID}/${REPOSITORY}?q=${tag}`);
    await expect(tagRow(page, tag)).toBeVisible({ timeout: 1000 });
  }).toPass({ timeout: 20_000 });
}

test('one tag goes after a plan, its alias stays, and it comes back', async ({ page }) => {
  const name = await madeTag(page);
  const digest = await digestOf(TAG);
  await openTags(page, name);
  await tagRow(page, name).getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Plan deletion…' }).click();
  await expect(page).toHaveURL(/\/plans\//);
  await expect(page.getByText('the tag only; its image stays')).toBeVisible();
  await expect(page.getByText(`same image as ${name}, not selected`)).toBeVisible();
  await page.getByRole('button', { name: 'Delete 1 tag' }).click();
  await expect(page).toHaveURL(/\/jobs\//);
  await untilEnded(page);
  await expect(page.getByRole('row').filter({ hasText: name }).getByText('verified gone')).toBeVisible();
  expect(await digestOf(name)).toBeNull();
  expect(await digestOf(TAG)).toBe(digest);
  await page.getByRole('button', { name: /^Undo/ }).click();
  await untilEnded(page);
  await expect(page.getByRole('row').filter({ hasText: name }).getByText('restored')).toBeVisible();
  expect(await digestOf(name)).toBe(digest);
});

test('the trash restores what is selected', async ({ page }) => {
  const name = await madeTag(page);
  await openTags(page, name);
  await tagRow(page, name).getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Plan deletion…' }).click();
  await page.getByRole('button', { name: 'Delete 1 tag' }).click();
  await untilEnded(page);
  await page.goto('/trash');
  const row = page.getByRole('row').filter({ hasText: name });
  await row.getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Restore selected' }).click();
  await untilEnded(page);
  expect(await digestOf(name)).not.toBeNull();
  await page.goto(`/activity?q=${(await digestOf(name))!.slice(0, 19)}`);
  await expect(page.getByRole('row').filter({ hasText: 'restored' }).first()).toBeVisible();
});

test('an image is planned from its own page', async ({ page }) => {
  await page.goto(`/${ID}/team/webapp:2.12.4-debug`);
  await page.getByRole('button', { name: 'Plan deletion…' }).click();
  await expect(page).toHaveURL(/\/plans\//);
  await expect(page.getByText('2.12.4-debug')).toBeVisible();
  await page.getByRole('link', { name: 'Back to the tags' }).click();
  await expect(page).toHaveURL(`/${ID}/team/webapp`);
});

test('a repository is planned from the catalog', async ({ page }) => {
  await page.goto(`/${ID}?q=team/api`);
  await page.getByRole('link', { name: 'Clean up team/api' }).click();
  await expect(page.getByRole('textbox', { name: 'Repository' })).toHaveValue('team/api');
  await page.getByRole('radio', { name: 'Everything in the repository' }).check();
  await page.getByRole('button', { name: 'Make a plan' }).click();
  await expect(page).toHaveURL(/\/plans\//);
  await expect(page.getByRole('button', { name: /^Delete \d+ tags$/ })).toBeVisible();
});

test('a protected tag is refused, with the pattern that protects it', async ({ page }) => {
  await page.goto(`/${ID}/team/webapp:latest`);
  await page.getByRole('button', { name: 'Plan deletion…' }).click();
  await expect(page.getByRole('heading', { name: 'Nothing would be deleted' })).toBeVisible();
  await expect(page.getByText('latest is protected by the pattern latest')).toBeVisible();
});

test('a rule takes many, and the repository has to be named', async ({ page }) => {
  await page.goto(`/${ID}/team/api`);
  await page.getByRole('link', { name: 'Clean up' }).click();
  await page.getByRole('radio', { name: 'All but the newest' }).check();
  await page.getByRole('button', { name: 'Make a plan' }).click();
  await expect(page).toHaveURL(/\/plans\//);
  const confirm = page.getByRole('textbox', { name: /Type the repository’s name/ });
  await confirm.fill('team/other');
  await page.getByRole('button', { name: /^Delete \d+ tags$/ }).click();
  await expect(page).toHaveURL(/confirm=wrong/);
  await expect(page.getByText('The name that was typed is not the repository’s.')).toBeVisible();
});

test('where deletion is off, nothing is offered', async ({ page }) => {
  await page.goto(`${servers().stowage.healthy}/${ID}/team/webapp`);
  await expect(page.getByRole('checkbox')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Plan deletion…' })).toHaveCount(0);
  await page.goto(`${servers().stowage.healthy}/cleanup`);
  await expect(page.getByText('DELETE_IMAGES=true')).toBeVisible();
  await page.goto(`${servers().stowage.healthy}/${ID}`);
  await expect(page.getByRole('link', { name: /^Clean up/ })).toHaveCount(0);
});
