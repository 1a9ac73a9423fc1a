/** The image, made from the release as `make image` does, run as engines do, and shown by Stowage itself. */

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { appendFile, chown, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { freeAddress } from '../support/processes.ts';
import { ID, servers } from '../support/servers.ts';
import { expect, tagRow, test } from '../support/test.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const CONTAINED = join(ROOT, 'end2end/support/contained.sh');
const IMAGE = 'localhost/stowage-container-spec';
const REPOSITORY = 'stowage/image';
/** The user of deploy/Dockerfile. */
const USER = 65532;
/** What the image's files may have in bytes altogether. */
const LIMIT = 30 * 1024 * 1024;

const execute = promisify(execFile);

interface Layout {
  /** The image's files, as an engine gives them to a container. */
  root: string;
  config: {
    User: string;
    Env: string[];
    Entrypoint: string[];
    ExposedPorts: Record<string, unknown>;
    Volumes: Record<string, unknown>;
    Healthcheck: { Test: string[] };
    StopSignal: string;
    Labels: Record<string, string>;
  };
}

let folder: string;
let image: Layout;
let server: ChildProcess | undefined;

const buildah = async (...options: string[]) => (await execute('buildah', options, { env: environment() })).stdout;

/** Nothing is seen of other images of this machine, nor left among them. */
function environment(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    BUILDER: 'buildah',
    STORAGE_DRIVER: 'vfs',
    BUILDAH_ISOLATION: 'chroot',
    CONTAINERS_STORAGE_CONF: join(folder, 'storage.conf'),
    XDG_RUNTIME_DIR: folder,
  };
}

/** An empty folder that belongs to the user, as engines make one of the image's. */
async function volume(name: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(path);
  await chown(path, USER, USER);
  return path;
}

async function bytesBelow(path: string): Promise<number> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((it) => it.isFile()).map((it) => stat(join(it.parentPath, it.name)));
  return (await Promise.all(files)).reduce((sum, it) => sum + it.size, 0);
}

// The tests are about one image.
test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  test.skip(process.getuid?.() !== 0, 'only root can give a program another root');
  test.setTimeout(120_000);
  folder = await mkdtemp(join(tmpdir(), 'stowage-container-'));
  const storage = `[storage]\ndriver = "vfs"\ngraphroot = "${folder}/images"\nrunroot = "${folder}/run"\n`;
  await writeFile(join(folder, 'storage.conf'), storage);
  await execute(join(ROOT, 'scripts/image.sh'), [IMAGE], { env: environment() });
  const container = (await buildah('from', '--pull-never', IMAGE)).trim();
  const root = (await buildah('mount', container)).trim();
  const { Docker } = JSON.parse(await buildah('inspect', '--type', 'image', IMAGE));
  image = { root, config: Docker.config };
  // Engines put these into each container.
  await mkdir(join(root, 'proc'));
  await mkdir(join(root, 'dev'));
  await appendFile(join(root, 'etc/hosts'), '127.0.0.1 localhost registry\n');
  await writeFile(join(root, 'etc/resolv.conf'), '');
});

test.afterAll(async () => {
  server?.kill('SIGTERM');
  if (folder) await rm(folder, { recursive: true, force: true });
});

test('it is small, and says how it is to be run', async () => {
  const { root, config } = image;
  expect(await bytesBelow(root)).toBeLessThan(LIMIT);
  expect(config.User).toBe(`${USER}:${USER}`);
  expect(config.Entrypoint).toEqual(['/stowage']);
  expect(Object.keys(config.ExposedPorts).sort()).toEqual(['80/tcp', '8080/tcp']);
  expect(Object.keys(config.Volumes)).toEqual(['/data']);
  expect(config.Healthcheck.Test).toEqual(['CMD', '/stowage', 'healthcheck']);
  expect(config.StopSignal).toBe('SIGTERM');
  expect(config.Labels['org.opencontainers.image.version']).toMatch(/^\d+\.\d+\.\d+$/);
  const data = await stat(join(root, 'data'));
  expect([data.uid, data.gid]).toEqual([USER, USER]);
  const { stdout } = await execute('readelf', ['--program-headers', '--wide', join(root, 'stowage')]);
  expect(stdout, 'nothing else has to load it').not.toContain('INTERP');
});

test('it listens on port 80 where its user may, else on 8080', async () => {
  const registry = 'REGISTRY_URL=http://registry:9';
  const options = ['ports', image.root, await volume('ports'), ...image.config.Env, 'STOWAGE_LOG=off', registry];
  const { stdout } = await execute(CONTAINED, options);
  expect(stdout.trim().split('\n')).toEqual([
    'Stowage is ready at http://127.0.0.1:80',
    'Stowage answers at http://127.0.0.1:80',
    'Stowage is ready at http://127.0.0.1:8080',
    'Stowage answers at http://127.0.0.1:8080',
  ]);
});

test('it shows itself', async ({ page }) => {
  const { guarded } = servers();
  const { host, port } = new URL(guarded.url);
  const credentials = `${guarded.user}:${guarded.password}`;
  const target = `docker://${host}/${REPOSITORY}:1.0`;
  await buildah('push', '--tls-verify=false', '--creds', credentials, IMAGE, target);

  const address = await freeAddress();
  const data = await volume('data');
  const variables = [
    ...image.config.Env,
    `STOWAGE_LISTEN=${new URL(address).host}`,
    // By its name, which is in a file and in no name server.
    `REGISTRY_URL=http://registry:${port}`,
    `REGISTRY_ID=${ID}`,
    `REGISTRY_USERNAME=${guarded.user}`,
    `REGISTRY_PASSWORD=${guarded.password}`,
    'STOWAGE_LOG=error',
  ];
  const run = ['run', image.root, data, ...variables, '--'];
  server = spawn(CONTAINED, [...run, '/stowage'], { stdio: ['ignore', 'ignore', 'inherit'] });
  const answers = () => execute(CONTAINED, [...run, '/stowage', 'healthcheck']).then((it) => it.stdout.trim(), String);
  await expect.poll(answers, { timeout: 20_000 }).toBe(`Stowage answers at ${address}`);
  expect(await (await fetch(`${address}/readyz`)).json()).toMatchObject({ registries: [{ id: ID, answers: true }] });

  const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
  const accept = 'application/vnd.docker.distribution.manifest.v2+json';
  const headers = { accept, authorization };
  const manifest = await (await fetch(`${guarded.url}/v2/${REPOSITORY}/manifests/1.0`, { headers })).json();
  const parts: { size: number }[] = [manifest.config, ...manifest.layers];
  const size = parts.reduce((sum, it) => sum + it.size, 0);
  const list = await (await fetch(`${address}/api/v1/tags?repository=${REPOSITORY}`)).json();
  expect(list.items).toMatchObject([{ name: '1.0', kind: 'image', size, platforms: [{ os: 'linux' }] }]);

  await page.goto(`${address}/${ID}/${REPOSITORY}`);
  await expect(tagRow(page, '1.0').locator(`data[value="${size}"]`)).toBeVisible();
  await page.goto(`${address}/${ID}/${REPOSITORY}:1.0`);
  await expect(page.getByRole('main')).toContainText(`${USER}:${USER}`);
  // It has written to its volume, as its user.
  const database = await stat(join(data, 'stowage.db'));
  expect(database.uid).toBe(USER);
});
