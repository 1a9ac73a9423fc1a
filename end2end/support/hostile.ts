/** Images whose makers put markup wherever a registry takes text, pushed to a real registry. */

import { createHash } from 'node:crypto';
import type { Guarded } from './servers.ts';

/** Ends whatever it may stand in, and then tries to run and to load something. */
export const MARKUP = [
  `'"><xss-probe data-xss="1"></title></script></style></textarea></pre>-->`,
  '<script>window.__xss=1</script><img src=x onerror="window.__xss=1" data-xss="1">',
  '<svg/onload=window.__xss=1><a href="javascript:window.__xss=1" data-xss="1">a</a>',
  `{{constructor.constructor('window.__xss=1')()}}\${window.__xss=1}`,
].join('');

/** A label that is short enough to be searched. */
const FOUND = 'found <xss-probe data-xss="1"><script>window.__xss=1</script>';

/** An address that runs something when it is followed. */
export const ADDRESS = 'javascript:window.__xss=1';

export const REPOSITORY = 'hostile/everything';

const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';
const OCI_LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** The markup with the name of the field that it lies in. */
export const nasty = (field: string) => `${field} ${MARKUP}`;

const ANNOTATIONS = {
  'org.opencontainers.image.title': nasty('title'),
  'org.opencontainers.image.description': nasty('description'),
  'org.opencontainers.image.source': ADDRESS,
  'org.opencontainers.image.url': `data:text/html,${MARKUP}`,
  'org.opencontainers.image.documentation': `https://evil.example/"onmouseover="window.__xss=1`,
  'org.opencontainers.image.created': nasty('created'),
  [nasty('annotation')]: nasty('of an annotation'),
};

const CONFIG = {
  architecture: nasty('architecture'),
  os: nasty('os'),
  variant: nasty('variant'),
  'os.version': nasty('os.version'),
  created: '2026-01-02T03:04:05Z',
  author: nasty('author'),
  config: {
    User: nasty('user'),
    Env: [`NAME=${nasty('value')}`, nasty('no value'), `${nasty('env')}=1`],
    Entrypoint: [nasty('entrypoint')],
    Cmd: [nasty('cmd'), ADDRESS],
    WorkingDir: nasty('working dir'),
    StopSignal: nasty('signal'),
    ExposedPorts: { [nasty('port')]: {} },
    Volumes: { [nasty('volume')]: {} },
    Labels: { [nasty('label')]: nasty('of a label'), 'org.opencontainers.image.source': ADDRESS, hostile: FOUND },
    Healthcheck: { Test: ['CMD', nasty('health')] },
    OnBuild: [nasty('onbuild')],
    Shell: [nasty('shell')],
  },
  history: [
    { created: '2026-01-02T03:04:05Z', created_by: `RUN ${nasty('echo')}`, author: nasty('step'), comment: nasty('comment') },
    { created: '2026-01-02T03:04:05Z', created_by: nasty('LABEL'), empty_layer: true },
    { created_by: `/bin/sh -c #(nop) ${nasty('CMD')}`, empty_layer: true },
    { created_by: `${MARKUP} first`, empty_layer: true },
    { created_by: 'RUN \u202e\u001b[31mdetrever\u0000' },
  ],
  rootfs: { type: nasty('rootfs'), diff_ids: [`sha256:${'a'.repeat(64)}`, nasty('diff id')] },
};

interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
}

class Pusher {
  readonly #at: string;
  readonly #headers: Record<string, string>;

  constructor({ url, user, password }: Guarded) {
    this.#at = `${url}/v2/${REPOSITORY}`;
    this.#headers = { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
  }

  async blob(mediaType: string, content: unknown): Promise<Descriptor> {
    const body = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
    const begun = await this.#send('POST', `${this.#at}/blobs/uploads/`, 202);
    const target = new URL(begun.headers.get('location')!, this.#at);
    target.searchParams.set('digest', digestOf(body));
    await this.#send('PUT', target.href, 201, body, 'application/octet-stream');
    return { mediaType, digest: digestOf(body), size: body.length };
  }

  async manifest(mediaType: string, content: object, tag?: string): Promise<Descriptor> {
    const body = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...content }));
    await this.#send('PUT', `${this.#at}/manifests/${tag ?? digestOf(body)}`, 201, body, mediaType);
    return { mediaType, digest: digestOf(body), size: body.length };
  }

  async #send(method: string, url: string, status: number, body?: Buffer, type?: string): Promise<Response> {
    const headers = { ...this.#headers, ...(type ? { 'content-type': type } : {}) };
    const answer = await fetch(url, { method, headers, body: body ? new Uint8Array(body) : undefined });
    if (answer.status !== status) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
    return answer;
  }
}

/** Pushes all of it; whatever is there already stays as it is. */
export async function pushHostile(registry: Guarded): Promise<void> {
  const pusher = new Pusher(registry);
  const layers = [
    { ...(await pusher.blob(OCI_LAYER, 'a layer')), annotations: ANNOTATIONS },
    { ...(await pusher.blob(OCI_LAYER, MARKUP)), annotations: { [nasty('of a layer')]: MARKUP } },
  ];
  const config = await pusher.blob(OCI_CONFIG, CONFIG);
  const image = await pusher.manifest(OCI_MANIFEST, { config, layers, annotations: ANNOTATIONS }, 'latest');

  const empty = await pusher.blob('application/vnd.oci.empty.v1+json', {});
  const typed = { ...(await pusher.blob(`application/${MARKUP}`, 'typed')), annotations: ANNOTATIONS };
  const artifactType = `application/${nasty('artifact')}`;
  await pusher.manifest(OCI_MANIFEST, { artifactType, config: empty, layers: [typed], annotations: ANNOTATIONS }, 'artifact');
  const odd = await pusher.blob(`application/${nasty('config type')}`, MARKUP);
  await pusher.manifest(OCI_MANIFEST, { config: odd, layers }, 'odd-type');
  const wrong = await pusher.blob(OCI_CONFIG, { ...CONFIG, created: MARKUP, history: MARKUP, config: { Env: MARKUP } });
  await pusher.manifest(OCI_MANIFEST, { config: wrong, layers }, 'odd-config');
  const page = await pusher.blob(OCI_CONFIG, `<!doctype html>${MARKUP}`);
  await pusher.manifest(OCI_MANIFEST, { config: page, layers }, 'no-config');
  const chart = await pusher.blob('application/vnd.cncf.helm.config.v1+json', {
    ...{ name: MARKUP, version: MARKUP, description: MARKUP, home: ADDRESS, icon: ADDRESS, sources: [ADDRESS] },
    ...{ maintainers: [{ name: MARKUP, email: MARKUP, url: ADDRESS }], keywords: [MARKUP], appVersion: MARKUP },
  });
  const packed = await pusher.blob('application/vnd.cncf.helm.chart.content.v1.tar+gzip', 'a chart');
  await pusher.manifest(OCI_MANIFEST, { config: chart, layers: [packed], annotations: ANNOTATIONS }, 'chart');

  const platform = {
    ...{ architecture: nasty('cpu'), os: nasty('system'), variant: MARKUP },
    ...{ 'os.version': MARKUP, 'os.features': [MARKUP] },
  };
  const attestation = await pusher.manifest(OCI_MANIFEST, { config: empty, layers: [typed] });
  const about = { 'vnd.docker.reference.type': 'attestation-manifest', 'vnd.docker.reference.digest': nasty('subject') };
  const manifests = [
    { ...image, platform, annotations: ANNOTATIONS },
    { ...image, platform: { architecture: 'amd64', os: 'linux' } },
    { ...attestation, platform: { architecture: 'unknown', os: 'unknown' }, annotations: about },
  ];
  await pusher.manifest(OCI_INDEX, { manifests, annotations: ANNOTATIONS, artifactType }, 'index');

  // What is attached to the image: under the tag that the specification names, and under that of cosign.
  const attached = { artifactType, subject: image, config: empty, layers: [typed], annotations: ANNOTATIONS };
  const referrer = await pusher.manifest(OCI_MANIFEST, attached);
  const fallback = image.digest.replace(':', '-');
  const listed = { ...referrer, artifactType, annotations: ANNOTATIONS };
  await pusher.manifest(OCI_INDEX, { manifests: [listed] }, fallback);
  await pusher.manifest(OCI_MANIFEST, { ...attached, subject: undefined }, `${fallback}.sig`);
}

/** The tags that people see of it. */
export const TAGS = ['latest', 'artifact', 'odd-type', 'odd-config', 'no-config', 'chart', 'index'];

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
