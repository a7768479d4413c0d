import { describe, expect, it } from 'vitest';
import { decisionTree, type Nested } from '../../../../test/support/sklearn-trees.js';
import { estimator, evaluatorOf, floats, objects, table } from '../../../../test/support/sklearn.js';
import type { PyObject } from '../../pickle/values.js';

const x = table([0], [1]);
const rounded = (values: ArrayLike<unknown>) =>
  Array.from(values, (value) => Number(Number(value).toFixed(12)));
const split = (left: readonly number[], right: readonly number[]): Nested => ({
  feature: 0,
  threshold: 0.5,
  left,
  right,
});
/** A tree of classes 0 and 1 (or those given) with these probabilities below and above 0.5. */
const classifier = (left: readonly number[], right: readonly number[], classes: readonly number[] = [0, 1]) =>
  decisionTree('DecisionTreeClassifier', split(left, right), 1, {
    nClasses: left.length,
    classes_: floats(classes),
    criterion: 'gini',
  });
const constant = (value: number) => estimator('DummyRegressor', { constant_: floats([[value]]) });

describe('AdaBoostClassifier', () => {
  const members = [classifier([1, 0], [0, 1]), classifier([0.2, 0.8], [0.1, 0.9])];
  const model = (attributes: object) =>
    evaluatorOf('AdaBoostClassifier', {
      estimators_: members,
      estimator_weights_: floats([3, 1, 0]),
      classes_: floats([0, 1]),
      ...attributes,
    });

  it('weighs votes for and against', () => {
    expect(model({}).decisionFunction!(x).data).toEqual(Float64Array.of(-1, 2));
    expect(model({}).predict!(x).data).toEqual(Float64Array.of(0, 1));
    expect(rounded(model({}).predictProba!(x).data)).toEqual(
      rounded([1 / (1 + Math.exp(-1)), 1 / (1 + Math.E), 1 / (1 + Math.exp(2)), 1 / (1 + Math.exp(-2))]),
    );
  });

  it('counted no vote against before 1.3', () => {
    const old = model({ algorithm: 'SAMME', _sklearn_version: '1.2.2' });
    expect(old.decisionFunction!(x).data).toEqual(Float64Array.of(-0.5, 1));
  });

  it('sums centred log probabilities with SAMME.R', () => {
    const real = model({
      algorithm: 'SAMME.R',
      _sklearn_version: '1.5.2',
      estimator_weights_: floats([1, 1]),
    });
    const centred = (p: number, q: number) =>
      Math.log(Math.max(q, Number.EPSILON)) - Math.log(Math.max(p, Number.EPSILON));
    expect(rounded(real.decisionFunction!(x).data)).toEqual(
      rounded([(centred(1, 0) + centred(0.2, 0.8)) / 2, (centred(0, 1) + centred(0.1, 0.9)) / 2]),
    );
  });
});

describe('AdaBoostRegressor', () => {
  it('answers with the weighted median', () => {
    const fitted = (...weights: number[]) =>
      evaluatorOf('AdaBoostRegressor', {
        estimators_: [constant(30), constant(10), constant(20)],
        estimator_weights_: floats(weights),
      }).predict!(table([0])).data;
    expect(fitted(1, 1, 1)).toEqual(Float64Array.of(20));
    expect(fitted(1, 5, 1)).toEqual(Float64Array.of(10));
    expect(fitted(1, 1, 0)).toEqual(Float64Array.of(10));
  });
});

describe('VotingClassifier', () => {
  const members = [
    classifier([0.6, 0.4], [0, 1]),
    classifier([0.1, 0.9], [0, 1]),
    classifier([0.6, 0.4], [0, 1]),
  ];
  const voting = (attributes: object) =>
    evaluatorOf('VotingClassifier', { estimators_: members, classes_: objects('no', 'yes'), ...attributes });

  it('counts votes, or averages probabilities', () => {
    const hard = voting({ voting: 'hard' });
    expect(hard.predict!(x).data).toEqual(['no', 'yes']);
    expect(hard.predictProba).toBeUndefined();
    expect(hard.transform!(x).numbers).toEqual(Float64Array.of(0, 1, 0, 1, 1, 1));
    const soft = voting({ voting: 'soft' });
    expect(rounded(soft.predictProba!(x).data)).toEqual(rounded([1.3 / 3, 1.7 / 3, 0, 1]));
    expect(soft.predict!(x).data).toEqual(['yes', 'yes']);
  });

  it('leaves out the weights of what was dropped', () => {
    const estimators = ['a', 'drop', 'b', 'c'].map((name) => [name, name === 'drop' ? 'drop' : null]);
    const named = estimators.map(([name, nested], k) => [name, nested ?? members[k % 3]]);
    const hard = voting({ voting: 'hard', estimators: named, weights: floats([1, 9, 3, 1]) });
    expect(hard.predict!(x).data).toEqual(['yes', 'yes']);
  });

  it('has no transform whose answer would have three dimensions', () => {
    expect(voting({ voting: 'soft', flatten_transform: false }).transform).toBeUndefined();
  });
});

describe('BaggingClassifier', () => {
  const bagging = (members: PyObject[], columns: number[][], attributes: object = {}) =>
    evaluatorOf('BaggingClassifier', {
      estimators_: members,
      estimators_features_: columns.map((list) => floats(list)),
      n_features_in_: 2,
      n_estimators: members.length,
      classes_: objects('a', 'b'),
      ...attributes,
    });

  it('gives each estimator its own columns', () => {
    const model = bagging([classifier([1, 0], [0, 1]), classifier([0.5, 0.5], [0, 1])], [[1], [0]]);
    expect(model.predictProba!(table([1, 0])).data).toEqual(Float64Array.of(0.5, 0.5));
    expect(model.predictProba!(table([1, 1])).data).toEqual(Float64Array.of(0, 1));
  });

  it('knows an estimator that saw one class alone', () => {
    const one = decisionTree('DecisionTreeClassifier', [1], 1, { nClasses: 1, classes_: floats([1]) });
    expect(bagging([one], [[0]]).predictProba!(table([0, 0])).data).toEqual(Float64Array.of(0, 1));
  });

  it('refuses columns that there are not', () => {
    expect(() => bagging([classifier([1, 0], [0, 1])], [[2]])).toThrow(
      'BaggingClassifier: estimators_features_ go beyond 2 features',
    );
  });
});

describe('stacking', () => {
  const final = (coef: number[]) => estimator('LinearRegression', { coef_: floats(coef), intercept_: 0 });

  it('hands the answers on, and the rows where they are passed through', () => {
    const attributes = { estimators_: [constant(2), constant(3)], stack_method_: ['predict', 'predict'] };
    const plain = evaluatorOf('StackingRegressor', { ...attributes, final_estimator_: final([1, 10]) });
    expect(plain.predict!(x).data).toEqual(Float64Array.of(32, 32));
    const through = { ...attributes, passthrough: true, final_estimator_: final([1, 10, 100]) };
    expect(evaluatorOf('StackingRegressor', through).predict!(x).data).toEqual(Float64Array.of(32, 132));
  });

  it('keeps the second of two probabilities, and answers with the labels', () => {
    const model = evaluatorOf('StackingClassifier', {
      estimators_: [classifier([0.9, 0.1], [0.2, 0.8])],
      stack_method_: ['predict_proba'],
      classes_: objects('no', 'yes'),
      final_estimator_: classifier([1, 0], [0.3, 0.7]),
    });
    expect(model.transform!(x).numbers).toEqual(Float64Array.of(0.1, 0.8));
    expect(model.predict!(x).data).toEqual(['no', 'yes']);
    expect(model.predictProba!(x).data).toEqual(Float64Array.of(1, 0, 0.3, 0.7));
  });
});

describe('IsolationForest', () => {
  it('scores by the length of the path', () => {
    const tree = decisionTree('ExtraTreeRegressor', split([0], [0]), 1);
    const model = evaluatorOf('IsolationForest', {
      estimators_: [tree],
      estimators_features_: [floats([0])],
      n_features_in_: 1,
      max_samples_: 2,
      offset_: -0.5,
    });
    expect(model.decisionFunction!(table([0])).data).toEqual(Float64Array.of(0));
    expect(model.predict!(table([0])).data).toEqual(Float64Array.of(1));
  });
});
