import { beforeAll, describe, expect, it } from 'vitest';
import { decodeToken } from './support/bearer.js';
import { installation } from './support/installation.js';
import { DEMO_USER, type Server } from './support/server.js';
import { tokenCalls, type Tokens } from './support/token-calls.js';

const modelgate = installation({ MODELGATE_LOGIN_RATE_LIMIT: '0', MODELGATE_SESSIONS_PER_USER: '3' });
let server: Server;
beforeAll(async () => {
  server = await modelgate.serve();
});

const { token, login, refresh, statusOf } = tokenCalls(() => server);

/** Waits for the records of calls that were answered before they were on disk. */
async function recordsOf(action: string) {
  await server.http.get('/health/live').expect(200);
  return (await modelgate.trail()).filter((record) => record.action === action);
}

describe('a refresh token', () => {
  it('returns the next access and refresh token, and both access tokens are valid', async () => {
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

  it('that was used before ends the session, even for the holder of the newest token, and is recorded', async () => {
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

  it('that is used twice at the same time is accepted once, and the session ends', async () => {
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
    // A rejected request does not use up the token.
    await refresh(whole.refresh_token).expect(200);
  });

  it('is bound to the client that logged in, if it named itself', async () => {
    const first = await login({ ...DEMO_USER, client_id: 'lab-7' });
    const { body } = await refresh(first.refresh_token, { client_id: 'lab-8' }).expect(400);
    expect(body).toMatchObject({
      error: 'invalid_grant',
      error_description: 'the refresh token was issued to another client',
    });
    const second = (await refresh(first.refresh_token, { client_id: 'lab-7' }).expect(200)).body as Tokens;
    expect(decodeToken(second.access_token).claims.client_id).toBe('lab-7');
  });

  it('is rejected after it has expired, and so is the access token', async () => {
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
  ])('that is %s is rejected with the error of RFC 6749', async (_case, form, detail, error) => {
    const { body } = await token({ grant_type: 'refresh_token', ...form }).expect(400);
    expect(body).toMatchObject({ detail, error });
  });

  it('with the right family and an invented secret ends the session', async () => {
    const { access_token: accessToken, refresh_token: refreshToken } = await login();
    await refresh(`${refreshToken.split('.')[0]}.${'b'.repeat(43)}`).expect(400);
    expect(await statusOf(accessToken)).toBe(401);
  });

  it('is neither stored nor recorded', async () => {
    const { refresh_token: refreshToken } = await login();
    await refresh(refreshToken).expect(200);
    const records = JSON.stringify(await modelgate.trail());
    for (const part of refreshToken.split('.')) expect(records).not.toContain(part);
    expect(server.stdout + server.stderr).not.toContain(refreshToken);
  });
});

describe('a user', () => {
  it('has a limited number of sessions: the least recently used one ends', async () => {
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

  it('loses a revoked grant in existing sessions', async () => {
    const first = await login({ ...DEMO_USER, scope: 'predict audit:read' });
    await modelgate.sql(`UPDATE users SET grants = 'predict models:read' WHERE username = 'trialuser'`);
    const second = (await refresh(first.refresh_token).expect(200)).body as Tokens;
    await modelgate.sql(
      `UPDATE users SET grants = 'predict models:read audit:read' WHERE username = 'trialuser'`,
    );
    expect(second.scope).toBe('predict');
  });
});
