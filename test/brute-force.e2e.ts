import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { installation } from './support/installation.js';
import type { Server } from './support/server.js';

const modelgate = installation({ MODELGATE_LOGIN_RATE_LIMIT: '1000', MODELGATE_TRUST_PROXY: '127.0.0.1' });
const PASSWORD = 'a quiet river bends';
const HOME = '192.0.2.1';
const ELSEWHERE = '198.51.100.1';

let server: Server;
beforeAll(async () => {
  await modelgate.addUser('ada', PASSWORD, '--role', 'admin');
  server = await modelgate.serve();
  const token = await server.login('ada', PASSWORD);
  for (const username of ['bob', 'carol', 'dora'])
    await server.http.post('/v1/users').set(bearer(token)).send({ username, password: PASSWORD }).expect(201);
});
afterAll(() => server.stop());

const attempt = (username: string, password: string, from: string) =>
  server.http.post('/token').type('form').set('x-forwarded-for', from).send({ username, password });
const guess = (username: string, from: string) => attempt(username, 'a wrong guess', from).expect(401);
const guesses = async (count: number, username: string, from: string) => {
  for (let i = 0; i < count; i++) await guess(username, from);
};

/** Adds failures to each name and address that has any. */
const addFailures = (count: number) =>
  modelgate.sql(`UPDATE login_failures SET failures = failures + ${count}`);
/** Moves all failures back in time by some seconds. */
const passSeconds = (seconds: number) =>
  modelgate.sql(`UPDATE login_failures SET last_at = last_at - ${seconds * 1000}`);
/** Deletes all failures. */
const forget = async () => {
  await modelgate.sql('DELETE FROM login_failures');
  await modelgate.sql('DELETE FROM login_addresses');
};

/** The `Retry-After` of a login, in seconds. */
async function refused(username: string, from: string, password = PASSWORD): Promise<number> {
  const { headers, body } = await attempt(username, password, from).expect(429);
  const wait = headers['retry-after'];
  const detail = `too many failed logins; try again in ${wait} s`;
  expect(body).toEqual({ detail, error: 'temporarily_unavailable', error_description: detail });
  return Number(wait);
}

describe('after failed logins with a name from an address', () => {
  it('five are free, and further ones delay even the correct password from that address only', async () => {
    await guesses(5, 'ada', HOME);
    await addFailures(9);
    expect(await refused('ada', HOME)).toBeGreaterThan(450);
    expect(await refused('ADA', `::ffff:${HOME}`)).toBeLessThanOrEqual(512);
    await attempt('ada', PASSWORD, ELSEWHERE).expect(200);
    await attempt('bob', PASSWORD, HOME).expect(200);
  });

  it('a restarted server and another process apply the delay', async () => {
    await server.stop();
    server = await modelgate.serve();
    expect(await refused('ada', HOME)).toBeGreaterThan(400);
  });

  it('the delay is at most 15 minutes, and the correct password resets it', async () => {
    await addFailures(1000);
    expect(await refused('ada', HOME)).toBeLessThanOrEqual(900);
    await passSeconds(900);
    await attempt('ada', PASSWORD, HOME).expect(200);
    await guesses(5, 'ada', HOME);
  });

  it('an unknown name is treated in the same way', async () => {
    await forget();
    await guesses(5, 'nobody', HOME);
    await addFailures(9);
    expect(await refused('nobody', HOME)).toBeGreaterThan(450);
  });
});

describe('after failed logins from an address with many names', () => {
  it('logins are delayed, except for names that have logged in from there; an IPv6 network is one address', async () => {
    await forget();
    await attempt('carol', PASSWORD, '2001:db8:1:2::77').expect(200);
    for (let i = 0; i < 3; i++) await guess(`name-${i}`, `2001:db8:1:2::${i}`);
    await addFailures(22);
    expect(await refused('dora', '2001:db8:1:2:ffff::1')).toBeGreaterThan(20);
    await attempt('dora', PASSWORD, '2001:db8:1:3::1').expect(200);
    await attempt('carol', PASSWORD, '2001:db8:1:2::88').expect(200);
  });
});

describe('while a name is under attack from many addresses', () => {
  it('its user can log in from a known and a new address, and each unknown address has one attempt', async () => {
    await forget();
    await attempt('bob', PASSWORD, HOME).expect(200);
    await guess('bob', '203.0.113.1');
    await modelgate.sql('UPDATE login_failures SET failures = 60');
    // Keeps only the failures of the name.
    await passSeconds(2);
    await attempt('bob', PASSWORD, ELSEWHERE).expect(200);
    await guesses(4, 'bob', HOME);
    await attempt('bob', PASSWORD, HOME).expect(200);
    await guess('bob', '203.0.113.2');
    expect(await refused('bob', '203.0.113.2')).toBeGreaterThan(5);
  });
});

describe('a wrong current password', () => {
  it('counts as a failed login', async () => {
    await forget();
    const token = ((await attempt('dora', PASSWORD, HOME).expect(200)).body as { access_token: string })
      .access_token;
    const change = (current_password: string) =>
      server.http
        .post('/v1/users/me/password')
        .set(bearer(token))
        .set('x-forwarded-for', HOME)
        .send({ current_password, new_password: 'a quiet river flows' });
    for (let i = 0; i < 5; i++) await change('a wrong guess').expect(422);
    await addFailures(9);
    const { body, headers } = await change(PASSWORD).expect(429);
    expect(body).toMatchObject({
      code: 'rate_limited',
      detail: `too many failed logins; try again in ${headers['retry-after']} s`,
    });
    expect(await refused('dora', HOME)).toBeGreaterThan(400);
  });
});

describe('the stored data', () => {
  it('contains neither users nor addresses', async () => {
    const rows = JSON.stringify([
      await modelgate.sql('SELECT * FROM login_failures'),
      await modelgate.sql('SELECT * FROM login_addresses'),
    ]);
    expect(rows).toMatch(/"tracker":"[\w-]{22}"/);
    expect(rows).not.toMatch(/dora|192\.0\.2/);
  });

  it("has a record of each login, with the claimed name if it is a user's", async () => {
    await attempt('eve\u0007\u202e', 'a wrong guess', '203.0.113.9').expect(401);
    await attempt('x'.repeat(500), 'a wrong guess', '203.0.113.9').expect(422);
    const logins = (await modelgate.trail()).filter(({ action }) => action === 'login');
    const of = (address: string) =>
      logins
        .filter((record) => record.address === address)
        .map(({ kind, status, error, username, request }) => ({ kind, status, error, username, request }));
    expect(of('203.0.113.9')).toEqual([
      {
        kind: 'administration',
        status: 401,
        error: 'invalid_credentials',
        username: null,
        request: null,
      },
      {
        kind: 'administration',
        status: 422,
        error: 'validation_failed',
        username: null,
        request: null,
      },
    ]);
    expect(of('203.0.113.2')).toMatchObject([
      { status: 401, error: 'invalid_credentials', username: 'bob' },
      { status: 429, error: 'rate_limited', username: 'bob' },
    ]);
    expect(logins.filter(({ status }) => status === 200).every(({ username }) => username !== null)).toBe(
      true,
    );
  });
});
