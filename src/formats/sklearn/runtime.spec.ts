import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ModelInputError, type Signature } from '../../inference/model.js';
import { type ImportOptions } from '../runtime.js';
import type { Tensor } from '../../inference/tensor.js';
import { sklearnRuntime } from './runtime.js';

const folder = join(import.meta.dirname, '../../../test/fixtures/sklearn');
const scratch = mkdtempSync(join(tmpdir(), 'modelgate-sklearn-'));
afterAll(() => rmSync(scratch, { recursive: true }));

interface Expected {
  readonly file: string;
  readonly inputs: readonly (readonly unknown[] | Readonly<Record<string, unknown>>)[];
  readonly [output: string]: unknown;
}

const importFile = (path: string, options: ImportOptions = {}) =>
  sklearnRuntime.import({ path, isDirectory: false, head: readFileSync(path).subarray(0, 65536) }, options);

/** Loads a file as the registry does: from a folder that holds model.pkl. */
async function load(path: string) {
  const imported = await importFile(path);
  const dir = mkdtempSync(join(scratch, 'package-'));
  for (const [name, content] of imported.files) {
    writeFileSync(join(dir, name), content instanceof Uint8Array ? content : readFileSync(content.copyFrom));
  }
  return { imported, model: await sklearnRuntime.load(dir, imported.signature) };
}

function tensors({ inputs, features = [] }: Signature, rows: Expected['inputs']): Tensor[] {
  const cell = (row: Expected['inputs'][number], j: number) =>
    (Array.isArray(row) ? row : Object.values(row))[j] ?? null;
  const table = inputs.length === 1 && features.length > 1;
  return inputs.map((input, k) => {
    const values = table
      ? rows.flatMap((row) => features.map((_, j) => cell(row, j)))
      : rows.map((row) => cell(row, k));
    const data =
      input.datatype === 'BYTES'
        ? (values as string[])
        : Float64Array.from(values, (v) => (v === null ? NaN : Number(v)));
    return { ...input, shape: [rows.length, table ? features.length : 1], data };
  });
}

const FILES = ['0.22.2', '1.4.2', '1.9.1'].flatMap((version) =>
  readdirSync(join(folder, version))
    .filter((name) => name.endsWith('.expected.json'))
    .map((name) => `${version}/${name}`),
);

describe.each(FILES)('%s', (path) => {
  const expected = JSON.parse(readFileSync(join(folder, path), 'utf8')) as Expected;
  const file = join(folder, dirname(path), expected.file);

  it('answers as the library did: labels exactly, numbers to 1e-9', async () => {
    const { imported, model } = await load(file);
    const names = imported.signature.outputs.map(({ name }) => name).filter((name) => name in expected);
    expect(names.length).toBeGreaterThan(0);
    const answers = model.infer(tensors(imported.signature, expected.inputs), names) as Tensor[];
    for (const { name, data, shape } of answers) {
      const wanted = (expected[name] as unknown[]).flat();
      expect(shape[0]).toBe(expected.inputs.length);
      expect(data.length).toBe(wanted.length);
      Array.from(data as ArrayLike<unknown>).forEach((value, i) => {
        if (typeof wanted[i] === 'number') {
          expect(Math.abs(Number(value) - wanted[i])).toBeLessThanOrEqual(
            1e-9 * Math.max(1, Math.abs(wanted[i])),
          );
        } else expect(value).toBe(wanted[i]);
      });
    }
  });

  it('offers every output that the library has', async () => {
    const { signature } = await importFile(file);
    const known = ['predict', 'predict_proba', 'decision_function', 'transform'].filter(
      (name) => name in expected,
    );
    expect(signature.outputs.map(({ name }) => name)).toEqual(expect.arrayContaining(known));
    expect(signature.defaultOutputs).toEqual([known[0]]);
  });
});

describe('the signature', () => {
  it('is one table of float64 where all features are numbers', async () => {
    const { signature } = await importFile(join(folder, '1.9.1/pima-logistic-joblib.joblib'));
    expect(signature.inputs).toEqual([{ name: 'input-0', datatype: 'FP64', shape: [-1, 8] }]);
    expect(signature.features).toEqual(
      Array.from({ length: 8 }, (_, j) => ({ name: `f${j}`, datatype: 'FP64' })),
    );
    expect(signature.outputs).toEqual([
      { name: 'predict', datatype: 'FP64', shape: [-1] },
      { name: 'predict_proba', datatype: 'FP64', shape: [-1, 2] },
      { name: 'decision_function', datatype: 'FP64', shape: [-1] },
    ]);
    expect(signature.classes).toEqual([0, 1]);
  });

  it('is one input a column, with its categories, where some are text', async () => {
    const { signature } = await importFile(join(folder, '1.9.1/german-columns.pkl'));
    expect(signature.inputs.length).toBe(20);
    expect(signature.inputs.slice(0, 2)).toEqual([
      { name: 'f0', datatype: 'BYTES', shape: [-1, 1] },
      { name: 'f1', datatype: 'FP64', shape: [-1, 1] },
    ]);
    expect(signature.features![0]).toMatchObject({
      name: 'f0',
      datatype: 'BYTES',
      categories: ['A11', 'A12', 'A13', 'A14'],
    });
  });

  it('answers whole-number labels as integers', async () => {
    const { signature } = await importFile(join(folder, '1.9.1/german-columns.pkl'));
    expect(signature.outputs[0]).toEqual({ name: 'predict', datatype: 'INT64', shape: [-1] });
  });

  it('says which columns may be missing', async () => {
    const { signature } = await importFile(join(folder, '1.4.2/pima-imputed-logistic.pkl'));
    expect(signature.features!.every(({ nullable }) => nullable === true)).toBe(true);
  });

  it('answers text labels as text', async () => {
    const { signature, description } = await importFile(join(folder, 'compressed/logistic.xz.joblib'));
    expect(signature.outputs[0]).toEqual({ name: 'predict', datatype: 'BYTES', shape: [-1] });
    expect(signature.classes).toEqual(['no', 'yes']);
    expect(description).toBe('scikit-learn 1.9.1 LogisticRegression');
  });

  it('takes feature names for files that hold none, as many as there are features', async () => {
    const path = join(folder, 'compressed/logistic.pkl.gz');
    const { signature } = await importFile(path, { featureNames: ['age', 'weight'] });
    expect(signature.features!.map(({ name }) => name)).toEqual(['age', 'weight']);
    await expect(importFile(path, { featureNames: ['a', 'b', 'c'] })).rejects.toThrow(
      '3 feature names were given for a model of 2 features',
    );
    await expect(importFile(path, { featureNames: ['a', 'a'] })).rejects.toThrow('the same');
  });

  it('refuses names that contradict the file', async () => {
    const featureNames = Array.from({ length: 20 }, (_, j) => `column ${j}`);
    await expect(importFile(join(folder, '1.9.1/german-columns.pkl'), { featureNames })).rejects.toThrow(
      'the file names its features itself: f0, f1',
    );
  });
});

describe('what is kept', () => {
  it('is the file as it was, its library, its size and its tree', async () => {
    const path = join(folder, '0.22.2/pima-scaled-logistic.pkl');
    const { files, provenance } = await importFile(path);
    expect([...files]).toEqual([['model.pkl', { copyFrom: path }]]);
    expect(provenance).toMatchObject({
      library: 'scikit-learn',
      libraryVersion: '0.22.2.post1',
      nFeatures: 8,
      tree: {
        className: 'Pipeline',
        parameters: { memory: null, verbose: false },
        steps: [
          {
            className: 'StandardScaler',
            name: 'standardscaler',
            parameters: { with_mean: true, with_std: true, copy: true },
          },
          {
            className: 'LogisticRegression',
            name: 'logisticregression',
            parameters: { C: 1, solver: 'lbfgs' },
          },
        ],
      },
    });
  });
});

describe('a file that holds no estimator', () => {
  it('is refused', async () => {
    await expect(importFile(join(folder, 'values/numpy-2.4.p4.pkl'))).rejects.toThrow(
      /^the file holds <dict>; expected a fitted estimator of scikit-learn/,
    );
  });
});

it('locates a value that the model cannot answer', async () => {
  const { imported, model } = await load(join(folder, '1.9.1/german-columns.pkl'));
  const expected = JSON.parse(
    readFileSync(join(folder, '1.9.1/german-columns.expected.json'), 'utf8'),
  ) as Expected;
  const inputs = tensors(imported.signature, expected.inputs.slice(0, 3));
  (inputs[1].data as Float64Array)[2] = NaN;
  const error = await Promise.resolve()
    .then(() => model.infer(inputs, ['predict']))
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ModelInputError);
  expect(error).toMatchObject({ row: 2, feature: 'f1' });
});
