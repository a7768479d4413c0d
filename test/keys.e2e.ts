import { createPublicKey, type JsonWebKey, randomUUID } from 'node:crypto';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { bearer, decodeToken, forgeToken, keptSecret } from './support/bearer.js';
import { freshInstallation, installation } from './support/installation.js';
import type { Server } from './support/server.js';

interface KeyView {
  readonly kid: string;
  readonly algorithm: string;
  readonly state: string;
  readonly created_at: string | null;
  readonly retired_at: string | null;
  readonly verifies_until: string | null;
}

/** An attacker's knowledge about a server whose secret still verifies while an RSA key signs. */
interface Known {
  readonly claims: Record<string, unknown>;
  readonly secretHeader: Record<string, unknown>;
  readonly secret: Buffer;
  readonly rsaHeader: Record<string, unknown>;
  readonly pem: string;
}

const ISO = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;

const modelgate = installation({ MODELGATE_LOGIN_RATE_LIMIT: '0' });
let server: Server;
let admin: string;
/** Signed with the first key. */
let firstToken: string;
beforeAll(async () => {
  server = await modelgate.serve();
  await modelgate.addUser('ada', 'adas-long-password', '--role', 'admin');
  firstToken = await server.login();
  admin = await server.login('ada', 'adas-long-password');
});

const test = (token: string) => server.http.get('/v1/test').set(bearer(token));
const jwks = async () => (await server.http.get('/.well-known/jwks.json').expect(200)).body as JSONWebKeySet;
const listed = async () =>
  ((await server.http.get('/v1/keys').set(bearer(admin)).expect(200)).body as { items: KeyView[] }).items;
const kidOf = (token: string) => decodeToken(token).header.kid as string;

describe('key rotation', () => {
  it('starts with one shared secret, which is not in the public key set', async () => {
    const { body, headers } = await server.http.get('/.well-known/jwks.json').expect(200);
    expect(body).toEqual({ keys: [] });
    expect(headers['cache-control']).toBe('public, max-age=300');
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(await listed()).toEqual([
      {
        kid: kidOf(firstToken),
        algorithm: 'HS256',
        state: 'active',
        created_at: ISO,
        retired_at: null,
        verifies_until: null,
      },
    ]);
  });

  it('on the command line takes effect in a running server at the next request, and logs nobody out', async () => {
    const printed = await modelgate.run(['keys', 'rotate', '--algorithm', 'RS256']);
    const token = await server.login();
    expect(decodeToken(token).header).toEqual({ alg: 'RS256', typ: 'at+jwt', kid: kidOf(token) });
    expect(printed).toBe(`rotated: RS256 key ${kidOf(token)} is active\n`);
    await test(token).expect(200);
    await test(firstToken).expect(200);

    const [active, former] = await listed();
    expect(active).toMatchObject({
      kid: kidOf(token),
      algorithm: 'RS256',
      state: 'active',
      retired_at: null,
    });
    expect(former).toEqual({
      kid: kidOf(firstToken),
      algorithm: 'HS256',
      state: 'verifying',
      created_at: ISO,
      retired_at: active.created_at,
      // Tokens live for 30 minutes; one more minute is for a token that is being signed.
      verifies_until: new Date(Date.parse(active.created_at!) + 31 * 60_000).toISOString(),
    });
    const acts = (await modelgate.trail()).filter(({ action }) => action === 'key.rotate');
    expect(acts).toMatchObject([{ kind: 'administration', method: 'CLI', subject: kidOf(token) }]);
  });

  it('lets clients verify tokens with only the public key set', async () => {
    const { payload, protectedHeader } = await jwtVerify(
      await server.login(),
      createLocalJWKSet(await jwks()),
      {
        issuer: 'modelgate',
        audience: 'modelgate',
        algorithms: ['RS256'],
      },
    );
    expect(payload.sub).toBe('trialuser');
    expect(await jwks()).toEqual({
      keys: [
        {
          kty: 'RSA',
          use: 'sig',
          alg: 'RS256',
          kid: protectedHeader.kid,
          n: expect.any(String) as string,
          e: 'AQAB',
        },
      ],
    });
  });

  it('through the API keeps the algorithm unless another is requested', async () => {
    const rotate = (body?: object) => server.http.post('/v1/keys/rotate').set(bearer(admin)).send(body);
    const kept = (await rotate().expect(200)).body as KeyView;
    expect(kept).toMatchObject({ algorithm: 'RS256', state: 'active' });
    const { body } = await rotate({ algorithm: 'ES256' }).expect(200);
    const token = await server.login();
    expect(decodeToken(token).header).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: (body as KeyView).kid });
    await test(token).expect(200);
    const keys = createLocalJWKSet(await jwks());
    await expect(jwtVerify(token, keys, { algorithms: ['ES256'] })).resolves.toBeDefined();
    expect((await jwks()).keys.map(({ alg }) => alg)).toEqual(['ES256', 'RS256', 'RS256']);

    const refused = await rotate({ algorithm: 'none' }).expect(422);
    expect(refused.body).toMatchObject({
      code: 'validation_failed',
      detail: 'algorithm must be one of HS256, RS256, ES256',
      faults: [{ loc: ['body', 'algorithm'] }],
    });
    const act = (await modelgate.trail()).filter(({ subject }) => subject === kept.kid);
    expect(act).toMatchObject([{ action: 'key.rotate', username: 'ada', status: 200, method: 'POST' }]);
  });

  it('requires an administrator', async () => {
    await server.http.get('/v1/keys').set(bearer(firstToken)).expect(403);
    await server.http.post('/v1/keys/rotate').set(bearer(firstToken)).expect(403);
    await server.http.post('/v1/keys/rotate').expect(401);
  });

  it('can be followed by deleting a key, whose tokens are rejected at the next request', async () => {
    const token = await server.login();
    await test(token).expect(200);
    const { code, stderr } = await modelgate.cli(['keys', 'retire', kidOf(token)]);
    expect([code, stderr]).toEqual([
      1,
      'modelgate: the active key cannot be retired; rotate the key first\n',
    ]);
    await modelgate.run(['keys', 'rotate']);
    await test(token).expect(200);
    expect(await modelgate.run(['keys', 'retire', kidOf(token)])).toBe(`retired ${kidOf(token)}\n`);
    await test(token).expect(401);
    expect((await jwks()).keys.map(({ kid }) => kid)).not.toContain(kidOf(token));
    expect(await modelgate.cli(['keys', 'retire', kidOf(token)])).toMatchObject({
      code: 1,
      stderr: `modelgate: key ${kidOf(token)} not found\n`,
    });
  });

  it('keeps at most 16 keys', async () => {
    const states = async () => (await listed()).map(({ state }) => state);
    while ((await states()).length < 16)
      await server.http.post('/v1/keys/rotate').set(bearer(admin)).send({ algorithm: 'HS256' }).expect(200);
    const { body } = await server.http.post('/v1/keys/rotate').set(bearer(admin)).expect(409);
    expect(body).toMatchObject({ code: 'conflict', detail: 'there are already 16 keys; retire one first' });
    const list = await modelgate.run(['keys', 'list']);
    expect(list).toMatch(/^KID +ALGORITHM +STATE +CREATED +VERIFIES UNTIL\n/);
    expect(list.match(/ (active|verifying) /g)).toHaveLength(16);
    await test(firstToken).expect(200);
  });
});

describe('a token is rejected', () => {
  const attacked = installation();
  let target: Server;
  let known: Known;
  beforeAll(async () => {
    target = await attacked.serve();
    const { header: secretHeader, claims } = decodeToken(await target.login());
    const secret = Buffer.from(keptSecret(attacked.dataDir), 'base64url');
    await attacked.run(['keys', 'rotate', '--algorithm', 'RS256']);
    const { header: rsaHeader } = decodeToken(await target.login());
    const { body } = await target.http.get('/.well-known/jwks.json').expect(200);
    const jwk = (body as { keys: JsonWebKey[] }).keys[0];
    const pem = createPublicKey({ key: jwk, format: 'jwk' }).export({
      type: 'spki',
      format: 'pem',
    }) as string;
    known = { claims: { ...claims, jti: randomUUID() }, secretHeader, secret, rsaHeader, pem };
  });
  const ask = (token: string) => target.http.get('/v1/test').set(bearer(token));

  it('only for its own fault', async () => {
    const { secretHeader, claims, secret } = known;
    await ask(forgeToken(secretHeader, { ...claims, aud: ['x', 'modelgate'] }, secret)).expect(200);
  });

  it.each<[string, (known: Known) => string]>([
    [
      'that is signed with the public RSA key as if it were a secret',
      ({ rsaHeader, pem, claims }) => forgeToken({ ...rsaHeader, alg: 'HS256' }, claims, pem),
    ],
    [
      'that names the RSA key and is signed with the secret',
      ({ rsaHeader, claims, secret }) => forgeToken({ ...rsaHeader, alg: 'HS256' }, claims, secret),
    ],
    [
      'that names the secret and another algorithm',
      ({ secretHeader, claims, secret }) =>
        forgeToken({ ...secretHeader, alg: 'HS512' }, claims, secret, 'sha512'),
    ],
    ['of alg none', ({ secretHeader, claims }) => forgeToken({ ...secretHeader, alg: 'none' }, claims)],
    [
      'of an unknown key',
      ({ secretHeader, claims, secret }) => forgeToken({ ...secretHeader, kid: 'x' }, claims, secret),
    ],
    [
      'whose key is named by a list',
      ({ secretHeader, claims, secret }) =>
        forgeToken({ ...secretHeader, kid: [secretHeader.kid] }, claims, secret),
    ],
    [
      'that names no key where all keys have names',
      ({ claims, secret }) => forgeToken({ alg: 'HS256', typ: 'JWT' }, claims, secret),
    ],
    [
      'that brings its own key',
      ({ pem, claims }) =>
        forgeToken(
          {
            alg: 'HS256',
            typ: 'JWT',
            kid: 'x',
            jwk: { kty: 'oct', k: Buffer.from(pem).toString('base64url') },
          },
          claims,
          pem,
        ),
    ],
    [
      'with a critical extension',
      ({ secretHeader, claims, secret }) =>
        forgeToken({ ...secretHeader, crit: ['b64'], b64: true }, claims, secret),
    ],
    [
      'for another audience',
      ({ secretHeader, claims, secret }) => forgeToken(secretHeader, { ...claims, aud: 'elsewhere' }, secret),
    ],
    [
      'for no audience',
      ({ secretHeader, claims, secret }) => forgeToken(secretHeader, { ...claims, aud: undefined }, secret),
    ],
    [
      'of another issuer',
      ({ secretHeader, claims, secret }) => forgeToken(secretHeader, { ...claims, iss: 'elsewhere' }, secret),
    ],
  ])('%s', async (_case, make) => {
    const { headers } = await ask(make(known)).expect(401);
    expect(headers['www-authenticate']).toBe('Bearer');
  });
});

describe('a key from the environment', () => {
  const OLD = 'the-old-secret-of-this-run-0123456789';
  const NEW = 'the-new-secret-of-this-run-0123456789';

  it('can be replaced without logging anyone out, but not rotated by a command', async () => {
    const fixed = freshInstallation();
    const before = await fixed.serve({ env: { MODELGATE_JWT_SECRET: OLD } });
    const token = await before.login();
    await before.stop();

    const after = await fixed.serve({
      env: { MODELGATE_JWT_SECRET: NEW, MODELGATE_JWT_SECRET_PREVIOUS: OLD },
    });
    await after.http.get('/v1/test').set(bearer(token)).expect(200);
    const newer = await after.login();
    expect(kidOf(newer)).not.toBe(kidOf(token));
    await after.http.get('/v1/test').set(bearer(newer)).expect(200);
    const { code, stderr } = await fixed.cli(['keys', 'rotate'], { env: { MODELGATE_JWT_SECRET: NEW } });
    expect([code, stderr]).toEqual([
      1,
      'modelgate: MODELGATE_JWT_SECRET sets the key; to change it, move the value to MODELGATE_JWT_SECRET_PREVIOUS and set a new one, or none\n',
    ]);
    await after.stop();

    const last = await fixed.serve({ env: { MODELGATE_JWT_SECRET: NEW } });
    await last.http.get('/v1/test').set(bearer(newer)).expect(200);
    await last.http.get('/v1/test').set(bearer(token)).expect(401);
  });
});
