import { gunzipSync, gzipSync, deflateSync } from 'node:zlib';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { installation } from './support/installation.js';
import { PROJECT_DIR } from './support/program.js';
import type { Server } from './support/server.js';

const FIXTURES = join(PROJECT_DIR, 'test/fixtures');
const PATIENT = [3, 102, 44, 20, 94, 30.8, 0.4, 26];
const NAMES = ['preg', 'plas', 'pres', 'skin', 'test', 'mass', 'pedi', 'age'];
const AS_OBJECT = Object.fromEntries(NAMES.map((name, i) => [name, PATIENT[i]]));

const modelgate = installation({ MODELGATE_RATE_LIMIT: '0' });
let server: Server;
let token: string;

const post = (path: string) => server.http.post(path).set(bearer(token));
const infer = (body: object, model = 'diabetes') => post(`/v2/models/${model}/infer`).send(body);
const tensor = (data: unknown[], shape = [1, 8], datatype = 'FP64') => ({
  name: 'anything',
  shape,
  datatype,
  data,
});

beforeAll(async () => {
  server = await modelgate.serve();
  await modelgate.run([
    'models',
    'import',
    join(FIXTURES, 'onnx/mixed-columns-zipmap.onnx'),
    join(FIXTURES, 'onnx/iris-logistic-zipmap.onnx'),
    join(FIXTURES, 'sklearn/0.22.2/pima-scaled-logistic.pkl'),
  ]);
  token = await server.login();
});

describe('KServe V1', () => {
  it('takes rows as lists and as objects', async () => {
    const { body, headers } = await post('/v1/models/diabetes:predict')
      .send({ instances: [PATIENT, AS_OBJECT] })
      .expect(200);
    expect(body).toEqual({ predictions: [0, 0] });
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it('takes rows as inputs too, as KServe does', async () => {
    const { body } = await post('/v1/models/diabetes:predict')
      .send({ inputs: [PATIENT, AS_OBJECT] })
      .expect(200);
    expect(body).toEqual({ predictions: [0, 0] });
  });

  it.each([
    [{}, 'instances: must be a list of one row or more'],
    [{ inputs: [] }, 'inputs: must be a list of one row or more'],
    [{ inputs: [[1]] }, 'inputs[0][1]: field required: the model takes 8 values, of which this is plas'],
    [{ instances: [PATIENT], inputs: [PATIENT] }, 'inputs: the body has instances and inputs; send one'],
    [{ instances: [] }, 'instances: must be a list of one row or more'],
    [
      { instances: [PATIENT, [1, 2]] },
      'instances[1][2]: field required: the model takes 8 values, of which this is pres',
    ],
    [{ instances: [{ ...AS_OBJECT, weight: 3 }] }, 'instances[0].weight: unknown feature'],
    [
      { instances: [{ ...AS_OBJECT, age: null }] },
      'instances[0].age: value is missing, and the model does not support missing values',
    ],
    [{ instances: [{ ...AS_OBJECT, age: '26' }] }, 'instances[0].age: value is not a number'],
    [{ instances: [7] }, 'instances[0]: must be a list of 8 values, or an object by feature name'],
  ])('%j is refused naming the place', async (sent, detail) => {
    const { status, body } = await post('/v1/models/diabetes:predict').send(sent);
    expect([status, body]).toMatchObject([400, { code: 'invalid_input', detail, error: detail }]);
  });

  it('flags values outside the training range, in the answer and in the record', async () => {
    const { body, headers } = await post('/v1/models/diabetes:predict')
      .set('x-subject-id', 'case-7')
      .send({ instances: [{ ...AS_OBJECT, age: 140 }] })
      .expect(200);
    const flag = { row: 0, feature: 'age', value: 140, range: [21, 81] };
    expect(body).toMatchObject({ parameters: { out_of_range: [flag] } });
    const record = (await modelgate.trail()).find(({ request_id: id }) => id === headers['x-request-id']);
    expect(record).toMatchObject({
      kind: 'prediction',
      model: 'diabetes',
      version: 1,
      rows: 1,
      subject: 'case-7',
    });
    expect(JSON.parse(record!.flags as string)).toEqual({ out_of_range: [{ row: 0, feature: 'age' }] });
  });

  it('takes objects in their order where the file holds no feature names, as scikit-learn before 1.0 does', async () => {
    const columns = Object.fromEntries(PATIENT.map((value, i) => [`column ${i}`, value]));
    const byName = await post('/v1/models/pima-scaled-logistic:predict')
      .send({ instances: [columns] })
      .expect(200);
    const inputs = PATIENT.map((value, i) => ({
      name: `column ${i}`,
      shape: [1, 1],
      datatype: 'FP64',
      data: [value],
    }));
    const byTensor = await infer({ inputs }, 'pima-scaled-logistic').expect(200);
    expect([byName.body, byTensor.body]).toMatchObject([{ predictions: [0] }, { outputs: [{ data: [0] }] }]);
    const { body } = await post('/v1/models/pima-scaled-logistic:predict')
      .send({ instances: [{ a: 1 }] })
      .expect(400);
    expect(body).toMatchObject({
      detail: 'instances[0][1]: field required: the model takes 8 values, of which this is f1',
    });
  });

  it('says that it is alive, and knows no model it does not have', async () => {
    expect((await server.http.get('/').expect(200)).body).toEqual({ status: 'alive' });
    const { body, headers } = await post('/v1/models/nobody:predict')
      .send({ instances: [PATIENT] })
      .expect(404);
    expect(body).toMatchObject({ code: 'model_not_found', error: 'unknown model nobody' });
    expect(headers['content-type']).toBe('application/problem+json');
  });
});

describe('Open Inference Protocol V2 over REST', () => {
  it('has bodies of health as the OpenAPI of the protocol has them', async () => {
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

  it('answers with the default output, echoes the id, and names the version', async () => {
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
    'takes %s where no value is lost, flat or nested',
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
      'of %s are answered alike, flat or nested',
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
      ['FP32', '1e39', 'anything.data[1201]: value is not a finite number'],
      [
        'FP64',
        'null',
        'anything[150].plas: value is not a number (NaN), and the model does not support missing values',
      ],
      ['INT64', '1.5', 'anything.data[1201]: value is not a whole number'],
      ['FP64', '1,1', 'anything: data has 1601 values, its shape needs 1600'],
      ['FP64', '01', undefined],
    ])('of %s, one of which has %s, are refused with its place', async (datatype, value, error) => {
      const values = rows.flat().map((sent, i) => (i === 150 * 8 + 1 ? 'HERE' : sent));
      const text = JSON.stringify(many(datatype, values)).replace('"HERE"', value);
      const { body } = await post('/v2/models/diabetes/infer').type('json').send(text).expect(400);
      const at = text.indexOf(',01,') + 2;
      expect(body).toEqual({
        error: error ?? `the body is not JSON: unexpected character at position ${at}`,
      });
    });

    it('are on record as they were sent', async () => {
      const text = JSON.stringify(many('FP64'), undefined, 1);
      await post('/v2/models/diabetes/infer').set('x-request-id', 'many').type('json').send(text).expect(200);
      const record = (await modelgate.trail()).find(({ request_id: id }) => id === 'many');
      expect(record).toMatchObject({ request: text, rows: 200 });
    });
  });

  it('takes a tensor a feature, by name', async () => {
    const inputs = NAMES.map((name, i) => ({ name, shape: [1], datatype: 'FP64', data: [PATIENT[i]] }));
    expect((await infer({ inputs }).expect(200)).body).toMatchObject({ outputs: [{ data: [0] }] });
    const { body } = await infer({ inputs: inputs.slice(1) }).expect(400);
    expect(body).toEqual({ error: 'preg: feature required' });
  });

  it('takes text for categories and gives labels as BYTES', async () => {
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
      'anything.data[0]: value is beyond 2^53, where JSON numbers lose digits; send it as a binary tensor',
    ],
    [
      'classification',
      { inputs: [tensor(PATIENT)], outputs: [{ name: 'predict', parameters: { classification: 2 } }] },
      400,
      'predict: the parameter classification is not supported; request the output predict_proba',
    ],
  ])('%s is refused in one sentence', async (_what, sent, status, error) => {
    const answer = await infer(sent);
    expect([answer.status, answer.body, answer.headers['content-type']]).toEqual([
      status,
      { error },
      'application/json',
    ]);
  });

  it('answers no rows with no rows', async () => {
    const { body } = await infer({
      inputs: [tensor([], [0, 8])],
      outputs: [{ name: 'predict_proba' }],
    }).expect(200);
    expect(body).toMatchObject({ outputs: [{ name: 'predict_proba', shape: [0, 2], data: [] }] });
  });
});

describe('the binary tensor extension', () => {
  const body = (json: object, tail: Buffer): { bytes: Buffer; length: number } => {
    const header = Buffer.from(JSON.stringify(json));
    return { bytes: Buffer.concat([header, tail]), length: header.length };
  };
  const doubles = (values: readonly number[]): Buffer => Buffer.from(Float64Array.from(values).buffer);
  const input = (size: number) => ({
    name: 'x',
    shape: [1, 8],
    datatype: 'FP64',
    parameters: { binary_data_size: size },
  });
  const send = (bytes: Buffer, length: number, headers: Record<string, string> = {}) =>
    post('/v2/models/diabetes/infer')
      .set({
        'content-type': 'application/octet-stream',
        'inference-header-content-length': String(length),
        ...headers,
      })
      .buffer(true)
      .parse((response, done) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => done(null, Buffer.concat(chunks)));
      })
      .send(bytes);

  it('goes both ways', async () => {
    const { bytes, length } = body(
      { inputs: [input(64)], parameters: { binary_data_output: true } },
      doubles(PATIENT),
    );
    const { body: answer, headers } = await send(bytes, length).expect(200);
    const headerLength = Number(headers['inference-header-content-length']);
    expect(JSON.parse((answer as Buffer).subarray(0, headerLength).toString())).toEqual({
      model_name: 'diabetes',
      model_version: '1',
      outputs: [{ name: 'predict', datatype: 'INT64', shape: [1], parameters: { binary_data_size: 8 } }],
    });
    expect((answer as Buffer).readBigInt64LE(headerLength)).toBe(0n);
  });

  it('answers alike wherever in memory the numbers begin, and however the body travels', async () => {
    const outputs = [{ name: 'predict_proba', parameters: { binary_data: true } }];
    const answers: Buffer[] = [];
    for (let padding = 0; padding < 8; padding++) {
      const { bytes, length } = body(
        { inputs: [input(64)], outputs, padding: 'x'.repeat(padding) },
        doubles(PATIENT),
      );
      const sent = [
        await send(bytes, length).expect(200),
        await send(gzipSync(bytes), length, { 'content-encoding': 'gzip' }).expect(200),
      ];
      for (const { body: answer } of sent) answers.push((answer as Buffer).subarray(-8));
    }
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0].readFloatLE(0) + answers[0].readFloatLE(4)).toBeCloseTo(1, 6);
  });

  it.each(['Infinity', '1e400', '-1', '1.5', 'NaN', '0x10', '1152921504606846976', '1000'])(
    'refuses %s as the length of its JSON',
    async (length) => {
      const { bytes } = body({ inputs: [input(64)] }, doubles(PATIENT));
      const { body: refusal } = await send(bytes, 0, { 'inference-header-content-length': length }).expect(
        400,
      );
      expect(JSON.parse(String(refusal))).toMatchObject({ error: expect.any(String) as string });
    },
  );

  it('mixes with JSON: one output of each kind', async () => {
    const outputs = [
      { name: 'predict', parameters: { binary_data: false } },
      { name: 'predict_proba', parameters: { binary_data: true } },
    ];
    const { bytes, length } = body({ inputs: [input(64)], outputs }, doubles(PATIENT));
    const { body: answer, headers } = await send(bytes, length).expect(200);
    const headerLength = Number(headers['inference-header-content-length']);
    expect(JSON.parse((answer as Buffer).subarray(0, headerLength).toString())).toMatchObject({
      outputs: [
        { name: 'predict', data: [0] },
        { name: 'predict_proba', parameters: { binary_data_size: 8 } },
      ],
    });
    expect((answer as Buffer).length).toBe(headerLength + 8);
  });

  it.each<[string, object, Buffer, number | undefined]>([
    ['bytes that the shape does not need', { inputs: [input(72)] }, doubles([...PATIENT, 1]), undefined],
    ['fewer bytes than announced', { inputs: [input(64)] }, doubles(PATIENT.slice(1)), undefined],
    ['bytes of no input', { inputs: [input(64)] }, doubles([...PATIENT, 1]), undefined],
    ['a header longer than the body', { inputs: [input(64)] }, doubles(PATIENT), 9999],
    ['a header cut short', { inputs: [input(64)] }, doubles(PATIENT), 10],
  ])('%s: 400', async (_what, json, tail, announced) => {
    const { bytes, length } = body(json, tail);
    const answer = await send(bytes, announced ?? length);
    expect(answer.status).toBe(400);
    expect(JSON.parse((answer.body as Buffer).toString())).toEqual({
      error: expect.stringMatching(/^[^\n]+$/) as unknown,
    });
  });
});

describe('compression', () => {
  const json = JSON.stringify({
    inputs: [
      tensor(
        Array.from({ length: 800 }, (_, i) => PATIENT[i % 8]),
        [100, 8],
      ),
    ],
    outputs: [{ name: 'predict_proba' }],
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
  ] as const)('takes %s', async (encoding, pack) => {
    const { body } = await post('/v2/models/diabetes/infer')
      .set({ 'content-type': 'application/json', 'content-encoding': encoding })
      .serialize((bytes: unknown) => bytes as string)
      .send(pack(json) as unknown as object)
      .expect(200);
    expect((body as { outputs: { shape: number[] }[] }).outputs[0].shape).toEqual([100, 2]);
  });

  it('gives gzip to who asks for it', async () => {
    const response = await fetch(`${server.url}/v2/models/diabetes/infer`, {
      method: 'POST',
      headers: { ...bearer(token), 'content-type': 'application/json', 'accept-encoding': 'gzip' },
      body: json,
    });
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(((await response.json()) as { outputs: { shape: number[] }[] }).outputs[0].shape).toEqual([
      100, 2,
    ]);
  });

  it('bounds what comes out, not what goes in', async () => {
    const bomb = gzipSync(Buffer.alloc(16 * 2 ** 20, '['));
    expect(gunzipSync(bomb).length).toBe(16 * 2 ** 20);
    const response = await fetch(`${server.url}/v2/models/diabetes/infer`, {
      method: 'POST',
      headers: { ...bearer(token), 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: bomb,
    });
    expect(response.status).toBe(413);
  });
});
