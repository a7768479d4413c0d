import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { installation } from './support/installation.js';
import { PROJECT_DIR } from './support/program.js';
import type { Server } from './support/server.js';

const FIXTURES = join(PROJECT_DIR, 'test/fixtures/xgboost');
const modelgate = installation({ MODELGATE_RATE_LIMIT: '0' });

type Cell = number | string | null;
interface Expected {
  readonly inputs: readonly (readonly Cell[] | Readonly<Record<string, Cell>>)[];
  readonly predict: readonly (Cell | readonly Cell[])[];
  readonly predict_proba?: readonly (readonly number[])[];
  readonly margin?: readonly (number | readonly number[])[];
}
const expectedOf = (name: string): Expected =>
  JSON.parse(readFileSync(join(FIXTURES, `${name}.expected.json`), 'utf8')) as Expected;

let server: Server;
let token: string;

const call = (method: 'get' | 'post', path: string) => server.http[method](path).set(bearer(token));

const predictV1 = async (model: string, instances: Expected['inputs']): Promise<unknown> => {
  const { body } = await call('post', `/v1/models/${model}:predict`).send({ instances }).expect(200);
  return (body as { predictions: unknown }).predictions;
};

/** The requested outputs by name, as flat lists. */
const inferV2 = async (model: string, inputs: Expected['inputs'], outputs: string[]): Promise<unknown[]> => {
  const shape = [inputs.length, (inputs[0] as Cell[]).length];
  const request = {
    inputs: [{ name: 'input-0', datatype: 'FP64', shape, data: inputs.flat() }],
    outputs: outputs.map((name) => ({ name })),
  };
  const { body } = await call('post', `/v2/models/${model}/infer`).send(request).expect(200);
  return (body as { outputs: { data: unknown }[] }).outputs.map(({ data }) => data);
};

beforeAll(async () => {
  await modelgate.addUser('olga', 'olgas-pass-word', '--role', 'operator');
  const files = [
    'booster-ubj.ubj',
    'booster-model.model',
    'booster-raw.bin',
    'booster-multi.json',
    'names.pkl',
  ];
  await modelgate.run(['models', 'import', ...files.map((file) => join(FIXTURES, '2.0.3', file))]);
  await modelgate.run(['models', 'import', '--name', 'old', join(FIXTURES, '0.90/binary.pkl')]);
  await modelgate.run(['models', 'import', '--name', 'cities', join(FIXTURES, '3.4.0/categories.pkl')]);
  await modelgate.run(['models', 'import', join(FIXTURES, '2.0.3/wrap-pipeline.joblib')]);
  server = await modelgate.serve();
  token = await server.login('olga', 'olgas-pass-word');
});

describe("XGBoost's own files", () => {
  it('are imported over HTTP, and predict like Booster.predict', async () => {
    const { body } = await call('post', '/v1/models')
      .field('name', 'booster')
      .attach('file', join(FIXTURES, '2.0.3/booster-json.json'))
      .expect(201);
    expect(body).toMatchObject({
      name: 'booster',
      runtime: 'xgboost',
      description: 'XGBoost 2.0.3 gbtree, binary:logistic, 12 trees',
    });
    const { inputs, predict } = expectedOf('2.0.3/booster-json');
    expect(await predictV1('booster', inputs)).toEqual(predict);
  });

  it.each(['booster-ubj', 'booster-model', 'booster-raw', 'booster-multi'])(
    '%s is imported on the command line, whatever its name and encoding',
    async (name) => {
      const { inputs, predict } = expectedOf(`2.0.3/${name}`);
      expect(await predictV1(name, inputs)).toEqual(predict);
    },
  );

  it('return the sums of their leaves, and accept missing values', async () => {
    await modelgate.run(['models', 'import', '--name', 'sums', join(FIXTURES, '3.4.0/saved.ubj')]);
    const { inputs, predict, margin } = expectedOf('3.4.0/saved');
    expect(await inferV2('sums', inputs, ['margin', 'predict'])).toEqual([margin, predict]);
    const { body } = await call('get', '/v2/models/sums').expect(200);
    expect(body).toMatchObject({ platform: 'xgboost_model' });
  });

  it('are recognised by content, not by name', async () => {
    const path = join(modelgate.dataDir, 'churn.deb');
    copyFileSync(join(FIXTURES, '2.0.3/booster-ubj.ubj'), path);
    await modelgate.run(['models', 'import', path]);
    const { inputs, predict } = expectedOf('2.0.3/booster-ubj');
    expect(await predictV1('churn', inputs)).toEqual(predict);
  });

  it('can be inspected without an import', async () => {
    const found = JSON.parse(
      await modelgate.run(['models', 'inspect', join(FIXTURES, '1.0.2/saved.model')]),
    ) as object;
    expect(found).toMatchObject({
      format: 'XGBoost',
      description: 'XGBoost 1.0 gbtree, binary:logistic, 4 trees',
      libraryVersion: '1.0',
      signature: { outputs: [{ name: 'predict' }, { name: 'margin' }] },
    });
  });

  it('are rejected with the reason if they are damaged', async () => {
    const text = readFileSync(join(FIXTURES, '2.0.3/booster-json.json'), 'utf8');
    const damaged = Buffer.from(text.replace('"left_children":[1,', '"left_children":[0,'));
    const { body } = await call('post', '/v1/models')
      .field('name', 'damaged')
      .attach('file', damaged, 'model.json')
      .expect(422);
    expect((body as { detail: string }).detail).toContain('node 0 has two parents or is its own ancestor');
  });
});

describe('pickled wrappers', () => {
  it('of 0.90 return labels and probabilities', async () => {
    const { inputs, predict, predict_proba, margin } = expectedOf('0.90/binary');
    expect(await predictV1('old', inputs)).toEqual(predict);
    expect(await inferV2('old', inputs, ['predict_proba', 'margin'])).toEqual([
      predict_proba!.flat(),
      margin,
    ]);
    const shown = JSON.parse(await modelgate.run(['models', 'show', 'old'])) as object;
    expect(shown).toMatchObject({
      description: 'XGBoost before 1.0 XGBClassifier',
      signature: { classes: ['no', 'yes'] },
    });
  });

  it('accept features by the names that they were fitted on', async () => {
    const { inputs, predict } = expectedOf('2.0.3/names');
    expect(await predictV1('names', inputs)).toEqual(predict);
  });

  it('accept categories by name, and reject unknown ones', async () => {
    const { inputs, predict } = expectedOf('3.4.0/categories');
    expect(await predictV1('cities', inputs)).toEqual(predict);
    const [size, , code] = inputs[0] as Cell[];
    const { body } = await call('post', '/v1/models/cities:predict')
      .send({ instances: [{ size, city: 'Paris', code }] })
      .expect(400);
    expect((body as { error: string }).error).toContain('feature city');
  });

  it('work inside a scikit-learn pipeline', async () => {
    const { inputs, predict } = expectedOf('2.0.3/wrap-pipeline');
    expect(await predictV1('wrap-pipeline', inputs)).toEqual(predict);
  });
});
