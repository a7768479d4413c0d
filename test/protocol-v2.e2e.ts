import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { installation } from './support/installation.js';
import { NAMES, PATIENT, tensor } from './support/patient.js';
import { PROJECT_DIR } from './support/program.js';
import type { Server } from './support/server.js';

const FIXTURES = join(PROJECT_DIR, 'test/fixtures');

const modelgate = installation({ MODELGATE_RATE_LIMIT: '0' });
let server: Server;
let token: string;

const post = (path: string) => server.http.post(path).set(bearer(token));
const infer = (body: object, model = 'diabetes') => post(`/v2/models/${model}/infer`).send(body);

beforeAll(async () => {
  server = await modelgate.serve();
  await modelgate.run([
    'models',
    'import',
    join(FIXTURES, 'onnx/mixed-columns-zipmap.onnx'),
    join(FIXTURES, 'onnx/iris-logistic-zipmap.onnx'),
  ]);
  token = await server.login();
});

describe('Open Inference Protocol V2 over REST', () => {
  it("has health responses with the bodies of the protocol's OpenAPI document", async () => {
    expect((await server.http.get('/v2/health/live').expect(200)).body).toEqual({ live: true });
    expect((await server.http.get('/v2/health/ready').expect(200)).body).toEqual({ live: true, ready: true });
    const ready = await server.http.get('/v2/models/diabetes/ready').set(bearer(token)).expect(200);
    expect(ready.body).toEqual({ name: 'diabetes', ready: true });
    expect(ready.headers['content-type']).toBe('application/json');
  });

  it('describes itself and its models', async () => {
    const { body } = await server.http.get('/v2').set(bearer(token)).expect(200);
    expect(body).toMatchObject({
      name: 'modelgate',
      extensions: expect.arrayContaining(['binary_tensor_data', 'model_repository']) as unknown,
    });
    expect((await server.http.get('/v2/models/diabetes').set(bearer(token)).expect(200)).body).toEqual({
      name: 'diabetes',
      versions: ['1'],
      platform: 'tensorflow_js',
      inputs: [{ name: 'input-0', datatype: 'FP64', shape: [-1, 8] }],
      outputs: [
        { name: 'predict', datatype: 'INT64', shape: [-1] },
        { name: 'predict_proba', datatype: 'FP32', shape: [-1, 2] },
      ],
    });
  });

  it('returns the default output, the id, and the version', async () => {
    const { body } = await infer({ id: 'x-1', inputs: [tensor(PATIENT)], parameters: { own: 1 } }).expect(
      200,
    );
    expect(body).toEqual({
      model_name: 'diabetes',
      model_version: '1',
      id: 'x-1',
      outputs: [{ name: 'predict', datatype: 'INT64', shape: [1], data: [0] }],
    });
  });

  it.each(['FP32', 'FP64', 'INT64', 'INT32', 'UINT8'])(
    'accepts %s if no value is lost, flat or nested',
    async (datatype) => {
      const whole = [3, 102, 44, 20, 94, 30, 1, 26];
      const flat = await infer({
        inputs: [tensor([...whole, ...whole], [2, 8], datatype)],
        outputs: [{ name: 'predict_proba' }],
      }).expect(200);
      const nested = await infer({
        inputs: [tensor([whole, whole], [2, 8], datatype)],
        outputs: [{ name: 'predict_proba' }],
      }).expect(200);
      expect(flat.body).toEqual(nested.body);
      const { outputs } = flat.body as { outputs: { shape: number[]; data: number[] }[] };
      expect(outputs[0].shape).toEqual([2, 2]);
      expect(outputs[0].data[0] + outputs[0].data[1]).toBeCloseTo(1, 6);
    },
  );

  describe('many rows', () => {
    const rows = Array.from({ length: 200 }, (_, i) => [i % 9, 80 + i, 44, 20, 94, 30, 1, 21 + (i % 40)]);
    const many = (datatype: string, data: unknown[] = rows.flat()) => ({
      inputs: [tensor(data, [rows.length, 8], datatype)],
      outputs: [{ name: 'predict_proba' }],
    });

    it.each(['FP32', 'FP64', 'INT64', 'INT16'])(
      'of %s give the same result, flat or nested',
      async (datatype) => {
        const flat = await infer(many(datatype)).expect(200);
        expect(flat.body).toEqual((await infer(many(datatype, rows)).expect(200)).body);
        const { outputs } = flat.body as { outputs: { shape: number[]; data: number[] }[] };
        expect(outputs[0].shape).toEqual([200, 2]);
        expect(new Set(outputs[0].data).size).toBeGreaterThan(200);
      },
    );

    it.each([
      ['FP64', '1e999', 'anything[150].plas: value is not a finite number'],
      ['FP32', '1e39', 'anything.data[1201]: value is beyond the largest FP32, 3.4028234663852886e+38'],
      [
        'FP64',
        'null',
        'anything[150].plas: value is not a number (NaN), and the model does not support missing values',
      ],
      ['INT64', '1.5', 'anything.data[1201]: value is not a whole number'],
      ['FP64', '1,1', 'anything: data has 1601 values, its shape needs 1600'],
      ['FP64', '01', undefined],
    ])('of %s, one of which has %s, are rejected with its place', async (datatype, value, error) => {
      const values = rows.flat().map((sent, i) => (i === 150 * 8 + 1 ? 'HERE' : sent));
      const text = JSON.stringify(many(datatype, values)).replace('"HERE"', value);
      const { body } = await post('/v2/models/diabetes/infer').type('json').send(text).expect(400);
      const at = text.indexOf(',01,') + 2;
      expect(body).toEqual({
        error: error ?? `the body is not JSON: unexpected character at position ${at}`,
      });
    });

    it('are recorded as they were sent', async () => {
      const text = JSON.stringify(many('FP64'), undefined, 1);
      await post('/v2/models/diabetes/infer').set('x-request-id', 'many').type('json').send(text).expect(200);
      const record = (await modelgate.trail()).find(({ request_id: id }) => id === 'many');
      expect(record).toMatchObject({ request: text, rows: 200 });
    });
  });

  it('accepts one tensor per feature, by name', async () => {
    const inputs = NAMES.map((name, i) => ({ name, shape: [1], datatype: 'FP64', data: [PATIENT[i]] }));
    expect((await infer({ inputs }).expect(200)).body).toMatchObject({ outputs: [{ data: [0] }] });
    const { body } = await infer({ inputs: inputs.slice(1) }).expect(400);
    expect(body).toEqual({ error: 'preg: feature required' });
  });

  it('accepts text categories and returns labels as BYTES', async () => {
    const columns = (await server.http.get('/v2/models/mixed-columns-zipmap').set(bearer(token)).expect(200))
      .body as { inputs: { name: string; datatype: string }[] };
    expect(columns.inputs.map(({ datatype }) => datatype)).toContain('BYTES');
    const iris = await infer(
      { inputs: [tensor([5.1, 3.5, 1.4, 0.2], [1, 4], 'FP32')] },
      'iris-logistic-zipmap',
    ).expect(200);
    expect(iris.body).toMatchObject({
      outputs: [{ datatype: 'BYTES', shape: [1], data: ['setosa'] }, { shape: [1, 3] }],
    });
  });

  it.each<[string, object, number, string]>([
    [
      'a wrong width',
      { inputs: [tensor([1, 2, 3], [1, 3])] },
      400,
      'anything: has the shape [1, 3]; expected [rows, 8]',
    ],
    [
      'a shape that its data do not fill',
      { inputs: [tensor([1, 2, 3])] },
      400,
      'anything: data has 3 values, its shape needs 8',
    ],
    [
      'no such datatype',
      { inputs: [tensor(PATIENT, [1, 8], 'FLOAT')] },
      400,
      'anything: datatype must be one of BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, FP16, FP32, FP64, BYTES',
    ],
    ['no inputs', {}, 400, 'inputs: must be a list'],
    [
      'an unknown output',
      { inputs: [tensor(PATIENT)], outputs: [{ name: 'logits' }] },
      400,
      'outputs: unknown output logits; outputs of the model: predict, predict_proba',
    ],
    [
      'a missing value',
      { inputs: [tensor([null, ...PATIENT.slice(1)])] },
      400,
      'anything[0].preg: value is not a number (NaN), and the model does not support missing values',
    ],
    [
      'text',
      { inputs: [tensor(['a', ...PATIENT.slice(1)])] },
      400,
      'anything.data[0]: value is not a number',
    ],
    [
      'an integer beyond 2^53',
      { inputs: [tensor([2 ** 60, 1, 1, 1, 1, 1, 1, 1], [1, 8], 'INT64')] },
      400,
      'anything[0].preg: 1152921504606847000 cannot be represented exactly',
    ],
    [
      'classification',
      { inputs: [tensor(PATIENT)], outputs: [{ name: 'predict', parameters: { classification: 2 } }] },
      400,
      'predict: classification needs an output of numbers with the shape [rows, classes]',
    ],
  ])('%s is rejected in one sentence', async (_what, sent, status, error) => {
    const answer = await infer(sent);
    expect([answer.status, answer.body, answer.headers['content-type']]).toEqual([
      status,
      { error },
      'application/json',
    ]);
  });

  it('returns no rows for no rows', async () => {
    const { body } = await infer({
      inputs: [tensor([], [0, 8])],
      outputs: [{ name: 'predict_proba' }],
    }).expect(200);
    expect(body).toMatchObject({ outputs: [{ name: 'predict_proba', shape: [0, 2], data: [] }] });
  });
});
