import { beforeAll, describe, expect, it } from 'vitest';
import { KNOWN_GRANTS } from './support/known-grants.js';
import { installation } from './support/installation.js';
import type { Server } from './support/server.js';
import { passwordOf, pathOf, userCalls, USERS } from './support/user-calls.js';

const ROOT = { username: 'root', password: 'a quiet river bends' };
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;

const modelgate = installation({ MODELGATE_LOGIN_RATE_LIMIT: '0', MODELGATE_PASSWORD_MIN_LENGTH: '' });
let server: Server;
let root: string;
beforeAll(async () => {
  await modelgate.addUser(ROOT.username, ROOT.password, '--role', 'admin');
  server = await modelgate.serve();
  root = await server.login(ROOT.username, ROOT.password);
});

const { get, post, patch, remove, create, login, attempt } = userCalls(
  () => server,
  () => root,
);

describe('POST /v1/users', () => {
  it('creates a user who may log in', async () => {
    const sent = {
      full_name: 'Ada Lovelace',
      email: 'ada@example.org',
      grants: ['role:auditor', 'predict:diabetes'],
    };
    const { body } = await create('Ada', sent);
    expect(body).toEqual({
      username: 'Ada',
      ...sent,
      disabled: false,
      scopes: ['models:read', 'audit:read', 'predict:diabetes'],
      created_at: TIME,
      updated_at: TIME,
    });
    const { body: granted } = await attempt('ada', passwordOf('Ada')).expect(200);
    expect((granted as { scope: string }).scope).toBe('models:read audit:read predict:diabetes');
  });

  it('accepts grants as a scope string, and defaults to role:predictor', async () => {
    const { body: both } = await create('bob', { grants: ' predict  role:viewer predict ' });
    expect((both as { grants: string[] }).grants).toEqual(['predict', 'role:viewer']);
    const { body: none } = await create('carol');
    expect(none).toMatchObject({
      full_name: '',
      email: '',
      grants: ['role:predictor'],
      scopes: ['predict', 'models:read'],
    });
  });

  it('rejects a name that is taken, in any Unicode form and case', async () => {
    const { body } = await post(USERS, { username: 'ＡＤＡ', password: passwordOf('ada') }).expect(409);
    expect(body).toMatchObject({ code: 'conflict', detail: 'user ＡＤＡ already exists' });
  });

  it('creates one user if several requests use the same name at the same time', async () => {
    const answers = await Promise.all(
      ['twin', 'TWIN', 'Twin'].map((username) =>
        post(USERS, { username, password: 'a quiet river' + ' bends' }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409]);
  });

  const fault = (field: string, msg: string, type = 'value_error') => ({ loc: ['body', field], msg, type });
  const good = { username: 'eve', password: passwordOf('eve') };

  it.each([
    [
      'nothing',
      {},
      [
        fault('username', 'field required', 'value_error.missing'),
        fault('password', 'field required', 'value_error.missing'),
      ],
    ],
    [
      'an unknown field',
      { ...good, admin: true },
      [fault('admin', 'is an unknown field', 'value_error.extra')],
    ],
    [
      'wrong types',
      { ...good, full_name: 7, grants: [7] },
      [
        fault('full_name', 'must be of type string', 'type_error'),
        fault('grants', 'must be a list of roles and scopes, or a scope string'),
      ],
    ],
    ['no address', { ...good, email: 'eve at example.org' }, [fault('email', 'must be an e-mail address')]],
    [
      'control characters',
      { ...good, full_name: 'Eve\n' },
      [fault('full_name', 'must contain only printable characters')],
    ],
    [
      'unknown grants',
      { ...good, grants: ['role:emperor', 'predict', 'fly'] },
      [fault('grants', `unknown role or scope: role:emperor, fly; ${KNOWN_GRANTS}`)],
    ],
    [
      'grants named as members of every object',
      { ...good, grants: ['toString', 'role:constructor', '__proto__', 'role:__proto__'] },
      [
        fault(
          'grants',
          `unknown role or scope: toString, role:constructor, __proto__, role:__proto__; ${KNOWN_GRANTS}`,
        ),
      ],
    ],
    ['the name that stands for oneself', { ...good, username: 'ME' }, [fault('username', 'is reserved')]],
    [
      'a short password',
      { ...good, password: 'fourteen chars' },
      [fault('password', 'must have at least 15 characters')],
    ],
    [
      'a long password',
      { ...good, password: 'ab '.repeat(25) },
      [fault('password', 'must have at most 72 bytes')],
    ],
    [
      'a common password',
      { ...good, password: '1QAZ2wsx3EDC4rfv' },
      [fault('password', 'must not be a common password or a repetition of one')],
    ],
    [
      "the user's own words",
      { ...good, full_name: 'Evelyn Waters', password: 'evelyn.waters.1' },
      [fault('password', 'must not consist of the user name, the e-mail address or the word modelgate')],
    ],
  ])('refuses %s', async (_case, body, faults) => {
    const refused = await post(USERS, body).expect(422);
    expect(refused.body).toMatchObject({ code: 'validation_failed', faults });
    await get(pathOf('eve')).expect(404);
  });

  it('rejects a list as a body', async () => {
    const { body } = await post(USERS, []).expect(422);
    expect(body).toMatchObject({ detail: 'the body must be of type object' });
  });
});

describe('GET /v1/users', () => {
  const names = (body: unknown) =>
    (body as { items: { username: string }[] }).items.map(({ username }) => username);

  it('pages through all users in the order of their names', async () => {
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const response = await get(USERS)
        .query({ limit: 2, ...(cursor && { cursor }) })
        .expect(200);
      const body = response.body as { next: string | null };
      expect(names(body).length).toBeLessThanOrEqual(2);
      seen.push(...names(body));
      cursor = body.next;
    }
    expect(seen.map((name) => name.toLowerCase())).toEqual(['ada', 'bob', 'carol', 'root', 'twin']);
  });

  it('filters by state and by prefix, without wildcards', async () => {
    await create('a%b');
    await create('axb');
    await post(`${pathOf('axb')}/disable`).expect(200);
    const list = async (query: object) => names((await get(USERS).query(query).expect(200)).body);
    expect(await list({ prefix: 'A' })).toEqual(['a%b', 'Ada', 'axb']);
    expect(await list({ prefix: 'a%' })).toEqual(['a%b']);
    expect(await list({ prefix: 'zz' })).toEqual([]);
    expect(await list({ disabled: 'true' })).toEqual(['axb']);
    expect(await list({ prefix: 'a', disabled: 'false' })).toEqual(['a%b', 'Ada']);
  });

  it.each([
    ['limit=201', 'limit must be a whole number from 1 to 200'],
    ['limit=0', 'limit must be a whole number from 1 to 200'],
    ['limit=many', 'limit must be a whole number from 1 to 200'],
    ['cursor=%20', 'cursor must be the next value of an earlier page'],
    ['disabled=yes&sort=name', 'disabled must be true or false; sort is an unknown parameter'],
  ])('refuses ?%s', async (query, detail) => {
    const { body } = await get(`${USERS}?${query}`).expect(422);
    expect(body).toMatchObject({ code: 'validation_failed', detail });
  });
});

describe('a user', () => {
  it('is returned by name, in any case and with any characters', async () => {
    expect((await get(pathOf('ADA')).expect(200)).body).toMatchObject({ username: 'Ada' });
    const long = 'ж/ü%'.repeat(32);
    await create(long);
    expect((await get(pathOf(long)).expect(200)).body).toMatchObject({ username: long });
    await remove(pathOf(long)).expect(204);
    const { body } = await get(pathOf(long)).expect(404);
    expect(body).toMatchObject({ code: 'not_found', detail: `user ${long} not found` });
  });

  it('is changed only in the given fields, and loses grants at the next request', async () => {
    const token = await login('Ada');
    await get('/v1/models/diabetes', token).expect(200);
    const { body } = await patch(pathOf('ada'), { email: '', grants: ['predict'] }).expect(200);
    expect(body).toMatchObject({
      username: 'Ada',
      full_name: 'Ada Lovelace',
      email: '',
      grants: ['predict'],
    });
    await get('/v1/models/diabetes', token).expect(403);
    await patch(pathOf('ada'), { disabled: true }).expect(422);
    await patch(pathOf('nobody'), { email: '' }).expect(404);
  });

  it('who is disabled is rejected at the next request until enabled', async () => {
    const token = await login('bob');
    expect((await post(`${pathOf('bob')}/disable`).expect(200)).body).toMatchObject({ disabled: true });
    await get('/v1/users/me', token).expect(401);
    expect((await post(`${pathOf('bob')}/enable`).expect(200)).body).toMatchObject({ disabled: false });
    // Enabling does not make old tokens valid again.
    await get('/v1/users/me', token).expect(401);
    await get('/v1/users/me', await login('bob')).expect(200);
  });

  it('whose password is set loses all sessions', async () => {
    const token = await login('bob');
    await post(`${pathOf('bob')}/password`, { password: 'short' }).expect(422);
    await get('/v1/users/me', token).expect(200);
    await post(`${pathOf('bob')}/password`, { password: 'another window seat' }).expect(204);
    await get('/v1/users/me', token).expect(401);
    await attempt('bob', passwordOf('bob')).expect(401);
    await login('bob', 'another window seat');
  });

  it('who is deleted and created again does not accept old tokens', async () => {
    await create('phoenix');
    const token = await login('phoenix');
    await remove(pathOf('phoenix')).expect(204);
    await get('/v1/users/me', token).expect(401);
    await create('phoenix');
    await get('/v1/users/me', token).expect(401);
    await get('/v1/users/me', await login('phoenix')).expect(200);
  });

  it('without users:admin cannot read or change other users', async () => {
    const token = await login('carol');
    const refused = [
      get(USERS, token),
      get(pathOf('carol'), token),
      post(USERS, { username: 'mallory', password: passwordOf('mallory') }, token),
      patch(pathOf('carol'), { grants: ['role:admin'] }, token),
      post(`${pathOf('ada')}/disable`, undefined, token),
      post(`${pathOf('ada')}/enable`, undefined, token),
      post(`${pathOf('ada')}/password`, { password: passwordOf('ada') }, token),
      remove(pathOf('ada'), token),
    ];
    for (const call of refused)
      expect((await call.expect(403)).headers['www-authenticate']).toBe(
        'Bearer error="insufficient_scope", scope="users:admin"',
      );
  });
});
