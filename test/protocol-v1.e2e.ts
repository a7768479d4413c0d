import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { installation } from './support/installation.js';
import { AS_OBJECT, PATIENT } from './support/patient.js';
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
  await modelgate.run(['models', 'import', join(FIXTURES, 'sklearn/0.22.2/pima-scaled-logistic.pkl')]);
  token = await server.login();
});

describe('KServe V1', () => {
  it('accepts rows as lists and as objects', async () => {
    const { body, headers } = await post('/v1/models/diabetes:predict')
      .send({ instances: [PATIENT, AS_OBJECT] })
      .expect(200);
    expect(body).toEqual({ predictions: [0, 0] });
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it('accepts rows as inputs too', async () => {
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
  ])('%j is rejected with the place of the fault', async (sent, detail) => {
    const { status, body } = await post('/v1/models/diabetes:predict').send(sent);
    expect([status, body]).toMatchObject([400, { code: 'invalid_input', detail, error: detail }]);
  });

  it('flags values outside the training range, in the response and the record', async () => {
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

  it('accepts objects in their order if the file has no feature names, as before scikit-learn 1.0', async () => {
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

  it('has a liveness route, and returns 404 for an unknown model', async () => {
    expect((await server.http.get('/').expect(200)).body).toEqual({ status: 'alive' });
    const { body, headers } = await post('/v1/models/nobody:predict')
      .send({ instances: [PATIENT] })
      .expect(404);
    expect(body).toMatchObject({ code: 'model_not_found', error: 'unknown model nobody' });
    expect(headers['content-type']).toBe('application/problem+json');
  });
});
