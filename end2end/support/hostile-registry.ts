/** A registry that answers with markup where the protocol has room for text. Nothing else is right about it either. */

import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MARKUP, nasty } from './hostile.ts';

/** What each of its repositories answers to whatever is asked of it. */
const ANSWERS: Record<string, (path: string, response: ServerResponse) => void> = {
  'denied/words': (_, it) => json(it, 403, complaint('DENIED', 'denied')),
  'gone/words': (_, it) => json(it, 404, complaint(MARKUP, 'gone')),
  'broken/words': (_, it) => json(it, 500, complaint('UNKNOWN', 'broken')),
  'plain/words': (_, it) => end(it, 502, 'text/plain', nasty('plain')),
  'busy/words': (_, it) => json(it, 429, complaint('TOOMANYREQUESTS', 'busy'), { 'retry-after': MARKUP }),
  'challenge/basic': (_, it) => json(it, 401, complaint('UNAUTHORIZED', 'who'), { 'www-authenticate': challenge('Basic') }),
  'challenge/bearer': (_, it) => json(it, 401, complaint('UNAUTHORIZED', 'who'), { 'www-authenticate': challenge('Bearer') }),
  'moved/away': (_, it) => end(it, 307, 'text/html', MARKUP, { location: 'javascript:window.__xss=1' }),
  'html/page': (_, it) => end(it, 200, 'text/html', `<!doctype html><title>${MARKUP}</title>${MARKUP}`),
  'odd/tags': (path, it) =>
    path.endsWith('/tags/list')
      ? json(it, 200, { name: MARKUP, tags: ['1.0', MARKUP, `1.0${MARKUP}`, '../../evil', 'a b'] }, { link: link() })
      : json(it, 404, complaint('MANIFEST_UNKNOWN', 'odd')),
  'odd/type': (path, it) =>
    path.endsWith('/tags/list')
      ? json(it, 200, { name: 'odd/type', tags: ['1.0'] })
      : end(it, 200, `application/${MARKUP}`, JSON.stringify(MANIFEST), { 'docker-content-digest': MARKUP }),
  'odd/digest': (path, it) =>
    path.endsWith('/tags/list')
      ? json(it, 200, { name: 'odd/digest', tags: ['1.0'] })
      : end(it, 200, 'application/vnd.oci.image.manifest.v1+json', JSON.stringify(MANIFEST)),
};

export const HOSTILE_NAMES = Object.keys(ANSWERS);

/** What words of it people are shown, by the repository that says them. */
export const SHOWN_WORDS: Record<string, string> = { 'denied/words': 'denied', 'plain/words': 'plain' };

const MANIFEST = {
  schemaVersion: 2,
  mediaType: MARKUP,
  artifactType: MARKUP,
  config: { mediaType: MARKUP, digest: MARKUP, size: 1 },
  layers: [{ mediaType: MARKUP, digest: MARKUP, size: -1, urls: ['javascript:window.__xss=1', MARKUP] }],
  annotations: { [MARKUP]: MARKUP },
};

export async function startHostile(): Promise<{ url: string; stop: () => Promise<void> }> {
  const server: Server = createServer(respond);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = () =>
    new Promise<void>((stopped) => {
      server.close(() => stopped());
      server.closeAllConnections();
    });
  return { url, stop };
}

function respond(request: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(request.url!, 'http://registry');
  response.setHeader('docker-distribution-api-version', 'registry/2.0');
  if (pathname === '/v2/') return json(response, 200, {});
  if (pathname === '/v2/_catalog') {
    return json(response, 200, { repositories: [...HOSTILE_NAMES, MARKUP, `evil/${MARKUP}`, '../evil', 'UPPER'] });
  }
  const name = HOSTILE_NAMES.find((it) => pathname.startsWith(`/v2/${it}/`));
  if (name) ANSWERS[name]!(pathname, response);
  else json(response, 404, complaint('NAME_UNKNOWN', 'unknown'));
}

function complaint(code: string, field: string) {
  return { errors: [{ code, message: nasty(field), detail: { [MARKUP]: MARKUP } }] };
}

function challenge(scheme: string): string {
  const quoted = MARKUP.replaceAll('"', '\\"');
  return `${scheme} realm="javascript:window.__xss=1//${quoted}",service="${quoted}",error="${quoted}"`;
}

function link(): string {
  return `<javascript:window.__xss=1//${MARKUP.replaceAll('>', '%3E')}>; rel="next"`;
}

function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  end(response, status, 'application/json', JSON.stringify(body), headers);
}

function end(
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': type, ...headers }).end(body);
}
