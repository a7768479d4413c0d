import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bearer, decodeToken, forgeToken } from './support/bearer.js';
import { installation } from './support/installation.js';
import { PROJECT_DIR } from './support/program.js';
import type { Server } from './support/server.js';

/** What a route requires. */
type Demand =
  /** No token. */
  | 'public'
  /** Any valid token. */
  | 'token'
  /** A scope, and whether a scope narrowed to the route's model is enough. */
  | { readonly scope: string; readonly narrowable?: true };

const reads: Demand = { scope: 'models:read', narrowable: true };
const writes: Demand = { scope: 'models:write', narrowable: true };
const predicts: Demand = { scope: 'predict', narrowable: true };
const administers: Demand = { scope: 'users:admin' };
const audits: Demand = { scope: 'audit:read' };

/** All routes. A route without an entry here fails the test. */
const ROUTES: Readonly<Record<string, Demand>> = {
  'GET /': 'public',
  'GET /health/live': 'public',
  'GET /health/ready': 'public',
  'GET /v2/health/live': 'public',
  'GET /v2/health/ready': 'public',
  'GET /.well-known/jwks.json': 'public',
  'POST /token': 'public',
  'POST /revoke': 'public',
  'POST /introspect': 'public',
  'GET /.well-known/oauth-authorization-server': 'public',
  'GET /.well-known/openid-configuration': 'public',
  'GET /ping': 'public',
  'GET /health': 'public',
  'GET /version': 'public',
  'GET /v1/test': 'token',
  'GET /v2': 'token',
  'POST /v2/repository/index': 'token',
  'GET /v2/models/stats': 'token',
  'GET /v1/models': 'token',
  'GET /v1/users/me': 'token',
  'PATCH /v1/users/me': 'token',
  'POST /v1/users/me/password': 'token',
  'GET /v1/users/me/quota': 'token',
  'GET /v1/users/me/sessions': 'token',
  'DELETE /v1/users/me/sessions': 'token',
  'DELETE /v1/users/me/sessions/{id}': 'token',
  'POST /regression': predicts,
  'POST /invocations': predicts,
  'POST /v1/models/{name}:predict': predicts,
  'POST /v2/models/{name}/infer': predicts,
  'POST /v2/models/{name}/versions/{version}/infer': predicts,
  'POST /v1/models/{name}/jobs': predicts,
  'GET /v1/models/{name}/jobs': predicts,
  'GET /v1/models/{name}/jobs/{id}': predicts,
  'DELETE /v1/models/{name}/jobs/{id}': predicts,
  'POST /v1/models/{name}/jobs/{id}/cancel': predicts,
  'GET /v1/models/{name}/jobs/{id}/results': predicts,
  'GET /v1/models/{name}': reads,
  'GET /v2/models/{name}': reads,
  'GET /v2/models/{name}/versions/{version}': reads,
  'GET /v2/models/{name}/stats': reads,
  'GET /v2/models/{name}/versions/{version}/stats': reads,
  'GET /v2/models/{name}/ready': reads,
  'GET /v2/models/{name}/versions/{version}/ready': reads,
  'POST /v1/models': { scope: 'models:write' },
  'DELETE /v1/models/{name}': writes,
  'DELETE /v1/models/{name}/versions/{version}': writes,
  'POST /v1/models/{name}/versions/{version}/promote': writes,
  'POST /v1/models/{name}/rollback': writes,
  'POST /v1/models/{name}/load': writes,
  'POST /v1/models/{name}/unload': writes,
  'GET /v1/models/{name}/redaction': writes,
  'PUT /v1/models/{name}/redaction': writes,
  'POST /v2/repository/models/{name}/load': writes,
  'POST /v2/repository/models/{name}/unload': writes,
  'GET /v1/users': administers,
  'POST /v1/users': administers,
  'GET /v1/users/{username}': administers,
  'PATCH /v1/users/{username}': administers,
  'DELETE /v1/users/{username}': administers,
  'POST /v1/users/{username}/disable': administers,
  'POST /v1/users/{username}/enable': administers,
  'POST /v1/users/{username}/password': administers,
  'GET /v1/users/{username}/sessions': administers,
  'DELETE /v1/users/{username}/sessions': administers,
  'DELETE /v1/users/{username}/sessions/{id}': administers,
  'POST /v1/service-accounts': administers,
  'GET /v1/service-accounts': administers,
  'GET /v1/service-accounts/{client_id}': administers,
  'PATCH /v1/service-accounts/{client_id}': administers,
  'DELETE /v1/service-accounts/{client_id}': administers,
  'POST /v1/service-accounts/{client_id}/rotate': administers,
  'POST /v1/service-accounts/{client_id}/disable': administers,
  'POST /v1/service-accounts/{client_id}/enable': administers,
  'GET /v1/quotas': administers,
  'GET /v1/quotas/default': administers,
  'PUT /v1/quotas/default': administers,
  'DELETE /v1/quotas/default': administers,
  'GET /v1/quotas/{kind}/{name}': administers,
  'PUT /v1/quotas/{kind}/{name}': administers,
  'DELETE /v1/quotas/{kind}/{name}': administers,
  'GET /v1/keys': administers,
  'POST /v1/keys/rotate': administers,
  'GET /v1/audit': audits,
  'GET /v1/audit/export': audits,
  'GET /v1/audit/{id}': audits,
  'POST /v1/audit/{id}/replay': audits,
  'POST /v1/audit/erase': administers,
  'GET /metrics': { scope: 'metrics:read' },
};

const SCOPES = ['predict', 'models:read', 'models:write', 'users:admin', 'audit:read', 'metrics:read'];
const KEY = 'the-key-of-this-suite-which-is-long-enough';
const PASSWORD = 'a-password-of-this-suite';

const modelgate = installation({
  MODELGATE_JWT_SECRET: KEY,
  MODELGATE_RATE_LIMIT: '0',
  MODELGATE_LOGIN_RATE_LIMIT: '0',
});
let server: Server;

/** Tokens that every route must reject, by reason. */
const bad: Record<string, string> = {};
/** An administrator's tokens, by set of scopes. */
const ofScopes = new Map<string, string>();

beforeAll(async () => {
  await modelgate.addUser('root', PASSWORD, '--role', 'admin');
  await modelgate.addUser('gone', PASSWORD, '--role', 'admin');
  for (const name of ['ann', 'bob']) await modelgate.addUser(name, PASSWORD, '--role', 'operator');
  server = await modelgate.serve();
  const good = await server.login('root', PASSWORD);
  const { header, claims } = decodeToken(good);
  const now = Math.floor(Date.now() / 1000);
  bad['a token that expired'] = forgeToken(header, { ...claims, iat: now - 7200, exp: now - 3600 }, KEY);
  bad['another key'] = forgeToken(header, claims, 'another-key-of-32-bytes-or-more-it-is');
  bad['alg none'] = forgeToken({ ...header, alg: 'none' }, claims);
  bad['another audience'] = forgeToken(header, { ...claims, aud: 'another-service' }, KEY);
  bad['another issuer'] = forgeToken(header, { ...claims, iss: 'another-issuer' }, KEY);
  bad['a disabled user'] = await server.login('gone', PASSWORD);
  await server.http.post('/v1/users/gone/disable').set(bearer(good)).expect(200);
  bad['a revoked token'] = await server.login('root', PASSWORD);
  await server.http.post('/revoke').type('form').send({ token: bad['a revoked token'] }).expect(200);
  for (const scope of [
    ...SCOPES,
    ...SCOPES.map((left) => SCOPES.filter((other) => other !== left).join(' ')),
  ])
    ofScopes.set(scope, await tokenOf('root', scope));
  for (const scope of ['predict', 'models:read', 'models:write'])
    ofScopes.set(`${scope}:another`, await tokenOf('root', `${scope}:another`));
});

async function tokenOf(username: string, scope?: string): Promise<string> {
  const form = { username, password: PASSWORD, ...(scope && { scope }) };
  const { body } = await server.http.post('/token').type('form').send(form).expect(200);
  return (body as { access_token: string }).access_token;
}

const withoutScope = (scope: string): string =>
  ofScopes.get(SCOPES.filter((other) => other !== scope).join(' '))!;

const PARAMETERS: Readonly<Record<string, string>> = {
  name: 'diabetes',
  version: '1',
  username: 'ann',
  client_id: 'nobody',
  id: '1',
  kind: 'user',
};

/** Sends a request with only a token. @returns status and challenge */
async function call(route: string, token?: string, parameters = PARAMETERS): Promise<[number, string?]> {
  const [method, pattern] = route.split(' ');
  const path = pattern.replace(/\{(\w+)\}/g, (_, name: string) => parameters[name]);
  const request = server.http[method.toLowerCase() as 'get'](path);
  const { status, headers } = await (token === undefined ? request : request.set(bearer(token)));
  return [status, headers['www-authenticate']];
}

/** The reference app has its own error for a disabled user, and its clients compare the bare scheme. */
const speaksReference = (route: string): boolean => /^(POST \/regression|GET \/v1\/test)$/.test(route);

const invalidToken = (route: string): [number, string] => [
  401,
  speaksReference(route) ? 'Bearer' : 'Bearer error="invalid_token"',
];

it('the table has all routes of the API and no others', () => {
  const { paths } = JSON.parse(readFileSync(join(PROJECT_DIR, 'openapi.json'), 'utf8')) as {
    paths: Record<string, object>;
  };
  const routes = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(Object.keys(ROUTES).sort()).toEqual(routes.sort());
});

const closed = Object.entries(ROUTES).filter(([, demand]) => demand !== 'public');

describe.each(closed)('%s', (route, demand) => {
  it('returns 401 without a valid token', async () => {
    expect(await call(route)).toEqual([401, 'Bearer']);
    expect(Object.keys(bad)).toHaveLength(7);
    for (const [what, token] of Object.entries(bad)) {
      const expected: [number, string?] =
        what === 'a disabled user' && speaksReference(route) ? [400, undefined] : invalidToken(route);
      expect([what, await call(route, token)]).toEqual([what, expected]);
    }
  });

  it('returns 403 for a token with another scope, or for another model', async () => {
    if (demand === 'token' || demand === 'public') {
      // A route for any token accepts one with the scope of metrics only, so the status is not one of the token.
      if (!/^(DELETE|POST|PATCH) \/v1\/users/.test(route))
        expect([401, 403]).not.toContain((await call(route, ofScopes.get('metrics:read')))[0]);
      return;
    }
    const refusal = [403, `Bearer error="insufficient_scope", scope="${demand.scope}"`];
    expect(await call(route, withoutScope(demand.scope))).toEqual(refusal);
    if (demand.narrowable)
      expect(await call(route, ofScopes.get(`${demand.scope}:another`))).toEqual(refusal);
  });
});

describe("another user's", () => {
  const missing = async (route: string, id: string) =>
    expect([route, (await call(route, await tokenOf('bob'), { ...PARAMETERS, id }))[0]]).toEqual([
      route,
      404,
    ]);

  it('job returns 404', async () => {
    const { body } = await server.http
      .post('/v1/models/diabetes/jobs')
      .set({ ...bearer(await tokenOf('ann')), 'content-type': 'application/x-ndjson' })
      .send('[3,102,44,20,94,30.8,0.4,26]\n')
      .expect(202);
    const routes = Object.keys(ROUTES).filter((route) => route.includes('/jobs/{id}'));
    expect(routes).toHaveLength(4);
    for (const route of routes) await missing(route, (body as { id: string }).id);
  });

  it('session returns 404', async () => {
    const token = await tokenOf('ann');
    const { body } = await server.http.get('/v1/users/me/sessions').set(bearer(token)).expect(200);
    const [session] = (body as { items: { id: string }[] }).items;
    await missing('DELETE /v1/users/me/sessions/{id}', session.id);
    await server.http.get('/v1/test').set(bearer(token)).expect(200);
  });
});
