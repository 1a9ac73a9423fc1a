/**
 * An OpenID provider with a few people in it, for signing in through one: certified code, all of it in memory.
 *
 *   node support/oidc-provider.mjs --public-url http://127.0.0.1:8080
 *
 * Stowage is its only client. It prints `ready {"issuer":"…"}` and ends when its input does, so with its parent.
 */

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';

/** The groups that the provider tells of; whoever else signs in is in none. */
const GROUPS = { alice: ['ops'], bob: [], mallory: ['dev', '<script>window.__xss=1</script>'] };

const { values: options } = parseArgs({
  options: {
    'public-url': { type: 'string', default: 'http://127.0.0.1:8080' },
    'client-id': { type: 'string', default: 'stowage' },
    'client-secret': { type: 'string', default: 'a secret of the tests' },
    // Another name than Stowage's, so that browsers take the two for different sites, as they mostly are.
    host: { type: 'string', default: 'localhost' },
    port: { type: 'string', default: '0' },
    // Some providers tell of the groups in the ID token, and some only when they are asked for them.
    'claims-in': { type: 'string', default: 'userinfo' },
  },
});

// It warns that nothing is written down, and that it would like a newer Node.js. Both are known.
console.warn = () => {};
const { default: Provider } = await import('oidc-provider');

const server = createServer();
await new Promise((listening) => server.listen(Number(options.port), '127.0.0.1', listening));
const issuer = `http://${options.host}:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: options['client-id'],
      client_secret: options['client-secret'],
      redirect_uris: [`${options['public-url']}/login/oidc/callback`],
      post_logout_redirect_uris: [`${options['public-url']}/login`],
      response_types: ['code'],
      grant_types: ['authorization_code'],
    },
  ],
  jwks: { keys: [signingKey()] },
  cookies: { keys: [randomBytes(32).toString('hex')] },
  pkce: { required: () => true },
  // With the groups in the profile, a client finds them whether it asks for a scope of that name or not.
  claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'groups'], email: ['email'], groups: ['groups'] },
  conformIdTokenClaims: options['claims-in'] !== 'id_token',
  features: {
    devInteractions: { enabled: false },
    rpInitiatedLogout: { enabled: true, logoutSource: askToSignOut },
  },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: id, preferred_username: id, email: `${id}@example.org`, groups: GROUPS[id] ?? [] }),
  }),
  loadExistingGrant: consent,
  ttl: { AccessToken: 600, Grant: 3600, IdToken: 600, Interaction: 600, Session: 3600 },
  renderError: (ctx, out) => {
    ctx.type = 'html';
    ctx.body = page('The provider refuses', `<p>${escaped(out.error)}: ${escaped(out.error_description ?? '')}</p>`);
  },
});

const answer = provider.callback();
server.on('request', (request, response) => {
  const handled = request.url.startsWith('/interaction/') ? interact(request, response) : answer(request, response);
  Promise.resolve(handled).catch((error) => {
    console.error(`the provider failed: ${error.stack}`);
    response.writeHead(500).end();
  });
});

process.stdin.resume().once('end', () => process.exit());
console.log(`ready ${JSON.stringify({ issuer })}`);

/** Nobody is asked twice: whoever signs in agrees to what the client wants to know. */
async function consent(ctx) {
  const { client, session } = ctx.oidc;
  const existing = session.grantIdFor(client.clientId);
  if (existing) return provider.Grant.find(existing);
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope('openid profile email groups');
  await grant.save();
  return grant;
}

/** Asks for a name, and believes it. */
async function interact(request, response) {
  if (request.method !== 'POST') {
    const form = `
      <form method="post">
        <label>Name <input name="name" autocomplete="off" autofocus></label>
        <button>Sign in</button>
        <button name="refuse" value="true">Refuse</button>
      </form>`;
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page('Sign in to the provider', form));
    return;
  }
  const fields = new URLSearchParams(await text(request));
  const name = fields.get('name');
  const refused = { error: 'access_denied', error_description: '<script>window.__xss=1</script>' };
  const result = fields.get('refuse') || !name ? refused : { login: { accountId: name } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

/** The page between the client's wish to sign somebody out and the end of the session here. */
function askToSignOut(ctx, form) {
  const buttons = `
    <button form="op.logoutForm" name="logout" value="yes">Sign out of the provider</button>
    <button form="op.logoutForm">Stay signed in</button>`;
  ctx.body = page('Sign out of the provider?', form + buttons);
}

function page(title, body) {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,">
    <title>${title}</title><h1>${title}</h1>${body}</html>`;
}

function escaped(value) {
  return value.replace(/[&<>"']/g, (it) => `&#${it.codePointAt(0)};`);
}

function signingKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomBytes(8).toString('hex'), use: 'sig', alg: 'RS256' };
}
