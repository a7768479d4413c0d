import { describe, expect, it } from 'vitest';
import { decisionTree, treePredictor, type Nested } from '../../../../test/support/sklearn-trees.js';
import {
  estimator,
  evaluatorOf,
  floats,
  mask,
  objects,
  table,
  tuple,
} from '../../../../test/support/sklearn.js';
import { NdArray, type PyObject } from '../../pickle/values.js';

const stump = (left: number, right: number): Nested => ({
  feature: 0,
  threshold: 0.5,
  left: [left],
  right: [right],
});
const stage = (tree: Nested) => decisionTree('DecisionTreeRegressor', tree, 1);
const x = table([0], [1]);
const rounded = (values: ArrayLike<unknown>) =>
  Array.from(values, (value) => Number(Number(value).toFixed(12)));

describe('GradientBoostingClassifier', () => {
  const prior = (...priors: number[]) =>
    estimator('DummyClassifier', {
      _strategy: 'prior',
      classes_: floats(priors.map((_, k) => k)),
      class_prior_: floats(priors),
    });
  const binary = (loss: string, init: PyObject | string = 'zero', version = '1.9.1') =>
    evaluatorOf('GradientBoostingClassifier', {
      _sklearn_version: version,
      classes_: objects('no', 'yes'),
      learning_rate: 0.5,
      estimators_: objects(stage(stump(0, Math.log(9)))),
      init_: init,
      _loss: estimator(loss, {}),
    });

  it('adds scaled trees to the start and passes the sum through the logistic function', () => {
    const model = binary('HalfBinomialLoss', prior(0.25, 0.75));
    expect(rounded(model.decisionFunction!(x).data)).toEqual(rounded([Math.log(3), 2 * Math.log(3)]));
    expect(rounded(model.predictProba!(x).data)).toEqual([0.25, 0.75, 0.1, 0.9]);
    expect(model.predict!(x).data).toEqual(['yes', 'yes']);
  });

  it('doubles the raw value of the exponential loss', () => {
    const model = binary('ExponentialLoss', prior(0.25, 0.75));
    expect(rounded(model.predictProba!(x).data)).toEqual(rounded([0.25, 0.75, 1 / 28, 27 / 28]));
  });

  it('takes a raw value of zero for the second class, but not with the losses before 1.4', () => {
    expect(binary('HalfBinomialLoss').predict!(x).data).toEqual(['yes', 'yes']);
    expect(binary('BinomialDeviance', 'zero', '1.3.2').predict!(x).data).toEqual(['no', 'yes']);
  });

  it('starts several classes from the logarithms of the priors, centred since 1.4', () => {
    const three = (loss: string) =>
      evaluatorOf('GradientBoostingClassifier', {
        classes_: floats([0, 1, 2]),
        learning_rate: 1,
        estimators_: objects(stage([0]), stage([1]), stage([2])),
        init_: prior(0.25, 0.25, 0.5),
        _loss: estimator(loss, {}),
      }).decisionFunction!(table([0])).data;
    const logs = [0.25, 0.25, 0.5].map(Math.log);
    const mean = (logs[0] + logs[1] + logs[2]) / 3;
    expect(rounded(three('MultinomialDeviance'))).toEqual(rounded([logs[0], logs[1] + 1, logs[2] + 2]));
    expect(rounded(three('HalfMultinomialLoss'))).toEqual(
      rounded([logs[0] - mean, logs[1] + 1 - mean, logs[2] + 2 - mean]),
    );
  });

  it('refuses an initial estimator that computes in float32, and a loss it does not know', () => {
    const single = new NdArray({ kind: 'f', itemsize: 4 }, [1, 1], Float32Array.of(1));
    const init = estimator('LogisticRegression', {
      coef_: single,
      intercept_: floats([0]),
      classes_: floats([0, 1]),
    });
    expect(() => binary('HalfBinomialLoss', init)).toThrow(
      'GradientBoostingClassifier: init LogisticRegression fitted in float32 cannot be evaluated',
    );
    expect(() => binary('CoshLoss')).toThrow('GradientBoostingClassifier: loss CoshLoss cannot be evaluated');
  });
});

describe('GradientBoostingRegressor', () => {
  const regressor = (init: PyObject) =>
    evaluatorOf('GradientBoostingRegressor', {
      learning_rate: 0.1,
      estimators_: objects(stage(stump(10, 20)), stage([5])),
      init_: init,
    });

  it('adds its stages to the constant', () => {
    const model = regressor(estimator('DummyRegressor', { constant_: floats([[100]]) }));
    expect(rounded(model.predict!(x).data)).toEqual([101.5, 102.5]);
  });

  it('takes a constant in float32, of targets in float32, as it is', () => {
    const constant = new NdArray({ kind: 'f', itemsize: 4 }, [1, 1], Float32Array.of(0.1));
    const model = regressor(estimator('DummyRegressor', { constant_: constant }));
    expect(model.predict!(table([0])).data[0]).toBeCloseTo(Math.fround(0.1) + 1.5, 12);
  });

  it('gives an initial estimator the rows in float32', () => {
    const model = regressor(estimator('LinearRegression', { coef_: floats([1]), intercept_: 0 }));
    expect(model.predict!(table([0.1])).data[0]).toBeCloseTo(Math.fround(0.1) + 1.5, 12);
  });
});

describe('HistGradientBoostingRegressor', () => {
  const regressor = (attributes: object, ...trees: Nested[]) =>
    evaluatorOf('HistGradientBoostingRegressor', {
      loss: 'squared_error',
      n_trees_per_iteration_: 1,
      n_features_in_: 1,
      _baseline_prediction: 1,
      _predictors: trees.map((tree) => [treePredictor(tree)]),
      ...attributes,
    });

  it('compares in float64 and takes missing values', () => {
    const model = regressor({}, { feature: 0, threshold: 0.5, left: [1], right: [2], missingLeft: true });
    expect(model.acceptsMissing).toBe(true);
    expect(model.predict!(table([0.5], [0.5 + 1e-12], [NaN])).data).toEqual(Float64Array.of(2, 3, 2));
  });

  it.each([
    ['poisson', Math.E],
    ['gamma', Math.E],
    ['absolute_error', 1],
    ['least_squares', 1],
  ])('with loss %s', (loss, expected) => {
    expect(regressor({ loss }).predict!(table([0])).data[0]).toBe(expected);
  });

  it('refuses another loss', () => {
    expect(() => regressor({ loss: 'cosh' })).toThrow(
      'HistGradientBoostingRegressor: loss "cosh" cannot be evaluated',
    );
  });

  it('sends unknown categories the way of missing values', () => {
    const split: Nested = {
      feature: 0,
      threshold: 0,
      left: [1],
      right: [2],
      categories: [3],
      missingLeft: true,
    };
    const mapper = estimator('_BinMapper', {
      is_categorical_: floats([1]),
      bin_thresholds_: [floats([2, 3])],
    });
    const model = regressor({ _bin_mapper: mapper }, split);
    expect(model.predict!(table([2], [3], [4], [NaN])).data).toEqual(Float64Array.of(3, 2, 2, 2));
  });

  it('encodes categories first and puts them before the other columns', () => {
    const encoder = estimator('OrdinalEncoder', {
      categories_: [objects('blue', 'red')],
      handle_unknown: 'use_encoded_value',
      unknown_value: NaN,
      n_features_in_: 1,
    });
    const model = regressor(
      {
        n_features_in_: 2,
        is_categorical_: mask(false, true),
        _preprocessor: estimator('ColumnTransformer', {
          transformers_: [tuple('encoder', encoder, mask(false, true))],
        }),
      },
      { feature: 0, threshold: 0.5, left: [10], right: [20] },
      { feature: 1, threshold: 0.5, left: [100], right: [200] },
    );
    expect(model.textColumns).toEqual(new Map([[1, ['blue', 'red']]]));
    expect(model.predict!(table([0, 'blue'], [1, 'red'], [0, 'green'])).data).toEqual(
      Float64Array.of(111, 221, 121),
    );
  });

  it('refuses a categorical split without its set', () => {
    const split: Nested = { feature: 0, threshold: 0, left: [1], right: [2], categories: [3] };
    expect(() => regressor({}, split)).toThrow(
      'node 0 of a decision tree splits on categories that are not there',
    );
  });
});

describe('HistGradientBoostingClassifier', () => {
  it('has a tree a class and iteration for three classes', () => {
    const model = evaluatorOf('HistGradientBoostingClassifier', {
      loss: 'log_loss',
      classes_: objects('a', 'b', 'c'),
      n_trees_per_iteration_: 3,
      n_features_in_: 1,
      _baseline_prediction: floats([[0, 0, Math.log(2)]]),
      _predictors: [[[0], [Math.log(4)], [0]].map((leaf) => treePredictor(leaf))],
    });
    expect(rounded(model.predictProba!(table([0])).data)).toEqual(rounded([1 / 7, 4 / 7, 2 / 7]));
    expect(model.predict!(table([0])).data).toEqual(['b']);
  });
});
