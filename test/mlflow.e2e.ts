import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { Exposition } from './support/exposition.js';
import { type AuditRecord, installation } from './support/installation.js';
import { PROJECT_DIR } from './support/program.js';
import type { Server } from './support/server.js';

const PATIENT = [3, 102, 44, 20, 94, 30.8, 0.4, 26];
const SICK = [8, 183, 64, 0, 0, 23.3, 0.672, 32];
const NAMES = ['preg', 'plas', 'pres', 'skin', 'test', 'mass', 'pedi', 'age'];
const asObject = (row: readonly number[]) => Object.fromEntries(NAMES.map((name, i) => [name, row[i]]));
const lines = (...rows: readonly (readonly unknown[])[]) => rows.map((row) => `${row.join()}\n`).join('');

const modelgate = installation({ MODELGATE_RATE_LIMIT: '0' });
let server: Server;
let token: string;

const invoke = (body: string | object, type = 'application/json', who = token) =>
  server.http
    .post('/invocations')
    .set(bearer(who))
    .set('content-type', type)
    .send(typeof body === 'string' ? body : JSON.stringify(body));

async function recordOf(requestId: string): Promise<AuditRecord> {
  const { body } = await server.http.get(`/v1/audit?request_id=${requestId}`).set(bearer(token)).expect(200);
  return (body as { items: AuditRecord[] }).items[0];
}

beforeAll(async () => {
  server = await modelgate.serve();
  await modelgate.run([
    'models',
    'import',
    join(PROJECT_DIR, 'test/fixtures/onnx/mixed-columns-zipmap.onnx'),
  ]);
  await modelgate.addUser('ann', 'ann-has-a-password', '--role', 'admin');
  token = await server.login('ann', 'ann-has-a-password');
});

describe('POST /invocations with JSON', () => {
  it.each<[string, object]>([
    ['dataframe_split', { dataframe_split: { columns: NAMES, index: [0, 1], data: [PATIENT, SICK] } }],
    [
      'dataframe_split in another order of columns',
      {
        dataframe_split: {
          columns: [...NAMES].reverse(),
          data: [PATIENT, SICK].map((row) => [...row].reverse()),
        },
      },
    ],
    ['dataframe_split without names', { dataframe_split: { data: [PATIENT, SICK] } }],
    ['dataframe_records', { dataframe_records: [asObject(PATIENT), asObject(SICK)] }],
    ['instances as lists', { instances: [PATIENT, SICK] }],
    ['instances as objects', { instances: [asObject(PATIENT), asObject(SICK)] }],
    ['inputs as lists', { inputs: [PATIENT, SICK] }],
    [
      'inputs by column',
      { inputs: Object.fromEntries(NAMES.map((name, i) => [name, [PATIENT[i], SICK[i]]])) },
    ],
    ['params, which the model does not declare', { instances: [PATIENT, SICK], params: { top_k: 3 } }],
  ])('takes %s', async (_what, body) => {
    const { status, body: answer, headers } = await invoke(body);
    expect([status, answer]).toEqual([200, { predictions: [0, 1] }]);
    expect(headers['content-type']).toBe('application/json');
  });

  it('accepts the parameter charset=utf-8, and a body without a type', async () => {
    await invoke({ instances: [PATIENT] }, 'application/json; charset=utf-8').expect(200);
    const response = await fetch(`${server.url}/invocations`, {
      method: 'POST',
      headers: bearer(token),
      body: Buffer.from(JSON.stringify({ instances: [PATIENT] })),
    });
    expect(await response.json()).toEqual({ predictions: [0] });
  });

  it.each<[object | string, string]>([
    [
      {},
      'the body must be a JSON object with exactly one of dataframe_split, dataframe_records, instances, inputs',
    ],
    [
      { instances: [PATIENT], inputs: [PATIENT] },
      'the body must be a JSON object with exactly one of dataframe_split, dataframe_records, instances, inputs; it has instances and inputs',
    ],
    [
      [PATIENT],
      'the body must be a JSON object with exactly one of dataframe_split, dataframe_records, instances, inputs',
    ],
    ['{"instances": [[1,', 'the body is not JSON: unexpected end at position 18'],
    [{ instances: [] }, 'instances: must be a list of one row or more'],
    [{ dataframe_split: [PATIENT] }, 'dataframe_split: must be an object with columns and data'],
    [
      { dataframe_split: { columns: NAMES, data: [PATIENT, [1]] } },
      'dataframe_split.data[1]: must be a list of 8 values, one per column',
    ],
    [
      { dataframe_split: { columns: ['a', 'a'], data: [[1, 2]] } },
      'dataframe_split.columns: contains a duplicate name',
    ],
    [{ dataframe_split: { columns: [1], data: [[1]] } }, 'dataframe_split.columns: must be a list of names'],
    [
      { dataframe_records: [{ ...asObject(PATIENT), age: 'x' }] },
      'dataframe_records[0].age: value is not a number',
    ],
    [{ inputs: { preg: [1, 2], plas: [1] } }, 'inputs.plas: has 1 values where preg has 2'],
    [{ inputs: 3 }, 'inputs: must be a list of rows, or an object of lists by name'],
    [{ inputs: {} }, 'inputs: must have one list or more'],
  ])("rejects %j in MLflow's error format", async (body, message) => {
    const { status, body: answer, headers } = await invoke(body);
    expect([status, answer]).toEqual([400, { error_code: 'BAD_REQUEST', message }]);
    expect(headers['content-type']).toBe('application/json');
  });

  it.each([
    ['application/json; format=pandas-split', /^unknown content type parameter "format"/],
    ['application/json; charset=latin-1', /^the charset of the body must be utf-8$/],
    [
      'application/x-npy',
      /^expected a body of type application\/json or text\/csv, received application\/x-n/,
    ],
    [
      'application/x-ndjson',
      /^expected a body of type application\/json or text\/csv, received application\/x-n/,
    ],
  ])('rejects the type %s', async (type, message) => {
    const { status, body } = await invoke('{"instances":[[1]]}', type);
    expect([status, body]).toEqual([
      415,
      { error_code: 'BAD_REQUEST', message: expect.stringMatching(message) as string },
    ]);
  });

  it("uses MLflow's names for other errors", async () => {
    const { body, headers } = await server.http
      .post('/invocations')
      .send({ instances: [PATIENT] })
      .expect(401);
    expect(body).toEqual({ error_code: 'UNAUTHENTICATED', message: 'Not authenticated' });
    expect(headers['www-authenticate']).toBe('Bearer');
    await modelgate.addUser('audra', 'audras-pass-word', '--role', 'auditor');
    const auditor = await server.login('audra', 'audras-pass-word');
    const refused = await invoke({ instances: [PATIENT] }, 'application/json', auditor).expect(403);
    expect((refused.body as { error_code: string }).error_code).toBe('PERMISSION_DENIED');
  });
});

describe('POST /invocations with CSV', () => {
  it.each<[string, string, string]>([
    ['with a header', lines(NAMES, PATIENT, SICK), 'text/csv'],
    [
      'with a header in another order',
      lines([...NAMES].reverse(), [...PATIENT].reverse(), [...SICK].reverse()),
      'text/csv',
    ],
    ['without a header, as SageMaker sends it', lines(PATIENT, SICK), 'text/csv'],
    [
      'with quotes and CRLF',
      `${NAMES.map((name) => `"${name}"`).join()}\r\n${PATIENT.join()}\r\n${SICK.join()}`,
      'text/csv; charset=utf-8',
    ],
    ['that says it has a header', lines(NAMES, PATIENT, SICK), 'text/csv; header=present'],
    ['that says it has none', lines(PATIENT, SICK), 'text/csv; header=absent'],
  ])('accepts it %s', async (_what, body, type) => {
    const { status, body: answer } = await invoke(body, type);
    expect([status, answer]).toEqual([200, { predictions: [0, 1] }]);
  });

  it.each<[string, string]>([
    ['', 'the body: has no rows'],
    [lines(NAMES), 'the body: has a header and no rows'],
    [lines(NAMES.slice(1), PATIENT), 'the header does not fit the model: preg is missing'],
    [lines(PATIENT, [1, 2]), 'rows[1]: has 2 cells instead of 8'],
    [lines(PATIENT, ['x', ...SICK.slice(1)]), 'rows[1][0]: preg: value is not a number'],
    ['1,"2\n', 'record 1 of the CSV: a quote is not closed'],
    ['1\n"2"3,4\n', 'record 2 of the CSV: text follows a closing quote'],
    ['1,2"3\n', 'record 1 of the CSV: a quote stands within a cell'],
  ])('rejects %j', async (body, message) => {
    const { status, body: answer } = await invoke(body, 'text/csv');
    expect([status, answer]).toEqual([400, { error_code: 'BAD_REQUEST', message }]);
  });

  it('returns CSV if the client accepts it', async () => {
    const csv = await invoke(lines(PATIENT, SICK), 'text/csv').set('accept', 'text/csv').expect(200);
    expect([csv.text, csv.headers['content-type']]).toEqual(['0\n1\n', 'text/csv; charset=utf-8']);
    for (const accept of ['text/csv;q=0.5, application/json', '*/*', 'application/x-npy'])
      expect((await invoke(lines(PATIENT), 'text/csv').set('accept', accept).expect(200)).body).toEqual({
        predictions: [0],
      });
  });
});

describe('the probes', () => {
  it.each(['/ping', '/health'])('%s needs no token and leaves no record', async (path) => {
    const response = await fetch(`${server.url}${path}`, { headers: { 'x-request-id': 'a-probe' } });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(await response.text()).toBe('\n');
    expect(await recordOf('a-probe')).toBeUndefined();
  });

  it('/version is the version of the server, without quotes', async () => {
    const { version } = JSON.parse(readFileSync(join(PROJECT_DIR, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(await (await fetch(`${server.url}/version`)).text()).toBe(version);
  });
});

describe('a prediction over /invocations', () => {
  it.each<[string, string, string, string | undefined]>([
    [
      'json',
      JSON.stringify({ dataframe_split: { columns: NAMES, data: [SICK] } }),
      'application/json',
      undefined,
    ],
    ['csv', lines(NAMES, SICK), 'text/csv', 'text/csv'],
    ['csv-json', lines(SICK), 'text/csv', undefined],
  ])('of %s is recorded completely, found by its features and replayed', async (id, sent, type, accept) => {
    const request = invoke(sent, type).set('x-request-id', id);
    await (accept ? request.set('accept', accept) : request).expect(200);
    const record = await recordOf(id);
    expect(record).toMatchObject({
      kind: 'prediction',
      protocol: 'mlflow',
      route: '/invocations',
      model: 'diabetes',
      rows: 1,
      request: sent,
      response: accept ? '1\n' : '{"predictions":[1]}',
    });
    const { body: found } = await server.http
      .get(`/v1/audit?request_id=${id}&feature.pedi=0.672`)
      .set(bearer(token))
      .expect(200);
    expect((found as { items: unknown[] }).items).toHaveLength(1);
    const { body } = await server.http
      .post(`/v1/audit/${String(record.id)}/replay`)
      .set(bearer(token))
      .expect(200);
    expect(body).toMatchObject({ same: true, differences: [] });
  });

  it('is counted under its own protocol', async () => {
    await invoke({ instances: [PATIENT] }).expect(200);
    const { text } = await server.http.get('/metrics').set(bearer(token)).expect(200);
    const counted = Object.entries(new Exposition(text).samples('modelgate_predictions_total'));
    expect(counted.map(([labels]) => labels)).toContain(
      'model="diabetes",version="1",protocol="mlflow",outcome="success"',
    );
  });

  it('is described in the OpenAPI document', async () => {
    const { body } = await server.http.get('/openapi.json').expect(200);
    const { paths } = body as { paths: Record<string, Record<string, { security?: unknown }>> };
    expect(paths['/invocations'].post.security).toEqual([{ oauth2: ['predict'] }]);
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/ping', '/health', '/version']));
  });
});
