/** A Stowage of their own for tests of who may do what, and how people come in and out. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freeAddress, withProcesses } from './processes.ts';
import { ID, servers } from './servers.ts';
import { type Locator, type Page, expect, test as base } from './test.ts';

export { expect };
export type { Locator, Page };

export const PASSWORD = 'open sesame';
/** The password with bcrypt, as `htpasswd -B` writes it. */
export const HASH = '$2b$05$TOZbIaIyV6DP78f8CFNIIeDMpZiHoPt9G94RSeOit/.l193N6fPEe';

/** Those who have a password, by what they are there for. */
export const PEOPLE = ['admin', 'keeper', 'viewer', 'guest', 'everywhere'] as const;
export type Person = (typeof PEOPLE)[number];

const GRANTS = [
  'administrator local:admin **',
  'maintainer group:ops **',
  'maintainer local:keeper */team/**',
  'viewer everyone */library/**',
].join('; ');

/** What everybody may see who has signed in, and what they may not. */
export const SEEN = `/${ID}/library/alpine-like`;
export const HIDDEN = `/${ID}/team/webapp`;

export interface Access {
  /** Where Stowage is. */
  url: string;
  /** Where the OpenID provider is: another site. */
  issuer: string;
}

/** One Stowage with its provider for each worker, so that tests at the same time do not end each other's sessions. */
export const test = base.extend<object, { access: Access }>({
  access: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) =>
      withProcesses(async (processes, folder) => {
        const passwords = join(folder, 'htpasswd');
        await writeFile(passwords, PEOPLE.map((name) => `${name}:${HASH}\n`).join(''));
        const url = await freeAddress();
        const issuer = await processes.provider(url);
        await processes.stowage(url, join(folder, 'data'), servers().registry, {
          DELETE_IMAGES: 'true',
          STOWAGE_PUBLIC_URL: url,
          STOWAGE_AUTH_HTPASSWD: passwords,
          STOWAGE_OIDC_ISSUER: issuer,
          STOWAGE_OIDC_CLIENT_ID: 'stowage',
          STOWAGE_OIDC_CLIENT_SECRET: 'a secret of the tests',
          STOWAGE_OIDC_LABEL: 'the tests’ provider',
          STOWAGE_GRANTS: GRANTS,
        });
        await use({ url, issuer });
      }),
    { scope: 'worker', timeout: 150_000 },
  ],
  baseURL: async ({ access }, use) => use(access.url),
});

/** The form in which a name and a password of Stowage's own are asked for. */
export function passwordForm(page: Page): Locator {
  const own = page.locator('[name=way][value=local]');
  return page.getByRole('main').locator('form[action="/login"]').filter({ has: own });
}

/** Fills in a name and a password and sends them, on the page where they are asked for. */
export async function sendPassword(page: Page, name: string, password = PASSWORD): Promise<void> {
  const form = passwordForm(page);
  const choice = form.getByRole('radio').and(page.locator('[name=way][value=local]'));
  if (await choice.count()) await choice.check();
  await form.locator('[name=username]').fill(name);
  await form.locator('[name=password]').fill(password);
  await form.getByRole('button').first().click();
}

/** Signs somebody in and waits for the page behind it. */
export async function signIn(page: Page, name: Person, next = '/'): Promise<void> {
  await page.goto(`/login?next=${encodeURIComponent(next)}`);
  await sendPassword(page, name);
  await expect(page).not.toHaveURL(/\/login/);
}

/** Goes to the provider as the page for signing in offers it. */
export async function toProvider(page: Page, next = '/'): Promise<void> {
  await page.goto(`/login?next=${encodeURIComponent(next)}`);
  const way = page.locator('a[href^="/login/oidc"], form[action^="/login/oidc"] button');
  await page.getByRole('main').locator(way).click();
  await expect(page.getByRole('heading', { name: 'Sign in to the provider' })).toBeVisible();
}

/** Signs somebody in through the provider and waits for the page behind it. */
export async function signInThere(page: Page, name: string, next = '/'): Promise<void> {
  await toProvider(page, next);
  await page.getByRole('textbox', { name: 'Name' }).fill(name);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(next);
}

/** Presses the button for signing out, which may lie in a menu. */
export async function pressSignOut(page: Page): Promise<void> {
  const button = page.locator('form[action="/logout"] button').first();
  if (!(await button.isVisible())) {
    await page.locator('details:has(form[action="/logout"]) > summary').first().click();
  }
  await button.click();
}

/** Whether the browser is signed in: the settings are nobody's else. */
export async function isSignedIn(page: Page): Promise<boolean> {
  await page.goto('/settings');
  return new URL(page.url()).pathname === '/settings';
}

/** The cookie that holds the session, if there is one. */
export async function sessionCookie(page: Page) {
  return (await page.context().cookies()).find((it) => it.name === 'stowage_session');
}

/** Fills in a form by the names of its fields, whatever kind they are of, and sends it. */
export async function send(form: Locator, values: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(values)) {
    const field = form.locator(`[name="${name}"]`).first();
    const kind = await field.evaluate((it) => (it instanceof HTMLInputElement ? it.type : it.tagName.toLowerCase()));
    if (kind === 'select') await field.selectOption(value);
    else if (kind === 'radio') await form.locator(`[name="${name}"][value="${value}"]`).check();
    else await field.fill(value);
  }
  await form.getByRole('button').first().click();
}

/** Sends a form as a program would, with the browser's session, and does not follow where it leads. */
export function post(page: Page, path: string, form: Record<string, string>) {
  return page.request.post(path, { form, maxRedirects: 0 });
}

/** What a page of a given status tells, with the name that it is about left out. */
export async function words(page: Page, path: string, name: string, status: number): Promise<string> {
  const answer = await page.goto(path);
  expect(answer?.status(), path).toBe(status);
  const text = await page.getByRole('main').innerText();
  // The path of a page has every part of the name on its own.
  const parts = name.split(/[/:]/).filter((part) => part !== '');
  return [name, ...parts].reduce((text, part) => text.replaceAll(part, '…'), text);
}

/** The problem document of an answer that refuses. */
export async function problem(answer: { status: number; headers: Headers; json(): Promise<unknown> }) {
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  const { type } = (await answer.json()) as { type: string };
  return { status: answer.status, kind: type.replace('urn:stowage:problem:', '') };
}
