import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { zipOf } from './fixtures/tfjs/zip.js';
import { bearer } from './support/bearer.js';
import { installation } from './support/installation.js';
import { PROJECT_DIR } from './support/program.js';
import type { Server } from './support/server.js';

const FIXTURES = join(PROJECT_DIR, 'test/fixtures/wrappers');
const modelgate = installation({ MODELGATE_RATE_LIMIT: '0' });
const fixture = (...names: string[]) => join(FIXTURES, ...names);

interface Expected {
  readonly inputs: readonly unknown[];
  readonly predict: readonly unknown[];
}
const expectedOf = (folder: string) =>
  JSON.parse(readFileSync(fixture(folder, 'expected.json'), 'utf8')) as Expected;

let server: Server;
let token: string;

const predictions = async (model: string, instances: readonly unknown[]): Promise<unknown> => {
  const { body } = await server.http
    .post(`/v1/models/${model}:predict`)
    .set(bearer(token))
    .send({ instances })
    .expect(200);
  return (body as { predictions: unknown }).predictions;
};

beforeAll(async () => {
  await modelgate.addUser('olga', 'olgas-pass-word', '--role', 'operator');
  server = await modelgate.serve({
    args: [fixture('scaler-model/scaler.pkl'), fixture('scaler-model/model.pkl')],
  });
  token = await server.login('olga', 'olgas-pass-word');
});

describe('modelgate models import --name NAME FILE FILE …', () => {
  const files = ['encoders.pkl', 'scaler.joblib', 'model.pkl'].map((name) => fixture('encoders', name));

  it('shows with --dry-run what it understands, with an example request, and stores nothing', async () => {
    const shown = await modelgate.run(['models', 'import', '--dry-run', '--name', 'churn', ...files]);
    expect(shown.split('\n')).toEqual([
      `${files.join(' ')}: Chain (LabelEncoder, LabelEncoder, MinMaxScaler, RandomForestClassifier)`,
      'Chain',
      '  encoders.pkl, entry "gender": LabelEncoder on gender',
      '  encoders.pkl, entry "city": LabelEncoder on city',
      '  scaler.joblib: MinMaxScaler on tenure, charges',
      '  model.pkl: RandomForestClassifier',
      '    estimator_: DecisionTreeClassifier',
      '  labels: "encoders.pkl, entry \\"churn\\""',
      'features: gender, city, tenure, charges',
      'classes: left, stays',
      expect.stringMatching(
        /^example request: \{"instances":\[\{"gender":"female","city":"Bern","tenure":/,
      ) as string,
      '',
    ]);
    expect(await modelgate.run(['models', 'list'])).not.toContain('churn');
  });

  it('makes one model of them, which answers as the application does', async () => {
    const printed = await modelgate.run(['models', 'import', '--name', 'churn', ...files]);
    expect(printed).toContain('churn version 1: Chain (LabelEncoder, ');
    expect(printed).toContain('scaler.joblib: MinMaxScaler on tenure, charges');
    const { inputs, predict } = expectedOf('encoders');
    expect(await predictions('churn', inputs)).toEqual(predict);
  });

  it('names row and feature of a category that the encoder does not know', async () => {
    const { body } = await server.http
      .post('/v1/models/churn:predict')
      .set(bearer(token))
      .send({ instances: [{ gender: 'female', city: 'Paris', tenure: 1, charges: 20 }] })
      .expect(400);
    expect(JSON.stringify(body)).toContain('city');
    expect(JSON.stringify(body)).toContain('Paris');
  });

  it('stores the same files once', async () => {
    expect(await modelgate.run(['models', 'import', '--name', 'churn', ...files])).toContain(
      'churn version 1, imported before',
    );
  });

  it('says which steps do not fit, and what to do', async () => {
    const [scaler, model] = ['scaler.pkl', 'model.pkl'].map((name) => fixture('recipe', name));
    const { code, stderr } = await modelgate.cli(['models', 'import', '--name', 'part', scaler, model]);
    expect([code, stderr]).toEqual([
      1,
      `${scaler} ${model}: scaler.pkl (MinMaxScaler) gives 1 columns and model.pkl takes 2; list the input columns and those of each step in modelgate.yaml (docs/chains.md)\n`,
    ]);
  });

  it('takes a folder with modelgate.yaml', async () => {
    await modelgate.run(['models', 'import', fixture('recipe')]);
    const { inputs, predict } = expectedOf('recipe');
    expect(await predictions('recipe', inputs)).toEqual(predict);
  });
});

it('modelgate serve FILE FILE makes one model of a scaler and a model', async () => {
  const { inputs, predict } = expectedOf('scaler-model');
  expect(await predictions('model', inputs)).toEqual(predict);
});

describe('a file of several values', () => {
  it('becomes one model, and what is not used of it is said', async () => {
    const path = fixture('bundle/model.pkl');
    const shown = await modelgate.run(['models', 'import', '--dry-run', path]);
    expect(shown).toContain(
      'not used: model.pkl, entry "threshold": 0.4; model.pkl, entry "metrics": a dict of 1\n',
    );
    await modelgate.run(['models', 'import', '--name', 'bundle', path]);
    const { inputs, predict } = expectedOf('bundle');
    expect(await predictions('bundle', inputs)).toEqual(predict);
  });

  it('of two models asks for an entry, and takes it', async () => {
    const path = fixture('bundle-two/model.pkl');
    const { code, stderr } = await modelgate.cli(['models', 'import', '--name', 'two', path]);
    expect([code, stderr]).toEqual([
      1,
      `${path}: 2 models were found: model.pkl, entry "logistic" (LogisticRegression), model.pkl, entry "forest" (RandomForestClassifier); choose one with --entry\n`,
    ]);
    await modelgate.run(['models', 'import', '--name', 'two', '--entry', 'forest', path]);
    const { inputs, predict } = expectedOf('bundle-two');
    expect(await predictions('two', inputs)).toEqual(predict);
  });
});

describe('archives and folders', () => {
  const archive = (name: string, entries: Parameters<typeof zipOf>[0]): string => {
    const path = join(modelgate.dir, name);
    writeFileSync(path, zipOf(entries));
    return path;
  };
  const parts = (folder: string, ...names: string[]) =>
    names.map((name) => ({ name: `artifacts/${name}`, data: readFileSync(fixture(folder, name)) }));

  it('a zip of the files is one model', async () => {
    await modelgate.run([
      'models',
      'import',
      archive('zipped.zip', parts('scaler-model', 'model.pkl', 'scaler.pkl')),
    ]);
    const { inputs, predict } = expectedOf('scaler-model');
    expect(await predictions('zipped', inputs)).toEqual(predict);
  });

  it('an MLflow folder, zipped or not, gives the names of the columns', async () => {
    const names = ['MLmodel', 'model.pkl', 'input_example.json'];
    const path = archive('logged.zip', parts('mlflow-sklearn/model', ...names));
    const shown = await modelgate.run(['models', 'import', '--dry-run', path]);
    expect(shown).toContain('features: tenure, charges\n');
    await modelgate.run(['models', 'import', '--name', 'logged', path]);
    const { inputs, predict } = expectedOf('mlflow-sklearn');
    expect(await predictions('logged', inputs)).toEqual(predict);
  });

  it('an MLflow model that is code is refused by its flavour', async () => {
    const path = archive('code.zip', [
      {
        name: 'MLmodel',
        data: 'flavors:\n  python_function:\n    loader_module: mlflow.pyfunc.model\n    python_model: python_model.pkl\n',
      },
      { name: 'python_model.pkl', data: readFileSync(fixture('scaler-model/model.pkl')) },
    ]);
    const { code, stderr } = await modelgate.cli(['models', 'import', path]);
    expect(code).toBe(1);
    expect(stderr).toContain(
      'this MLflow model has only the flavours python_function (loader "mlflow.pyfunc.model")',
    );
  });

  it.each([
    ['an entry outside the folder', [{ name: '../model.pkl', data: 'x' }]],
    ['a link', [{ name: 'model.pkl', data: '/etc/passwd', mode: 0o120777 }]],
    ['a bomb', [{ name: 'model.pkl', data: Buffer.alloc(2 ** 27) }]],
  ])('a zip with %s is refused', async (name, entries) => {
    const path = archive(`${name.replace(/ /g, '-')}.zip`, entries);
    const { code, stdout, stderr } = await modelgate.cli(['models', 'import', path]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('a recipe that names a link is refused', async () => {
    const folder = join(modelgate.dir, 'linked');
    mkdirSync(folder);
    symlinkSync('/etc/passwd', join(folder, 'scaler.pkl'));
    copyFileSync(fixture('recipe/model.pkl'), join(folder, 'model.pkl'));
    copyFileSync(fixture('recipe/modelgate.yaml'), join(folder, 'modelgate.yaml'));
    const { code, stderr } = await modelgate.cli(['models', 'import', folder]);
    expect([code, stderr]).toEqual([
      1,
      `${folder}: scaler.pkl, which modelgate.yaml names, is missing or a link\n`,
    ]);
  });

  it.each([
    ['steps: []', 'modelgate.yaml steps: '],
    [
      'steps: [{file: ../x.pkl}]',
      'modelgate.yaml steps.0.file: must be the path of a file beside the recipe',
    ],
    ['steps: [{file: model.pkl, colums: [a]}]', 'modelgate.yaml steps.0: '],
    ['steps: [', 'modelgate.yaml is not YAML: '],
    [
      `a: &a [x, x]\n${'b c d e f g h i j'
        .split(' ')
        .map(
          (k, i, all) =>
            `${k}: &${k} [*${all[i - 1] ?? 'a'}, *${all[i - 1] ?? 'a'}, *${all[i - 1] ?? 'a'}, *${all[i - 1] ?? 'a'}]`,
        )
        .join('\n')}`,
      'modelgate.yaml ',
    ],
  ])('a recipe that is wrong is refused where it is (%#)', async (yaml, message) => {
    const folder = join(modelgate.dir, `wrong-${Buffer.from(yaml).toString('hex').slice(0, 60)}`);
    mkdirSync(folder);
    writeFileSync(join(folder, 'modelgate.yaml'), yaml);
    const { code, stderr } = await modelgate.cli(['models', 'import', folder]);
    expect(code).toBe(1);
    expect(stderr.startsWith(`${folder}: ${message}`)).toBe(true);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('over HTTP', () => {
  const upload = (name: string, files: readonly string[], fields: Record<string, string> = {}) => {
    const request = server.http.post('/v1/models').set(bearer(token)).field('name', name);
    for (const [field, value] of Object.entries(fields)) void request.field(field, value);
    for (const file of files) void request.attach('file', file);
    return request;
  };

  it('several files become one model', async () => {
    const files = ['preprocessor.pkl', 'model.pkl', 'label_encoder.pkl'].map((name) =>
      fixture('preprocessor-xgboost', name),
    );
    const { body } = await upload('boosted', files).expect(201);
    expect(body).toMatchObject({
      runtime: 'chain',
      description: 'Chain (ColumnTransformer, XGBClassifier)',
      signature: { classes: ['left', 'stays'] },
    });
    const { inputs, predict } = expectedOf('preprocessor-xgboost');
    expect(await predictions('boosted', inputs)).toEqual(predict);
  });

  it('a recipe may be one of the files', async () => {
    const files = ['modelgate.yaml', 'scaler.pkl', 'model.pkl'].map((name) => fixture('recipe', name));
    await upload('by-recipe', files).expect(201);
    const { inputs, predict } = expectedOf('recipe');
    expect(await predictions('by-recipe', inputs)).toEqual(predict);
  });

  it('an entry of a bundle is chosen by name', async () => {
    await upload('forest', [fixture('bundle-two/model.pkl')], { entry: 'forest' }).expect(201);
    const { inputs, predict } = expectedOf('bundle-two');
    expect(await predictions('forest', inputs)).toEqual(predict);
  });

  it('files that do not fit are refused with the reason', async () => {
    const files = ['scaler.pkl', 'model.pkl'].map((name) => fixture('recipe', name));
    const { body } = await upload('misfit', files).expect(422);
    expect(body).toMatchObject({
      detail: expect.stringContaining(
        'scaler.pkl (MinMaxScaler) gives 1 columns and model.pkl takes 2',
      ) as string,
    });
  });

  it('two files of one name, or 17 files, are refused', async () => {
    const model = fixture('scaler-model/model.pkl');
    const twice = await upload('twice', [model, model]).expect(400);
    expect(twice.body).toMatchObject({ detail: 'two files are named model.pkl' });
    const many = Array.from({ length: 17 }, (_, i) => join(modelgate.dir, `model-${i}.pkl`));
    for (const path of many) copyFileSync(model, path);
    const { body } = await upload('many', many).expect(400);
    expect(body).toMatchObject({ detail: 'send at most 16 files per request' });
  });
});
