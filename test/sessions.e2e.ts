import { beforeAll, describe, expect, it } from 'vitest';
import { bearer, decodeToken } from './support/bearer.js';
import { installation } from './support/installation.js';
import { DEMO_USER, type Server } from './support/server.js';

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly scope: string;
}

const modelgate = installation({ MODELGATE_LOGIN_RATE_LIMIT: '0', MODELGATE_SESSIONS_PER_USER: '3' });
let server: Server;
beforeAll(async () => {
  server = await modelgate.serve();
});

const post = (path: string, form: object) => server.http.post(path).type('form').send(form);
const token = (form: object) => post('/token', form);
const login = async (form: object = DEMO_USER) => (await token(form).expect(200)).body as Tokens;
const refresh = (refreshToken: string, more: object = {}) =>
  token({ grant_type: 'refresh_token', refresh_token: refreshToken, ...more });
const statusOf = async (accessToken: string) =>
  (await server.http.get('/v1/test').set(bearer(accessToken))).status;

/** Waits for the records of calls that were answered before they were on disk. */
async function recordsOf(action: string) {
  await server.http.get('/health/live').expect(200);
  return (await modelgate.trail()).filter((record) => record.action === action);
}

describe('a refresh token', () => {
  it('gives the next access and refresh token, and both access tokens are good', async () => {
    const first = await login();
    const { body, headers } = await refresh(first.refresh_token).expect(200);
    const second = body as Tokens;
    expect(body).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) as string,
      token_type: 'bearer',
      expires_in: 1800,
      scope: 'predict models:read audit:read',
      refresh_token: expect.stringMatching(/^[\w-]{43}\.[\w-]{43}$/) as string,
    });
    expect(headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' });
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect([await statusOf(first.access_token), await statusOf(second.access_token)]).toEqual([200, 200]);
    const { claims: before } = decodeToken(first.access_token);
    const { claims: after } = decodeToken(second.access_token);
    expect(after).toMatchObject({ kind: 'user', sub: 'trialuser', sid: before.sid });
    expect(after.jti).not.toBe(before.jti);
  });

  it('that was used before ends the session, also for who holds the newest token, and is recorded', async () => {
    const first = await login();
    const second = (await refresh(first.refresh_token).expect(200)).body as Tokens;
    const { body } = await refresh(first.refresh_token).expect(400);
    const description = 'the refresh token was already used, so its session was ended';
    expect(body).toEqual({
      detail: description,
      error: 'invalid_grant',
      error_description: description,
    });
    expect([await statusOf(first.access_token), await statusOf(second.access_token)]).toEqual([401, 401]);
    await refresh(second.refresh_token).expect(400);
    const [record, ...others] = await recordsOf('token.reuse');
    expect(others).toEqual([]);
    expect(record).toMatchObject({ kind: 'administration', status: 400, subject: 'trialuser' });
  });

  it('that two use at the same moment is taken from one, and the session ends', async () => {
    const first = await login();
    const answers = await Promise.all([1, 2, 3, 4].map(async () => refresh(first.refresh_token)));
    const given = answers.filter(({ status }) => status === 200).map(({ body }) => body as Tokens);
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 400, 400, 400]);
    expect(await statusOf(given[0].access_token)).toBe(401);
    await refresh(given[0].refresh_token).expect(400);
  });

  it('may be narrowed for one access token, never widened', async () => {
    const first = await login({ ...DEMO_USER, scope: 'predict models:read' });
    const narrow = (await refresh(first.refresh_token, { scope: 'predict:diabetes' }).expect(200))
      .body as Tokens;
    expect(narrow.scope).toBe('predict:diabetes');
    const whole = (await refresh(narrow.refresh_token, { scope: '' }).expect(200)).body as Tokens;
    expect(whole.scope).toBe('predict models:read');
    const { body } = await refresh(whole.refresh_token, { scope: 'audit:read' }).expect(400);
    expect(body).toMatchObject({ error: 'invalid_scope' });
    // What was refused is not used up.
    await refresh(whole.refresh_token).expect(200);
  });

  it('is bound to the client that logged in, where it named itself', async () => {
    const first = await login({ ...DEMO_USER, client_id: 'lab-7' });
    const { body } = await refresh(first.refresh_token, { client_id: 'lab-8' }).expect(400);
    expect(body).toMatchObject({
      error: 'invalid_grant',
      error_description: 'the refresh token was issued to another client',
    });
    const second = (await refresh(first.refresh_token, { client_id: 'lab-7' }).expect(200)).body as Tokens;
    expect(decodeToken(second.access_token).claims.client_id).toBe('lab-7');
  });

  it('is refused once it has expired, and so is the access token', async () => {
    const { access_token: accessToken, refresh_token: refreshToken } = await login();
    const { sid } = decodeToken(accessToken).claims;
    await modelgate.sql(
      `UPDATE sessions SET expires_at = '2020-01-01T00:00:00.000Z' WHERE id = '${String(sid)}'`,
    );
    expect(await statusOf(accessToken)).toBe(401);
    const { body } = await refresh(refreshToken).expect(400);
    expect(body).toMatchObject({
      error: 'invalid_grant',
      error_description: 'The refresh token is not valid',
    });
  });

  it('lets a session last 90 days at most, and no access token last longer than it', async () => {
    const first = await login();
    const { sid } = decodeToken(first.access_token).claims;
    const begun = new Date(Date.now() - 90 * 24 * 3600_000 + 60_000).toISOString();
    await modelgate.sql(`UPDATE sessions SET created_at = '${begun}' WHERE id = '${String(sid)}'`);
    const { body } = await refresh(first.refresh_token).expect(200);
    const { expires_in: seconds } = body as { expires_in: number };
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
  });

  const missing = [{ loc: ['body', 'refresh_token'], msg: 'field required', type: 'value_error.missing' }];
  it.each([
    ['missing', {}, missing, 'invalid_request'],
    [
      'given twice',
      { refresh_token: ['a', 'b'] },
      [{ loc: ['body', 'refresh_token'], msg: 'must be given once', type: 'value_error' }],
      'invalid_request',
    ],
    ['invented', { refresh_token: 'abc' }, 'The refresh token is not valid', 'invalid_grant'],
    [
      'of the right shape but invented',
      { refresh_token: `${'a'.repeat(43)}.${'b'.repeat(43)}` },
      'The refresh token is not valid',
      'invalid_grant',
    ],
  ])('that is %s is refused as RFC 6749 has it', async (_case, form, detail, error) => {
    const { body } = await token({ grant_type: 'refresh_token', ...form }).expect(400);
    expect(body).toMatchObject({ detail, error });
  });

  it('with the right family and an invented secret ends the session', async () => {
    const { access_token: accessToken, refresh_token: refreshToken } = await login();
    await refresh(`${refreshToken.split('.')[0]}.${'b'.repeat(43)}`).expect(400);
    expect(await statusOf(accessToken)).toBe(401);
  });

  it('is stored and recorded by nobody', async () => {
    const { refresh_token: refreshToken } = await login();
    await refresh(refreshToken).expect(200);
    const records = JSON.stringify(await modelgate.trail());
    for (const part of refreshToken.split('.')) expect(records).not.toContain(part);
    expect(server.stdout + server.stderr).not.toContain(refreshToken);
  });
});

describe('a user', () => {
  it('has a bounded number of sessions: the one not used for longest ends', async () => {
    await modelgate.addUser('fay', 'fays-pass-word');
    const form = { username: 'fay', password: 'fays-pass-word' };
    const first = await login(form);
    const second = await login(form);
    const third = await login(form);
    await refresh(first.refresh_token).expect(200);
    const fourth = await login(form);
    const statuses = await Promise.all(
      [first, second, third, fourth].map(({ access_token: accessToken }) => statusOf(accessToken)),
    );
    expect(statuses).toEqual([200, 401, 200, 200]);
  });

  it('whose password changes has no session left to refresh', async () => {
    await modelgate.addUser('gus', 'guss-pass-word');
    const { refresh_token: refreshToken } = await login({ username: 'gus', password: 'guss-pass-word' });
    await modelgate.run(['users', 'passwd', 'gus', '--password-stdin'], { input: 'guss-new-pass-word\n' });
    const { body } = await refresh(refreshToken).expect(400);
    expect(body).toMatchObject({ error: 'invalid_grant' });
    await login({ username: 'gus', password: 'guss-new-pass-word' });
  });

  it('who is disabled cannot refresh, and has to log in again once enabled', async () => {
    await modelgate.addUser('hal', 'hals-pass-word');
    const form = { username: 'hal', password: 'hals-pass-word' };
    const { access_token: accessToken, refresh_token: refreshToken } = await login(form);
    await modelgate.run(['users', 'disable', 'hal']);
    const { body } = await refresh(refreshToken).expect(400);
    expect(body).toMatchObject({ error: 'invalid_grant' });
    await modelgate.run(['users', 'enable', 'hal']);
    expect(await statusOf(accessToken)).toBe(401);
    await refresh(refreshToken).expect(400);
    expect(await statusOf((await login(form)).access_token)).toBe(200);
  });

  it('keeps no right in a session that was taken away since', async () => {
    const first = await login({ ...DEMO_USER, scope: 'predict audit:read' });
    await modelgate.sql(`UPDATE users SET grants = 'predict models:read' WHERE username = 'trialuser'`);
    const second = (await refresh(first.refresh_token).expect(200)).body as Tokens;
    await modelgate.sql(
      `UPDATE users SET grants = 'predict models:read audit:read' WHERE username = 'trialuser'`,
    );
    expect(second.scope).toBe('predict');
  });
});

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

  it('are listed with where they came from, the one used last first', async () => {
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

  it('end one by one, and another user has none of them', async () => {
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

  it('end all at once, but for the one that asks where it says so', async () => {
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

  it('refuse another word than current', async () => {
    const { body } = await remove(`${MINE}?except=none`, root).expect(422);
    expect(body).toMatchObject({ detail: 'except must be current' });
  });

  it('of others are for administrators only', async () => {
    const { access_token: accessToken } = await login(IDA);
    for (const path of ['/v1/users/root/sessions', '/v1/users/ida/sessions'])
      await server.http.get(path).set(bearer(accessToken)).expect(403);
    await remove('/v1/users/root/sessions', accessToken).expect(403);
    await server.http.get('/v1/users/nobody/sessions').set(bearer(root)).expect(404);
  });

  it('are seen and ended by another process, and the server refuses them at the next call', async () => {
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

  it('of what is no token, or is one no more, is answered the same', async () => {
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
