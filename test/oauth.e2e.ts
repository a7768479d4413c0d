import { randomUUID } from 'node:crypto';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { ClientCredentials, ResourceOwnerPassword } from 'simple-oauth2';
import { beforeAll, describe, expect, it } from 'vitest';
import { bearer, decodeToken } from './support/bearer.js';
import { freshInstallation, installation } from './support/installation.js';
import { DEMO_USER, type Server } from './support/server.js';

const modelgate = installation({ MODELGATE_LOGIN_RATE_LIMIT: '0', MODELGATE_RATE_LIMIT: '0' });
let server: Server;
/** Of the service accounts `reader` and `other`. */
const secrets: Record<string, string> = {};
beforeAll(async () => {
  for (const name of ['reader', 'other'])
    secrets[name] = /^client_secret {2}(\S+)$/m.exec(
      await modelgate.run(['service-accounts', 'add', name, '--role', 'predictor']),
    )![1];
  server = await modelgate.serve();
});

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

const post = (path: string, form: string | object) => server.http.post(path).type('form').send(form);
const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
const NAMED = { grant_type: 'password', ...DEMO_USER };
const tokens = async (form: object = NAMED) => (await post('/token', form).expect(200)).body as Tokens;
const introspect = (token: string, name = 'reader') =>
  post('/introspect', { token }).set('authorization', basic(name, secrets[name]));

describe('a token request', () => {
  it('that names its grant gets the statuses of RFC 6749, one that does not those of the reference app', async () => {
    const wrong = { username: 'trialuser', password: 'wrong-password' };
    const named = await post('/token', { ...wrong, grant_type: 'password' }).expect(400);
    expect(named.headers).not.toHaveProperty('www-authenticate');
    const plain = await post('/token', wrong).expect(401).expect('WWW-Authenticate', 'Bearer');
    for (const { body } of [named, plain])
      expect(body).toEqual({
        detail: 'Incorrect username or password',
        error: 'invalid_grant',
        error_description: 'Incorrect username or password',
      });
  });

  it.each([
    ['grant_type=password&username=trialuser', 400, 'password field required'],
    ['username=trialuser', 422, 'password field required'],
    ['grant_type=password&grant_type=password&username=a&password=b', 400, 'grant_type must be given once'],
    ['username=trialuser&password=b&password=c', 400, 'password must be given once'],
    ['username=trialuser&password=b&resource=c&resource=d', 400, 'resource must be given once'],
  ])('%s is an invalid_request with status %i', async (form, status, description) => {
    const { body } = await post('/token', form).expect(status);
    expect(body).toMatchObject({ error: 'invalid_request', error_description: description });
  });

  it('has no-store on every response', async () => {
    const answers = [
      post('/token', NAMED).expect(200),
      post('/token', {}).expect(422),
      post('/token', { ...NAMED, password: 'wrong' }).expect(400),
      post('/token', { grant_type: 'client_credentials' }).expect(401),
      server.http.post('/token').send({ a: 1 }).expect(415),
      post('/token', { password: 'a'.repeat(70_000) }).expect(413),
      post('/revoke', {}).expect(400),
      post('/introspect', {}).expect(401),
    ];
    for (const answer of answers)
      await answer.expect('Cache-Control', 'no-store').expect('Pragma', 'no-cache');
  });

  it('must have the secret of the service account that it names', async () => {
    for (const form of [{ client_id: 'reader' }, { client_id: 'reader', client_secret: 'wrong' }]) {
      const { body } = await post('/token', { ...NAMED, ...form }).expect(401);
      expect(body).toMatchObject({ error: 'invalid_client' });
    }
    const { refresh_token } = await tokens({ ...NAMED, client_id: 'reader', client_secret: secrets.reader });
    const refresh = { grant_type: 'refresh_token', refresh_token };
    expect((await post('/token', refresh).expect(401)).body).toMatchObject({ error: 'invalid_client' });
    await post('/token', refresh).set('authorization', basic('reader', secrets.reader)).expect(200);
  });
});

describe('an access token', () => {
  it('is one of RFC 9068', async () => {
    const { header, claims } = decodeToken((await tokens()).access_token);
    expect(header).toEqual({ alg: 'HS256', typ: 'at+jwt', kid: expect.any(String) as string });
    for (const claim of ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'])
      expect(claims).toHaveProperty(claim);
    expect(claims.client_id).toBe('unnamed');
  });
});

describe('POST /revoke', () => {
  it('checks the client first, and revokes its own tokens only', async () => {
    const { access_token: token } = await tokens({
      ...NAMED,
      client_id: 'reader',
      client_secret: secrets.reader,
    });
    const by = (name: string, secret: string) =>
      post('/revoke', { token }).set('authorization', basic(name, secret));
    expect((await by('reader', 'wrong').expect(401)).body).toMatchObject({ error: 'invalid_client' });
    expect((await by('other', secrets.other).expect(400)).body).toMatchObject({ error: 'invalid_grant' });
    await server.http.get('/v1/test').set(bearer(token)).expect(200);
    const { body, headers } = await by('reader', secrets.reader).expect(200);
    expect([body, headers['content-type']]).toEqual([{}, 'application/json; charset=utf-8']);
    await server.http.get('/v1/test').set(bearer(token)).expect(401);
  });
});

describe('POST /introspect', () => {
  it('describes a token to a service account until it is revoked', async () => {
    const { access_token, refresh_token } = await tokens({ ...NAMED, scope: 'predict', client_id: 'lab' });
    const { claims } = decodeToken(access_token);
    const { scope, client_id, exp, iat, sub, aud, iss, jti } = claims;
    expect((await introspect(access_token).expect(200)).body).toEqual({
      active: true,
      username: 'trialuser',
      token_type: 'Bearer',
      scope,
      client_id,
      exp,
      iat,
      sub,
      aud,
      iss,
      jti,
    });
    expect((await introspect(refresh_token).expect(200)).body).toMatchObject({
      active: true,
      scope: 'predict',
      client_id: 'lab',
      username: 'trialuser',
    });
    await post('/revoke', { token: refresh_token }).expect(200);
    for (const token of [access_token, refresh_token, 'abc', 'a.b.c'])
      expect((await introspect(token).expect(200)).body).toEqual({ active: false });
  });

  it.each([
    ['no client', undefined],
    ['a wrong secret', basic('reader', 'wrong')],
    ['an unknown client', basic('nobody', 'x')],
  ])('refuses %s', async (_case, authorization) => {
    const call = post('/introspect', { token: 'abc' });
    if (authorization) void call.set('authorization', authorization);
    expect((await call.expect(401)).body).toMatchObject({ error: 'invalid_client' });
  });

  it('records the caller and no token', async () => {
    const { access_token: token } = await tokens();
    await introspect(token, 'other').expect(200);
    const record = (await modelgate.trail()).findLast(({ route }) => route === '/introspect');
    expect(record).toMatchObject({ actor_kind: 'service', username: 'other', status: 200 });
    expect(JSON.stringify(await modelgate.trail())).not.toContain(token);
  });
});

describe('clients that configure themselves by discovery', () => {
  it.each(['oauth2', 'oidc'] as const)('oauth4webapi (%s)', async (algorithm) => {
    const issuer = new URL(server.url);
    const options = { [oauth.allowInsecureRequests]: true };
    const found = await oauth.discoveryRequest(issuer, { ...options, algorithm });
    const as = await oauth.processDiscoveryResponse(issuer, found);
    const client: oauth.Client = { client_id: 'reader' };
    const auth = oauth.ClientSecretBasic(secrets.reader);
    const granted = await oauth.processClientCredentialsResponse(
      as,
      client,
      await oauth.clientCredentialsGrantRequest(as, client, auth, { scope: 'predict' }, options),
    );
    expect(granted).toMatchObject({ token_type: 'bearer', scope: 'predict' });
    const state = await oauth.processIntrospectionResponse(
      as,
      client,
      await oauth.introspectionRequest(as, client, auth, granted.access_token, options),
    );
    expect(state).toMatchObject({ active: true, client_id: 'reader' });
    await oauth.processRevocationResponse(
      await oauth.revocationRequest(as, client, auth, granted.access_token, options),
    );
    await server.http.get('/v1/test').set(bearer(granted.access_token)).expect(401);
  });

  it('oauth4webapi verifies an access token of RFC 9068 by the published keys', async () => {
    const issuer = 'https://models.example.com';
    const other = freshInstallation({ MODELGATE_JWT_ISSUER: issuer });
    const running = await other.serve();
    await other.run(['keys', 'rotate', '--algorithm', 'RS256']);
    const token = await running.login();
    const options = {
      [oauth.customFetch]: (url: string) => fetch(url.replace(issuer, running.url)),
    };
    const as = await oauth.processDiscoveryResponse(
      new URL(issuer),
      await oauth.discoveryRequest(new URL(issuer), options),
    );
    const request = new Request(`${issuer}/v1/test`, { headers: bearer(token) });
    const claims = await oauth.validateJwtAccessToken(as, request, 'modelgate', options);
    expect(claims).toMatchObject({ sub: 'trialuser', client_id: 'unnamed', iss: issuer });
  });

  it('openid-client', async () => {
    const config = await openid.discovery(
      new URL(server.url),
      'reader',
      undefined,
      openid.ClientSecretPost(secrets.reader),
      { execute: [openid.allowInsecureRequests] },
    );
    const granted = await openid.genericGrantRequest(config, 'password', { ...DEMO_USER });
    const refreshed = await openid.refreshTokenGrant(config, granted.refresh_token!);
    expect(await openid.tokenIntrospection(config, refreshed.access_token)).toMatchObject({
      active: true,
      client_id: 'reader',
      username: 'trialuser',
    });
    await openid.tokenRevocation(config, refreshed.refresh_token!);
    expect(await openid.tokenIntrospection(config, refreshed.access_token)).toEqual({ active: false });
    const wrong = openid.genericGrantRequest(config, 'password', { ...DEMO_USER, password: randomUUID() });
    await expect(wrong).rejects.toMatchObject({ error: 'invalid_grant', status: 400 });
  });

  it('simple-oauth2', async () => {
    const auth = { tokenHost: server.url, tokenPath: '/token', revokePath: '/revoke' };
    const client = { id: 'reader', secret: secrets.reader };
    const byUser = await new ResourceOwnerPassword({ auth, client }).getToken(DEMO_USER);
    const refreshed = await byUser.refresh();
    await refreshed.revoke('refresh_token');
    await server.http
      .get('/v1/test')
      .set(bearer(refreshed.token.access_token as string))
      .expect(401);
    const own = await new ClientCredentials({ auth, client }).getToken({ scope: 'predict' });
    expect(own.token).toMatchObject({ scope: 'predict', token_type: 'bearer' });
  });
});

describe('the discovery documents', () => {
  it('have endpoints at the requested address, also behind a trusted proxy with a prefix', async () => {
    const other = freshInstallation({ MODELGATE_TRUST_PROXY: 'loopback' });
    const proxied = await other.serve();
    const forwarded = {
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-host': 'models.example.com',
      'x-forwarded-proto': 'https',
      'x-forwarded-prefix': '/gate',
    };
    for (const [path, via, base] of [
      ['oauth-authorization-server', proxied, 'https://models.example.com/gate'],
      ['openid-configuration', proxied, 'https://models.example.com/gate'],
      ['oauth-authorization-server', server, server.url],
    ] as const) {
      const { body } = await via.http.get(`/.well-known/${path}`).set(forwarded).expect(200);
      expect(body).toMatchObject({
        issuer: base,
        token_endpoint: `${base}/token`,
        jwks_uri: `${base}/.well-known/jwks.json`,
      });
    }
  });
});
