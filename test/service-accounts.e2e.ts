import { beforeAll, describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { KNOWN_GRANTS } from './support/known-grants.js';
import { installation } from './support/installation.js';
import type { Server } from './support/server.js';
import { ACCOUNTS, serviceAccountCalls } from './support/service-account-calls.js';

const ROOT = { username: 'root', password: 'a quiet river bends' };
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;
const SECRET = expect.stringMatching(/^[\w-]{43}$/) as string;

const modelgate = installation({ MODELGATE_LOGIN_RATE_LIMIT: '0' });
let server: Server;
let root: string;
beforeAll(async () => {
  await modelgate.addUser(ROOT.username, ROOT.password, '--role', 'admin');
  server = await modelgate.serve();
  root = await server.login(ROOT.username, ROOT.password);
});

const { get, post, remove, create, authenticate, tokenOf, statusOf } = serviceAccountCalls(
  () => server,
  () => root,
);

describe('POST /v1/service-accounts', () => {
  it('creates an account, and shows its secret only once', async () => {
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
    [
      'an unknown scope',
      { client_id: 'x', grants: 'predict fly' },
      `unknown role or scope: fly; ${KNOWN_GRANTS}`,
    ],
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
  it('returns pages in the order of the names', async () => {
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

describe('a service account', () => {
  const rotate = async (clientId: string, body?: object): Promise<string> => {
    const answer = await post(`${ACCOUNTS}/${clientId}/rotate`, body).expect(200);
    return (answer.body as { client_secret: string }).client_secret;
  };
  const isGood = async (clientId: string, secret: string) =>
    (await authenticate(clientId, secret)).status === 200;

  it('has two valid secrets for a while after a rotation, and never three', async () => {
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

  it('loses its old secret and its tokens immediately if it is rotated without an overlap', async () => {
    const first = await create('leaked');
    const token = await tokenOf('leaked', first);
    const second = await rotate('leaked', { overlap_seconds: 0 });
    expect([await isGood('leaked', first), await isGood('leaked', second)]).toEqual([false, true]);
    expect(await statusOf(token)).toBe(401);
  });

  it('that is disabled is rejected at the next request, and needs a new token once enabled', async () => {
    const secret = await create('paused');
    const token = await tokenOf('paused', secret);
    const { body } = await post(`${ACCOUNTS}/paused/disable`).expect(200);
    expect(body).toMatchObject({ client_id: 'paused', disabled: true });
    expect([await statusOf(token), await isGood('paused', secret)]).toEqual([401, false]);
    await post(`${ACCOUNTS}/paused/enable`).expect(200);
    expect([await statusOf(token), await isGood('paused', secret)]).toEqual([401, true]);
  });

  it('gains and loses grants at the next request', async () => {
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

  it('that is deleted leaves no token that is valid for a new account of the same name', async () => {
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

  it('can revoke one token and keep the others', async () => {
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

  it('has no /v1/users/me and no sessions', async () => {
    const token = await tokenOf('homeless', await create('homeless'));
    for (const path of ['/v1/users/me', '/v1/users/me/sessions']) await get(path, token).expect(404);
  });
});

describe('modelgate service-accounts', () => {
  const run = (...args: string[]) => modelgate.run(['service-accounts', ...args]);
  const secretIn = (printed: string) => /^client_secret {2}([\w-]{43})$/m.exec(printed)![1];

  it('adds, lists, rotates, disables, enables and removes, with immediate effect in a running server', async () => {
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
      ({ subject, method }) => subject === 'batch' && method === 'CLI',
    );
    expect(acts.map(({ action }) => action)).toEqual(
      ['create', 'rotate', 'disable', 'enable', 'delete'].map((verb) => `service-account.${verb}`),
    );
  });

  it.each([
    [['add', 'x'], 'missing rights: use --role or --scope'],
    [['add', 'x', '--role', 'king'], `unknown role or scope: role:king; ${KNOWN_GRANTS}`],
    [['rotate', 'nightly', '--overlap', 'soon'], 'overlap_seconds must be a whole number'],
    [['remove', 'ghost'], 'service account ghost not found'],
  ])('rejects %j', async (args, message) => {
    const { code, stderr } = await modelgate.cli(['service-accounts', ...args]);
    expect([code, stderr]).toEqual([1, `modelgate: ${message}\n`]);
  });
});
