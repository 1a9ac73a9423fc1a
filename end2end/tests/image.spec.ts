import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { ID, servers } from '../support/servers.ts';
import { type Page, expect, isWide, test } from '../support/test.ts';

const WEBAPP = `/${ID}/team/webapp:2.14.0`;
const ALPINE = `/${ID}/library/alpine-like:3.20`;

const ACCEPTED = ['application/vnd.oci.image.index.v1+json', 'application/vnd.oci.image.manifest.v1+json'].join(', ');

/** A manifest as the registry itself answers it. */
async function manifest(repository: string, reference: string) {
  const answer = await fetch(`${servers().registry}/v2/${repository}/manifests/${reference}`, {
    headers: { accept: ACCEPTED },
  });
  expect(answer.status).toBe(200);
  return { digest: answer.headers.get('docker-content-digest')!, bytes: Buffer.from(await answer.arrayBuffer()) };
}

const platforms = (page: Page) => page.locator('table.rows:not(.layers) tbody tr');
const layers = (page: Page) => page.locator('table.layers tbody tr');
const bar = (page: Page) => page.getByRole('group', { name: 'Layers by size' });
const views = (page: Page) => page.getByRole('navigation', { name: 'Views' });
const summary = (page: Page) => page.locator('main .sub');
/** The words that stand in the place of a date. */
const NO_DATE = 'not recorded';

test('an index tells its platforms, attestations, aliases and size', async ({ page }) => {
  // What else is on an image is known once the tags were looked at.
  await page.goto(`/${ID}/team/webapp`);
  await page.goto(WEBAPP);
  await expect(summary(page)).toContainText('Index, 3 platforms, 2 attestations');
  await expect(summary(page)).toContainText('6 days ago');
  await expect(summary(page)).toContainText(/also .*latest/);
  await expect(platforms(page)).toHaveText([/linux\/amd64/, /linux\/arm64/, /linux\/arm\/v7/]);
  await expect(platforms(page).first()).toHaveAttribute('aria-current', 'true');
});

test('an attestation stands with the platform that it is about, and opens', async ({ page }) => {
  await page.goto(WEBAPP);
  await expect(platforms(page).nth(2).getByRole('link', { name: 'attestation' })).toHaveCount(0);
  await platforms(page).first().getByRole('link', { name: 'attestation' }).click();
  await expect(page).toHaveURL(/team\/webapp@sha256:/);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
});

test('what differs between the platforms is told', async ({ page }) => {
  await page.goto(`/${ID}/team/tools/cli:1.1.0`);
  const differences = page.locator('details.panel').filter({ hasText: 'What differs between the platforms' });
  await differences.locator('summary').click();
  const entrypoint = differences.getByRole('row').filter({ hasText: 'Entrypoint' });
  await expect(entrypoint).toContainText('/usr/local/bin/cli');
  await expect(entrypoint).toContainText('cli.exe');
});

test('a platform leads to its comparison with the one that is shown', async ({ page }) => {
  test.skip(!isWide(page), 'the links stand beside the digests, for which there is no room');
  await page.goto(WEBAPP);
  await platforms(page).nth(1).getByRole('link', { name: 'Compare with linux/amd64' }).click();
  await expect(page).toHaveURL(/platform_b=linux%2Farm64/);
  await expect(page.getByRole('heading', { name: '2.14.0 · linux/arm64' })).toBeVisible();
});

test('an image tells what it is built on, by its layers and by its labels', async ({ page }) => {
  // What it is built on is found in the inventory, which this page fills.
  await page.goto(`/${ID}/demo/files`);
  await page.goto(`/${ID}/demo/files:latest`);
  await expect(page.getByText('It says it is built on debian:12-slim')).toBeVisible();
  await page.locator('summary', { hasText: /^Built on \(2\)/ }).click();
  await expect(page.getByRole('link', { name: /demo\/files:older/ }).first()).toBeVisible();
  if (isWide(page)) await expect(layers(page).first()).toContainText('base');
});

test('another platform can be chosen and stays chosen in the other views', async ({ page }) => {
  await page.goto(WEBAPP);
  await platforms(page).getByRole('link', { name: 'linux/arm64' }).click();
  await expect(page).toHaveURL(/platform=linux%2Farm64/);
  await expect(platforms(page).nth(1)).toHaveAttribute('aria-current', 'true');
  await expect(layers(page).first()).toContainText("--arch 'arm64'");
  await views(page).getByRole('link', { name: 'Manifest' }).click();
  await expect(page).toHaveURL(/platform=linux%2Farm64[^&]*&view=manifest/);
  await expect(platforms(page).nth(1)).toHaveAttribute('aria-current', 'true');
});

test('two platforms of the same name lead to different images', async ({ page }) => {
  await page.goto(`/${ID}/team/tools/cli:1.1.0`);
  const windows = platforms(page).filter({ hasText: 'windows/amd64' });
  await expect(windows).toHaveCount(2);
  const seen = new Set<string>();
  for (const idx of [0, 1]) {
    await page.goto(`/${ID}/team/tools/cli:1.1.0`);
    await windows.nth(idx).getByRole('link', { name: /^windows/ }).click();
    await expect(windows.nth(idx)).toHaveAttribute('aria-current', 'true');
    seen.add(await layers(page).first().innerText());
  }
  expect(seen.size).toBe(2);
});

test('the layers are rows and segments, with empty steps between them', async ({ page }) => {
  await page.goto(ALPINE);
  await expect(bar(page).getByRole('link')).toHaveCount(7);
  const numbers = await layers(page).locator('td:first-child').allTextContents();
  expect(numbers.filter((it) => it !== '–')).toEqual(['1', '2', '3', '4', '5', '6', '7']);
  expect(numbers.filter((it) => it === '–').length).toBeGreaterThan(3);
  await expect(layers(page).filter({ hasText: 'STOPSIGNAL SIGTERM' })).toContainText('empty');
  await expect(layers(page).filter({ hasText: 'ca-certificates' })).toContainText(/\d+\.\d [KM]iB/);
});

test('the shares of the layers add up', async ({ page }) => {
  test.skip(!isWide(page), 'narrow windows leave the shares out');
  await page.goto(ALPINE);
  const shares = await layers(page).locator('td.wide').allTextContents();
  const sum = shares.filter(Boolean).reduce((sum, it) => sum + Number.parseFloat(it.replace('< ', '')), 0);
  expect(sum).toBeGreaterThan(99);
  expect(sum).toBeLessThan(101);
});

test('a segment of the bar leads to its row', async ({ page }) => {
  await page.goto(ALPINE);
  const segment = bar(page).getByRole('link').first();
  const name = await segment.getAttribute('aria-label');
  expect(name).toMatch(/^1: \d.*ADD alpine-minirootfs/);
  await segment.focus();
  await segment.press('Enter');
  await expect(page).toHaveURL(/#step-1$/);
  await expect(page.locator('#step-1')).toContainText('alpine-minirootfs');
});

test('the configuration is told in words and as it is', async ({ page }) => {
  await page.goto(ALPINE);
  await views(page).getByRole('link', { name: 'Config' }).click();
  await expect(page).toHaveURL(/view=config/);
  const fact = (name: string) =>
    page.locator('dl.facts > div').filter({ has: page.locator('dt', { hasText: new RegExp(`^${name}$`) }) });
  await expect(fact('Entrypoint')).toContainText('["gunicorn"]');
  await expect(fact('Command')).toContainText('["--bind","0.0.0.0:8000","app:app"]');
  await expect(fact('User')).toContainText('app');
  await expect(fact('Working directory')).toContainText('/srv/app');
  await expect(fact('Ports')).toContainText('8000/tcp');
  await expect(fact('Volumes')).toContainText('/data');
  await expect(fact('LANG')).toContainText('C.UTF-8');
  await expect(fact('org.opencontainers.image.title')).toContainText('alpine-like');
  await expect(fact('Author')).toContainText('not set');
  await expect(page.locator('pre.json')).toContainText('"diff_ids"');
});

test('the steps are told as a Dockerfile that can be copied', async ({ page }) => {
  await page.goto(WEBAPP);
  await views(page).getByRole('link', { name: 'Dockerfile' }).click();
  await expect(page).toHaveURL(/view=dockerfile/);
  const lines = (await page.locator('pre.json').innerText()).trimEnd().split('\n');
  expect(lines[0]).toBe('FROM scratch');
  for (const line of [
    'ENTRYPOINT ["docker-entrypoint.sh"]',
    'COPY dist ./dist',
    'EXPOSE 8080/tcp',
    'HEALTHCHECK --interval=30s --timeout=3s --retries=3 CMD node dist/health.js || exit 1',
    'CMD ["node", "dist/server.js"]',
  ]) {
    expect(lines).toContain(line);
  }
  const copied = await page.getByRole('main').locator('.heading [data-copy]').getAttribute('data-copy');
  expect(copied!.trimEnd().split('\n')).toEqual(lines);
});

test('the health check is told with how often it runs', async ({ page }) => {
  await page.goto(`${WEBAPP}?view=config`);
  const fact = page.locator('dl.facts > div', { hasText: 'Health check' });
  await expect(fact).toContainText('node dist/health.js || exit 1 · every 30s · timeout 3s · tries 3');
});

test('the configuration of the chosen platform is saved byte for byte', async ({ page }) => {
  await page.goto(`${WEBAPP}?view=config&platform=linux/arm64`);
  const index = JSON.parse((await manifest('team/webapp', '2.14.0')).bytes.toString());
  const arm = index.manifests.find((it: { platform: { architecture: string } }) => it.platform.architecture === 'arm64');
  const { config } = JSON.parse((await manifest('team/webapp', arm.digest)).bytes.toString());
  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download' }).click();
  const saved = await readFile(await (await downloading).path());
  expect(`sha256:${createHash('sha256').update(saved).digest('hex')}`).toBe(config.digest);
});

test('the manifest is shown with the index it lies in', async ({ page }) => {
  await page.goto(WEBAPP);
  await views(page).getByRole('link', { name: 'Manifest' }).click();
  await expect(page.getByRole('heading', { name: 'Manifest as the registry holds it' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Index as the registry holds it' })).toBeVisible();
  const shown = await page.locator('pre.json').allTextContents();
  const index = JSON.parse((await manifest('team/webapp', '2.14.0')).bytes.toString());
  expect(JSON.parse(shown[1])).toEqual(index);
  expect(JSON.parse(shown[0])).toEqual(
    JSON.parse((await manifest('team/webapp', index.manifests[0].digest)).bytes.toString()),
  );
});

for (const [repository, reference] of [
  ['team/webapp', '2.14.0'],
  ['library/alpine-like', '3.20'],
]) {
  test(`the raw manifest of ${repository}:${reference} is the registry’s, byte for byte`, async ({ page }) => {
    await page.goto(`/${ID}/${repository}:${reference}`);
    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Raw manifest' }).click();
    const saved = await readFile(await (await downloading).path());
    expect(saved.equals((await manifest(repository, reference)).bytes)).toBe(true);
  });
}

test('an image opens by its digest', async ({ page }) => {
  const { digest } = await manifest('library/alpine-like', '3.20');
  const answer = await page.goto(`/${ID}/library/alpine-like@${digest}`);
  expect(answer?.status()).toBe(200);
  const crumb = page.getByRole('navigation', { name: 'Reference' });
  await expect(crumb.locator('[aria-current=page]')).toHaveAttribute('title', digest);
  await expect(bar(page).getByRole('link')).toHaveCount(7);
  await crumb.getByRole('link', { name: 'alpine-like' }).click();
  await expect(page).toHaveURL(`/${ID}/library/alpine-like`);
});

test('the pull command is there for every client', async ({ page }) => {
  await page.goto(WEBAPP);
  await page.locator('summary', { hasText: 'Pull command' }).click();
  const host = new URL(servers().registry).host;
  await expect(page.getByText(`docker pull ${host}/team/webapp:2.14.0`, { exact: true })).toBeVisible();
  for (const client of ['podman pull', 'nerdctl pull', 'skopeo copy', 'crane pull']) {
    await expect(page.getByText(new RegExp(`^${client} .*team/webapp:2\\.14\\.0`)).first()).toBeVisible();
  }
  const { digest } = await manifest('team/webapp', '2.14.0');
  await expect(page.getByText(`docker pull ${host}/team/webapp@${digest}`, { exact: true })).toBeVisible();
  await expect(page.getByText(`image: ${host}/team/webapp:2.14.0`, { exact: true })).toBeVisible();
  await expect(page.getByText(/^docker pull --platform linux\/\w+ .*webapp:2\.14\.0$/)).toBeVisible();
});

test('a chart is pulled with helm', async ({ page }) => {
  await page.goto(`/${ID}/charts/web:1.1.0`);
  await expect(summary(page)).toContainText('Helm chart');
  await page.locator('summary', { hasText: 'Pull command' }).click();
  await expect(page.getByText(/^helm pull oci:\/\/.*\/charts\/web --version 1\.1\.0$/)).toBeVisible();
});

test('markup in an image is text, and its scripts do not run', async ({ page }) => {
  const script = "<script>document.title='hacked'</script>";
  await page.goto(`/${ID}/demo/hostile:latest`);
  await expect(layers(page).filter({ hasText: script })).toHaveCount(1);
  await expect(page).toHaveTitle(/^demo\/hostile:latest/);

  await page.goto(`/${ID}/demo/hostile:latest?view=config`);
  const facts = page.locator('dl.facts');
  await expect(facts.getByText(script, { exact: true })).toBeVisible();
  await expect(facts.getByText('<b>bold</b>', { exact: true })).toBeVisible();
  await expect(facts.getByText('javascript:alert(document.domain)', { exact: true })).toBeVisible();
  await expect(page.locator('main a[href^="javascript:"], main a[href^="data:"]')).toHaveCount(0);
  await expect(page.locator('main script, main img, main iframe, main b > b')).toHaveCount(0);
  await expect(page).toHaveTitle(/^demo\/hostile:latest/);

  await page.goto(`/${ID}/demo/hostile:index?view=manifest`);
  await expect(page.locator('pre.json').last()).toContainText('</td></tr></table>');
  await expect(page).toHaveTitle(/^demo\/hostile:index/);
});

for (const [repository, why] of [
  ['broken/no-date', 'The image does not say when it was made.'],
  ['broken/year-one', 'placeholder'],
  ['broken/epoch', 'placeholder'],
]) {
  test(`${repository} has no date, and the words say why`, async ({ page }) => {
    for (const path of [`/${ID}/${repository}:latest`, `/${ID}/${repository}`]) {
      await page.goto(path);
      const words = page.getByRole('main').getByText(NO_DATE, { exact: true }).and(page.locator('[title]')).first();
      await expect(words).toHaveAttribute('title', new RegExp(why));
      // When the list was checked is told all the same.
      await expect(page.locator('main time:not(.fresh *)')).toHaveCount(0);
    }
  });
}

test('an image without its configuration says what that means, and still shows its layers', async ({ page }) => {
  const answer = await page.goto(`/${ID}/broken/missing-config:latest`);
  expect(answer?.status()).toBe(200);
  await expect(page.getByText('configuration gone').first()).toBeVisible();
  await expect(page.getByRole('note')).toContainText('Push the image again');
  await expect(layers(page)).toHaveCount(2);
  await views(page).getByRole('link', { name: 'Config' }).click();
  await expect(page.getByText('There is no configuration to show.')).toBeVisible();
});

test('an index with a missing platform says which, and shows the others', async ({ page }) => {
  const answer = await page.goto(`/${ID}/broken/missing-child:latest`);
  expect(answer?.status()).toBe(200);
  await expect(page.getByRole('note')).toContainText('Pulling for that platform fails');
  const missing = platforms(page).filter({ hasText: 'linux/arm64' });
  await expect(missing).toContainText('manifest gone');
  await expect(layers(page)).toHaveCount(4);
  await missing.getByRole('link', { name: 'linux/arm64' }).click();
  await expect(page.getByRole('note').filter({ hasText: 'linux/arm64' })).toBeVisible();
});

test('a manifest that is gone is answered with 404 and a remedy', async ({ page }) => {
  const answer = await page.goto(`/${ID}/broken/manifest-gone:1.0.0`);
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('No such image');
  await expect(page.getByText('It was deleted or never pushed here.')).toBeVisible();
});
