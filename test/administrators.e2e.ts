import { beforeAll, describe, expect, it } from 'vitest';
import { installation } from './support/installation.js';
import type { Server } from './support/server.js';
import { pathOf, userCalls } from './support/user-calls.js';

const ROOT = { username: 'root', password: 'a quiet river bends' };

const modelgate = installation({ MODELGATE_LOGIN_RATE_LIMIT: '0', MODELGATE_PASSWORD_MIN_LENGTH: '' });
let server: Server;
let root: string;
beforeAll(async () => {
  await modelgate.addUser(ROOT.username, ROOT.password, '--role', 'admin');
  server = await modelgate.serve();
  root = await server.login(ROOT.username, ROOT.password);
});

const { get, post, patch, remove, create } = userCalls(
  () => server,
  () => root,
);

describe('the last administrator', () => {
  const LAST = 'root is the last enabled user with users:admin; give it to another user first';

  it('cannot be disabled, deleted or lose users:admin, over HTTP or on the command line', async () => {
    for (const call of [
      post(`${pathOf('root')}/disable`),
      patch(pathOf('root'), { grants: ['predict'] }),
      remove(pathOf('root')),
    ])
      expect((await call.expect(409)).body).toMatchObject({ code: 'conflict', detail: LAST });
    expect(await modelgate.cli(['users', 'disable', 'root'])).toEqual({
      code: 1,
      stdout: '',
      stderr: `modelgate: ${LAST}\n`,
    });
    expect((await get(pathOf('root')).expect(200)).body).toMatchObject({
      disabled: false,
      grants: ['role:admin'],
    });
    await patch(pathOf('root'), { grants: ['users:admin', 'audit:read'] }).expect(200);
    await patch(pathOf('root'), { grants: ['role:admin'] }).expect(200);
  });

  it('is counted among enabled users only', async () => {
    await create('deputy', { grants: ['role:admin'] });
    await post(`${pathOf('deputy')}/disable`).expect(200);
    await remove(pathOf('root')).expect(409);
    await post(`${pathOf('deputy')}/enable`).expect(200);
  });

  it('remains if all administrators are disabled at the same time', async () => {
    const admins = ['root', 'deputy', 'third', 'fourth'];
    for (const username of ['third', 'fourth']) await create(username, { grants: ['users:admin'] });
    const answers = await Promise.all(admins.map((username) => post(`${pathOf(username)}/disable`)));
    const done = answers.filter(({ status }) => status === 200).length;
    const list = await modelgate.run(['users', 'list']);
    const enabled = admins.filter((username) => new RegExp(`^${username} .* enabled `, 'm').test(list));
    expect([enabled.length > 0, enabled.length]).toEqual([true, admins.length - done]);
    await modelgate.run(['users', 'enable', 'root']);
  });
});

describe('the trail', () => {
  it('contains each act with its target, from HTTP and the command line, without secrets', async () => {
    root = await server.login(ROOT.username, ROOT.password);
    await create('grace', { full_name: 'Grace H.' });
    await patch(pathOf('grace'), { grants: ['predict'] }).expect(200);
    await post(`${pathOf('grace')}/password`, { password: 'yet another window' }).expect(204);
    await post(`${pathOf('nobody')}/disable`).expect(404);
    await modelgate.run(['users', 'set', 'grace', '--email', 'grace@example.org']);
    await modelgate.run(['users', 'passwd', 'grace', '--password-stdin'], {
      input: 'the last window seat\n',
    });
    await modelgate.run(['users', 'remove', 'grace']);
    const made = (await modelgate.trail())
      .filter(
        ({ kind, subject }) => kind === 'administration' && ['grace', 'nobody'].includes(String(subject)),
      )
      .map(({ action, actor_kind: kind, subject, status, request }) => ({
        action,
        kind,
        subject,
        status,
        request,
      }))
      .filter(({ subject, action }) => subject === 'grace' || action === 'user.disable');
    const cli = { kind: 'command', subject: 'grace', status: null };
    const byHttp = made.filter(({ kind }) => kind === 'user');
    const byCommand = made.filter(({ kind }) => kind !== 'user');
    expect(byHttp).toEqual([
      {
        action: 'user.create',
        kind: 'user',
        subject: 'grace',
        status: 201,
        request: '{"username":"grace","password":"[redacted]","full_name":"Grace H."}',
      },
      {
        action: 'user.update',
        kind: 'user',
        subject: 'grace',
        status: 200,
        request: '{"grants":["predict"]}',
      },
      {
        action: 'user.password',
        kind: 'user',
        subject: 'grace',
        status: 204,
        request: '{"password":"[redacted]"}',
      },
      { action: 'user.disable', kind: 'user', subject: 'nobody', status: 404, request: null },
    ]);
    expect(byCommand).toEqual([
      { action: 'user.update', ...cli, request: '{"email":"grace@example.org"}' },
      { action: 'user.password', ...cli, request: null },
      { action: 'user.delete', ...cli, request: null },
    ]);
  });
});
