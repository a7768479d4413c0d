import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { installation } from './support/installation.js';
import { PROJECT_DIR } from './support/program.js';
import type { Server } from './support/server.js';

const FIXTURES = join(PROJECT_DIR, 'test/fixtures/lightgbm');
const modelgate = installation({ MODELGATE_RATE_LIMIT: '0' });

type Cell = number | string | null;
interface Expected {
  readonly inputs: readonly (readonly Cell[] | Readonly<Record<string, Cell>>)[];
  readonly predict: readonly (Cell | readonly Cell[])[];
  readonly predict_proba?: readonly (readonly number[])[];
}
const expectedOf = (name: string): Expected =>
  JSON.parse(readFileSync(join(FIXTURES, `${name}.expected.json`), 'utf8')) as Expected;

let server: Server;
let token: string;

const call = (method: 'get' | 'post', path: string) => server.http[method](path).set(bearer(token));

beforeAll(async () => {
  await modelgate.addUser('olga', 'olgas-pass-word', '--role', 'operator');
  const files = ['multi-text.txt', 'categorical.pkl', 'wrap-pipeline.joblib', 'strings.pkl'];
  await modelgate.run(['models', 'import', ...files.map((file) => join(FIXTURES, file))]);
  server = await modelgate.serve();
  token = await server.login('olga', 'olgas-pass-word');
});

describe('a LightGBM model as text', () => {
  it('is imported over HTTP, and predicts like LightGBM', async () => {
    const file = join(FIXTURES, 'booster-text.txt');
    const { body } = await call('post', '/v1/models')
      .field('name', 'booster')
      .attach('file', file)
      .expect(201);
    expect(body).toMatchObject({
      name: 'booster',
      runtime: 'lightgbm',
      description: 'LightGBM binary, 12 trees (format v4)',
    });
    const { inputs, predict } = expectedOf('booster-text');
    const answer = await call('post', '/v1/models/booster:predict').send({ instances: inputs }).expect(200);
    expectNear((answer.body as { predictions: number[] }).predictions, predict as number[]);
  });

  it('returns raw scores', async () => {
    const { inputs, predict } = expectedOf('booster-text');
    const numbers = { name: 'input-0', datatype: 'FP64', shape: [inputs.length, 6], data: inputs.flat() };
    const request = { inputs: [numbers], outputs: [{ name: 'margin' }, { name: 'predict' }] };
    const { body } = await call('post', '/v2/models/booster/infer').send(request).expect(200);
    const [margin, given] = (body as { outputs: { data: number[] }[] }).outputs;
    expect(given.data).toEqual(margin.data.map((score) => 1 / (1 + Math.exp(-score))));
    expectNear(given.data, predict as number[]);
  });

  it('with several classes returns one probability per class', async () => {
    const { inputs, predict } = expectedOf('multi-text');
    const { body } = await call('post', '/v1/models/multi-text:predict')
      .send({ instances: inputs })
      .expect(200);
    const { predictions } = body as { predictions: number[][] };
    expectNear(predictions.flat(), predict.flat() as number[]);
  });

  it('is rejected by the API with the reason if it is damaged', async () => {
    const text = readFileSync(join(FIXTURES, 'booster-text.txt'), 'utf8');
    const damaged = Buffer.from(text.replace(/^left_child=1 /m, 'left_child=0 '));
    const { body } = await call('post', '/v1/models')
      .field('name', 'damaged')
      .attach('file', damaged, 'model.txt')
      .expect(422);
    expect((body as { detail: string }).detail).toContain('tree 0 is damaged: split 0');
  });
});

describe('pickled LightGBM estimators', () => {
  it('accept text categories by name, and treat unknown ones as missing', async () => {
    const shown = JSON.parse(await modelgate.run(['models', 'show', 'categorical'])) as object;
    expect(shown).toMatchObject({
      runtime: 'sklearn',
      signature: {
        features: [
          {
            name: 'city',
            datatype: 'BYTES',
            categories: ['New York', 'x', 'Ålesund', '東京'],
            nullable: true,
          },
          { name: 'plan', datatype: 'BYTES', categories: ['a', 'b', 'c'], nullable: true },
          { name: 'age', datatype: 'FP64', range: [18, 89], nullable: true },
          { name: 'income', datatype: 'FP64', range: [2177.9355977666833, 209033.07645634521] },
        ],
      },
    });
    const { inputs, predict } = expectedOf('categorical');
    const { body } = await call('post', '/v1/models/categorical:predict')
      .send({ instances: inputs })
      .expect(200);
    expect(body).toEqual({ predictions: predict });
    const [first] = inputs as readonly Record<string, Cell>[];
    const rows = [
      { ...first, city: 'Paris' },
      { ...first, city: null },
    ];
    const answer = await call('post', '/v1/models/categorical:predict').send({ instances: rows }).expect(200);
    const [paris, missing] = (answer.body as { predictions: Cell[] }).predictions;
    expect(paris).toEqual(missing);
  });

  it.each(['wrap-pipeline', 'strings'])('%s predicts the labels of the library', async (name) => {
    const { inputs, predict } = expectedOf(name);
    const { body } = await call('post', `/v1/models/${name}:predict`).send({ instances: inputs }).expect(200);
    expect(body).toEqual({ predictions: predict });
  });
});

function expectNear(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  const apart = actual.map((value, k) => Math.abs(value - expected[k]));
  expect(Math.max(...apart)).toBeLessThan(1e-15);
}
