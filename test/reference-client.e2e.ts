import { beforeAll, describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { installation } from './support/installation.js';
import type { Server } from './support/server.js';

/** The requests of a client of the reference app, and the responses it expects. */
const modelgate = installation({ MODELGATE_RATE_LIMIT: '0' });
let server: Server;
let token: string;
beforeAll(async () => {
  server = await modelgate.serve();
  token = await server.login();
});

const PATIENT = [3, 102, 44, 20, 94, 30.8, 0.4, 26];
const ILL = [8, 183, 64, 0, 0, 23.3, 0.672, 32];

const predict = (body: string) =>
  server.http.post('/regression').set(bearer(token)).set('content-type', 'application/json').send(body);

describe('login', () => {
  it('returns a token and its type for the form', async () => {
    const { body, headers } = await server.http
      .post('/token')
      .type('form')
      .send('username=trialuser&password=trialpass123')
      .expect(200);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(body).toMatchObject({ access_token: expect.any(String) as string, token_type: 'bearer' });
  });

  it('returns 401 with a challenge and detail for a wrong password', async () => {
    const { body } = await server.http
      .post('/token')
      .type('form')
      .send('username=trialuser&password=nonsense')
      .expect(401);
    expect(body).toMatchObject({ detail: 'Incorrect username or password' });
  });
});

describe('GET /v1/test', () => {
  it('greets the caller', async () => {
    const { text, headers } = await server.http.get('/v1/test').set(bearer(token)).expect(200);
    expect(text).toBe('{"Hello":"World"}');
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it.each([
    ['no token', undefined, 'Not authenticated'],
    ['another scheme', 'Basic dHJpYWx1c2VyOng=', 'Not authenticated'],
    ['an empty token', 'Bearer ', 'Not authenticated'],
    ['a bad token', 'Bearer nonsense', 'Could not validate credentials'],
  ])('refuses %s', async (_case, authorization, detail) => {
    const call = server.http.get('/v1/test');
    if (authorization) void call.set('authorization', authorization);
    const { body } = await call.expect(401).expect('WWW-Authenticate', 'Bearer');
    expect(body).toEqual({ detail });
  });
});

describe('POST /regression', () => {
  it.each([
    [PATIENT, '{"Output":0}'],
    [ILL, '{"Output":1}'],
    [[3, 102, 44, 20, 94, 30.8, 0.4, 26.0], '{"Output":0}'],
  ])('returns for %j %s', async (row, answer) => {
    const { text, headers } = await predict(JSON.stringify(row)).expect(200);
    expect(text).toBe(answer);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it('predicts a value outside the training range', async () => {
    await predict('[1000,102,44,20,94,30.8,0.4,26]').expect(200);
  });

  it('requires a token, unlike the reference app', async () => {
    const { body } = await server.http
      .post('/regression')
      .send(PATIENT)
      .expect(401)
      .expect('WWW-Authenticate', 'Bearer');
    expect(body).toEqual({ detail: 'Not authenticated' });
  });

  it('does not report faults of the body without a valid token', async () => {
    const { body } = await server.http
      .post('/regression')
      .set('content-type', 'application/json')
      .send('[1,')
      .expect(401);
    expect(body).toEqual({ detail: 'Not authenticated' });
  });

  const notJson = (at: (string | number)[], found: string, position: number) => ({
    loc: ['body', ...at],
    msg: `is not JSON: ${found} at position ${position}`,
    type: 'value_error.jsondecode',
  });
  const noList = { loc: ['body'], msg: 'must be a list of 8 values', type: 'type_error.list' };
  const at3 = (msg: string) => ({ loc: ['body', 3], msg: `skin: ${msg}`, type: 'type_error' });

  it.each([
    ['text', 'hello', notJson([], 'unexpected character', 0)],
    ['a list that ends too early', '[3,102,44,20', notJson([3], 'unexpected end', 12)],
    ['NaN', '[3,102,44,NaN,94,30.8,0.4,26]', notJson([3], 'NaN (write null for a missing value)', 10)],
    [
      'Infinity',
      '[3,102,44,20,94,30.8,-Infinity,26]',
      notJson([6], '-Infinity (write null for a missing value)', 21),
    ],
    ['an object', '{"preg":3}', noList],
    ['null', 'null', noList],
    ['a string', '"3,102,44,20,94,30.8,0.4,26"', noList],
    ['nothing', '', noList],
    [
      '7 numbers',
      '[3,102,44,20,94,30.8,0.4]',
      {
        loc: ['body', 7],
        msg: 'field required: the model takes 8 values, of which this is age',
        type: 'value_error.missing',
      },
    ],
    [
      '9 numbers',
      '[3,102,44,20,94,30.8,0.4,26,1]',
      { loc: ['body', 8], msg: 'unexpected value: the model takes 8', type: 'value_error.extra' },
    ],
    ['a string among the numbers', '[3,102,44,"20",94,30.8,0.4,26]', at3('value is not a number')],
    [
      'null among the numbers',
      '[3,102,44,null,94,30.8,0.4,26]',
      at3('value is missing, and the model does not support missing values'),
    ],
    ['1e999', '[3,102,44,1e999,94,30.8,0.4,26]', at3('value is not a finite number')],
    ['a list among the numbers', '[3,102,44,[20],94,30.8,0.4,26]', at3('value is not a number')],
    [
      'an object among the numbers',
      '[3,102,44,{"__proto__":1},94,30.8,0.4,26]',
      at3('value is not a number'),
    ],
    [
      'a list of lists',
      '[[3,102,44,20,94,30.8,0.4,26]]',
      {
        loc: ['body', 1],
        msg: 'field required: the model takes 8 values, of which this is plas',
        type: 'value_error.missing',
      },
    ],
  ])('returns 422 and names the position: %s', async (_case, text, fault) => {
    const { body, headers } = await predict(text).expect(422);
    expect(body).toEqual({ detail: [fault] });
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it('names each of several faults', async () => {
    const { body } = await predict('[3,"a",44,null,94,30.8,0.4,26]').expect(422);
    expect((body as { detail: { loc: unknown }[] }).detail.map(({ loc }) => loc)).toEqual([
      ['body', 1],
      ['body', 3],
    ]);
  });

  it('refuses a form', async () => {
    const { body } = await server.http
      .post('/regression')
      .set(bearer(token))
      .type('form')
      .send({ a: 1 })
      .expect(415);
    expect(body).toEqual({
      detail: 'expected a body of type application/json, received application/x-www-form-urlencoded',
    });
  });

  it('survives lists nested 100 000 deep', async () => {
    await predict('['.repeat(100_000)).expect(422);
    await predict('['.repeat(100_000) + ']'.repeat(100_000)).expect(422);
    await predict(JSON.stringify(PATIENT)).expect(200);
  });

  it('returns 413 for 10 MB', async () => {
    // fetch reads a response that arrives before the whole body is sent.
    const response = await fetch(`${server.url}/regression`, {
      method: 'POST',
      headers: { ...bearer(token), 'content-type': 'application/json' },
      body: `[${'1,'.repeat(5 * 2 ** 20)}1]`,
    });
    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({ detail: 'Request body is too large' });
  });
});

describe('the documentation', () => {
  it("has the same paths as the reference app's", async () => {
    const docs = await server.http.get('/docs').expect(200);
    expect(docs.headers['content-type']).toMatch(/^text\/html/);
    const { body } = await server.http.get('/openapi.json').expect(200);
    expect(Object.keys((body as { paths: object }).paths)).toEqual(
      expect.arrayContaining(['/token', '/v1/test', '/regression']),
    );
  });
});
