import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ModelFileError } from '../../inference/model.js';
import { tableOf } from '../../inference/tabular/tables.js';
import { boosterEvaluator } from './evaluator.js';
import { readLightgbm } from './lightgbm-model.js';

const folder = join(import.meta.dirname, '../../../test/fixtures/lightgbm');
const fixture = (name: string): Buffer => readFileSync(join(folder, name));

interface Expected {
  readonly inputs: readonly (readonly (number | null)[])[];
  readonly predict: readonly (number | readonly number[])[];
}

/** A model of one feature and two trees; lines by key replace its own, undefined leaves one out. */
function model(changes: Record<string, string | undefined> = {}): Buffer {
  const lines = (own: Record<string, string>): string =>
    Object.entries({
      ...own,
      ...Object.fromEntries(
        Object.keys(own)
          .filter((key) => key in changes)
          .map((key) => [key, changes[key]]),
      ),
    })
      .flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}\n`]))
      .join('');
  const head = {
    version: 'v4',
    num_class: '1',
    num_tree_per_iteration: '1',
    label_index: '0',
    max_feature_idx: '1',
    objective: 'regression',
    feature_names: 'a b',
    feature_infos: '[-2:2] [0:9]',
    tree_sizes: '1 1',
  };
  const tree = {
    num_leaves: '3',
    num_cat: '0',
    split_feature: '0 1',
    threshold: '0.5 3',
    decision_type: '2 2',
    left_child: '-1 -2',
    right_child: '1 -3',
    leaf_value: '1 2 4',
    cat_boundaries: '0',
    cat_threshold: '',
    is_linear: '0',
  };
  const second = 'Tree=1\nnum_leaves=1\nnum_cat=0\nleaf_value=8\n\n\n';
  return Buffer.from(
    `tree\n${lines(head)}\nTree=0\n${lines(tree)}\n\n${second}end of trees\n\npandas_categorical:null\n`,
  );
}

const scores = (bytes: Buffer, rows: readonly (readonly number[])[]): number[] => {
  const evaluator = boosterEvaluator(readLightgbm(bytes));
  return [...evaluator.margin!(tableOf(rows.length, rows[0].length, Float64Array.from(rows.flat()))).data];
};

describe('a LightGBM model as text', () => {
  it.each(['booster-text', 'multi-text', 'early-text'])('%s answers as LightGBM 4.1.0 did', (name) => {
    const { inputs, predict } = JSON.parse(fixture(`${name}.expected.json`).toString()) as Expected;
    const evaluator = boosterEvaluator(readLightgbm(fixture(`${name}.txt`)));
    const numbers = Float64Array.from(inputs.flat(), (value) => value ?? NaN);
    const answer = evaluator.predict!(tableOf(inputs.length, inputs[0].length, numbers));
    const expected = predict.flat();
    expect(answer.columns).toBe(expected.length / inputs.length);
    const apart = Array.from(answer.data, (value, k) => Math.abs(Number(value) - expected[k]));
    expect(Math.max(...apart)).toBeLessThan(3e-16);
  });

  it('reads lines that end in carriage returns', () => {
    expect(scores(Buffer.from(model().toString().replaceAll('\n', '\r\n')), [[0, 0]])).toEqual([9]);
  });

  it('tells names, ranges and categories', () => {
    const { featureNames, ranges, nFeatures } = boosterEvaluator(readLightgbm(model()));
    expect({ featureNames, ranges, nFeatures }).toEqual({
      featureNames: ['a', 'b'],
      ranges: new Map([
        [0, [-2, 2]],
        [1, [0, 9]],
      ]),
      nFeatures: 2,
    });
    expect(
      boosterEvaluator(readLightgbm(model({ feature_names: 'Column_0 Column_1' }))).featureNames,
    ).toBeUndefined();
  });
});

describe('decisions', () => {
  const leaves = (changes: Record<string, string>, values: readonly number[]): number[] =>
    scores(
      model({ left_child: '-1 -2', right_child: '1 -3', ...changes }),
      values.map((value) => [value, 0]),
    ).map((score) => score - 8);

  it('send a value at the threshold left', () => {
    expect(leaves({}, [0.5, 0.5000000000000001, -Infinity, Infinity])).toEqual([1, 2, 1, 2]);
  });

  it('take a threshold of infinity', () => {
    expect(leaves({ threshold: 'inf 3' }, [1e308, Infinity, NaN])).toEqual([1, 1, 1]);
    expect(leaves({ threshold: 'inf 3', decision_type: '8 2' }, [1e308, Infinity, NaN])).toEqual([1, 1, 2]);
    expect(leaves({ threshold: '-inf 3' }, [-1e308, -Infinity])).toEqual([2, 1]);
  });

  it.each([
    ['0', [1, 1, 2]],
    ['8', [2, 1, 2]],
    ['10', [1, 1, 2]],
    ['4', [2, 2, 2]],
    ['6', [1, 1, 2]],
  ] as const)('with decision_type %s send a missing value, 0 and 1 to %j', (decision, expected) => {
    expect(leaves({ decision_type: `${decision} 2` }, [NaN, 1e-36, 1])).toEqual(expected);
  });

  it('on categories send members left, and everything else right', () => {
    const set = {
      decision_type: '1 2',
      threshold: '0 3',
      num_cat: '1',
      cat_boundaries: '0 2',
      cat_threshold: '5 2147483648',
    };
    const values = [0, 2, 2.9, -0.5, 63, 1, 3, 64, -1, NaN, 2 ** 31, Infinity];
    expect(leaves(set, values)).toEqual([1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2]);
  });
});

function refusal(bytes: Buffer): string {
  try {
    boosterEvaluator(readLightgbm(bytes));
  } catch (error) {
    if (error instanceof ModelFileError) return error.message;
    throw error;
  }
  return '';
}

describe('a damaged model', () => {
  it.each<[string, Record<string, string | undefined>]>([
    ['format version "v9" is not supported; supported: v2, v3, v4', { version: 'v9' }],
    [
      'max_feature_idx is "1e9", where a whole number from 0 to 999999 was expected',
      { max_feature_idx: '1e9' },
    ],
    ['feature_names has 2 values for 3 features', { max_feature_idx: '2' }],
    ['the model has no feature_infos', { feature_infos: undefined }],
    ['the file holds 2 trees of 3: it is cut short or damaged', { tree_sizes: '1 1 1' }],
    ['2 trees do not make whole rounds of 3 (num_tree_per_iteration)', { num_tree_per_iteration: '3' }],
    ['tree 0: leaf_value has 3 values, where 4 were expected', { num_leaves: '4', leaf_value: '10 20 40' }],
    [
      'tree 0: leaf_value has fewer values than the 2000000000 that were expected',
      { num_leaves: '2000000000' },
    ],
    ['tree 0: num_leaves is 0', { num_leaves: '0' }],
    ['tree 0 has no left_child: the file is cut short or damaged', { left_child: undefined }],
    ['tree 0: threshold has 1 values, where 2 were expected', { threshold: '0.5' }],
    ['tree 0: threshold holds "0x5", where a number was expected', { threshold: '0x5 3' }],
    ['tree 0: split_feature holds "1.5", where a whole number was expected', { split_feature: '0 1.5' }],
    ['tree 0: split_feature is 2, and the model has 2 features (max_feature_idx)', { split_feature: '0 2' }],
    [
      'tree 0 is damaged: split 2, a child of split 1, is out of range or has two parents',
      { right_child: '1 2' },
    ],
    [
      'tree 0 is damaged: leaf 3, a child of split 1, is out of range or has two parents',
      { right_child: '1 -4' },
    ],
    [
      'tree 0 is damaged: split 0, a child of split 1, is out of range or has two parents',
      { right_child: '1 0' },
    ],
    [
      'tree 0 is damaged: leaf 1, a child of split 1, is out of range or has two parents',
      { right_child: '1 -2' },
    ],
    ['tree 0 is damaged: split 0 compares with NaN', { threshold: 'nan 3' }],
    ['tree 0: split 1 has decision_type 14, which is not known', { decision_type: '2 14' }],
    ['tree 0 splits on set 0 of categories, and has 0 of them', { decision_type: '1 2', threshold: '0 3' }],
    [
      'tree 0: cat_boundaries do not ascend from 0',
      { num_cat: '2', cat_boundaries: '0 2 1', cat_threshold: '1' },
    ],
    ['tree 0 has no leaf_const: the file is cut short or damaged', { is_linear: '1' }],
    ['the objective "magic" is not known', { objective: 'magic' }],
    [
      'the objective\'s sigmoid is "-1", where a number above 0 was expected',
      { objective: 'binary sigmoid:-1' },
    ],
  ])('is refused: %s', (message, changes) => {
    expect(refusal(model(changes))).toContain(message);
  });

  it('is refused wherever it is cut short', () => {
    const whole = fixture('multi-text.txt');
    const end = whole.indexOf('end of trees');
    for (let length = 0; length < end + 12; length += 13) {
      expect(refusal(whole.subarray(0, length))).toMatch(/^.+$/);
    }
  });
});
