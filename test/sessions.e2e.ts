import { beforeAll, describe, expect, it } from 'vitest';
import { bearer, decodeToken } from './support/bearer.js';
import { installation } from './support/installation.js';
import type { Server } from './support/server.js';
import { tokenCalls, type Tokens } from './support/token-calls.js';

const modelgate = installation({ MODELGATE_LOGIN_RATE_LIMIT: '0', MODELGATE_SESSIONS_PER_USER: '3' });
let server: Server;
beforeAll(async () => {
  server = await modelgate.serve();
});

const { post, login, refresh, statusOf } = tokenCalls(() => server);

/** Waits for the records of calls that were answered before they were on disk. */
async function recordsOf(action: string) {
  await server.http.get('/health/live').expect(200);
  return (await modelgate.trail()).filter((record) => record.action === action);
}

describe('the sessions of a user', () => {
  interface Listed {
    readonly items: { readonly id: string; readonly current: boolean }[];
  }
  const IDA = { username: 'ida', password: 'idas-pass-word' };
  const MINE = '/v1/users/me/sessions';
  const list = async (path: string, accessToken: string) =>
    ((await server.http.get(path).set(bearer(accessToken)).expect(200)).body as Listed).items;
  const remove = (path: string, accessToken: string) => server.http.delete(path).set(bearer(accessToken));
  const idOf = ({ access_token: accessToken }: Tokens) => decodeToken(accessToken).claims.sid as string;
  let root: string;
  beforeAll(async () => {
    await modelgate.addUser(IDA.username, IDA.password);
    await modelgate.addUser('root', 'a quiet river bends', '--role', 'admin');
    root = await server.login('root', 'a quiet river bends');
  });

  it('are listed with their origin, the most recently used first', async () => {
    const first = await login({ ...IDA, scope: 'predict' });
    const { body } = await server.http
      .post('/token')
      .set('user-agent', `lab/7 ${'x'.repeat(300)}`)
      .type('form')
      .send({ ...IDA, client_id: 'lab' })
      .expect(200);
    const second = body as Tokens;
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;
    const common = { address: '127.0.0.1', created_at: time, used_at: time, expires_at: time };
    expect(await list(MINE, first.access_token)).toEqual([
      {
        ...common,
        id: idOf(second),
        client_id: 'lab',
        scope: 'predict models:read',
        user_agent: `lab/7 ${'x'.repeat(250)}`,
        current: false,
      },
      { ...common, id: idOf(first), client_id: null, scope: 'predict', user_agent: '', current: true },
    ]);
    expect((await list('/v1/users/ida/sessions', root)).map(({ id, current }) => [id, current])).toEqual([
      [idOf(second), false],
      [idOf(first), false],
    ]);
  });

  it('can be ended one by one, but not by another user', async () => {
    const [kept, ended] = [await login(IDA), await login(IDA)];
    for (const path of [`${MINE}/${idOf(ended)}`, `/v1/users/root/sessions/${idOf(ended)}`]) {
      const { body } = await remove(path, root).expect(404);
      expect(body).toMatchObject({ code: 'not_found', detail: 'session not found' });
    }
    expect(await statusOf(ended.access_token)).toBe(200);
    await remove(`${MINE}/${idOf(ended)}`, kept.access_token).expect(204);
    expect([await statusOf(ended.access_token), await statusOf(kept.access_token)]).toEqual([401, 200]);
    await remove(`/v1/users/ida/sessions/${idOf(kept)}`, root).expect(204);
    expect(await statusOf(kept.access_token)).toBe(401);
  });

  it('can be ended all together, optionally except the current one', async () => {
    await remove('/v1/users/ida/sessions', root).expect(200);
    const [first, second] = [await login(IDA), await login(IDA)];
    const most = await remove(`${MINE}?except=current`, first.access_token).expect(200);
    expect(most.body).toEqual({ ended: 1 });
    expect([await statusOf(first.access_token), await statusOf(second.access_token)]).toEqual([200, 401]);
    const all = await remove(MINE, first.access_token).expect(200);
    expect(all.body).toEqual({ ended: 1 });
    expect(await statusOf(first.access_token)).toBe(401);
    await refresh(first.refresh_token).expect(400);
  });

  it('reject other values than current', async () => {
    const { body } = await remove(`${MINE}?except=none`, root).expect(422);
    expect(body).toMatchObject({ detail: 'except must be current' });
  });

  it('of other users require an administrator', async () => {
    const { access_token: accessToken } = await login(IDA);
    for (const path of ['/v1/users/root/sessions', '/v1/users/ida/sessions'])
      await server.http.get(path).set(bearer(accessToken)).expect(403);
    await remove('/v1/users/root/sessions', accessToken).expect(403);
    await server.http.get('/v1/users/nobody/sessions').set(bearer(root)).expect(404);
  });

  it('can be listed and ended by another process, with effect at the next request', async () => {
    await remove('/v1/users/ida/sessions', root).expect(200);
    const [first, second] = [await login(IDA), await login(IDA)];
    const shown = await modelgate.run(['users', 'sessions', 'ida']);
    expect(shown).toMatch(/^SESSION +CREATED +LAST USED +EXPIRES +ADDRESS +CLIENT +USER AGENT\n/);
    expect(
      shown
        .split('\n')
        .map((line) => line.split(' ')[0])
        .slice(1, 3),
    ).toEqual([idOf(second), idOf(first)]);
    const one = await modelgate.run(['users', 'logout', 'ida', '--session', idOf(first)]);
    expect(one).toBe('ended 1 session of ida\n');
    expect([await statusOf(first.access_token), await statusOf(second.access_token)]).toEqual([401, 200]);
    expect(await modelgate.run(['users', 'logout', 'ida'])).toBe('ended 1 session of ida\n');
    expect(await statusOf(second.access_token)).toBe(401);
    expect(await modelgate.run(['users', 'logout', 'ida'])).toBe('ended 0 sessions of ida\n');
    expect((await recordsOf('session.end')).at(-1)).toMatchObject({
      kind: 'administration',
      method: 'CLI',
      subject: 'ida',
      request: '{"ended":0}',
    });
  });
});

describe('POST /revoke', () => {
  const revoke = (form: object) => post('/revoke', form);

  it.each(['refresh_token', 'access_token'] as const)('of a %s ends its session', async (kind) => {
    const tokens = await login();
    expect(await statusOf(tokens.access_token)).toBe(200);
    const { text } = await revoke({ token: tokens[kind], token_type_hint: kind })
      .expect(200)
      .expect('Cache-Control', 'no-store');
    expect(text).toBe('{}');
    expect(await statusOf(tokens.access_token)).toBe(401);
    await refresh(tokens.refresh_token).expect(400);
  });

  it('leaves the other sessions of the user alone, and is recorded', async () => {
    const kept = await login();
    const revoked = await login();
    await revoke({ token: revoked.refresh_token }).expect(200);
    expect(await statusOf(kept.access_token)).toBe(200);
    expect((await recordsOf('token.revoke')).at(-1)).toMatchObject({
      kind: 'administration',
      status: 200,
      username: 'trialuser',
      subject: 'trialuser',
    });
  });

  it('of an invalid or revoked token has the same response', async () => {
    const { access_token: accessToken } = await login();
    for (const text of [accessToken, accessToken, 'abc', 'a.b.c', `${'a'.repeat(43)}.${'b'.repeat(43)}`])
      await revoke({ token: text }).expect(200);
  });

  it.each([
    ['no token', {}, 'field required'],
    ['an empty token', { token: '' }, 'field required'],
    ['a token given twice', { token: ['a', 'b'] }, 'must be given once'],
    ['a token of 20 KB', { token: 'a'.repeat(20_480) }, 'must have at most 16384 characters'],
  ])('refuses %s', async (_case, form, fault) => {
    const { body } = await revoke(form).expect(400);
    expect(body).toMatchObject({ error: 'invalid_request', error_description: `token ${fault}` });
  });

  it('refuses JSON', async () => {
    const { body } = await server.http.post('/revoke').send({ token: 'abc' }).expect(415);
    expect(body).toMatchObject({ error: 'invalid_request' });
  });
});
