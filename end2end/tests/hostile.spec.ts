/**
 * What others write is text: in images that are pushed, and in the answers of registries.
 *
 * The fixture of all tests fails them on dialogs, on exceptions, and on whatever the content policy had to stop.
 */

import { join } from 'node:path';
import { HOSTILE_NAMES, SHOWN_WORDS, startHostile } from '../support/hostile-registry.ts';
import { MARKUP, REPOSITORY, TAGS, nasty } from '../support/hostile.ts';
import { freeAddress, withProcesses } from '../support/processes.ts';
import { ID, servers } from '../support/servers.ts';
import { type Page, expect, filter, test as base } from '../support/test.ts';

interface Hostile {
  /** The Stowage that shows what was pushed to a real registry. */
  images: string;
  /** The one that shows what a hostile registry answers. */
  answers: string;
}

const test = base.extend<{ onlyOurs: void }, { hostile: Hostile }>({
  hostile: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) =>
      withProcesses(async (processes, folder) => {
        const registry = await startHostile();
        try {
          const { guarded } = servers();
          const [images, answers] = await Promise.all([freeAddress(), freeAddress()]);
          await Promise.all([
            processes.stowage(images, join(folder, 'images'), guarded.url, {
              STOWAGE_AUTH: 'open',
              REGISTRY_USERNAME: guarded.user,
              REGISTRY_PASSWORD: guarded.password,
              DELETE_IMAGES: 'true',
            }),
            processes.stowage(answers, join(folder, 'answers'), registry.url, {
              STOWAGE_AUTH: 'open',
              DELETE_IMAGES: 'true',
            }),
          ]);
          await use({ images, answers });
        } finally {
          await registry.stop();
        }
      }),
    { scope: 'worker', timeout: 150_000 },
  ],
  baseURL: async ({ hostile }, use) => use(hostile.images),
  onlyOurs: [
    async ({ page, hostile }, use) => {
      const foreign: string[] = [];
      page.on('request', (request) => {
        const { origin, href } = new URL(request.url());
        if (origin !== hostile.images && origin !== hostile.answers) foreign.push(href);
      });
      await use();
      expect(foreign, 'requests to other sites').toEqual([]);
    },
    { auto: true },
  ],
});

const layers = (page: Page) => page.locator('table.layers tbody tr');
const facts = (page: Page) => page.locator('dl.facts');

/** Nothing of the markup has become a part of the page, and none of it has run. */
async function unharmed(page: Page): Promise<void> {
  const found = await page.evaluate(() => {
    const found: string[] = '__xss' in window ? ['a script ran'] : [];
    if (document.querySelector('xss-probe, [data-xss], main script, main img, main iframe, body base')) found.push('markup');
    for (const element of document.querySelectorAll('*')) {
      for (const { name, value } of element.attributes) {
        if (name.startsWith('on')) found.push(`${element.tagName} ${name}`);
        const leads = /^(href|src|action|formaction|xlink:href|data|srcdoc)$/.test(name);
        if (leads && /^\s*(javascript|data|vbscript):|evil\.example/i.test(value)) found.push(`${name}=${value}`);
      }
    }
    return found;
  });
  expect(found, page.url()).toEqual([]);
}

async function open(page: Page, path: string): Promise<void> {
  const answer = await page.goto(path);
  expect(answer!.headers()['content-type']).toMatch(/^text\/html/);
  await expect(page.getByRole('main')).toBeVisible();
  await unharmed(page);
}

for (const tag of TAGS) {
  test(`${tag}: every view of it, and its plan`, async ({ page }) => {
    for (const view of ['layers', 'config', 'manifest']) {
      for (const platform of tag === 'index' ? ['', encodeURIComponent(nasty('cpu')), 'linux%2Famd64'] : ['']) {
        await open(page, `/${ID}/${REPOSITORY}:${tag}?platform=${platform}&view=${view}`);
        for (const summary of await page.locator('main details > summary').all()) await summary.click();
        await unharmed(page);
      }
    }
    await page.goto(`/${ID}/${REPOSITORY}:${tag}`);
    await page.getByRole('button', { name: 'Plan deletion…' }).click();
    await expect(page).toHaveURL(/\/plans\//);
    await unharmed(page);
  });
}

test('the layers show instructions as they were written', async ({ page }) => {
  await open(page, `/${ID}/${REPOSITORY}:latest`);
  await expect(layers(page).filter({ hasText: nasty('echo') })).toHaveCount(1);
  await expect(layers(page).filter({ hasText: nasty('LABEL') })).toHaveCount(1);
  await expect(layers(page).filter({ hasText: nasty('CMD') })).toHaveCount(1);
  for (const row of await layers(page).all()) await row.hover();
  for (const segment of await page.getByRole('group', { name: 'Layers by size' }).getByRole('link').all()) {
    await segment.focus();
    await segment.press('Enter');
  }
  await unharmed(page);
});

test('the configuration shows every value as it was written', async ({ page }) => {
  await open(page, `/${ID}/${REPOSITORY}:latest?view=config`);
  const fields = ['author', 'user', 'value', 'working dir', 'signal', 'port', 'volume'];
  for (const field of [...fields, 'label', 'of a label', 'title', 'description', 'annotation', 'of an annotation']) {
    const shown = facts(page).getByText(nasty(field)).first();
    await expect(shown, field).toBeVisible();
  }
  // These are lists, which are shown as JSON.
  for (const field of ['entrypoint', 'cmd']) {
    const written = JSON.stringify(nasty(field));
    await expect(facts(page).getByText(written).first(), field).toBeVisible();
  }
});

test('types and platforms are shown as they were written', async ({ page }) => {
  await open(page, `/${ID}/${REPOSITORY}:artifact`);
  await expect(page.getByRole('main')).toContainText(nasty('artifact'));
  await open(page, `/${ID}/${REPOSITORY}:index`);
  await expect(page.getByRole('main')).toContainText(nasty('cpu'));
  await open(page, `/${ID}/${REPOSITORY}:index?view=manifest`);
  await expect(page.locator('pre.json').last()).toContainText(JSON.stringify(nasty('subject')).slice(1, -1));
});

test('lists, and what is found, show it as text', async ({ page }) => {
  for (const path of [
    `/${ID}/${REPOSITORY}`,
    `/${ID}/${REPOSITORY}?attached=show`,
    `/${ID}/${REPOSITORY}?kind=artifact`,
    `/${ID}/${REPOSITORY}?platform=${encodeURIComponent(nasty('cpu'))}`,
    `/${ID}/${REPOSITORY}?q=${encodeURIComponent(MARKUP)}`,
    `/${ID}?q=${encodeURIComponent(MARKUP)}`,
    `/search?q=${encodeURIComponent(MARKUP)}`,
    `/cleanup?registry=${encodeURIComponent(MARKUP)}&repository=${encodeURIComponent(MARKUP)}`,
    `/activity?q=${encodeURIComponent(MARKUP)}`,
    `/plans/${encodeURIComponent(MARKUP)}`,
    `/${encodeURIComponent(MARKUP)}`,
    `/${ID}/${encodeURIComponent(MARKUP)}`,
    `/${ID}/${REPOSITORY}:${encodeURIComponent(MARKUP)}`,
  ]) {
    await open(page, path);
  }
  // Labels are found as soon as the repository has been scanned.
  await expect(async () => {
    await page.goto('/search?q=found');
    await expect(page.locator('.hits').first()).toContainText(`:latest`, { timeout: 500 });
  }).toPass({ timeout: 20_000 });
  await expect(page.locator('.hits').first()).toContainText('<xss-probe');
  await unharmed(page);
  await page.goto(`/${ID}/${REPOSITORY}`);
  await filter(page, 'late');
  await expect(page).toHaveURL(/q=late/);
  await unharmed(page);
});

test('in French it is text as well', async ({ page, context, baseURL }) => {
  await context.addCookies([{ name: 'stowage_locale', value: 'fr', url: baseURL! }]);
  for (const tag of TAGS) await open(page, `/${ID}/${REPOSITORY}:${tag}?view=config`);
});

test('a raw manifest is saved and never shown as a page', async ({ page }) => {
  const query = `registry=${ID}&repository=${REPOSITORY}&reference=latest`;
  const answer = await page.request.get(`/api/v1/image/manifest?${query}`);
  expect(answer.headers()).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': expect.stringMatching(/^attachment;/),
    'x-content-type-options': 'nosniff',
  });
});

test('answers for programs are JSON whatever is in them', async ({ page }) => {
  for (const path of [
    `image?repository=${REPOSITORY}&reference=latest`,
    `tags?repository=${REPOSITORY}`,
    `search?q=${encodeURIComponent('<script>')}`,
    `tags?repository=${encodeURIComponent(MARKUP)}`,
    encodeURIComponent(MARKUP),
  ]) {
    const answer = await page.request.get(`/api/v1/${path}`);
    expect(answer.headers()['content-type'], path).toMatch(/^application\/(problem\+)?json$/);
    expect(answer.headers()['x-content-type-options'], path).toBe('nosniff');
  }
});

for (const name of HOSTILE_NAMES) {
  test(`what a hostile registry answers about ${name} is text`, async ({ page, hostile }) => {
    for (const path of ['', ':1.0', ':1.0?view=config', ':1.0?view=manifest']) {
      await open(page, `${hostile.answers}/${ID}/${name}${path}`);
    }
    const word = SHOWN_WORDS[name];
    if (word) await expect(page.getByRole('main')).toContainText(`${word} '"><xss-probe data-xss="1">`);
  });
}

test('the catalog of a hostile registry leaves out what is no name', async ({ page, hostile }) => {
  for (const path of ['', '?view=flat', '?q=evil']) await open(page, `${hostile.answers}/${ID}${path}`);
  await open(page, `${hostile.answers}/search?q=odd`);
  await open(page, `${hostile.answers}/activity`);
});
