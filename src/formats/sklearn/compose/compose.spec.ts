import { describe, expect, it } from 'vitest';
import {
  dict,
  estimator,
  evaluatorOf,
  floats,
  objects,
  table,
  transformed,
  tuple,
} from '../../../../test/support/sklearn.js';
import { PyFunction } from '../../pickle/values.js';
import { atCell } from '../../../../test/support/input-errors.js';

const scaler = (mean: number[]) =>
  estimator('StandardScaler', {
    mean_: floats(mean),
    with_mean: true,
    with_std: false,
    n_features_in_: mean.length,
  });
const imputer = (statistics: PyLike[]) =>
  estimator('SimpleImputer', {
    strategy: 'constant',
    missing_values: NaN,
    statistics_: objects(...statistics),
  });
const oneHot = (...categories: string[]) =>
  estimator('OneHotEncoder', {
    categories_: [objects(...categories)],
    drop_idx_: null,
    handle_unknown: 'error',
  });
const ridge = (coefficients: number[]) =>
  estimator('Ridge', { coef_: floats(coefficients), intercept_: 0, n_features_in_: coefficients.length });
type PyLike = number | string;

describe('Pipeline', () => {
  it('hands each step what the one before gives, and skips "passthrough" and None', () => {
    const pipeline = evaluatorOf('Pipeline', {
      steps: [
        tuple('fill', imputer([0, 7])),
        tuple('nothing', 'passthrough'),
        tuple('scale', scaler([1, 2])),
        tuple('none', null),
        tuple('model', ridge([10, 1])),
      ],
    });
    expect([...pipeline.predict!(table([NaN, NaN], [3, 4])).data]).toEqual([-5, 22]);
    expect(pipeline.transform).toBeUndefined();
    expect(pipeline.acceptsMissing).toBe(true);
  });

  it('answers as a transformer where it ends in one', () => {
    const pipeline = evaluatorOf('Pipeline', { steps: [tuple('a', scaler([1])), tuple('b', scaler([2]))] });
    expect(transformed(pipeline, [10])).toEqual([[7]]);
  });

  it('does not take a missing value that a later step would not', () => {
    const pipeline = evaluatorOf('Pipeline', {
      steps: [tuple('a', scaler([0, 0])), tuple('b', ridge([1, 1]))],
    });
    expect(pipeline.acceptsMissing).toBe(false);
    expect(() => pipeline.predict!(table([1, 2], [1, NaN]))).toThrow(atCell(1, 1, 'is missing'));
  });

  it('tells of text what a later encoder knows of it', () => {
    const pipeline = evaluatorOf('Pipeline', {
      steps: [tuple('a', imputer(['oak'])), tuple('b', oneHot('elm', 'oak'))],
    });
    expect(pipeline.textColumns).toEqual(new Map([[0, ['elm', 'oak']]]));
    expect(transformed(pipeline, ['elm'], [null])).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  it('refuses steps that do not fit together', () => {
    const narrow = [tuple('a', scaler([1, 2])), tuple('b', ridge([1]))];
    expect(() => evaluatorOf('Pipeline', { steps: narrow })).toThrow(
      'Pipeline: the step b has 2 columns, where 1 were',
    );
    const backwards = [tuple('a', ridge([1])), tuple('b', scaler([1]))];
    expect(() => evaluatorOf('Pipeline', { steps: backwards })).toThrow(
      'Pipeline: a predictor before the step b',
    );
  });
});

describe('FeatureUnion', () => {
  it('puts outputs side by side, each times its weight', () => {
    const union = evaluatorOf('FeatureUnion', {
      transformer_list: [
        tuple('a', scaler([1, 1])),
        tuple('gone', 'drop'),
        tuple('b', estimator('SelectKBest', { scores_: floats([1, 9]), k: 1 })),
        tuple('same', 'passthrough'),
      ],
      transformer_weights: dict({ a: 2 }),
    });
    expect(transformed(union, [3, 5])).toEqual([[4, 8, 5, 3, 5]]);
  });
});

describe('ColumnTransformer', () => {
  const attributes = {
    n_features_in_: 4,
    feature_names_in_: objects('age', 'town', 'note', 'size'),
    transformers_: [
      tuple('numbers', scaler([10, 100]), ['size', 'age']),
      tuple(
        'words',
        estimator('Pipeline', { steps: [tuple('a', imputer(['A'])), tuple('b', oneHot('A', 'B'))] }),
        ['town'],
      ),
      tuple('unfitted', estimator('StandardScaler', {}), []),
      tuple('remainder', 'drop', [2]),
    ],
  };

  it('gives each transformer its columns, in the order of the transformers', () => {
    const columns = evaluatorOf('ColumnTransformer', attributes);
    expect(transformed(columns, [1, 'B', 'x', 2], [5, null, null, 3])).toEqual([
      [-8, -99, 0, 1],
      [-7, -95, 1, 0],
    ]);
  });

  it('tells names, text, what may be missing and what is not used', () => {
    const columns = evaluatorOf('ColumnTransformer', {
      ...attributes,
      transformers_: [...attributes.transformers_.slice(1, 2), tuple('strict', oneHot('1', '2'), [0])],
    });
    expect(columns.featureNames).toEqual(['age', 'town', 'note', 'size']);
    expect([...columns.textColumns!]).toEqual([
      [1, ['A', 'B']],
      [0, ['1', '2']],
    ]);
    expect(columns.missingColumns).toEqual(new Set([1, 2, 3]));
    expect(columns.unusedColumns).toEqual(new Set([2, 3]));
  });

  it('names the column of the input in errors', () => {
    const columns = evaluatorOf('ColumnTransformer', attributes);
    expect(() => transformed(columns, [1, 'Z', 'x', 2])).toThrow(
      atCell(0, 'town', 'is "Z", a category that'),
    );
  });

  it('passes the remainder through, text as text, and weighs', () => {
    const columns = evaluatorOf('ColumnTransformer', {
      ...attributes,
      transformers_: [tuple('a', scaler([1]), [0]), tuple('remainder', 'passthrough', [1, 3])],
      transformer_weights: dict({ a: 0.5 }),
    });
    expect(transformed(columns, [5, 'oak', 'x', 2])).toEqual([[2, 'oak', 2]]);
  });

  it('reads the names of older files', () => {
    for (const name of ['_df_columns', '_feature_names_in']) {
      const { feature_names_in_: names, ...rest } = attributes;
      expect(evaluatorOf('ColumnTransformer', { ...rest, [name]: names }).featureNames).toEqual([
        'age',
        'town',
        'note',
        'size',
      ]);
    }
  });
});

describe('FunctionTransformer', () => {
  it('maps by functions of numpy, whatever module they are named in', () => {
    const of = (name: string) =>
      evaluatorOf('FunctionTransformer', { func: new PyFunction(name), validate: false });
    expect(transformed(of('numpy.square'), [3])).toEqual([[9]]);
    expect(transformed(of('numpy.core._multiarray_umath.rint'), [0.5, 1.5, -2.5])).toEqual([[0, 2, -2]]);
    expect(() => of('numpy.cumsum')).toThrow(
      'FunctionTransformer: the function <function numpy.cumsum> cannot',
    );
    expect(() => of('scipy.special.exp')).toThrow('cannot be evaluated');
  });

  it('refuses keyword arguments', () => {
    const attributes = { func: new PyFunction('numpy.log'), kw_args: dict({ where: true }) };
    expect(() => evaluatorOf('FunctionTransformer', attributes)).toThrow('a function with kw_args');
  });

  it('without a function changes nothing', () => {
    const same = evaluatorOf('FunctionTransformer', { func: null, validate: false });
    expect(transformed(same, [1, 'a', null])).toEqual([[1, 'a', NaN]]);
  });
});
