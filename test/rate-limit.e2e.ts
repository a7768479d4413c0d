import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { installation } from './support/installation.js';
import type { Server } from './support/server.js';

const PATIENT = [3, 102, 44, 20, 94, 30.8, 0.4, 26];

const modelgate = installation();
const predict = (server: Server, token: string) =>
  server.http.post('/regression').set(bearer(token)).send(PATIENT);
const guess = (server: Server, username: string, from?: string) => {
  const call = server.http.post('/token').type('form');
  if (from) void call.set('x-forwarded-for', from);
  return call.send({ username, password: 'a-wrong-guess' });
};

describe('with limits of 3 predictions and 2 logins a minute', () => {
  let server: Server;
  beforeAll(async () => {
    await modelgate.addUser('ada', 'adas-pass-word');
    await modelgate.addUser('bob', 'bobs-pass-word');
    server = await modelgate.serve({ env: { MODELGATE_RATE_LIMIT: '3', MODELGATE_LOGIN_RATE_LIMIT: '2' } });
  });
  afterAll(() => server.stop());

  it('a user may predict three times with any number of tokens, and so may another user', async () => {
    const tokens = [await server.login('ada', 'adas-pass-word'), await server.login('ada', 'adas-pass-word')];
    for (const left of [2, 1, 0]) {
      const { headers } = await predict(server, tokens[left % 2]).expect(200);
      expect(headers).toMatchObject({ 'ratelimit-limit': '3', 'ratelimit-remaining': String(left) });
      expect(Number(headers['ratelimit-reset'])).toBeGreaterThan(0);
      expect(Number(headers['ratelimit-reset'])).toBeLessThanOrEqual(60);
      expect(headers).not.toHaveProperty('retry-after');
    }
    const { headers, body } = await predict(server, tokens[0]).expect(429);
    expect(headers).toMatchObject({
      'ratelimit-limit': '3',
      'ratelimit-remaining': '0',
      'retry-after': headers['ratelimit-reset'],
    });
    expect(headers['retry-after']).toMatch(/^([1-9]|[1-5]\d|60)$/);
    expect(body).toEqual({
      detail: `the limit of 3 per minute is reached; try again in ${headers['retry-after']} s`,
    });

    const elsewhere = await server.http
      .post('/v1/models/diabetes:predict')
      .set(bearer(tokens[1]))
      .send({ instances: [PATIENT] });
    expect([elsewhere.status, (elsewhere.body as { code: string }).code]).toEqual([429, 'rate_limited']);
    await server.http.get('/v1/test').set(bearer(tokens[0])).expect(200);
    await predict(server, await server.login('bob', 'bobs-pass-word')).expect(200);
  });

  it('a request with a bad body counts', async () => {
    const token = await server.login('bob', 'bobs-pass-word');
    await server.http.post('/regression').set(bearer(token)).send([1]).expect(422);
    await server.http
      .post('/regression')
      .set(bearer(token))
      .set('content-type', 'application/json')
      .send('[1,')
      .expect(422);
    await predict(server, token).expect(429);
  });

  it('two logins are allowed for one name from one address, in any case and with any X-Forwarded-For', async () => {
    const first = await guess(server, 'mallory', '192.0.2.1').expect(401);
    expect(first.headers).toMatchObject({ 'ratelimit-limit': '2', 'ratelimit-remaining': '1' });
    await guess(server, 'MALLORY', '192.0.2.2').expect(401);
    const { headers, body } = await guess(server, 'mallory', '192.0.2.3').expect(429);
    expect(headers['retry-after']).toBe(headers['ratelimit-reset']);
    const detail = `the limit of 2 per minute is reached; try again in ${headers['retry-after']} s`;
    expect(body).toEqual({ detail, error: 'temporarily_unavailable', error_description: detail });
  });

  it('the correct password is rejected above the limit, and other names are not limited', async () => {
    await server.http
      .post('/token')
      .type('form')
      .send({ username: 'ada', password: 'adas-pass-word' })
      .expect(429);
    await guess(server, 'somebody-else').expect(401);
  });
});

describe('behind a trusted proxy', () => {
  it('X-Forwarded-For identifies the client', async () => {
    const server = await modelgate.serve({
      env: { MODELGATE_LOGIN_RATE_LIMIT: '1', MODELGATE_TRUST_PROXY: '127.0.0.1' },
    });
    await guess(server, 'trent', '192.0.2.1').expect(401);
    await guess(server, 'trent', '192.0.2.1').expect(429);
    await guess(server, 'trent', '192.0.2.2').expect(401);
    // Entries that the client wrote before the proxy's entry are ignored.
    await guess(server, 'trent', '192.0.2.77, 192.0.2.2').expect(429);
    await server.stop();

    const addresses = (await modelgate.trail())
      .filter(({ route, status }) => route === '/token' && status === 429)
      .map(({ address }) => address);
    expect(addresses).toEqual(['127.0.0.1', '127.0.0.1', '192.0.2.1', '192.0.2.2']);
  });
});

describe('with limits of 0', () => {
  it('nothing is limited and no limit is in the headers', async () => {
    const server = await modelgate.serve({
      env: { MODELGATE_RATE_LIMIT: '0', MODELGATE_LOGIN_RATE_LIMIT: '0' },
    });
    const token = await server.login('ada', 'adas-pass-word');
    const refused = await guess(server, 'ada').expect(401);
    const predicted = await predict(server, token).expect(200);
    const names = [refused, predicted].flatMap(({ headers }) => Object.keys(headers as object));
    expect(names.filter((name) => /^ratelimit|^retry-after$/.test(name))).toEqual([]);
  });
});
