import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, forgeToken } from './support/bearer.js';
import { KNOWN_GRANTS } from './support/known-grants.js';
import { API, OTHER_API, TestIdentityProvider } from './support/identity-provider.js';
import { freshInstallation, Installation } from './support/installation.js';
import { DEMO_USER, type Server } from './support/server.js';

const PATIENT = [3, 102, 44, 20, 94, 30.8, 0.4, 26];
const SCOPE_MAP = { score: 'predict:diabetes', 'read-models': 'models:read', admins: 'role:admin' };

let provider: TestIdentityProvider;
let modelgate: Installation;
let server: Server;
beforeAll(async () => {
  provider = await TestIdentityProvider.started();
  modelgate = new Installation({
    MODELGATE_OIDC_ISSUER: provider.issuer,
    MODELGATE_OIDC_AUDIENCE: API,
    MODELGATE_OIDC_SCOPE_MAP: JSON.stringify(SCOPE_MAP),
  });
  server = await modelgate.serve();
});
afterAll(async () => {
  provider.stop();
  await modelgate.remove();
});

const test = (token: string) => server.http.get('/v1/test').set(bearer(token));

/**
 * Repeats a request until the server has fetched the provider's keys again, which it does at most every few seconds.
 */
async function untilAnswered(token: string, status: number): Promise<void> {
  while ((await test(token)).status !== status) await sleep(500);
}

describe('a token of the identity provider', () => {
  it('gets 503 until the provider has been reached once', async () => {
    provider.publishes = false;
    const token = await provider.token('nightly', 'score');
    const { body, headers } = await server.http.get('/v1/models').set(bearer(token)).expect(503);
    expect(body).toMatchObject({
      code: 'overloaded',
      detail: 'the identity provider cannot be reached to verify the token',
    });
    expect(headers['retry-after']).toBe('5');
    // Other requests do not wait for the provider.
    await test(await server.login()).expect(200);
    await test('a.b.c').expect(401);

    provider.publishes = true;
    await untilAnswered(token, 200);
  });

  it('has the scopes that the map assigns, and is named in the audit trail', async () => {
    const token = await provider.token('nightly', 'score');
    await server.http.post('/regression').set(bearer(token)).send(PATIENT).expect(200);
    const refused = await server.http.get('/v1/models/diabetes').set(bearer(token)).expect(403);
    expect(refused.headers['www-authenticate']).toBe(
      'Bearer error="insufficient_scope", scope="models:read"',
    );
    await server.http
      .get('/v1/models/diabetes')
      .set(bearer(await provider.token('nightly', 'score read-models')))
      .expect(200);

    const records = (await modelgate.trail()).filter(({ kind }) => kind === 'prediction');
    expect(records).toMatchObject([
      { actor_kind: 'external', username: 'nightly', client_id: 'nightly', model: 'diabetes', status: 200 },
    ]);
    expect(records[0].token_id).toMatch(/^[\w-]{20,}$/);
  });

  it.each([
    ['none of its scopes is mapped', { scope: 'unheard-of' }],
    ['it names our scopes instead of mapped ones', { scope: 'predict role:admin models:read' }],
    ['it has no scope', {}],
  ])('has no scopes if %s', async (_case, claims) => {
    const token = await provider.sign(claims);
    await test(token).expect(200);
    await server.http.post('/regression').set(bearer(token)).send(PATIENT).expect(403);
  });

  it('is a separate user, even if a local user has its name', async () => {
    const token = await provider.sign({ sub: DEMO_USER.username, scope: 'score', jti: 'of-this-test' });
    await server.http.post('/regression').set(bearer(token)).send(PATIENT).expect(200);
    const [record] = (await modelgate.trail()).filter(({ token_id }) => token_id === 'of-this-test');
    const { username } = DEMO_USER;
    expect(record).toMatchObject({
      actor_kind: 'external',
      actor_id: `${provider.issuer}#${username}`,
      username,
    });
  });

  const now = Math.floor(Date.now() / 1000);
  it.each<[string, () => Promise<string> | string]>([
    ['for another audience', () => provider.token('nightly', 'score', OTHER_API)],
    ['for no audience', () => provider.sign({ aud: undefined })],
    ['of another issuer', () => provider.sign({ iss: `${provider.issuer}/` })],
    ['that has expired', () => provider.sign({ exp: now - 60 })],
    ['without an end', () => provider.sign({ exp: undefined })],
    ['that is not valid yet', () => provider.sign({ nbf: now + 600 })],
    ['without a subject', () => provider.sign({ sub: undefined })],
    ['whose subject is no name', () => provider.sign({ sub: 'a\nb' })],
    ['of alg none', () => forgeToken({ alg: 'none', kid: provider.kid }, claims())],
    [
      'signed with its public key as if it were a secret',
      () => forgeToken({ alg: 'HS256', kid: provider.kid }, claims(), provider.publicPem),
    ],
    ['of an unknown key', () => provider.sign({}, stolen('unknown'))],
    ['of an attacker who names a key of the provider', () => provider.sign({}, stolen(provider.kid))],
    ['of another algorithm than its key is for', () => provider.sign({}, undefined, { alg: 'RS512' })],
  ])('%s is rejected', async (_case, make) => {
    const { headers } = await server.http
      .get('/v1/models')
      .set(bearer(await make()))
      .expect(401);
    expect(headers['www-authenticate']).toBe('Bearer error="invalid_token"');
  });

  const claims = () => ({
    iss: provider.issuer,
    aud: API,
    sub: 'x',
    jti: randomUUID(),
    exp: now + 600,
    scope: 'score',
  });
  const stolen = (kid: string) => ({
    kid,
    key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
  });

  it('cannot name keys elsewhere', async () => {
    let visits = 0;
    const elsewhere = createServer((_request, response) => {
      visits += 1;
      response.end('{"keys": []}');
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/jwks`;
    await test(await provider.sign({}, stolen('elsewhere'), { jku: url, x5u: url })).expect(401);
    elsewhere.close();
    expect(visits).toBe(0);
  });

  it('with a new key is accepted, and one with a withdrawn key is rejected', async () => {
    const signWithFormerKey = provider.rotateKeys();
    await untilAnswered(await provider.token('nightly', 'score'), 200);
    await test(await signWithFormerKey({ scope: 'score' })).expect(401);
  });

  it('is verified with the fetched keys while the provider is down', async () => {
    provider.publishes = false;
    await test(await provider.sign({ sub: 'late', scope: 'score' })).expect(200);
    provider.publishes = true;
  });

  it('with an unknown key causes few requests to the provider, even if many arrive', async () => {
    const before = provider.keyRequests;
    const { key } = stolen('flood');
    const tokens = await Promise.all(
      Array.from({ length: 20 }, (_, i) => provider.sign({}, { kid: `flood-${i}`, key })),
    );
    for (const { status } of await Promise.all(tokens.map((token) => test(token)))) expect(status).toBe(401);
    expect(provider.keyRequests - before).toBeLessThan(5);
  });
});

describe('a start with an identity provider fails', () => {
  const complete = {
    MODELGATE_OIDC_ISSUER: 'https://login.example',
    MODELGATE_OIDC_AUDIENCE: API,
    MODELGATE_OIDC_SCOPE_MAP: '{"a": "predict"}',
  };
  it.each<[string, Record<string, string>, string]>([
    [
      'without audience and map',
      { MODELGATE_OIDC_ISSUER: 'https://login.example' },
      'wrong configuration: MODELGATE_OIDC_AUDIENCE is needed with MODELGATE_OIDC_ISSUER; MODELGATE_OIDC_SCOPE_MAP is needed with MODELGATE_OIDC_ISSUER',
    ],
    [
      'without an issuer',
      { MODELGATE_OIDC_AUDIENCE: API },
      'wrong configuration: MODELGATE_OIDC_AUDIENCE needs MODELGATE_OIDC_ISSUER',
    ],
    [
      'over plain HTTP elsewhere, or with a map that is none',
      { ...complete, MODELGATE_OIDC_ISSUER: 'http://login.example', MODELGATE_OIDC_SCOPE_MAP: '["predict"]' },
      'wrong configuration: MODELGATE_OIDC_ISSUER must be an https:// address; MODELGATE_OIDC_SCOPE_MAP must be a JSON object with string values, for example {"data-team": "role:predictor"}',
    ],
    [
      'that is called as we are',
      { ...complete, MODELGATE_JWT_ISSUER: 'https://login.example' },
      'wrong configuration: MODELGATE_OIDC_ISSUER must differ from MODELGATE_JWT_ISSUER',
    ],
    [
      'that is granted an unknown role',
      { ...complete, MODELGATE_OIDC_SCOPE_MAP: '{"a": "role:king predict"}' },
      `MODELGATE_OIDC_SCOPE_MAP contains unknown roles or scopes: role:king; ${KNOWN_GRANTS}`,
    ],
  ])('%s', async (_case, env, message) => {
    const { code, stderr } = await freshInstallation().cli(['serve', '--port', '0'], { env });
    expect([code, stderr]).toEqual([1, `modelgate: ${message}\n`]);
  });
});
