import { join } from 'node:path';
import { hash } from 'bcrypt';
import sqlite3 from 'sqlite3';
import { describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { KNOWN_GRANTS } from './support/known-grants.js';
import { freshInstallation, installation } from './support/installation.js';
import { DEMO_USER } from './support/server.js';

const modelgate = installation({ MODELGATE_LOGIN_RATE_LIMIT: '0' });

/** The state and grants of each user in `users list`. */
async function listed(): Promise<Record<string, string>> {
  const [head, ...lines] = (await modelgate.run(['users', 'list'])).trimEnd().split('\n');
  const cell = (line: string, title: string) => line.slice(head.indexOf(title)).split(/ {2,}/, 1)[0].trim();
  return Object.fromEntries(
    lines.map((line) => [cell(line, 'USERNAME'), `${cell(line, 'STATE')} ${cell(line, 'GRANTS')}`]),
  );
}

describe('modelgate users', () => {
  it('adds users with roles and scopes, lists, disables and enables them', async () => {
    const added = await modelgate.run(
      [
        'users',
        'add',
        'Ada',
        '--password-stdin',
        '--full-name',
        'Ada Lovelace',
        '--email',
        'ada@example.org',
        '--role',
        'auditor',
        '--scope',
        'predict:diabetes',
      ],
      { input: 'adas-pass-word\n' },
    );
    expect(added).toBe('added Ada\n');
    await modelgate.addUser('bob', 'bobs-pass-word');
    expect(await listed()).toEqual({
      Ada: 'enabled role:auditor predict:diabetes',
      bob: 'enabled role:predictor',
    });

    expect(await modelgate.run(['users', 'disable', 'ADA'])).toBe('disabled ADA\n');
    expect(await listed()).toMatchObject({ Ada: 'disabled role:auditor predict:diabetes' });
    expect(await modelgate.run(['users', 'enable', 'ada'])).toBe('enabled ada\n');
    const list = await modelgate.run(['users', 'list']);
    expect(list).toMatch(/^USERNAME +FULL NAME +EMAIL +STATE +GRANTS +CREATED\n/);
    expect(list).toMatch(/^Ada +Ada Lovelace +ada@example\.org +enabled /m);
    expect(list).not.toContain('$2');
  });

  it.each([
    [
      'a name that differs in case only',
      ['users', 'add', 'BOB', '--password-stdin'],
      'another-pass\n',
      'user BOB already exists',
    ],
    [
      'a name of full-width letters',
      ['users', 'add', 'ｂｏｂ', '--password-stdin'],
      'another-pass\n',
      'user ｂｏｂ already exists',
    ],
    [
      'an empty name',
      ['users', 'add', '', '--password-stdin'],
      'another-pass\n',
      'username must have 1 to 128 printable characters, with no space at either end',
    ],
    [
      'a name with a space at its end',
      ['users', 'add', 'eve ', '--password-stdin'],
      'another-pass\n',
      'username must have 1 to 128 printable characters, with no space at either end',
    ],
    [
      'a short password',
      ['users', 'add', 'eve', '--password-stdin'],
      'seven-7\n',
      'password must have at least 8 characters',
    ],
    [
      'a password of 73 bytes',
      ['users', 'add', 'eve', '--password-stdin'],
      `${'a'.repeat(73)}\n`,
      'password must have at most 72 bytes',
    ],
    [
      'no password',
      ['users', 'add', 'eve', '--password-stdin'],
      '',
      'password must have at least 8 characters',
    ],
    [
      'neither a terminal nor --password-stdin',
      ['users', 'add', 'eve'],
      'another-pass\n',
      'no terminal to prompt for the password; use --password-stdin',
    ],
    [
      'an unknown role',
      ['users', 'add', 'eve', '--password-stdin', '--role', 'emperor'],
      'another-pass\n',
      `unknown role or scope: role:emperor; ${KNOWN_GRANTS}`,
    ],
    ['a user who does not exist', ['users', 'disable', 'eve'], '', 'user eve not found'],
    [
      'a password for nobody',
      ['users', 'passwd', 'eve', '--password-stdin'],
      'another-pass\n',
      'user eve not found',
    ],
    [
      'a file that is not there',
      ['users', 'import', join(modelgate.dir, 'none.db')],
      '',
      `file not found: ${join(modelgate.dir, 'none.db')}`,
    ],
  ])('refuses %s in one line', async (_case, args, input, message) => {
    expect(await modelgate.cli(args, { input })).toEqual({
      code: 1,
      stdout: '',
      stderr: `modelgate: ${message}\n`,
    });
  });

  it('stores nothing of rejected input', async () => {
    expect(Object.keys(await listed())).toEqual(['Ada', 'bob']);
  });
});

describe('modelgate users import', () => {
  const file = join(modelgate.dir, 'users.db');

  it('imports a reference-app database, names skipped rows, and can be run twice', async () => {
    const hashed = async (password: string, prefix: string) =>
      (await hash(password, 4)).replace('$2b$04$', prefix);
    await makeReferenceDatabase(file, [
      [
        'trialuser',
        'Trial User',
        'info@trialuser.com',
        '$2a$12$O/9CiF4Ul3WdEgDPCaYtt.r/QjA5kZORpZENxNkV4E8HuD/fZEnma',
        'False',
      ],
      ['off', 'Off By Word', 'off@example.org', await hashed('offs-password', '$2b$04$'), 'True'],
      ['off-too', 'Off By Number', 'off2@example.org', await hashed('offs-password', '$2b$04$'), 1],
      ['on-2a', 'Two A', null, await hashed('password-of-2a', '$2a$04$'), 'False'],
      ['on-2b', null, null, await hashed('password-of-2b', '$2b$04$'), 0],
      ['on-2y', 'Two Y', '', await hashed('password-of-2y', '$2y$04$'), null],
      ['BOB', 'Another Bob', '', await hashed('another-bobs', '$2b$04$'), 'False'],
      ['plain', 'Plain Text', '', 'not-a-hash', 'False'],
      ['maybe', 'Maybe Disabled', '', await hashed('maybe-password', '$2b$04$'), 'perhaps'],
      [null, 'No Name', '', await hashed('nobodys-password', '$2b$04$'), 'False'],
    ]);
    const first = await modelgate.run(['users', 'import', file]);
    expect(first.split('\n')).toEqual([
      'skipped BOB: a user of this name already exists',
      'skipped plain: the password hash is not bcrypt',
      'skipped maybe: the column disabled is neither true nor false',
      'skipped row 10: no username',
      'added 6, skipped 4',
      '',
    ]);
    expect(await listed()).toEqual({
      Ada: 'enabled role:auditor predict:diabetes',
      bob: 'enabled role:predictor',
      off: 'disabled role:predictor',
      'off-too': 'disabled role:predictor',
      'on-2a': 'enabled role:predictor',
      'on-2b': 'enabled role:predictor',
      'on-2y': 'enabled role:predictor',
      trialuser: 'enabled role:predictor',
    });
    const second = await modelgate.run(['users', 'import', file]);
    expect(second.trimEnd().split('\n').at(-1)).toBe('added 0, skipped 10');
  });

  it('keeps the passwords of imported users, and creates no demo user', async () => {
    const server = await modelgate.serve();
    const status = async (username: string, password: string) =>
      (await server.http.post('/token').type('form').send({ username, password })).status;
    expect(await status('on-2a', 'password-of-2a')).toBe(200);
    expect(await status('on-2b', 'password-of-2b')).toBe(200);
    expect(await status('on-2y', 'password-of-2y')).toBe(200);
    expect(await status('on-2y', 'password-of-2a')).toBe(401);
    expect(await status('off', 'offs-password')).toBe(400);
    await server.http
      .get('/v1/test')
      .set(bearer(await server.login(DEMO_USER.username, DEMO_USER.password)))
      .expect(200);
    expect(server.stdout).not.toContain('demo user');
  });

  it('rejects a file that is not a reference-app database', async () => {
    const path = join(import.meta.dirname, '..', 'package.json');
    const { code, stderr } = await modelgate.cli(['users', 'import', path]);
    expect(code).toBe(1);
    expect(stderr).toBe(
      `modelgate: ${path} is not a reference-app database: SQLITE_NOTADB: file is not a database\n`,
    );
  });
});

describe('the first user', () => {
  it('is the demo user outside production, with a warning', async () => {
    const demo = freshInstallation();
    const server = await demo.serve();
    expect(server.stdout).toContain('created demo user \\"trialuser\\"');
    expect(await demo.run(['users', 'list'])).toMatch(
      /^trialuser +Trial User +info@trialuser\.com +enabled /m,
    );
  });

  it('is not created in production, and the server prints the command that creates one', async () => {
    const production = freshInstallation({ NODE_ENV: 'production' });
    const server = await production.serve();
    expect(server.stdout).toContain(
      'there are no users; create the first one with \\"modelgate users add NAME --role admin\\"',
    );
    await server.http.post('/token').type('form').send(DEMO_USER).expect(401);
    expect((await production.run(['users', 'list'])).trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('--help', () => {
  const commands = [
    [],
    ['serve'],
    ['train'],
    ['users'],
    ['log'],
    ['log', 'export'],
    ['models'],
    ['models', 'import'],
    ['models', 'list'],
  ];
  const users = ['add', 'list', 'show', 'set', 'disable', 'enable', 'passwd', 'remove', 'import'].map(
    (name) => ['users', name],
  );

  it.each([...commands, ...users].map((command) => [command.join(' '), command] as const))(
    'of "modelgate %s" exists, and no argument is a password',
    async (_name, command) => {
      const { code, stdout, stderr } = await modelgate.cli([...command, '--help']);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toContain(`Usage: modelgate${command.map((word) => ` ${word}`).join('')} `);
      expect(stdout).not.toMatch(/--password(?!-stdin)|--secret|<password>|\[password\]/);
    },
  );

  it('is mentioned after a mistake', async () => {
    const { code, stderr } = await modelgate.cli(['users', 'add', 'eve', '--password', 'secret-pass']);
    expect(code).toBe(1);
    expect(stderr).toBe("error: unknown option '--password'\n(see --help)\n");
  });
});

type Row = readonly (string | number | null)[];

function makeReferenceDatabase(path: string, rows: readonly Row[]): Promise<void> {
  const schema =
    'CREATE TABLE users (username TEXT, full_name TEXT, email TEXT, hashed_password TEXT, disabled BOOL)';
  return new Promise((resolve, reject) => {
    const database = new sqlite3.Database(path);
    database.serialize(() => {
      database.run(schema);
      for (const row of rows) database.run('INSERT INTO users VALUES (?, ?, ?, ?, ?)', row);
    });
    database.close((error) => (error ? reject(error) : resolve()));
  });
}
