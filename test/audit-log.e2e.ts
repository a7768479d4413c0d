import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bearer, decodeToken } from './support/bearer.js';
import { parseCsv } from './support/csv.js';
import { type AuditRecord, installation } from './support/installation.js';
import type { Server } from './support/server.js';

const modelgate = installation();
let server: Server;
let token: string;
let trail: AuditRecord[];

const PATIENT = '[3,102,44,20,94,30.8,0.4,26]';
const json = { 'content-type': 'application/json' };

/** The record of the request with this id. */
function recordOf(requestId: string): AuditRecord {
  const found = trail.filter((record) => record.request_id === requestId);
  expect(found).toHaveLength(1);
  return found[0];
}

beforeAll(async () => {
  server = await modelgate.serve();
  await server.http
    .post('/token')
    .set('x-request-id', 'login')
    .type('form')
    .send({ username: 'trialuser', password: 'trialpass123', client_id: 'lab-7' });
  await server.http
    .post('/token')
    .set('x-request-id', 'bad-login')
    .type('form')
    .send({ username: 'trialuser', password: 'wrong-pass-1' });
  const { body } = await server.http
    .post('/token')
    .type('form')
    .send({ username: 'trialuser', password: 'trialpass123', client_id: 'lab-7' });
  token = (body as { access_token: string }).access_token;
  const predict = (requestId: string, text: string) =>
    server.http
      .post('/regression')
      .set({ ...bearer(token), ...json, 'x-request-id': requestId })
      .send(text);
  await predict('predicted', PATIENT)
    .set({
      'x-subject-id': 'case 12',
      'user-agent': '=HYPERLINK("x")',
      cookie: 'sid=cookie-secret',
      'x-api-key': 'key-secret',
    })
    .expect(200);
  await predict('out-of-range', '[300,102,44,20,94,30.8,0.4,26]').expect(200);
  await predict('too-short', '[1,2]').expect(422);
  await predict('not-json', '[1,').expect(422);
  await server.http
    .post('/regression')
    .set({ ...json, 'x-request-id': 'stranger' })
    .send(PATIENT)
    .expect(401);
  await server.http
    .post('/v1/models/diabetes:predict')
    .set({ ...bearer(token), 'x-request-id': 'v1' })
    .send({ instances: [JSON.parse(PATIENT), JSON.parse(PATIENT)] })
    .expect(200);
  await server.http
    .post('/v1/models/none:predict')
    .set({ ...bearer(token), 'x-request-id': 'no-model' })
    .send({ instances: [[1]] })
    .expect(404);
  await server.http
    .get('/v1/test')
    .set({ ...bearer(token), 'x-request-id': 'test' })
    .expect(200);
  await server.http
    .delete('/v1/models/diabetes')
    .set({ ...bearer(token), 'x-request-id': 'forbidden' })
    .expect(403);
  await server.http.get('/nowhere?token=query-secret&page=2').set('x-request-id', 'nowhere').expect(404);
  await server.http.get('/v1/%zz').set('x-request-id', 'bad-url').expect(400);
  await server.stop();
  trail = await modelgate.trail();
});

describe('the record of a prediction', () => {
  it('contains the caller, model, time, address, request and response', () => {
    const record = recordOf('predicted');
    const { claims } = decodeToken(token);
    expect(record).toEqual({
      id: expect.any(Number) as number,
      writer: expect.stringMatching(/^[0-9a-f]{12}\/0$/) as string,
      seq: expect.any(Number) as number,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      kind: 'prediction',
      action: null,
      request_id: 'predicted',
      actor_kind: 'user',
      actor_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      username: 'trialuser',
      client_id: 'lab-7',
      token_id: claims.jti,
      address: '127.0.0.1',
      method: 'POST',
      route: '/regression',
      protocol: 'reference',
      status: 200,
      error: null,
      duration_ms: expect.any(Number) as number,
      model: 'diabetes',
      version: 1,
      model_digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      rows: 1,
      flags: null,
      subject: 'case 12',
      request: PATIENT,
      response: '{"Output":0}',
      request_headers: expect.any(String) as string,
      content_salt: expect.any(String) as string,
      content_digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      mac: expect.stringMatching(/^[\w-]{43}$/) as string,
    });
    expect(record.duration_ms).toBeGreaterThan(0);
    const headers = JSON.parse(record.request_headers as string) as Record<string, string>;
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': '=HYPERLINK("x")',
      authorization: '[redacted]',
      cookie: '[redacted]',
      'x-api-key': '[redacted]',
    });
  });

  it('contains every row of a batch', () => {
    expect(recordOf('v1')).toMatchObject({
      kind: 'prediction',
      rows: 2,
      request: `{"instances":[${PATIENT},${PATIENT}]}`,
      response: '{"predictions":[0,0]}',
    });
  });

  it('flags values outside the training range', () => {
    expect(JSON.parse(recordOf('out-of-range').flags as string)).toEqual({
      out_of_range: [{ row: 0, feature: 'preg' }],
    });
  });

  it('contains the body and the fault of an invalid row', () => {
    const record = recordOf('too-short');
    expect(record).toMatchObject({
      kind: 'prediction',
      username: 'trialuser',
      model: 'diabetes',
      status: 422,
      error: 'validation_failed',
      request: '[1,2]',
    });
    expect(JSON.parse(record.response as string)).toMatchObject({ detail: [{ loc: ['body', 2] }] });
  });

  it('names the requested model if it does not exist', () => {
    expect(recordOf('no-model')).toMatchObject({
      kind: 'prediction',
      model: 'none',
      version: null,
      status: 404,
      error: 'model_not_found',
    });
  });
});

describe('every other request', () => {
  it.each([
    [
      'login',
      {
        kind: 'administration',
        username: 'trialuser',
        method: 'POST',
        route: '/token',
        status: 200,
        error: null,
      },
    ],
    [
      'bad-login',
      { username: 'trialuser', route: '/token', status: 401, error: 'invalid_credentials', request: null },
    ],
    ['not-json', { username: 'trialuser', route: '/regression', status: 422, error: 'validation_failed' }],
    [
      'stranger',
      { username: null, route: '/regression', status: 401, error: 'not_authenticated', request: null },
    ],
    [
      'test',
      { username: 'trialuser', method: 'GET', route: '/v1/test', status: 200, response: '{"Hello":"World"}' },
    ],
    [
      'forbidden',
      {
        username: 'trialuser',
        method: 'DELETE',
        route: '/v1/models/:name',
        status: 403,
        error: 'insufficient_scope',
      },
    ],
    ['nowhere', { method: 'GET', route: '/nowhere', status: 404, error: 'not_found' }],
    ['bad-url', { method: 'GET', status: 400, error: 'bad_request' }],
  ])('is recorded too: %s', (requestId, fields) => {
    expect(recordOf(requestId)).toMatchObject(fields);
  });

  it('has a position in one chain, in the order of the responses', () => {
    expect(trail.map(({ seq }) => seq)).toEqual(trail.map((_, i) => i + 1));
    expect(new Set(trail.map(({ writer }) => writer)).size).toBe(1);
  });

  it('contains no secret', () => {
    const text = JSON.stringify(trail);
    for (const secret of [
      'trialpass123',
      'wrong-pass-1',
      token,
      'cookie-secret',
      'key-secret',
      'query-secret',
    ])
      expect(text).not.toContain(secret);
  });
});

describe('modelgate log export', () => {
  it('writes CSV with the reference columns first and one line per record', async () => {
    const csv = await modelgate.run(['log', 'export', '--format', 'csv']);
    expect(csv.slice(0, csv.indexOf('\r\n'))).toMatch(/^date,request,response,request_header,id,kind,/);
    const [head, ...rows] = parseCsv(csv);
    expect(rows).toHaveLength(trail.length);
    const row = Object.fromEntries(
      rows
        .find((cells) => cells[head.indexOf('request_id')] === 'predicted')!
        .map((cell, i) => [head[i], cell]),
    );
    const record = recordOf('predicted');
    expect(row).toMatchObject({
      date: record.time,
      request: PATIENT,
      response: '{"Output":0}',
      request_header: record.request_headers,
      username: 'trialuser',
      status: '200',
      model: 'diabetes',
      error: '',
    });
  });

  it('writes CSV by default, and creates a file that only its owner can read', async () => {
    const path = join(modelgate.dir, 'trail.csv');
    expect(await modelgate.run(['log', 'export', '--output', path])).toBe('');
    expect(readFileSync(path, 'utf8')).toBe(await modelgate.run(['log', 'export']));
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('prefixes an apostrophe to text that a spreadsheet would evaluate as a formula', async () => {
    const [head, ...rows] = parseCsv(await modelgate.run(['log', 'export']));
    const cells = rows.flatMap((row) => row.map((cell, i) => [head[i], cell] as const));
    expect(cells.filter(([, cell]) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
  });

  it('rejects an unknown format', async () => {
    const { code, stderr } = await modelgate.cli(['log', 'export', '--format', 'xml']);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error: option '--format <format>' argument 'xml' is invalid\. Allowed choices are csv, ndjson\.\n/,
    );
  });
});
