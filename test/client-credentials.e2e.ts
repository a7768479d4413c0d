import { beforeAll, describe, expect, it } from 'vitest';
import { bearer, decodeToken } from './support/bearer.js';
import { installation } from './support/installation.js';
import type { Server } from './support/server.js';
import { basic, serviceAccountCalls } from './support/service-account-calls.js';

const ROOT = { username: 'root', password: 'a quiet river bends' };
const PATIENT = [3, 102, 44, 20, 94, 30.8, 0.4, 26];

const modelgate = installation({ MODELGATE_LOGIN_RATE_LIMIT: '0' });
let server: Server;
let root: string;
beforeAll(async () => {
  await modelgate.addUser(ROOT.username, ROOT.password, '--role', 'admin');
  server = await modelgate.serve();
  root = await server.login(ROOT.username, ROOT.password);
});

const { create, authenticate, tokenOf, statusOf } = serviceAccountCalls(
  () => server,
  () => root,
);

describe('client_credentials', () => {
  it('returns a token without a refresh token, with HTTP Basic or the form', async () => {
    const secret = await create('caller');
    const { body } = await authenticate('caller', secret).expect(200);
    const answer = {
      access_token: expect.any(String) as string,
      token_type: 'bearer',
      expires_in: 1800,
      scope: 'predict models:read',
    };
    expect(body).toEqual(answer);
    const form = { grant_type: 'client_credentials', client_id: 'caller', client_secret: secret };
    expect((await server.http.post('/token').type('form').send(form).expect(200)).body).toEqual(answer);
  });

  it('lets the account predict, and names it in the records', async () => {
    const secret = await create('predictor');
    const token = await tokenOf('predictor', secret);
    await server.http.post('/regression').set(bearer(token)).send(PATIENT).expect(200);
    const { claims } = decodeToken(token);
    const mine = (await modelgate.trail()).filter(({ username }) => username === 'predictor');
    const actor = { actor_kind: 'service', actor_id: claims.sub };
    expect(mine).toMatchObject([
      { action: 'token.issue', kind: 'administration', status: 200, token_id: claims.jti, ...actor },
      { kind: 'prediction', client_id: 'predictor', token_id: claims.jti, ...actor },
    ]);
  });

  it('grants the requested scopes that the account has', async () => {
    const secret = await create('narrow');
    const { body } = await authenticate('narrow', secret, { scope: 'predict:diabetes audit:read' }).expect(
      200,
    );
    expect(body).toMatchObject({ scope: 'predict:diabetes' });
    const refused = await authenticate('narrow', secret, { scope: 'audit:read' }).expect(400);
    expect(refused.body).toMatchObject({ error: 'invalid_scope' });
  });

  it.each([
    ['a wrong secret', basic('refused', 'wrong')],
    ['an unknown client', basic('nobody', 'wrong')],
    ['credentials that cannot be read', 'Basic !'],
    ['no credentials', undefined],
  ])('rejects %s with the error of RFC 6749', async (_case, authorization) => {
    const call = server.http.post('/token').type('form').send({ grant_type: 'client_credentials' });
    if (authorization) void call.set('authorization', authorization);
    const { body } = await call.expect(401).expect('WWW-Authenticate', 'Basic realm="modelgate"');
    expect(body).toMatchObject({ error: 'invalid_client' });
  });

  it('rejects credentials in both the header and the form', async () => {
    const secret = await create('twice');
    const { body } = await authenticate('twice', secret, { client_secret: secret }).expect(400);
    expect(body).toMatchObject({
      error: 'invalid_request',
      error_description: 'send the client credentials only once: with HTTP Basic or in the form',
    });
  });

  it('distinguishes an account from a user of the same name', async () => {
    await modelgate.addUser('alike', 'alikes-pass-word');
    const secret = await create('alike', { grants: 'models:read' });
    const service = await tokenOf('alike', secret);
    const user = await server.login('alike', 'alikes-pass-word');
    const [ofService, ofUser] = [service, user].map((token) => decodeToken(token).claims);
    expect([ofService.kind, ofUser.kind]).toEqual(['service', 'user']);
    await modelgate.run(['users', 'disable', 'alike']);
    expect([await statusOf(service), await statusOf(user)]).toEqual([200, 400]);
    await authenticate('alike', 'alikes-pass-word').expect(401);
    const form = { username: 'alike', password: secret };
    await server.http.post('/token').type('form').send(form).expect(401);
  });

  it('is not counted or recorded as a user of the same name', async () => {
    const secret = await create('twin', { grants: 'predict' });
    await modelgate.addUser('twin', 'twins-pass-word', '--scope', 'predict');
    await server.http
      .put('/v1/quotas/service/twin')
      .set(bearer(root))
      .send({ rows_per_minute: 1, rows_per_day: 0 })
      .expect(200);
    const [service, user] = [await tokenOf('twin', secret), await server.login('twin', 'twins-pass-word')];
    const predict = async (token: string) =>
      (await server.http.post('/regression').set(bearer(token)).send(PATIENT)).status;
    expect([await predict(service), await predict(service)]).toEqual([200, 429]);
    expect([await predict(user), await predict(user)]).toEqual([200, 200]);
    const find = async (query: string) => {
      const { body } = await server.http
        .get(`/v1/audit?kind=prediction&${query}`)
        .set(bearer(root))
        .expect(200);
      return (body as { items: Record<string, unknown>[] }).items;
    };
    const ofService = await find('user=twin&actor_kind=service');
    const { sub } = decodeToken(service).claims;
    expect(ofService.map(({ actor_id: id, username }) => [id, username])).toEqual([
      [sub, 'twin'],
      [sub, 'twin'],
    ]);
    expect(await find(`actor_id=${String(sub)}`)).toEqual(ofService);
  });
});
