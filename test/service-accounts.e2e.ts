import { beforeAll, describe, expect, it } from 'vitest';
import { bearer, decodeToken } from './support/bearer.js';
import { installation } from './support/installation.js';
import type { Server } from './support/server.js';

const ROOT = { username: 'root', password: 'a quiet river bends' };
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;
const SECRET = expect.stringMatching(/^[\w-]{43}$/) as string;
const PATIENT = [3, 102, 44, 20, 94, 30.8, 0.4, 26];

const modelgate = installation({ MODELGATE_LOGIN_RATE_LIMIT: '0' });
let server: Server;
let root: string;
beforeAll(async () => {
  await modelgate.addUser(ROOT.username, ROOT.password, '--role', 'admin');
  server = await modelgate.serve();
  root = await server.login(ROOT.username, ROOT.password);
});

const ACCOUNTS = '/v1/service-accounts';
const get = (path: string, token = root) => server.http.get(path).set(bearer(token));
const post = (path: string, body?: object, token = root) =>
  server.http.post(path).set(bearer(token)).send(body);
const remove = (path: string) => server.http.delete(path).set(bearer(root));

async function create(clientId: string, more: object = {}): Promise<string> {
  const account = { client_id: clientId, grants: 'role:predictor', ...more };
  const { body } = await post(ACCOUNTS, account).expect(201);
  return (body as { client_secret: string }).client_secret;
}

const basic = (clientId: string, secret: string) =>
  `Basic ${Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`).toString('base64')}`;
const authenticate = (clientId: string, secret: string, form: object = {}) =>
  server.http
    .post('/token')
    .set('authorization', basic(clientId, secret))
    .type('form')
    .send({ grant_type: 'client_credentials', ...form });
const tokenOf = async (clientId: string, secret: string): Promise<string> =>
  ((await authenticate(clientId, secret).expect(200)).body as { access_token: string }).access_token;
const statusOf = async (token: string) => (await server.http.get('/v1/test').set(bearer(token))).status;

describe('POST /v1/service-accounts', () => {
  it('makes an account, and shows its secret this once', async () => {
    const sent = {
      client_id: 'nightly',
      description: 'Nightly report',
      grants: ['role:predictor', 'audit:read'],
    };
    const { body, headers } = await post(ACCOUNTS, sent).expect(201);
    const account = {
      ...sent,
      disabled: false,
      scopes: ['predict', 'models:read', 'audit:read'],
      secret_created_at: TIME,
      previous_secret_expires_at: null,
      created_at: TIME,
      updated_at: TIME,
    };
    expect(body).toEqual({ ...account, client_secret: SECRET });
    expect(headers['cache-control']).toBe('no-store');
    expect((await get(`${ACCOUNTS}/nightly`).expect(200)).body).toEqual(account);
    const records = JSON.stringify(await modelgate.trail());
    expect(records).toContain('service-account.create');
    expect(records).not.toContain((body as { client_secret: string }).client_secret);
  });

  it('refuses a client_id that is taken', async () => {
    await create('taken');
    const { body } = await post(ACCOUNTS, { client_id: 'taken', grants: 'predict' }).expect(409);
    expect(body).toMatchObject({ code: 'conflict', detail: 'service account taken already exists' });
  });

  it.each([
    [
      'a client_id in capitals',
      { client_id: 'Nightly', grants: 'predict' },
      'client_id must have 1 to 64 characters of a-z, 0-9, dot, dash and underscore, the first a letter or digit',
    ],
    ['no grants', { client_id: 'x' }, 'grants field required'],
    ['an unknown scope', { client_id: 'x', grants: 'predict fly' }, 'unknown role or scope: fly'],
    [
      'an unknown field',
      { client_id: 'x', grants: 'predict', client_secret: 'mine' },
      'client_secret is an unknown field',
    ],
  ])('refuses %s', async (_case, sent, detail) => {
    const { body } = await post(ACCOUNTS, sent).expect(422);
    expect(body).toMatchObject({ code: 'validation_failed', detail });
  });

  it('is for administrators only', async () => {
    const token = await tokenOf('clerk', await create('clerk'));
    await post(ACCOUNTS, { client_id: 'x', grants: 'predict' }, token).expect(403);
  });
});

describe('GET /v1/service-accounts', () => {
  it('gives pages in the order of the names', async () => {
    for (const name of ['page-c', 'page-a', 'page-b']) await create(name);
    const names: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const path: string = `${ACCOUNTS}?limit=2${cursor && `&cursor=${cursor}`}`;
      const body = (await get(path).expect(200)).body as {
        items: { client_id: string }[];
        next: string | null;
      };
      expect(body.items.length).toBeLessThanOrEqual(2);
      names.push(...body.items.map(({ client_id: name }) => name));
      cursor = body.next;
    }
    expect(names.filter((name) => name.startsWith('page-'))).toEqual(['page-a', 'page-b', 'page-c']);
  });
});

describe('client_credentials', () => {
  it('gives a token without a refresh token, by HTTP Basic or the form', async () => {
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
    const mine = (await modelgate.trail()).filter(({ username }) => username === 'service:predictor');
    expect(mine).toMatchObject([
      { action: 'token.issue', kind: 'administration', status: 200, token_id: claims.jti },
      { kind: 'prediction', client_id: 'predictor', token_id: claims.jti },
    ]);
  });

  it('gives the scopes asked for that the account has', async () => {
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
  ])('refuses %s as RFC 6749 has it', async (_case, authorization) => {
    const call = server.http.post('/token').type('form').send({ grant_type: 'client_credentials' });
    if (authorization) void call.set('authorization', authorization);
    const { body } = await call.expect(401).expect('WWW-Authenticate', 'Basic realm="modelgate"');
    expect(body).toMatchObject({ error: 'invalid_client' });
  });

  it('refuses credentials in the header and the form at once', async () => {
    const secret = await create('twice');
    const { body } = await authenticate('twice', secret, { client_secret: secret }).expect(400);
    expect(body).toMatchObject({
      error: 'invalid_request',
      error_description: 'send the client credentials only once: with HTTP Basic or in the form',
    });
  });

  it('does not take a user of the same name for the account, nor the other way round', async () => {
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

  it('keeps the marks of service accounts from users', async () => {
    const user = { username: 'Service:alike', password: 'a quiet river bends' };
    const { body } = await post('/v1/users', user).expect(422);
    expect(body).toMatchObject({ detail: 'username is reserved' });
  });
});

describe('a service account', () => {
  const rotate = async (clientId: string, body?: object): Promise<string> => {
    const answer = await post(`${ACCOUNTS}/${clientId}/rotate`, body).expect(200);
    return (answer.body as { client_secret: string }).client_secret;
  };
  const isGood = async (clientId: string, secret: string) =>
    (await authenticate(clientId, secret)).status === 200;

  it('has two good secrets for a while after a rotation, and never three', async () => {
    const first = await create('rotated');
    const token = await tokenOf('rotated', first);
    const second = await rotate('rotated');
    expect([await isGood('rotated', first), await isGood('rotated', second)]).toEqual([true, true]);
    const { body } = await get(`${ACCOUNTS}/rotated`).expect(200);
    const { previous_secret_expires_at: expiry, secret_created_at: made } = body as Record<string, string>;
    expect(Date.parse(expiry) - Date.parse(made)).toBe(24 * 3600_000);
    const third = await rotate('rotated', { overlap_seconds: 60 });
    const good = await Promise.all([first, second, third].map((secret) => isGood('rotated', secret)));
    expect(good).toEqual([false, true, true]);
    expect(await statusOf(token)).toBe(200);
    await modelgate.sql(
      `UPDATE service_accounts SET previous_expires_at = '2020-01-01T00:00:00.000Z' WHERE client_id = 'rotated'`,
    );
    expect([await isGood('rotated', second), await isGood('rotated', third)]).toEqual([false, true]);
  });

  it('loses its old secret and its tokens at once when it is rotated without an overlap', async () => {
    const first = await create('leaked');
    const token = await tokenOf('leaked', first);
    const second = await rotate('leaked', { overlap_seconds: 0 });
    expect([await isGood('leaked', first), await isGood('leaked', second)]).toEqual([false, true]);
    expect(await statusOf(token)).toBe(401);
  });

  it('that is disabled is refused at the next call, and needs a new token once enabled', async () => {
    const secret = await create('paused');
    const token = await tokenOf('paused', secret);
    const { body } = await post(`${ACCOUNTS}/paused/disable`).expect(200);
    expect(body).toMatchObject({ client_id: 'paused', disabled: true });
    expect([await statusOf(token), await isGood('paused', secret)]).toEqual([401, false]);
    await post(`${ACCOUNTS}/paused/enable`).expect(200);
    expect([await statusOf(token), await isGood('paused', secret)]).toEqual([401, true]);
  });

  it('may do at once what it is granted, and no more what is taken from it', async () => {
    const secret = await create('changed');
    const token = await tokenOf('changed', secret);
    await get('/v1/models/diabetes', token).expect(200);
    const change = { description: 'less', grants: ['predict'] };
    const { body } = await server.http
      .patch(`${ACCOUNTS}/changed`)
      .set(bearer(root))
      .send(change)
      .expect(200);
    expect(body).toMatchObject(change);
    await get('/v1/models/diabetes', token).expect(403);
  });

  it('that is deleted leaves no token that enters another of the same name', async () => {
    const secret = await create('reborn');
    const token = await tokenOf('reborn', secret);
    await remove(`${ACCOUNTS}/reborn`).expect(204);
    expect(await statusOf(token)).toBe(401);
    const next = await create('reborn');
    expect([await statusOf(token), await isGood('reborn', secret), await isGood('reborn', next)]).toEqual([
      401,
      false,
      true,
    ]);
  });

  it('can give back one token and keep the others', async () => {
    const secret = await create('tidy');
    const given = await tokenOf('tidy', secret);
    const kept = await tokenOf('tidy', secret);
    expect(await statusOf(given)).toBe(200);
    for (const _ of [1, 2]) await server.http.post('/revoke').type('form').send({ token: given }).expect(200);
    expect([await statusOf(given), await statusOf(kept)]).toEqual([401, 200]);
  });

  it.each(['get /ghost', 'post /ghost/rotate', 'post /ghost/disable', 'post /ghost/enable', 'delete /ghost'])(
    'that does not exist: %s is 404',
    async (call) => {
      const [method, path] = call.split(' ') as ['get' | 'post' | 'delete', string];
      const { body } = await server.http[method](ACCOUNTS + path)
        .set(bearer(root))
        .expect(404);
      expect(body).toMatchObject({ detail: 'service account ghost not found' });
    },
  );

  it('has no account page and no sessions of its own', async () => {
    const token = await tokenOf('homeless', await create('homeless'));
    for (const path of ['/v1/users/me', '/v1/users/me/sessions']) await get(path, token).expect(404);
  });
});

describe('modelgate service-accounts', () => {
  const run = (...args: string[]) => modelgate.run(['service-accounts', ...args]);
  const secretIn = (printed: string) => /^client_secret {2}([\w-]{43})$/m.exec(printed)![1];

  it('adds, lists, rotates, disables, enables and removes, and a running server follows at once', async () => {
    const printed = await run(
      'add',
      'batch',
      '--role',
      'viewer',
      '--scope',
      'predict',
      '--description',
      'Jobs',
    );
    const secret = secretIn(printed);
    expect(printed).toBe(`client_id      batch\nclient_secret  ${secret}\n`);
    const token = await tokenOf('batch', secret);
    expect(await run('list')).toMatch(/^batch +enabled +role:viewer predict +\S+ +Jobs$/m);
    const next = secretIn(await run('rotate', 'batch', '--overlap', '3600'));
    expect(next).not.toBe(secret);
    expect(await run('disable', 'batch')).toBe('disabled batch\n');
    expect(await statusOf(token)).toBe(401);
    expect(await run('enable', 'batch')).toBe('enabled batch\n');
    expect(await statusOf(await tokenOf('batch', next))).toBe(200);
    expect(await run('remove', 'batch')).toBe('removed batch\n');
    await authenticate('batch', next).expect(401);

    const acts = (await modelgate.trail()).filter(
      ({ subject, method }) => subject === 'service:batch' && method === 'CLI',
    );
    expect(acts.map(({ action }) => action)).toEqual(
      ['create', 'rotate', 'disable', 'enable', 'delete'].map((verb) => `service-account.${verb}`),
    );
  });

  it.each([
    [['add', 'x'], 'missing rights: use --role or --scope'],
    [['add', 'x', '--role', 'king'], 'unknown role or scope: role:king'],
    [['rotate', 'nightly', '--overlap', 'soon'], 'overlap_seconds must be a whole number'],
    [['remove', 'ghost'], 'service account ghost not found'],
  ])('rejects %j', async (args, message) => {
    const { code, stderr } = await modelgate.cli(['service-accounts', ...args]);
    expect([code, stderr]).toEqual([1, `modelgate: ${message}\n`]);
  });
});
