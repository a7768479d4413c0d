import { hashSync } from 'bcrypt';
import { join } from 'node:path';
import sqlite3 from 'sqlite3';
import { beforeAll, describe, expect, it } from 'vitest';
import { freshInstallation, installation } from './support/installation.js';
import type { Server } from './support/server.js';

/** One Kelvin sign, which NFKC makes a K. */
const TYPED = 'pass \u212a word';
/** 72 bytes. */
const OWN = 'a quiet river bends past the old mill while a slow heron waits for rain'.padEnd(72, '.');
const LONG = 'x'.repeat(100);

/** A database as the reference app makes it. */
async function makeReferenceDatabase(path: string, hashes: Readonly<Record<string, string>>): Promise<void> {
  const database = new sqlite3.Database(path);
  const exec = (sql: string) =>
    new Promise<void>((resolve, reject) =>
      database.exec(sql, (error) => (error ? reject(error) : resolve())),
    );
  await exec(
    'CREATE TABLE users (username TEXT, full_name TEXT, email TEXT, hashed_password TEXT, disabled TEXT)',
  );
  for (const [name, hash] of Object.entries(hashes))
    await exec(`INSERT INTO users VALUES ('${name}', '', '', '${hash}', 'False')`);
  await new Promise((resolve) => database.close(resolve));
}

const modelgate = installation({ MODELGATE_LOGIN_RATE_LIMIT: '0' });
let server: Server;
beforeAll(async () => {
  const path = join(modelgate.dir, 'reference.db');
  await makeReferenceDatabase(path, {
    typed: hashSync(TYPED, 4),
    normal: hashSync(TYPED.normalize('NFKC'), 4),
    long: hashSync(LONG, 4),
    costly: hashSync('a', 4).replace('$04$', '$31$'),
  });
  const report = await modelgate.run(['users', 'import', path]);
  expect(report).toContain('the cost of the password hash is 31, not between 4 and 14');
  await modelgate.addUser('own', OWN);
  server = await modelgate.serve();
});

const logIn = (username: string, password: string) =>
  server.http.post('/token').type('form').send({ username, password });

describe('an imported user', () => {
  it.each([
    ['with the password as typed', 'typed', TYPED],
    ['with another form of the same text', 'normal', TYPED],
    ['with a password of more than 72 bytes', 'long', LONG],
    ['with its first 72 bytes, as bcrypt has it', 'long', 'x'.repeat(72)],
  ])('logs in %s', async (_case, username, password) => {
    await logIn(username, password).expect(200);
  });

  it('is rejected with another password', async () => {
    await logIn('typed', TYPED.normalize('NFKC')).expect(401);
    await logIn('long', 'x'.repeat(71)).expect(401);
  });
});

describe('a user of this server', () => {
  it('is rejected with more than the 72 bytes of the password', async () => {
    await logIn('own', OWN).expect(200);
    await logIn('own', `${OWN}!`).expect(401);
  });
});

describe('eight addresses with wrong passwords', () => {
  it('do not keep a user out who logs in from a known address', async () => {
    const busy = freshInstallation({
      MODELGATE_TRUST_PROXY: '127.0.0.1',
      MODELGATE_LOGIN_RATE_LIMIT: '100000',
    });
    const attacked = await busy.serve();
    const attempt = (from: string, password: string) =>
      attacked.http
        .post('/token')
        .type('form')
        .set('x-forwarded-for', from)
        .send({ username: 'trialuser', password });
    await attempt('192.0.2.1', 'trialpass123').expect(200);
    let ended = false;
    const attack = async (i: number): Promise<void> => {
      for (let j = 0; !ended; j++) await attempt(`198.51.${j % 250}.${i % 8}`, 'a wrong guess');
    };
    // Their last requests fail when the server is killed, which is waited for before they are.
    const attacks = Promise.allSettled(Array.from({ length: 80 }, (_, i) => attack(i)));
    try {
      for (;;) if ((await attempt('198.51.100.9', 'a wrong guess')).status === 503) break;
      for (let i = 0; i < 3; i++) await attempt('192.0.2.1', 'trialpass123').expect(200);
    } finally {
      ended = true;
      await attacked.kill();
      await attacks;
    }
  });
});
