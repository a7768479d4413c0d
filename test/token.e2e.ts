import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { bearer, decodeToken, forgeToken } from './support/bearer.js';
import { installation } from './support/installation.js';
import { DEMO_USER, type Server } from './support/server.js';

const KEY = 'the-key-of-this-suite-which-is-long-enough';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const modelgate = installation({ MODELGATE_JWT_SECRET: KEY, MODELGATE_LOGIN_RATE_LIMIT: '0' });
let server: Server;
beforeAll(async () => {
  server = await modelgate.serve();
});

const login = (form: object) => server.http.post('/token').type('form').send(form);
const test = (token: string) => server.http.get('/v1/test').set(bearer(token));

describe('POST /token', () => {
  it('returns a bearer token for a form with name and password', async () => {
    const { body, headers } = await login(DEMO_USER).expect(200);
    expect(body).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) as string,
      token_type: 'bearer',
      expires_in: 1800,
      scope: 'predict models:read audit:read',
      refresh_token: expect.stringMatching(/^[\w-]{43}\.[\w-]{43}$/) as string,
    });
    expect(headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' });
  });

  it('accepts all fields of the OAuth2 password grant, and the name in any case', async () => {
    const form = {
      grant_type: 'password',
      username: 'TrialUser',
      password: DEMO_USER.password,
      scope: '',
      client_id: 'lab-7',
      client_secret: 'x',
    };
    const { body } = await login(form).expect(200);
    const { claims } = decodeToken((body as { access_token: string }).access_token);
    expect(claims).toMatchObject({ sub: 'trialuser', client_id: 'lab-7' });
  });

  it('signs HS256 with sub, iat, exp in 30 minutes, iss, aud and a unique jti', async () => {
    const before = Math.floor(Date.now() / 1000);
    const first = decodeToken(await server.login());
    const second = decodeToken(await server.login());
    const after = Math.floor(Date.now() / 1000);
    expect(first.header).toEqual({
      alg: 'HS256',
      typ: 'at+jwt',
      kid: expect.stringMatching(/^[\w-]{22}$/) as string,
    });
    expect(first.claims).toMatchObject({
      sub: 'trialuser',
      iss: 'modelgate',
      aud: 'modelgate',
      iat: expect.any(Number) as number,
      exp: (first.claims.iat as number) + 30 * 60,
      jti: expect.stringMatching(UUID) as string,
      scope: 'predict models:read audit:read',
    });
    expect(first.claims.iat).toBeGreaterThanOrEqual(before);
    expect(first.claims.iat).toBeLessThanOrEqual(after);
    expect(second.claims.jti).not.toBe(first.claims.jti);
  });

  it.each([
    ['a wrong password', { username: 'trialuser', password: 'trialpass124' }],
    ['an unknown user', { username: 'nobody', password: 'trialpass123' }],
    ['a password that differs in case', { username: 'trialuser', password: 'TRIALPASS123' }],
    ['a password of 72 bytes', { username: 'trialuser', password: 'é'.repeat(36) }],
    ['a password of 73 bytes', { username: 'trialuser', password: 'a'.repeat(73) }],
  ])('refuses %s with the same 401', async (_case, form) => {
    const { body } = await login(form).expect(401).expect('WWW-Authenticate', 'Bearer');
    expect(body).toEqual({
      detail: 'Incorrect username or password',
      error: 'invalid_grant',
      error_description: 'Incorrect username or password',
    });
  });

  const missing = (field: string) => ({
    loc: ['body', field],
    msg: 'field required',
    type: 'value_error.missing',
  });
  const wrong = (field: string, msg: string) => ({ loc: ['body', field], msg, type: 'value_error' });

  it.each([
    ['no password', { username: 'trialuser' }, [missing('password')]],
    ['no name', { password: 'trialpass123' }, [missing('username')]],
    ['empty fields', { username: '', password: '' }, [missing('username'), missing('password')]],
    [
      'a password of 10 KB',
      { username: 'trialuser', password: 'a'.repeat(10_240) },
      [wrong('password', 'must have at most 1024 characters')],
    ],
    [
      'a NUL in the password',
      { username: 'trialuser', password: 'trialpass123\0x' },
      [wrong('password', 'must not contain a NUL character')],
    ],
    [
      'a name of 129 characters',
      { username: 'a'.repeat(129), password: 'trialpass123' },
      [wrong('username', 'must have at most 128 characters')],
    ],
  ])('returns 422 and names the field: %s', async (_case, form, detail) => {
    const { body } = await login(form).expect(422);
    expect(body).toEqual({
      detail,
      error: 'invalid_request',
      error_description: detail.map(({ loc, msg }) => `${loc[1]} ${msg}`).join('; '),
    });
  });

  it('refuses JSON instead of a form', async () => {
    const detail = 'expected a body of type application/x-www-form-urlencoded, received application/json';
    const { body } = await server.http.post('/token').send(DEMO_USER).expect(415);
    expect(body).toEqual({ detail, error: 'invalid_request', error_description: detail });
  });

  it('refuses a name and password in the query string', async () => {
    await server.http.post('/token').query(DEMO_USER).type('form').send({}).expect(422);
  });

  it('refuses a form of 100 KB', async () => {
    const { body } = await login({ username: 'trialuser', password: 'a'.repeat(102_400) }).expect(413);
    expect(body).toMatchObject({ error: 'invalid_request' });
  });

  it('rejects an unknown grant type with the error of RFC 6749', async () => {
    const { body } = await login({ ...DEMO_USER, grant_type: 'authorization_code' }).expect(400);
    expect(body).toEqual({
      detail: [wrong('grant_type', 'must be password or refresh_token or client_credentials')],
      error: 'unsupported_grant_type',
      error_description: 'grant_type must be password or refresh_token or client_credentials',
    });
  });
});

describe('scopes', () => {
  it.each([
    ['predict', 'predict'],
    ['audit:read predict', 'audit:read predict'],
    ['predict:diabetes', 'predict:diabetes'],
    ['predict users:admin no-such-scope', 'predict'],
  ])('of %j are granted %j', async (scope, granted) => {
    const { body } = await login({ ...DEMO_USER, scope }).expect(200);
    const { access_token, scope: answered } = body as { access_token: string; scope: string };
    expect(answered).toBe(granted);
    expect(decodeToken(access_token).claims.scope).toBe(granted);
  });

  it('are rejected if the user has none of them', async () => {
    const { body } = await login({ ...DEMO_USER, scope: 'users:admin' }).expect(400);
    expect(body).toMatchObject({
      error: 'invalid_scope',
      detail: 'none of the requested scopes is allowed',
    });
  });

  it('limit a token', async () => {
    const { body } = await login({ ...DEMO_USER, scope: 'models:read' }).expect(200);
    const refused = await server.http
      .post('/regression')
      .set(bearer((body as { access_token: string }).access_token))
      .send([1]);
    expect(refused.status).toBe(403);
    expect(refused.headers['www-authenticate']).toBe('Bearer error="insufficient_scope", scope="predict"');
    expect(refused.body).toEqual({ detail: 'this requires the scope predict' });
  });
});

describe('a token', () => {
  const now = Math.floor(Date.now() / 1000);
  let header: Record<string, unknown>;
  let claims: Record<string, unknown>;
  beforeAll(async () => {
    ({ header, claims } = decodeToken(await server.login()));
  });

  it('that is handmade with the key and the right claims is accepted', async () => {
    const { body } = await test(forgeToken(header, { ...claims, jti: randomUUID() }, KEY)).expect(200);
    expect(body).toEqual({ Hello: 'World' });
  });

  it.each<[string, (claims: Record<string, unknown>) => string]>([
    ['without a signature (alg none)', (good) => forgeToken({ alg: 'none', typ: 'JWT' }, good)],
    ['of alg none with a signature', (good) => forgeToken({ alg: 'none', typ: 'JWT' }, good, KEY)],
    [
      'of another algorithm with the right key',
      (good) => forgeToken({ alg: 'HS512', typ: 'JWT' }, good, KEY, 'sha512'),
    ],
    ['signed with another key', (good) => forgeToken(header, good, `${KEY}x`)],
    ['whose signature is cut off', (good) => forgeToken(header, good)],
    ['that has expired', (good) => forgeToken(header, { ...good, iat: now - 3600, exp: now - 1800 }, KEY)],
    ['of another issuer', (good) => forgeToken(header, { ...good, iss: 'elsewhere' }, KEY)],
    ['of another audience', (good) => forgeToken(header, { ...good, aud: 'elsewhere' }, KEY)],
    ['of no issuer', (good) => forgeToken(header, { ...good, iss: undefined }, KEY)],
    ['of a user who does not exist', (good) => forgeToken(header, { ...good, sub: 'nobody' }, KEY)],
    ['of no user', (good) => forgeToken(header, { ...good, sub: undefined }, KEY)],
    ['that is no JWT', () => 'a.b.c'],
    ['of 8 KB', () => 'a'.repeat(8192)],
  ])('%s is refused', async (_case, make) => {
    const { body } = await test(make(claims)).expect(401).expect('WWW-Authenticate', 'Bearer');
    expect(body).toEqual({ detail: 'Could not validate credentials' });
  });

  it('has no scope that its user does not have', async () => {
    const token = forgeToken(header, { ...claims, scope: 'models:write' }, KEY);
    await server.http.delete('/v1/models/diabetes').set(bearer(token)).expect(403);
  });

  it('is rejected outside the reference routes with the error of RFC 6750', async () => {
    const { body, headers } = await server.http.get('/v1/models').set(bearer('a.b.c')).expect(401);
    expect(headers['www-authenticate']).toBe('Bearer error="invalid_token"');
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(body).toMatchObject({
      status: 401,
      code: 'invalid_token',
      detail: 'Could not validate credentials',
    });
  });
});

describe('a user', () => {
  it('who is disabled by another process is rejected at the next request, and may log in again once enabled', async () => {
    await modelgate.addUser('mallory', 'mallory-pass-1');
    const token = await server.login('mallory', 'mallory-pass-1');
    await test(token).expect(200);

    await modelgate.run(['users', 'disable', 'mallory']);
    const { body } = await test(token).expect(400);
    expect(body).toEqual({ detail: 'Inactive user' });
    const predicted = await server.http
      .post('/regression')
      .set(bearer(token))
      .send([3, 102, 44, 20, 94, 30.8, 0.4, 26]);
    expect([predicted.status, predicted.body]).toEqual([400, { detail: 'Inactive user' }]);
    await server.http
      .get('/v1/models')
      .set(bearer(token))
      .expect(401)
      .expect('WWW-Authenticate', 'Bearer error="invalid_token"');
    const refused = await login({ username: 'mallory', password: 'mallory-pass-1' }).expect(400);
    expect(refused.body).toEqual({
      detail: 'Inactive user',
      error: 'invalid_grant',
      error_description: 'Inactive user',
    });

    await modelgate.run(['users', 'enable', 'mallory']);
    await test(token).expect(401);
    await test(await server.login('mallory', 'mallory-pass-1')).expect(200);
  });

  it('who is disabled gets this error only with the correct password', async () => {
    await modelgate.addUser('dora', 'dora-pass-word');
    await modelgate.run(['users', 'disable', 'dora']);
    await login({ username: 'dora', password: 'not-doras-pass' }).expect(401);
  });

  it('whose password changes has no session left', async () => {
    await modelgate.addUser('oscar', 'oscars-old-pass');
    const old = await server.login('oscar', 'oscars-old-pass');
    await test(old).expect(200);

    await modelgate.run(['users', 'passwd', 'oscar', '--password-stdin'], { input: 'oscars-new-pass\n' });
    const { body } = await test(old).expect(401);
    expect(body).toEqual({ detail: 'Could not validate credentials' });
    await login({ username: 'oscar', password: 'oscars-old-pass' }).expect(401);
    await test(await server.login('oscar', 'oscars-new-pass')).expect(200);
  });
});
