import { describe, expect, it } from 'vitest';
import { decisionTree, type Nested } from '../../../../test/support/sklearn-trees.js';
import { evaluatorOf, floats, objects, table } from '../../../../test/support/sklearn.js';
import { buildEvaluator } from '../../pickled-libraries.js';

const split = (left: Nested, right: Nested): Nested => ({ feature: 0, threshold: 0.5, left, right });
const x = table([0], [1]);

describe('DecisionTreeClassifier', () => {
  const classes = { classes_: objects('no', 'yes'), nClasses: 2, criterion: 'gini' };

  it('answers with the fractions in the leaf', () => {
    const tree = decisionTree('DecisionTreeClassifier', split([0.75, 0.25], [0, 1]), 1, classes);
    const model = buildEvaluator(tree);
    expect(model.predict!(x).data).toEqual(['no', 'yes']);
    expect(model.predictProba!(x)).toEqual({ rows: 2, columns: 2, data: Float64Array.of(0.75, 0.25, 0, 1) });
  });

  it('divides the counts that files before 1.4 hold', () => {
    const old = { ...classes, _sklearn_version: '1.3.2' };
    const model = buildEvaluator(decisionTree('DecisionTreeClassifier', split([3, 1], [0, 0]), 1, old));
    expect(model.predictProba!(x).data).toEqual(Float64Array.of(0.75, 0.25, 0, 0));
    expect(model.predict!(x).data).toEqual(['no', 'no']);
  });

  it('answers for several targets side by side', () => {
    const attributes = { nClasses: 2, classes_: [objects('a', 'b'), floats([5, 7])] };
    const model = buildEvaluator(decisionTree('DecisionTreeClassifier', [0.1, 0.9, 0.6, 0.4], 1, attributes));
    expect(model.nOutputs).toBe(2);
    expect(model.classes).toBeUndefined();
    expect(model.predict!(table([0]))).toEqual({ rows: 1, columns: 2, data: ['b', 5] });
    expect(model.predictProba!(table([0])).data).toEqual(Float64Array.of(0.1, 0.9, 0.6, 0.4));
  });

  it('refuses more classes than the tree has', () => {
    const three = decisionTree('DecisionTreeClassifier', [0.5, 0.5], 1, {
      ...classes,
      classes_: floats([1, 2, 3]),
    });
    expect(() => buildEvaluator(three)).toThrow('the values of a decision tree are not those of its classes');
  });
});

describe('missing values', () => {
  const takes = (attributes: object, className = 'DecisionTreeRegressor') =>
    buildEvaluator(decisionTree(className, [1], 1, { criterion: 'squared_error', ...attributes }))
      .acceptsMissing;

  it.each([
    ['1.2.2', {}, false],
    ['1.3.0', {}, true],
    ['1.5.2', { splitter: 'random' }, false],
    ['1.6.0', { splitter: 'random' }, true],
    ['1.8.0', { criterion: 'absolute_error' }, false],
    ['1.8.0', { monotonic_cst: floats([1]) }, false],
    ['1.9.0', { criterion: 'absolute_error', monotonic_cst: floats([1]) }, true],
  ])('scikit-learn %s with %j: %s', (version, options, expected) => {
    expect(takes({ _sklearn_version: version, ...options })).toBe(expected);
  });

  it('are taken by forests from 1.4 on', () => {
    const forest = (version: string) => {
      const options = { criterion: 'squared_error', _sklearn_version: version };
      const tree = decisionTree('DecisionTreeRegressor', [1], 1, options);
      return evaluatorOf('RandomForestRegressor', { estimators_: [tree], _sklearn_version: version })
        .acceptsMissing;
    };
    expect([forest('1.3.2'), forest('1.4.0')]).toEqual([false, true]);
  });
});

describe('forests', () => {
  it('average the probabilities of their trees', () => {
    const trees = [split([1, 0], [0, 1]), split([0.5, 0.5], [0, 1])].map((tree) =>
      decisionTree('DecisionTreeClassifier', tree, 1, { nClasses: 2, classes_: floats([0, 1]) }),
    );
    const model = evaluatorOf('RandomForestClassifier', { estimators_: trees, classes_: objects('a', 'b') });
    expect(model.predictProba!(x).data).toEqual(Float64Array.of(0.75, 0.25, 0, 1));
    expect(model.predict!(x).data).toEqual(['a', 'b']);
  });

  it('average the values of their trees for each target', () => {
    const trees = [[1, 10], [2, 30]].map((leaf) => decisionTree('DecisionTreeRegressor', leaf, 1)); // prettier-ignore
    const model = evaluatorOf('ExtraTreesRegressor', { estimators_: trees });
    expect(model.predict!(table([0]))).toEqual({ rows: 1, columns: 2, data: Float64Array.of(1.5, 20) });
  });

  it('refuse trees that differ, and none', () => {
    const trees = [1, 2].map((nFeatures) => decisionTree('DecisionTreeRegressor', [1], nFeatures));
    expect(() => evaluatorOf('RandomForestRegressor', { estimators_: trees })).toThrow(
      'RandomForestRegressor: its trees differ in features or targets',
    );
    expect(() => evaluatorOf('RandomForestRegressor', { estimators_: [] })).toThrow(
      'RandomForestRegressor: it has no trees',
    );
  });
});
