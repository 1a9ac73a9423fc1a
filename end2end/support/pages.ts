/** Every kind of page there is, for what must hold on all of them. */

import { ID, type State, servers } from './servers.ts';

export interface PageKind {
  name: string;
  path: string;
  status: number;
  /** The registry it is about; the healthy one where nothing is said. */
  state?: State;
}

const healthy = (name: string, path: string, status = 200): PageKind => ({
  name,
  path: path.startsWith('/') ? path : `/${ID}/${path}`,
  status,
});

const broken = (state: State, status: number): PageKind => ({ name: `registry: ${state}`, path: '/', status, state });

export const PAGES: PageKind[] = [
  healthy('catalog as a tree', '/'),
  healthy('catalog with its tree open', `/${ID}?q=e`),
  healthy('catalog as a list', `/${ID}?view=flat`),
  healthy('catalog without a match', `/${ID}?q=nothing-is-called-so`),
  healthy('catalog with an invalid filter', `/${ID}?q=%2F(%2F`, 400),
  healthy('namespace', 'team/'),
  healthy('tags of many kinds', 'team/webapp'),
  healthy('tags by the hundred', 'team/api'),
  healthy('tags with what is attached', 'demo/signed?attached=show'),
  healthy('tags of charts', 'charts/web'),
  healthy('tags whose manifest is gone', 'broken/manifest-gone'),
  healthy('tags without a match', 'team/api?q=nothing-is-called-so'),
  healthy('tags with an invalid filter', 'team/api?q=%2F(%2F', 400),
  healthy('tags through every filter', 'team/api?kind=image&older=7d&larger=1024&platform=linux%2Famd64&sort=platforms&dir=asc'),
  healthy('search', '/search'),
  healthy('search with results', '/search?q=web'),
  healthy('search without results', '/search?q=nothing-is-called-so'),
  healthy('activity', '/activity'),
  healthy('emptied repository', 'broken/emptied'),
  healthy('unknown repository', 'team/unknown', 404),
  healthy('unknown registry', '/elsewhere/team/api', 404),
  healthy('address that names nothing', 'UPPER', 400),
  healthy('image of several platforms', 'team/webapp:2.14.0'),
  healthy('comparison without images', '/compare'),
  healthy('comparison of two tags', `/compare?a=${ID}/team/webapp:2.13.1&b=${ID}/team/webapp:2.14.0`),
  healthy('comparison of what is no image', `/compare?a=${ID}/team/webapp&b=nothing`, 400),
  healthy('comparison with hostile names', `/compare?a=${ID}/demo/hostile:latest&b=${ID}/demo/hostile:latest`),
  healthy('image: Dockerfile', 'team/webapp:2.14.0?view=dockerfile'),
  healthy('image with a hostile Dockerfile', 'demo/hostile:latest?view=dockerfile'),
  healthy('image: configuration', 'team/webapp:2.14.0?view=config'),
  healthy('image: manifest', 'team/webapp:2.14.0?view=manifest'),
  healthy('image: files', 'demo/files:latest?view=files'),
  healthy('image: files of one layer', 'demo/files:latest?view=files&layer=2&of=layer'),
  healthy('image: a directory of hostile names', 'demo/files:latest?view=files&path=names'),
  healthy('image: no such directory', 'demo/files:latest?view=files&path=no/such'),
  healthy('image: the content of a file', 'demo/files:latest?view=files&path=etc&file=etc/os-release'),
  healthy('image: files that nobody has looked at', 'demo/zstd:1.0.0?view=files'),
  healthy('image: referrers', 'demo/attested:latest?view=referrers'),
  healthy('image: no referrers', 'demo/attested:0.7.0?view=referrers'),
  healthy('image: referrers of other kinds', 'demo/signed:latest?view=referrers'),
  healthy('image of one platform', 'library/alpine-like:3.20'),
  healthy('image for Windows', 'team/tools/cli:1.1.0'),
  healthy('image with hostile layers', 'demo/hostile:latest'),
  healthy('image with a hostile configuration', 'demo/hostile:latest?view=config'),
  healthy('image with a hostile manifest', 'demo/hostile:index?view=manifest'),
  healthy('image whose layers are elsewhere', 'demo/foreign:oci'),
  healthy('image without history', 'demo/no-history:latest'),
  healthy('image in an index in an index', 'demo/nested:latest'),
  healthy('image without its configuration', 'broken/missing-config:latest'),
  healthy('image with an unreadable configuration', 'broken/unreadable-config:latest'),
  healthy('image with a missing platform', 'broken/missing-child:latest'),
  healthy('image with no platform left', 'broken/missing-child:all-missing'),
  healthy('image of the year one', 'broken/year-one:latest'),
  healthy('image whose manifest is gone', 'broken/manifest-gone:1.0.0', 404),
  healthy('Helm chart', 'charts/web:1.1.0'),
  healthy('WASM module', 'demo/wasm:0.3.0'),
  healthy('build cache', 'demo/buildkit-cache:main'),
  { name: 'catalog where one may delete', path: '/', status: 200, state: 'deleting' },
  { name: 'tags where one may delete', path: `/${ID}/team/webapp`, status: 200, state: 'deleting' },
  { name: 'image where one may delete', path: `/${ID}/team/webapp:2.14.0`, status: 200, state: 'deleting' },
  { name: 'trash', path: '/trash', status: 200, state: 'deleting' },
  { name: 'cleanup', path: `/cleanup?registry=${ID}&repository=team/webapp`, status: 200, state: 'deleting' },
  { name: 'activity where one may delete', path: '/activity', status: 200, state: 'deleting' },
  { name: 'trash where deletion is off', path: '/trash', status: 403 },
  { name: 'unknown plan', path: '/plans/0123', status: 404 },
  { name: 'unknown job', path: '/jobs/0123', status: 404 },
  { name: 'empty registry', path: '/', status: 200, state: 'empty' },
  broken('wrongCredentials', 502),
  broken('noCredentials', 502),
  broken('unknownAuthority', 502),
  broken('catalogRefused', 502),
  broken('down', 502),
  broken('html', 502),
  broken('busy', 503),
];

export function address(kind: PageKind): string {
  return servers().stowage[kind.state ?? 'healthy'] + kind.path;
}
