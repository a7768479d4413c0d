import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { installation } from './support/installation.js';
import { Jobs } from './support/jobs.js';
import { PROJECT_DIR } from './support/program.js';
import type { Server } from './support/server.js';

const FIXTURES = join(PROJECT_DIR, 'test/fixtures/sklearn/families');
const PREDICT = '/v1/endpoints/1/deployedModels/2:predict';
const modelgate = installation({
  MODELGATE_RATE_LIMIT: '0',
  MODELGATE_DEFAULT_MODEL: 'reviews',
  AIP_PREDICT_ROUTE: PREDICT,
});

interface Expected {
  readonly inputs: readonly (readonly [string])[];
  readonly predict: readonly (readonly [string])[];
  readonly predict_proba: readonly (readonly number[])[];
}
const { inputs, ...expected } = JSON.parse(
  readFileSync(join(FIXTURES, 'text-tfidf-logistic.expected.json'), 'utf8'),
) as Expected;
const texts = inputs.map(([text]) => text);
const labels = expected.predict.map(([label]) => label);
const probabilities = expected.predict_proba.map((row) =>
  row.map((value) => expect.closeTo(value, 9) as number),
);

let server: Server;
let token: string;

const post = (path: string, body: object) => server.http.post(path).set(bearer(token)).send(body);

beforeAll(async () => {
  await modelgate.addUser('olga', 'olgas-pass-word', '--role', 'operator');
  const file = (name: string) => join(FIXTURES, `${name}.pkl`);
  await modelgate.run(['models', 'import', '--name', 'reviews', file('text-tfidf-logistic')]);
  await modelgate.run(['models', 'import', '--name', 'vectors', file('text-count')]);
  await modelgate.run(['models', 'import', '--name', 'columns', file('text-columns')]);
  server = await modelgate.serve();
  token = await server.login('olga', 'olgas-pass-word');
});

describe('a model of one text column', () => {
  it('answers V1 instances that are texts', async () => {
    const { body } = await post('/v1/models/reviews:predict', { instances: texts }).expect(200);
    expect(body).toEqual({ predictions: labels });
  });

  it.each<[string, object]>([
    ['outputs', { outputs: ['predict_proba'] }],
    ['one output', { outputs: 'predict_proba' }],
    ['parameters', { parameters: { outputs: ['predict_proba'] } }],
  ])('gives probabilities by %s', async (_, asked) => {
    const { body } = await post('/v1/models/reviews:predict', { instances: texts, ...asked }).expect(200);
    expect(body).toEqual({ predictions: probabilities });
  });

  it('gives several outputs by name', async () => {
    const { body } = await post('/v1/models/reviews:predict', {
      instances: [texts[0]],
      outputs: ['predict', 'predict_proba'],
    }).expect(200);
    expect(body).toEqual({
      predictions: { predict: [labels[0]], predict_proba: [probabilities[0]] },
    });
  });

  it('takes rows as lists and objects too, by whatever name', async () => {
    const instances = [texts[0], [texts[5]], { text: texts[1] }, { review: texts[6] }];
    const { body } = await post('/v1/models/reviews:predict', { instances }).expect(200);
    expect(body).toEqual({ predictions: ['good', 'bad', 'good', 'bad'] });
  });

  it.each<[object, string]>([
    [{ instances: ['fine', 7] }, 'instances[1].text: value is not a string'],
    [{ instances: [null] }, 'instances[0]: must be a list of 1 values, or an object by feature name'],
    [
      { instances: ['fine'], outputs: ['proba'] },
      "outputs: must be one or more of the model's outputs: predict, predict_proba, decision_function",
    ],
  ])('refuses %j', async (sent, detail) => {
    const { body } = await post('/v1/models/reviews:predict', sent).expect(400);
    expect((body as { detail: string }).detail).toBe(detail);
  });

  it('answers V2 tensors of texts', async () => {
    const { body } = await post('/v2/models/reviews/infer', {
      inputs: [{ name: 'text', datatype: 'BYTES', shape: [texts.length, 1], data: texts }],
      outputs: [{ name: 'predict' }, { name: 'predict_proba' }],
    }).expect(200);
    expect((body as { outputs: object[] }).outputs).toMatchObject([
      { name: 'predict', datatype: 'BYTES', data: labels },
      { name: 'predict_proba', shape: [texts.length, 2], data: probabilities.flat() },
    ]);
  });

  it("answers MLflow's and Vertex AI's requests, with probabilities by parameter", async () => {
    const invoke = async (body: object) => (await post('/invocations', body).expect(200)).body as unknown;
    expect(await invoke({ inputs: texts })).toEqual({ predictions: labels });
    expect(await invoke({ dataframe_split: { columns: ['review'], data: inputs } })).toEqual({
      predictions: labels,
    });
    expect(await invoke({ instances: texts, params: { outputs: ['predict_proba'] } })).toEqual({
      predictions: probabilities,
    });
    const { body } = await post(PREDICT, {
      instances: texts,
      parameters: { outputs: ['predict_proba'] },
    }).expect(200);
    expect(body).toEqual({ predictions: probabilities });
  });

  it('answers jobs of NDJSON and CSV', async () => {
    const jobs = new Jobs(server, token, 'reviews');
    const some = texts.slice(0, 6);
    const ndjson = some.map((text) => `${JSON.stringify(text)}\n`).join('');
    const lines = await jobs.results(await jobs.start(ndjson, '', 'application/x-ndjson'));
    expect(lines.trim().split('\n')).toHaveLength(6);
    expect(lines.match(/"(good|bad)"/g)).toEqual(labels.slice(0, 6).map((label) => `"${label}"`));
    const csv = `text\n${some.map((text) => `"${text.replaceAll('"', '""')}"\n`).join('')}`;
    const table = await jobs.results(await jobs.start(csv));
    expect(table).toBe(['predict,error', ...labels.slice(0, 6).map((label) => `${label},`), ''].join('\r\n'));
  });
});

describe('a vectorizer by itself', () => {
  it('gives its row of counts', async () => {
    const counts = JSON.parse(readFileSync(join(FIXTURES, 'text-count.expected.json'), 'utf8')) as {
      transform: number[][];
    };
    const { body } = await post('/v1/models/vectors:predict', { instances: texts }).expect(200);
    expect(body).toEqual({ predictions: counts.transform });
  });
});

describe('a text column beside others', () => {
  it('is a feature by its name', async () => {
    const { inputs: rows, predict } = JSON.parse(
      readFileSync(join(FIXTURES, 'text-columns.expected.json'), 'utf8'),
    ) as { inputs: [number, string, string][]; predict: [string][] };
    const instances = rows.map(([length, review, kind]) => ({ kind, review, length }));
    const { body } = await post('/v1/models/columns:predict', { instances }).expect(200);
    expect(body).toEqual({ predictions: predict.map(([label]) => label) });
  });
});
