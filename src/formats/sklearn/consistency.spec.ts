import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildEvaluator } from '../pickled-libraries.js';
import { NdArray, PyObject } from '../pickle/values.js';
import { readEstimator } from './model/estimator-file.js';

const FOLDER = 'test/fixtures/sklearn/families';
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.pkl'));
const read = (file: string): Promise<PyObject> => readEstimator(readFileSync(join(FOLDER, file)));

/** Attributes that a wrong number in makes every answer wrong. */
const WEIGHTS = [
  'coef_',
  'intercept_',
  'dual_coef_',
  'theta_',
  'means_',
  'cluster_centers_',
  'feature_log_prob_',
];

describe('a file whose parts disagree is refused', () => {
  it.each(files)('%s with another number of features', async (file) => {
    const root = await read(file);
    if (!root.attributes.has('n_features_in_')) return;
    for (const count of [-5, 1.5, NaN, (root.attributes.get('n_features_in_') as number) + 1]) {
      root.attributes.set('n_features_in_', count);
      expect(() => buildEvaluator(root)).toThrow(root.shortName);
    }
  });

  it.each(files)('%s with a label more or twice', async (file) => {
    const root = await read(file);
    const classes = root.attributes.get('classes_');
    if (!(classes instanceof NdArray) || classes.shape.length !== 1) return;
    // Neighbours may have no row of the last class, and these two answer by the labels of their binarizer.
    if (/^(?:KNeighbors|MLP|Ridge)/.test(root.shortName)) return;
    const { dtype, data } = classes;
    const values: unknown[] = Array.from(data as ArrayLike<unknown>);
    const another = typeof values[0] === 'bigint' ? 77n : typeof values[0] === 'number' ? 77 : 'another';
    for (const changed of [[...values, another], values.map(() => values[0])]) {
      const array: unknown = Array.isArray(data)
        ? changed
        : (data.constructor as unknown as { from(values: unknown[]): unknown }).from(changed);
      root.attributes.set('classes_', new NdArray(dtype, [changed.length], array as Float64Array));
      expect(() => buildEvaluator(root)).toThrow(root.shortName);
    }
    root.attributes.set('classes_', classes);
    expect(() => buildEvaluator(root)).not.toThrow();
  });

  it.each(files)('%s with NaN among its weights', async (file) => {
    const root = await read(file);
    // Support vector machines answer by `_intercept_` and `_dual_coef_`.
    const names = root.shortName.includes('SV') ? ['_intercept_', '_dual_coef_'] : WEIGHTS;
    // The discriminant is computed from its scalings and means.
    if (root.shortName === 'LinearDiscriminantAnalysis') return;
    for (const name of names) {
      const value = root.attributes.get(name);
      if (!(value instanceof NdArray) || !(value.data instanceof Float64Array)) continue;
      const data = value.data.slice();
      data[0] = NaN;
      root.attributes.set(name, new NdArray(value.dtype, value.shape, data));
      expect(() => buildEvaluator(root)).toThrow(`${name} has the value NaN at position 0`);
      root.attributes.set(name, value);
    }
  });
});

describe('a decision tree is refused', () => {
  const tree = async (): Promise<{ root: PyObject; field: (name: string) => BigInt64Array }> => {
    const root = await readEstimator(readFileSync('test/fixtures/sklearn/1.4.2/pima-decision-tree.pkl'));
    const { attributes } = root.attributes.get('tree_') as PyObject;
    const nodes = attributes.get('nodes') as NdArray;
    return { root, field: (name) => nodes.fields!.get(name)!.data as BigInt64Array };
  };

  it.each([
    ['left_child', -7n, 'has the child -7: not a tree'],
    ['right_child', -1n, 'has the child -1: not a tree'],
    ['left_child', 2_000_000n, 'has the child 2000000: not a tree'],
    ['feature', 99n, 'splits on feature 99'],
  ])('with %s %d', async (name, value, message) => {
    const { root, field } = await tree();
    field(name)[0] = value;
    expect(() => buildEvaluator(root)).toThrow(message);
  });

  it('with nodes that nothing leads to', async () => {
    const { root, field } = await tree();
    field('left_child')[0] = -1n;
    field('right_child')[0] = -1n;
    expect(() => buildEvaluator(root)).toThrow('nodes of a decision tree are not reached from its root');
  });
});
