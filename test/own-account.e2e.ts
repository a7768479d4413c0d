import { beforeAll, describe, expect, it } from 'vitest';
import { installation } from './support/installation.js';
import type { Server } from './support/server.js';
import { passwordOf, userCalls } from './support/user-calls.js';

const ROOT = { username: 'root', password: 'a quiet river bends' };

const modelgate = installation({ MODELGATE_LOGIN_RATE_LIMIT: '0', MODELGATE_PASSWORD_MIN_LENGTH: '' });
let server: Server;
let root: string;
beforeAll(async () => {
  await modelgate.addUser(ROOT.username, ROOT.password, '--role', 'admin');
  server = await modelgate.serve();
  root = await server.login(ROOT.username, ROOT.password);
  await create('carol');
});

const { get, post, patch, create, login, attempt } = userCalls(
  () => server,
  () => root,
);

describe('/v1/users/me', () => {
  it("returns the caller and the token's scopes", async () => {
    const { body } = await attempt('carol', passwordOf('carol')).expect(200);
    const narrowed = await server.http
      .post('/token')
      .type('form')
      .send({ username: 'carol', password: passwordOf('carol'), scope: 'predict' });
    expect((await get('/v1/users/me', (body as { access_token: string }).access_token)).body).toEqual({
      username: 'carol',
      full_name: '',
      email: '',
      grants: ['role:predictor'],
      scopes: ['predict', 'models:read'],
    });
    expect(
      (await get('/v1/users/me', (narrowed.body as { access_token: string }).access_token)).body,
    ).toMatchObject({ scopes: ['predict'] });
  });

  it('lets users change their name and e-mail address, but not their grants', async () => {
    const token = await login('carol');
    const { body } = await patch(
      '/v1/users/me',
      { full_name: 'Carol C.', email: 'carol@example.org' },
      token,
    ).expect(200);
    expect(body).toMatchObject({ username: 'carol', full_name: 'Carol C.', email: 'carol@example.org' });
    const refused = await patch('/v1/users/me', { grants: ['role:admin'] }, token).expect(422);
    expect(refused.body).toMatchObject({ detail: 'grants is an unknown field' });
  });

  it('changes the password if the current one is correct, and ends all sessions', async () => {
    const [token, other] = [await login('carol'), await login('carol')];
    const change = (current_password: string, new_password: string) =>
      post('/v1/users/me/password', { current_password, new_password }, token);
    expect((await change('not the password', 'a new quiet river').expect(422)).body).toMatchObject({
      detail: 'current_password is wrong',
    });
    expect((await change(passwordOf('carol'), 'short').expect(422)).body).toMatchObject({
      detail: 'new_password must have at least 15 characters',
    });
    await get('/v1/users/me', other).expect(200);
    await change(passwordOf('carol'), 'a new quiet river').expect(204);
    await get('/v1/users/me', token).expect(401);
    await get('/v1/users/me', other).expect(401);
    await login('carol', 'a new quiet river');
  });
});
