import { ID, type State, servers } from '../support/servers.ts';
import { expect, test } from '../support/test.ts';

interface Broken {
  state: State;
  status: number;
  title: string;
  detail: RegExp;
  remedy: RegExp;
  command?: RegExp;
}

const BROKEN: Broken[] = [
  {
    state: 'wrongCredentials',
    status: 502,
    title: 'The registry refuses the credentials',
    detail: /does not accept the user name and password/,
    remedy: /^Correct the user name and password and restart/,
    command: /^REGISTRY_USERNAME=/,
  },
  {
    state: 'noCredentials',
    status: 502,
    title: 'The registry wants credentials',
    detail: /has no credentials for it/,
    remedy: /^Give Stowage a user of the registry that may read/,
    command: /^REGISTRY_USERNAME=/,
  },
  {
    state: 'unknownAuthority',
    status: 502,
    title: 'No trusted connection to the registry',
    detail: /comes from an authority that is not known here/,
    remedy: /^Name the authority’s certificate:/,
    command: /^REGISTRY_CA_FILE=/,
  },
  {
    state: 'catalogRefused',
    status: 502,
    title: 'This registry does not list its repositories',
    detail: /refuses the list of its repositories \(status 401\)/,
    remedy: /^GitLab and Docker Hub never list their repositories/,
    command: /^REGISTRY_CATALOG=listed/,
  },
  {
    state: 'down',
    status: 502,
    title: 'The registry cannot be reached',
    detail: /nothing listens on its port/,
    remedy: /^Check that the registry runs/,
    command: /^curl -v http:\/\/127\.0\.0\.1:\d+\/v2\/$/,
  },
  {
    state: 'html',
    status: 502,
    title: 'There is no registry at this address',
    detail: /does not speak as registries do/,
    remedy: /^Check the address/,
    command: /^REGISTRY_URL=/,
  },
  {
    state: 'busy',
    status: 503,
    title: 'The registry asks for a pause',
    detail: /asks to wait \d+ seconds/,
    remedy: /^Wait and try again/,
  },
];

for (const { state, status, title, detail, remedy, command } of BROKEN) {
  test(`${state}: “${title}”, with the reason and what to do`, async ({ page }) => {
    const answer = await page.goto(servers().stowage[state]);
    expect(answer?.status()).toBe(status);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
    await expect(page.getByText(detail)).toBeVisible();
    await expect(page.getByText(remedy)).toBeVisible();
    if (command) await expect(page.locator('.command code')).toHaveText(command);
    await expect(page.getByRole('link', { name: 'Try again' })).toBeVisible();
  });
}

for (const state of ['wrongCredentials', 'unknownAuthority', 'down', 'html'] as const) {
  test(`${state}: the pages below the catalog tell the same`, async ({ page }) => {
    const title = BROKEN.find((it) => it.state === state)!.title;
    for (const path of ['team/api', 'team/api:latest']) {
      const answer = await page.goto(`${servers().stowage[state]}/${ID}/${path}`);
      expect(answer?.status()).toBe(502);
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
    }
  });
}

test('try again asks again, at the same address', async ({ page }) => {
  await page.goto(`${servers().stowage.down}/${ID}/team/api?sort=size`);
  const again = page.waitForResponse((it) => it.request().resourceType() === 'document');
  await page.getByRole('link', { name: 'Try again' }).click();
  expect((await again).url()).toBe(`${servers().stowage.down}/${ID}/team/api?sort=size`);
});

test('a registry that does not list its repositories still opens them by name', async ({ page }) => {
  await page.goto(servers().stowage.catalogRefused);
  await page.getByRole('textbox', { name: 'Repository name' }).fill('team/webapp');
  await page.getByRole('button', { name: 'Open' }).click();
  await expect(page).toHaveURL(`${servers().stowage.catalogRefused}/${ID}/team/webapp`);
  await expect(page.getByRole('link', { name: '2.14.0', exact: true })).toBeVisible();

  await page.goto(servers().stowage.catalogRefused);
  await expect(page.getByRole('heading', { name: 'Opened by name' })).toBeVisible();
  await page.getByRole('link', { name: 'team/webapp' }).click();
  await expect(page).toHaveURL(`${servers().stowage.catalogRefused}/${ID}/team/webapp`);
});

test('a whole reference can be pasted where a name is asked for', async ({ page }) => {
  await page.goto(servers().stowage.catalogRefused);
  await page.getByRole('textbox', { name: 'Repository name' }).fill('library/alpine-like:3.20');
  await page.getByRole('button', { name: 'Open' }).click();
  await expect(page).toHaveURL(`${servers().stowage.catalogRefused}/${ID}/library/alpine-like:3.20`);
});

test('an empty registry says how to fill it', async ({ page }) => {
  const answer = await page.goto(servers().stowage.empty);
  expect(answer?.status()).toBe(200);
  await expect(page.getByRole('heading', { name: 'This registry has no repositories yet' })).toBeVisible();
  await expect(page.getByText(/^docker push .*\/name:tag$/)).toBeVisible();
});

test('an unknown registry is answered with 404', async ({ page }) => {
  const answer = await page.goto('/elsewhere/team/api');
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('No such registry');
});

test('an address that names nothing is answered with 400', async ({ page }) => {
  const answer = await page.goto(`/${ID}/UPPER`);
  expect(answer?.status()).toBe(400);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This address names nothing');
});
