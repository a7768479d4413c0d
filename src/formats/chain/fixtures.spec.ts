import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { LoadedModel, Signature } from '../../inference/model.js';
import type { Tensor } from '../../inference/tensor.js';
import { loadPackage } from '../../packages/load-package.js';
import { writePackage } from '../../packages/manifest.js';
import { importModel, type ImportRequest } from '../formats.js';
import { importSource } from '../source.js';

const FIXTURES = join(import.meta.dirname, '../../../test/fixtures/wrappers');
const dir = mkdtempSync(join(tmpdir(), 'modelgate-chain-'));
afterAll(() => rm(dir, { recursive: true, force: true }));

type Row = readonly number[] | Readonly<Record<string, string | number>>;
interface Expected {
  readonly inputs: readonly Row[];
  readonly predict: readonly (string | number)[];
  readonly predict_proba?: readonly (readonly number[])[];
}

let packages = 0;

/** Imports the files, writes the package and loads it again, as a server does. */
async function model(paths: readonly string[], request?: ImportRequest) {
  const sources = await Promise.all(paths.map((path) => importSource(join(FIXTURES, path))));
  const { files, ...about } = await importModel(sources, request);
  const to = join(dir, String((packages += 1)));
  await writePackage(to, { schemaVersion: 1, name: 'model', version: '1', ...about }, files);
  return { about, model: (await loadPackage(to)).model };
}

const cell = (row: Row, name: string, j: number) =>
  (Array.isArray(row) ? row[j] : (row as Record<string, never>)[name]) as never;

function tensors({ inputs, features = [] }: Signature, rows: readonly Row[]): Tensor[] {
  if (inputs.length === 1 && inputs[0].datatype !== 'BYTES') {
    const data = Float64Array.from(
      rows.flatMap((row) => features.map(({ name }, j) => Number(cell(row, name, j)))),
    );
    return [{ ...inputs[0], shape: [rows.length, features.length], data }];
  }
  return features.map(({ name, datatype }, j): Tensor => {
    const values = rows.map((row) => cell(row, name, j));
    return {
      name,
      datatype,
      shape: [rows.length, 1],
      data: datatype === 'BYTES' ? values : Float64Array.from(values),
    };
  });
}

/** What the model answers to the rows of a folder, and what the application did; rounded. */
async function answers(loaded: LoadedModel, folder: string) {
  const expected = JSON.parse(readFileSync(join(FIXTURES, folder, 'expected.json'), 'utf8')) as Expected;
  const { predict, predict_proba: probabilities, inputs } = expected;
  const given = tensors(loaded.signature, inputs);
  const ask = async (output: string, digits: number) => {
    const [{ data }] = await loaded.infer(given, [output]);
    return rounded(Array.from(data as ArrayLike<string | number | bigint>), digits);
  };
  return {
    given: [await ask('predict', 9), probabilities && (await ask('predict_proba', 6))],
    expected: [rounded(predict, 9), probabilities && rounded(probabilities.flat(), 6)],
  };
}

const rounded = (values: readonly (string | number | bigint)[], digits: number) =>
  values.map((value) => (typeof value === 'string' ? value : Number(Number(value).toFixed(digits))));

const CASES: readonly [name: string, folder: string, files: readonly string[], request?: ImportRequest][] = [
  ['a dill file', 'dill', ['model.pkl']],
  ['a dill file with recurse', 'dill-recurse', ['model.pkl']],
  ['a cloudpickle file', 'cloudpickle', ['model.pkl']],
  ['a scaler and a model', 'scaler-model', ['scaler.pkl', 'model.pkl']],
  ['a model before its scaler', 'scaler-model', ['model.pkl', 'scaler.pkl']],
  ['a dict of model, scaler, features, threshold and metrics', 'bundle', ['model.pkl']],
  ['a tuple of model and scaler', 'bundle-tuple', ['model.pkl']],
  ['one of two models by --entry', 'bundle-two', ['model.pkl'], { entry: 'forest' }],
  ['a model with a pandas Index', 'bundle-index', ['model.pkl']],
  [
    'a dict of label encoders, a scaler and a model',
    'encoders',
    ['encoders.pkl', 'scaler.joblib', 'model.pkl'],
  ],
  [
    'an encoder a column, a scaler and a model',
    'encoder-a-column',
    ['label_encoder_gender.pkl', 'onehot_encoder_city.pkl', 'scaler.pkl', 'model.pkl'],
  ],
  [
    'a preprocessor, an XGBoost model and a label encoder',
    'preprocessor-xgboost',
    ['preprocessor.pkl', 'model.pkl', 'label_encoder.pkl'],
  ],
  ['a folder with modelgate.yaml', 'recipe', ['.']],
  ['a folder of files without a recipe', 'scaler-model', ['.']],
  ['an MLflow folder of scikit-learn', 'mlflow-sklearn', ['model']],
  ['an MLflow folder of LightGBM', 'mlflow-lightgbm', ['model']],
  ['a vectorizer and a model', 'vectorizer-model', ['vectorizer.pkl', 'model.pkl']],
  ['a scaler of the target', 'target-scaler', ['model.pkl']],
];

describe('files that need one another answer as their application does', () => {
  it.each(CASES)('%s', async (_, folder, files, request) => {
    const { model: loaded } = await model(
      files.map((file) => join(folder, file)),
      request,
    );
    const { given, expected } = await answers(loaded, folder);
    await loaded.dispose();
    expect(given).toEqual(expected);
  });
});

it('a scaler stands before an ONNX model', async () => {
  const [chain, scaler, onnx] = await Promise.all(
    [
      ['eight-columns.pkl', '../onnx/pima-logistic.onnx'],
      ['eight-columns.pkl'],
      ['../onnx/pima-logistic.onnx'],
    ].map(async (files) => (await model(files)).model),
  );
  const data = Float64Array.from({ length: 16 }, (_, k) => (k * 37) % 100);
  const raw: Tensor[] = [{ name: 'input-0', datatype: 'FP64', shape: [2, 8], data }];
  const outputs = onnx.signature.outputs.map(({ name }) => name);
  const [{ data: scaled }] = await scaler.infer(raw, ['transform']);
  const { name, datatype } = onnx.signature.inputs[0];
  const values = datatype === 'FP32' ? Float32Array.from(scaled as Float64Array) : (scaled as Float64Array);
  const expected = await onnx.infer([{ name, datatype, shape: [2, 8], data: values }], outputs);
  expect(await chain.infer(raw, outputs)).toEqual(expected);
  expect(chain.signature.outputs).toEqual(onnx.signature.outputs);
  for (const each of [chain, scaler, onnx]) await each.dispose();
});
