import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { freshInstallation, installation } from './support/installation.js';
import { DEMO_USER, type Server } from './support/server.js';

const modelgate = installation({
  MODELGATE_TRUST_PROXY: '127.0.0.1',
  MODELGATE_LOGIN_RATE_LIMIT: '3',
  MODELGATE_RATE_LIMIT: '0',
});
const PATIENT = '[3,102,44,20,94,30.8,0.4,26]';
let server: Server;
let token: string;
let admin: string;
beforeAll(async () => {
  await modelgate.addUser(DEMO_USER.username, DEMO_USER.password, '--role', 'predictor');
  await modelgate.addUser('ada', 'a quiet river bends', '--role', 'admin');
  server = await modelgate.serve();
  token = await server.login();
  admin = await server.login('ada', 'a quiet river bends');
});
afterAll(() => server.stop());

async function connected(): Promise<Socket> {
  const socket = connect(server.ports.http, '127.0.0.1');
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}

const head = (method: string, path: string, headers: Readonly<Record<string, string | number>>): string =>
  `${method} ${path} HTTP/1.1\r\nHost: x\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`;

/** The records of a request id, once there are some. */
async function recordsOf(requestId: string) {
  for (;;) {
    const found = (await modelgate.trail()).filter(({ request_id }) => request_id === requestId);
    if (found.length > 0) return found;
    await sleep(20);
  }
}

describe('a caller who hangs up', () => {
  it('amid a body is recorded with 499 and an address', async () => {
    const socket = await connected();
    socket.write(
      head('POST', '/regression', {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
        'Content-Length': PATIENT.length,
        'X-Request-Id': 'hangs-up',
      }) + PATIENT.slice(0, 10),
    );
    await server.http.get('/health/live').expect(200);
    socket.resetAndDestroy();
    expect(await recordsOf('hangs-up')).toMatchObject([
      { status: 499, error: 'client_closed_request', address: '127.0.0.1', username: 'trialuser' },
    ]);
  });

  it('amid an upload is recorded with 499 and an address', async () => {
    const socket = await connected();
    socket.write(
      head('POST', '/v1/models', {
        Authorization: `Bearer ${admin}`,
        'Content-Type': 'multipart/form-data; boundary=x',
        'Content-Length': 1000,
        'X-Request-Id': 'hangs-up-uploading',
      }),
    );
    await server.http.get('/health/live').expect(200);
    socket.resetAndDestroy();
    expect(await recordsOf('hangs-up-uploading')).toMatchObject([
      { status: 499, error: 'client_closed_request', address: '127.0.0.1', username: 'ada' },
    ]);
  });

  it('during a login has an address, and neither a 500 nor a statement of the database in the log', async () => {
    const form = new URLSearchParams(DEMO_USER).toString();
    const socket = await connected();
    socket.write(
      head('POST', '/token', {
        'Content-Type': 'application/x-www-form-urlencoded',
        'Content-Length': form.length,
        'X-Request-Id': 'hangs-up-logging-in',
        'X-Forwarded-For': '192.0.2.77',
      }) + form,
    );
    await server.http.get('/health/live').expect(200);
    socket.resetAndDestroy();
    expect(await recordsOf('hangs-up-logging-in')).toMatchObject([{ status: 200, address: '192.0.2.77' }]);
    expect(server.stdout).not.toMatch(/INSERT INTO|parameters|"level":50/);
  });
});

describe('a caller who closes its half of the connection', () => {
  it('gets the answer', async () => {
    const socket = await connected();
    const answer = text(socket);
    socket.end(
      head('POST', '/regression', {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
        'Content-Length': PATIENT.length,
      }) + PATIENT,
    );
    expect(await answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n\{"Output":0\}$/);
  });

  it('gets all answers of several requests', async () => {
    const socket = await connected();
    const answer = text(socket);
    socket.end(head('GET', '/health/live', {}).repeat(3));
    expect((await answer).match(/HTTP\/1\.1 200 OK/g)).toHaveLength(3);
  });
});

describe('the address of a caller behind a proxy', () => {
  it.each([
    ['192.0.2.7:4711', '192.0.2.7'],
    ['[2001:db8::7]:4711', '2001:db8::7'],
    ['"[2001:db8::8]"', '2001:db8::8'],
    ['203.0.113.9, ::ffff:192.0.2.8', '192.0.2.8'],
    ['unknown', '127.0.0.1'],
  ])('of %j is %s', async (forwardedFor, address) => {
    const requestId = `forwarded-${address}`;
    await server.http
      .get('/v1/models')
      .set({ 'x-forwarded-for': forwardedFor, 'x-request-id': requestId, ...bearer(token) })
      .expect(200);
    expect(await recordsOf(requestId)).toMatchObject([{ address }]);
  });

  it('counts as one per IPv6 network where logins are limited', async () => {
    const attempt = (from: string) =>
      server.http
        .post('/token')
        .type('form')
        .set('x-forwarded-for', from)
        .send({ username: 'nobody', password: 'wrong' });
    for (const host of ['1', '2', '3']) await attempt(`2001:db8:1:2::${host}`).expect(401);
    await attempt('[2001:db8:1:2:ffff::1]:99').expect(429);
    await attempt('2001:db8:1:3::1').expect(401);
  });
});

describe('text in a header', () => {
  it('is read as UTF-8 where it is that, and as Latin-1 else', async () => {
    for (const [requestId, bytes] of [
      ['utf-8', Buffer.from('Müller')],
      ['latin-1', Buffer.from('Müller', 'latin1')],
    ] as const) {
      const socket = await connected();
      const answer = text(socket);
      const [start, end] = head('POST', '/regression', {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
        'Content-Length': PATIENT.length,
        'X-Request-Id': requestId,
        'X-Subject-Id': '#',
        Connection: 'close',
      }).split('#');
      socket.write(Buffer.concat([Buffer.from(start), bytes, Buffer.from(end + PATIENT)]));
      expect(await answer).toMatch(/^HTTP\/1\.1 200/);
      const [record] = await recordsOf(requestId);
      expect(record.subject).toBe('Müller');
      expect(JSON.parse(String(record.request_headers))).toMatchObject({ 'x-subject-id': 'Müller' });
    }
  });
});

describe('the records of strangers', () => {
  it('are short, however long their headers are', async () => {
    await server.http
      .get('/v1/models')
      .set({ 'x-request-id': 'long-headers', 'x-filler': 'x'.repeat(8000), 'user-agent': 'y'.repeat(4000) })
      .expect(401);
    const [record] = await recordsOf('long-headers');
    expect(JSON.parse(String(record.request_headers))).toMatchObject({ 'user-agent': 'y'.repeat(256) });
    expect(JSON.stringify(record).length).toBeLessThan(2000);
  });

  it('are bounded in number, and tell how many calls were left out', async () => {
    const from = '198.51.100.9';
    const ask = (requestId: string) =>
      server.http.get('/v1/models').set({ 'x-forwarded-for': from, 'x-request-id': requestId }).expect(401);
    for (let i = 0; i < 20; i++) await Promise.all(Array.from({ length: 50 }, (_, j) => ask(`${i}-${j}`)));
    const records = (await modelgate.trail()).filter(({ address }) => address === from);
    expect(records.length).toBeGreaterThanOrEqual(300);
    expect(records.length).toBeLessThan(600);
    const toldOf = () =>
      modelgate
        .trail()
        .then((trail) =>
          trail
            .filter(({ address }) => address === from)
            .reduce(
              (sum, { flags }) =>
                sum +
                (flags === null
                  ? 1
                  : 1 + (JSON.parse(String(flags)) as { not_recorded: number }).not_recorded),
              0,
            ),
        );
    for (let asked = 1001; ; asked++) {
      await ask('one-more');
      if ((await toldOf()) === asked) break;
      await sleep(100);
    }
  });
});

describe('the log', () => {
  it('has a line for each kind of refusal, with the address and no secret', async () => {
    const from = '192.0.2.99';
    const lines = () =>
      server.stdout
        .split('\n')
        .filter((line) => line.includes(from))
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    await server.http
      .post('/token')
      .type('form')
      .set('x-forwarded-for', from)
      .send({ username: DEMO_USER.username, password: 'hunter2-hunter2' })
      .expect(401);
    await server.http
      .get('/v1/models')
      .set({ 'x-forwarded-for': from, ...bearer('x.y.z') })
      .expect(401);
    await server.http
      .get('/v1/users')
      .set({ 'x-forwarded-for': from, ...bearer(token) })
      .expect(403);
    while (lines().length < 3) await sleep(5);
    expect(lines()).toMatchObject([
      {
        level: 40,
        status: 401,
        code: 'invalid_credentials',
        method: 'POST',
        route: '/token',
        username: 'trialuser',
      },
      { level: 40, status: 401, code: 'invalid_token', route: '/v1/models' },
      { level: 40, status: 403, code: 'insufficient_scope', route: '/v1/users', username: 'trialuser' },
    ]);
    expect(server.stdout).not.toContain('hunter2');
    expect(server.stdout).not.toContain(token);
  });
});

describe('the access log', () => {
  it('has a line per request if it is on, without the values of secret parameters', async () => {
    const logged = await freshInstallation().serve({ env: { MODELGATE_ACCESS_LOG: 'true' } });
    await logged.http.get('/v1/models?token=hunter2').expect(401);
    await logged.http.get('/health/live').expect(200);
    while (!logged.stdout.includes('/health/live')) await sleep(5);
    const lines = logged.stdout
      .split('\n')
      .filter((line) => line.includes('"msg":"request"'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toMatchObject([
      {
        level: 30,
        method: 'GET',
        path: '/v1/models?token=%5Bredacted%5D',
        status: 401,
        address: '127.0.0.1',
      },
      { method: 'GET', path: '/health/live', status: 200, duration_ms: expect.any(Number) as number },
    ]);
    expect(logged.stdout).not.toContain('hunter2');
  });
});

describe('a start', () => {
  it('prints lines of JSON only', async () => {
    const started = await freshInstallation().serve({ env: { NODE_ENV: 'production' } });
    expect(started.stderr).toBe('');
    for (const line of started.stdout.trimEnd().split('\n'))
      expect(JSON.parse(line)).toMatchObject({
        level: expect.any(Number) as number,
        msg: expect.any(String) as string,
      });
  });
});
