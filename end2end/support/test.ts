/** The test function of all specs: pages of the healthy registry, on which nothing may go wrong unnoticed. */

import { type Locator, type Page, test as base, expect } from '@playwright/test';
import { servers } from './servers.ts';

export { expect };
export type { Locator, Page };

interface Fixtures {
  /** A part of the addresses whose answers may be cut off, because their server is killed. */
  mayBeCutOff: string | undefined;
  /** Ends a test in failure when its pages logged an error, violated their policy or opened a dialog. */
  noFaults: void;
}

export const test = base.extend<Fixtures>({
  // Playwright reads a fixture's dependencies from its first parameter, so it must be a pattern.
  // eslint-disable-next-line no-empty-pattern
  baseURL: async ({}, use) => use(servers().stowage.healthy),

  mayBeCutOff: [undefined, { option: true }],

  noFaults: [
    async ({ page, javaScriptEnabled, mayBeCutOff }, use) => {
      const faults: string[] = [];
      const refused = new Set<string>();
      page.on('response', (response) => {
        // The browser logs the status of every answer; pages and filters that fail on purpose are no fault.
        const type = response.request().resourceType();
        if (response.status() >= 400 && (type === 'document' || type === 'fetch')) refused.add(response.url());
      });
      page.on('console', (message) => {
        if (message.type() !== 'error' && message.type() !== 'warning') return;
        // Without scripts nothing uses what is preloaded for them.
        if (!javaScriptEnabled && message.text().includes('was preloaded using link preload')) return;
        const { url } = message.location();
        if (message.text().startsWith('Failed to load resource') && refused.has(url)) return;
        // The proxy before the server says so, or the connection ends.
        const isCutOff = /^Failed to load resource: (net::|.* status of 502 )/.test(message.text());
        if (isCutOff && mayBeCutOff && url.includes(mayBeCutOff)) return;
        faults.push(`${message.type()}: ${message.text()} (${url})`);
      });
      page.on('pageerror', (error) => faults.push(`exception: ${error.message}`));
      page.on('dialog', async (dialog) => {
        faults.push(`dialog: ${dialog.message()}`);
        await dialog.dismiss();
      });
      await use();
      expect(faults, 'what the browser complains of').toEqual([]);
    },
    { auto: true },
  ],
});

/** Waits until the scripts of a page listen. */
export async function scripted(page: Page): Promise<void> {
  await expect(page.locator('html')).toHaveAttribute('data-scripted', '');
}

/** The rows of a list of tags. */
export function tagRows(page: Page): Locator {
  return page.locator('#results tbody tr');
}

/** The row of one tag. */
export function tagRow(page: Page, tag: string): Locator {
  return tagRows(page).filter({ has: page.getByRole('link', { name: tag, exact: true }) });
}

/** The names in the rows, in their order. */
export async function tagNames(page: Page): Promise<string[]> {
  return tagRows(page).locator('td.name a b').allTextContents();
}

/** The filter of a list; the search field of the frame is another one. */
export function filterField(page: Page): Locator {
  return page.getByRole('main').getByRole('searchbox');
}

/** Sends the filter's form. */
export async function filter(page: Page, text: string): Promise<void> {
  await filterField(page).fill(text);
  await page.getByRole('main').getByRole('button', { name: 'Filter' }).click();
}

/** Whether the window is wide enough for every column. */
export function isWide(page: Page): boolean {
  return (page.viewportSize()?.width ?? 0) >= 1000;
}

/** Puts another tag on the manifest of one, as somebody does who works with the registry itself. */
export async function tagOutside(repository: string, tag: string, another: string): Promise<void> {
  const at = (reference: string) => `${servers().registry}/v2/${repository}/manifests/${reference}`;
  const accept = [
    'application/vnd.oci.image.index.v1+json',
    'application/vnd.oci.image.manifest.v1+json',
    'application/vnd.docker.distribution.manifest.list.v2+json',
    'application/vnd.docker.distribution.manifest.v2+json',
  ].join(', ');
  const manifest = await fetch(at(tag), { headers: { accept } });
  const body = await manifest.text();
  const type = manifest.headers.get('content-type')!;
  const answer = await fetch(at(another), { method: 'PUT', body, headers: { 'content-type': type } });
  expect(answer.status).toBe(201);
}
