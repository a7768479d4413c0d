import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { installation } from './support/installation.js';
import { csv, FEATURES, ROWS } from './support/job-files.js';
import { Jobs, type JobView } from './support/jobs.js';
import type { Server } from './support/server.js';

const JOB_LIMIT = 12_000_000;

const lines = (text: string): string[] => text.split(/\r?\n/).slice(0, -1);
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const modelgate = installation({
  MODELGATE_RATE_LIMIT: '0',
  MODELGATE_JOB_LIMIT: String(JOB_LIMIT),
  MODELGATE_JOB_QUEUE: '2',
});

let server: Server;
let jobs: Jobs;
/** V1's predictions for ROWS. */
let labels: unknown[];

const jobsOf = async (username: string, model = 'diabetes'): Promise<Jobs> =>
  new Jobs(server, await server.login(username, `${username}s-pass-word`), model);

beforeAll(async () => {
  await modelgate.addUser('paula', 'paulas-pass-word', '--role', 'predictor');
  await modelgate.addUser('peter', 'peters-pass-word', '--role', 'predictor');
  await modelgate.addUser('adam', 'adams-pass-word', '--role', 'admin');
  server = await modelgate.serve();
  jobs = await jobsOf('paula');
  const token = await server.login('paula', 'paulas-pass-word');
  const { body } = await server.http
    .post('/v1/models/diabetes:predict')
    .set(bearer(token))
    .send({ instances: ROWS })
    .expect(200);
  labels = (body as { predictions: unknown[] }).predictions;
  expect(new Set(labels).size).toBe(2);
});

describe('a CSV file', () => {
  it("returns V1's predictions, one line per row, and leaves one audit record", async () => {
    const file = csv(ROWS);
    const { body, headers } = await jobs.create(file).set('x-request-id', 'makes-a-job').expect(202);
    const { id } = body as JobView;
    expect(headers.location).toBe(`/v1/models/diabetes/jobs/${id}`);
    expect(body).toMatchObject({ model: 'diabetes', version: '1', state: 'queued', progress: 0 });
    const results = await jobs.results(id);
    expect(results).toBe(['predict,error', ...labels.map((label) => `${String(label)},`), ''].join('\r\n'));
    expect(await jobs.get(id)).toMatchObject({
      state: 'succeeded',
      progress: 1,
      rows_done: ROWS.length,
      rows_failed: 0,
      bytes_read: file.length,
      bytes_total: file.length,
      input_sha256: sha256(file),
      results_sha256: sha256(results),
    });
    const records = (await modelgate.trail()).filter(({ subject }) => subject === id);
    expect(records.map(({ kind, action }) => [kind, action])).toEqual([
      ['administration', 'job.create'],
      ['prediction', 'job.run'],
    ]);
    expect(records[1]).toMatchObject({
      request_id: 'makes-a-job',
      username: 'paula',
      model: 'diabetes',
      version: 1,
      rows: ROWS.length,
      model_digest: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
    });
    expect(JSON.parse(records[1].response as string)).toMatchObject({ job: id, sha256: sha256(results) });
  });

  it('may have features in any order, no header, and any line ends', async () => {
    const reversed = csv(
      ROWS.map((row) => [...row].reverse()),
      [...FEATURES].reverse(),
    );
    const bare = csv(ROWS).split('\n').slice(1).join('\r\n').trimEnd();
    const [first, second] = [await jobs.start(reversed), await jobs.start(bare)];
    const expected = ['predict,error', ...labels.map((label) => `${String(label)},`)];
    expect(lines(await jobs.results(first))).toEqual(expected);
    expect(lines(await jobs.results(second))).toEqual(expected);
  });

  it('returns an error for a row that cannot be predicted', async () => {
    const id = await jobs.start(
      `${csv(ROWS.slice(0, 1))}3,x,44,20,94,30.8,0.4,26\n1,2,3\n,102,44,20,94,30.8,0.4,26\n"3","102",44,20,94,30.8,0.4,"26"\n3,"102"1,44,20,94,30.8,0.4,26\n`,
    );
    const [header, first, ...rest] = lines(await jobs.results(id));
    expect([header, first]).toEqual(['predict,error', `${String(labels[0])},`]);
    expect(rest).toEqual([
      ',plas: value is not a number',
      ',the line has 3 cells instead of 8',
      ',"preg: value is missing, and the model does not support missing values"',
      expect.stringMatching(/^[01],$/),
      ',the line is not CSV: a quote may only enclose a whole cell (RFC 4180)',
    ]);
    expect(await jobs.get(id)).toMatchObject({ rows_done: 6, rows_failed: 4 });
  });

  it('returns the requested outputs, one column per value', async () => {
    const id = await jobs.start(csv(ROWS.slice(0, 2)), '?outputs=predict_proba,predict');
    const [header, ...rest] = lines(await jobs.results(id));
    expect(header).toBe('predict_proba_0,predict_proba_1,predict,error');
    for (const [i, line] of rest.entries()) {
      const [no, yes, label, error] = line.split(',');
      expect(Number(no) + Number(yes)).toBeCloseTo(1, 6);
      expect([label, error]).toEqual([String(labels[i]), '']);
    }
  });

  it('may be sent as a form', async () => {
    const { body } = await jobs
      .call('post')
      .attach('file', Buffer.from(csv(ROWS)), 'rows.csv')
      .expect(202);
    expect(lines(await jobs.results((body as JobView).id))).toHaveLength(ROWS.length + 1);
  });
});

describe('an NDJSON file', () => {
  const ndjson = (rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

  it('has a list or an object per line, and returns an object per line', async () => {
    const rows = ROWS.map((row, i) =>
      i % 2 === 0 ? row : Object.fromEntries(row.map((value, j) => [FEATURES[j], value])),
    );
    const id = await jobs.start(ndjson(rows), '', 'application/x-ndjson');
    expect(lines(await jobs.results(id)).map((line) => JSON.parse(line) as unknown)).toEqual(
      labels.map((prediction) => ({ prediction })),
    );
  });

  it('returns an error for a line that cannot be predicted', async () => {
    const text = `${JSON.stringify(ROWS[0])}\n{"preg":1\n\n${JSON.stringify({ preg: 1 })}\n[1]\n`;
    const id = await jobs.start(text, '', 'application/x-ndjson');
    expect(lines(await jobs.results(id)).map((line) => JSON.parse(line) as unknown)).toEqual([
      { prediction: labels[0] },
      { error: 'the line is not JSON' },
      {
        error: FEATURES.slice(1)
          .map((name) => `${name}: field required`)
          .join('; '),
      },
      { error: 'field required: the model takes 8 values, of which this is plas' },
    ]);
  });

  it('stops at its first bad row if requested', async () => {
    const id = await jobs.start(ndjson([ROWS[0], ROWS[1], [1]]), '?on_error=stop', 'application/x-ndjson');
    expect(await jobs.finished(id)).toMatchObject({
      state: 'failed',
      error: {
        code: 'invalid_input',
        detail: 'row 3: field required: the model takes 8 values, of which this is plas',
      },
    });
    await jobs.call('get', `/${id}/results`).expect(409);
  });
});

describe('a rejected job', () => {
  it.each([
    ['a header that lacks a feature', csv([], FEATURES.slice(1)), '', 'text/csv', 400, 'preg is missing'],
    [
      'a header with another name',
      csv([], [...FEATURES, 'x']),
      '',
      'text/csv',
      400,
      'unknown feature \\"x\\"',
    ],
    ['an empty file', '', '', 'text/csv', 400, 'the file has no rows'],
    ['a file of another type', '[]', '', 'application/json', 415, 'text/csv or application/x-ndjson'],
    ['an unknown option', csv(ROWS), '?rows=1', 'text/csv', 422, 'rows is an unknown parameter'],
    ['an unknown output', csv(ROWS), '?outputs=x', 'text/csv', 422, 'unknown output \\"x\\"'],
    ['a wrong policy', csv(ROWS), '?on_error=x', 'text/csv', 422, 'on_error must be continue or stop'],
    [
      'a version that is not there',
      csv(ROWS),
      '?version=9',
      'text/csv',
      404,
      'unknown version \\"9\\"; versions of diabetes: 1',
    ],
    ['too large a file', 'x'.repeat(JOB_LIMIT + 1), '', 'text/csv', 413, `larger than ${JOB_LIMIT} bytes`],
  ])('has %s', async (_, text, query, type, status, detail) => {
    const response = await jobs.create(text, query, type);
    expect([response.status, response.text]).toEqual([status, expect.stringContaining(detail)]);
  });

  it('has an unknown model, or a token without the scope', async () => {
    await (await jobsOf('paula', 'nobody')).create(csv(ROWS)).expect(404);
    const login = { username: 'paula', password: 'paulas-pass-word', scope: 'models:read' };
    const { body } = await server.http.post('/token').type('form').send(login).expect(200);
    const token = (body as { access_token: string }).access_token;
    await new Jobs(server, token, 'diabetes').create(csv(ROWS)).expect(403);
    await server.http.post('/v1/models/diabetes/jobs').set('content-type', 'text/csv').send('x').expect(401);
  });

  it('has a CSV file for another route', async () => {
    const token = await server.login('paula', 'paulas-pass-word');
    await server.http
      .post('/v1/models/diabetes:predict')
      .set(bearer(token))
      .set('content-type', 'text/csv')
      .send(csv(ROWS))
      .expect(415);
  });
});

describe('a download', () => {
  it('supports ranges', async () => {
    const id = await jobs.start(csv(ROWS));
    const whole = await jobs.results(id);
    const part = (range: string) => jobs.call('get', `/${id}/results`).set('range', range).buffer();
    const middle = await part('bytes=5-20').expect(206);
    expect([middle.text, middle.headers['content-range']]).toEqual([
      whole.slice(5, 21),
      `bytes 5-20/${whole.length}`,
    ]);
    expect((await part('bytes=100-').expect(206)).text).toBe(whole.slice(100));
    expect((await part('bytes=-7').expect(206)).text).toBe(whole.slice(-7));
    const beyond = await part(`bytes=${whole.length}-`).expect(416);
    expect(beyond.headers['content-range']).toBe(`bytes */${whole.length}`);
  });
});

describe("another user's job", () => {
  it('returns 404, except to an administrator', async () => {
    const id = await jobs.start(csv(ROWS));
    await jobs.finished(id);
    const [peter, adam] = [await jobsOf('peter'), await jobsOf('adam')];
    await peter.call('get', `/${id}`).expect(404);
    await peter.call('get', `/${id}/results`).expect(404);
    await peter.call('post', `/${id}/cancel`).expect(404);
    await peter.call('delete', `/${id}`).expect(404);
    expect((await peter.call('get').expect(200)).body).toEqual({ items: [], next: null });
    const { body } = await adam.call('get', '?limit=1').expect(200);
    expect((body as { items: JobView[] }).items.map((job) => job.id)).toEqual([id]);
    await adam.call('delete', `/${id}`).expect(204);
    await jobs.call('get', `/${id}`).expect(404);
    expect(existsSync(join(modelgate.dataDir, 'jobs', id))).toBe(false);
  });
});
