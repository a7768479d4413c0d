import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { freshInstallation, installation } from './support/installation.js';
import { Jobs } from './support/jobs.js';
import type { Server } from './support/server.js';

const ROOT = { username: 'root', password: 'a quiet river bends' };
const ROW = '[3,102,44,20,94,30.8,0.4,26]';

const modelgate = installation({ MODELGATE_RATE_LIMIT: '0', MODELGATE_LOGIN_RATE_LIMIT: '0' });
let server: Server;
let token: string;
beforeAll(async () => {
  await modelgate.addUser(ROOT.username, ROOT.password, '--role', 'admin');
  server = await modelgate.serve();
  token = await server.login(ROOT.username, ROOT.password);
});

const call = (method: string, path: string, init: RequestInit = {}) =>
  fetch(`${server.url}${path}`, { method, ...init });
const send = (path: string, body: string | Buffer, headers: Record<string, string> = {}) =>
  call('POST', path, { body, headers: { 'content-type': 'application/json', ...bearer(token), ...headers } });

/** What the server answers to these bytes, as text. */
async function raw(bytes: string): Promise<string> {
  const socket = connect(server.ports.http, '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
  socket.write(bytes);
  await once(socket, 'close');
  return answer;
}

describe('a method that a path does not have', () => {
  it.each([
    ['GET', '/token', 'POST, OPTIONS'],
    ['DELETE', '/v1/models', 'GET, HEAD, POST, OPTIONS'],
    ['PUT', '/v1/users/ann', 'GET, HEAD, PATCH, DELETE, OPTIONS'],
    ['PUT', '/v1/models/diabetes:predict', 'POST, OPTIONS'],
    ['POST', '/health/live', 'GET, HEAD, OPTIONS'],
  ])('%s %s is 405 with Allow', async (method, path, allow) => {
    const answer = await call(method, path);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow]);
    expect(answer.headers.get('x-request-id')).not.toBeNull();
    expect(await answer.text()).toContain(`${method} is not allowed here; use ${allow}`);
    const options = await call('OPTIONS', path);
    expect([options.status, options.headers.get('allow'), await options.text()]).toEqual([204, allow, '']);
  });

  it('is refused in the format of the path, and recorded', async () => {
    const detail = 'GET is not allowed here; use POST, OPTIONS';
    expect(await (await call('GET', '/regression')).json()).toEqual({ detail });
    expect(await (await call('GET', '/v2/models/diabetes/infer')).json()).toEqual({ error: detail });
    expect((await modelgate.trail()).at(-1)).toMatchObject({ status: 405, error: 'method_not_allowed' });
  });

  it('leaves unknown paths unknown', async () => {
    for (const method of ['GET', 'OPTIONS', 'DELETE'])
      expect((await call(method, '/nowhere')).status).toBe(404);
  });
});

describe('CORS', () => {
  const origin = 'https://app.example.com';
  const preflight = (to: Server, from: string) =>
    fetch(`${to.url}/regression`, {
      method: 'OPTIONS',
      headers: {
        origin: from,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization, content-type',
      },
    });

  it('is off by default', async () => {
    const { headers } = await preflight(server, origin);
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('lets the listed origins ask and read answers, errors too', async () => {
    const other = await freshInstallation({
      MODELGATE_CORS_ORIGINS: `${origin}, http://localhost:3000`,
    }).serve();
    const { status, headers } = await preflight(other, origin);
    expect(status).toBe(204);
    expect(Object.fromEntries(headers)).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'POST, OPTIONS',
      'access-control-allow-headers': 'authorization, content-type',
      'access-control-max-age': '7200',
      vary: 'Origin',
    });
    const refused = await fetch(`${other.url}/v1/test`, { headers: { origin } });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, origin]);
    expect(refused.headers.get('access-control-expose-headers')).toContain('X-Request-Id');
    for (const stranger of ['https://evil.example', 'null'])
      expect((await preflight(other, stranger)).headers.has('access-control-allow-origin')).toBe(false);
  });

  it.each(['app.example.com', 'https://app.example.com/', 'null'])('%s is not an origin', async (value) => {
    const { code, stderr } = await modelgate.cli(['users', 'list'], {
      env: { MODELGATE_CORS_ORIGINS: value },
    });
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('MODELGATE_CORS_ORIGINS must be * or a list'),
    ]);
  });
});

describe('the type of a body', () => {
  it.each([
    ['/v1/users', 'text/plain', 'application/json'],
    ['/regression', 'text/plain', 'application/json'],
    ['/v1/models/diabetes:predict', 'text/csv', 'application/json'],
    ['/regression', 'multipart/form-data; boundary=x', 'application/json'],
    ['/regression', 'application/x-www-form-urlencoded', 'application/json'],
    ['/token', 'application/json', 'application/x-www-form-urlencoded'],
    ['/v1/models', 'application/json', 'multipart/form-data'],
    [
      '/v1/models/diabetes/jobs',
      'application/xml',
      'text/csv or application/x-ndjson or multipart/form-data',
    ],
    ['/invocations', 'text/plain', 'application/json or text/csv'],
  ])('%s: %s is 415 naming what was received and what is wanted', async (path, type, wanted) => {
    const answer = await send(path, 'a=1', { 'content-type': type });
    expect(answer.status).toBe(415);
    expect(await answer.text()).toContain(`expected a body of type ${wanted}, received ${type}`);
    expect(answer.headers.get('accept')).toBe(wanted.replaceAll(' or ', ', '));
  });

  it.each([
    ["curl's default type", { 'content-type': 'application/x-www-form-urlencoded' }, ROW],
    ['a byte order mark', {}, `\ufeff${ROW}`],
    ['an upper-case type', { 'content-type': 'Application/JSON; charset=UTF-8' }, ROW],
    ['an upper-case coding', { 'content-encoding': 'GZIP' }, gzipSync(ROW)],
    ['x-gzip', { 'content-encoding': 'x-gzip' }, gzipSync(ROW)],
  ])('JSON with %s is read', async (_case, headers, body) => {
    const answer = await send('/regression', body, headers);
    expect([answer.status, await answer.text()]).toEqual([200, '{"Output":0}']);
  });

  it.each([
    ['NaN', '[1, NaN]', 4],
    ['-Infinity', '[-Infinity]', 1],
  ])('names %s, which is not JSON', async (name, body, at) => {
    const answer = await send('/v1/models/diabetes:predict', body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      detail: `the body is not JSON: ${name} (write null for a missing value) at position ${at}`,
    });
  });
});

describe('a request that is not HTTP', () => {
  const problem = (answer: string) => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)) as object;

  it.each([
    ['a malformed request line', 'GARBAGE\r\n\r\n', 400, 'bad_request'],
    [
      'headers of 20 KB',
      `GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers_too_large',
    ],
    [
      'two Host lines',
      'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n',
      400,
      'bad_request',
    ],
    ['no Host line', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'bad_request'],
  ])('%s gets a problem with a request id, and a record', async (_case, bytes, status, code) => {
    const answer = await raw(bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    const id = /^x-request-id: (\S+)\r$/im.exec(answer)![1];
    expect(problem(answer)).toMatchObject({ status, code, request_id: id });
    const record = (await modelgate.trail()).find(({ request_id }) => request_id === id);
    expect(record).toMatchObject({ status, error: code, address: '127.0.0.1' });
  });

  it('takes HTTP/1.0 without a Host', async () => {
    expect(await raw('GET /health/live HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1.1 200 /);
  });
});

describe('Location', () => {
  it('names what was made', async () => {
    const user = await send(
      '/v1/users',
      JSON.stringify({ username: 'Zoë', password: 'a quiet river bends' }),
    );
    expect([user.status, user.headers.get('location')]).toEqual([201, '/v1/users/Zo%C3%AB']);
    expect((await call('GET', user.headers.get('location')!, { headers: bearer(token) })).status).toBe(200);
    const account = await send(
      '/v1/service-accounts',
      JSON.stringify({ client_id: 'bot', grants: 'predict' }),
    );
    expect([account.status, account.headers.get('location')]).toEqual([201, '/v1/service-accounts/bot']);
  });
});

describe('behind a proxy', () => {
  it('adds the prefix to paths, and HSTS over TLS only', async () => {
    const other = freshInstallation({ MODELGATE_TRUST_PROXY: 'loopback' });
    await other.addUser(ROOT.username, ROOT.password, '--role', 'admin');
    const proxied = await other.serve();
    const forwarded = { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-prefix': '/gate/' };
    const made = await proxied.http
      .post('/v1/service-accounts')
      .set({ ...forwarded, ...bearer(await proxied.login(ROOT.username, ROOT.password)) })
      .send({ client_id: 'bot', grants: 'predict' })
      .expect(201);
    expect(made.headers.location).toBe('/gate/v1/service-accounts/bot');
    expect(made.headers).not.toHaveProperty('strict-transport-security');
    const secure = { ...forwarded, 'x-forwarded-proto': 'https' };
    await proxied.http
      .get('/health/live')
      .set(secure)
      .expect('strict-transport-security', 'max-age=31536000');
    const { headers } = await server.http.get('/health/live').set(secure).expect(200);
    expect(headers).not.toHaveProperty('strict-transport-security');
  });
});

describe('the results of a job', () => {
  it('are downloaded once, in part or not at all, as conditions say', async () => {
    const csv = Array.from({ length: 200 }, () => ROW.slice(1, -1)).join('\n');
    const jobs = new Jobs(server, token, 'diabetes');
    const id = await jobs.start(csv);
    await jobs.until(id, ({ state }) => state === 'succeeded');
    const get = (headers: Record<string, string>) =>
      call('GET', `/v1/models/diabetes/jobs/${id}/results`, { headers: { ...bearer(token), ...headers } });
    const plain = await get({ 'accept-encoding': 'identity' });
    const tag = plain.headers.get('etag')!;
    expect(tag).toMatch(/^"[0-9a-f]{64}"$/);
    expect(plain.headers.get('vary')?.toLowerCase()).toBe('accept-encoding');
    const gzipped = await get({ 'accept-encoding': 'gzip' });
    expect(gzipped.headers.get('content-encoding')).toBe('gzip');
    const coded = tag.replace(/"$/, '-gzip"');
    expect(gzipped.headers.get('etag')).toBe(coded);
    expect(await gzipped.text()).toBe(await plain.text());
    const identity = { 'accept-encoding': 'identity' };
    for (const [headers, status] of [
      [{ 'if-none-match': tag }, 304],
      [{ 'if-none-match': `"x", W/${coded}` }, 304],
      [{ 'if-none-match': '"x"' }, 200],
      [{ 'if-match': `"x", ${tag}` }, 200],
      [{ 'if-match': '*' }, 200],
      [{ 'if-match': `W/${tag}` }, 412],
      [{ 'if-match': '"x"', 'if-none-match': tag }, 412],
      [{ range: 'bytes=0-9', 'if-range': tag }, 206],
      [{ range: 'bytes=0-9', 'if-range': coded }, 200],
      [{ range: 'bytes=0-9', 'if-range': 'Sat, 29 Nov 2025 00:00:00 GMT' }, 200],
    ] as const) {
      const answer = await get({ ...identity, ...headers });
      expect([headers, answer.status]).toEqual([headers, status]);
      const body = await answer.text();
      if (status === 304) expect([answer.headers.get('etag'), body]).toEqual([tag, '']);
      if (status === 206) expect(body.length).toBe(10);
    }
  });
});
