import { describe, expect, it } from 'vitest';
import { estimator, evaluatorOf, floats, objects, table } from '../../../../test/support/sklearn.js';

const x = table([0, 0], [1, 2]);
const rounded = (values: ArrayLike<number>) => Array.from(values, (value) => Number(value.toFixed(12)));

describe('regressors', () => {
  it('answer for one target and for several, with one intercept or one each', () => {
    const one = evaluatorOf('LinearRegression', { coef_: floats([1, 2]), intercept_: 3 });
    expect(one.predict!(x)).toEqual({ rows: 2, columns: 1, data: Float64Array.of(3, 8) });
    const two = evaluatorOf('Ridge', { coef_: floats([[1, 2], [0, 1]]), intercept_: floats([0, 5]) }); // prettier-ignore
    expect(two.nOutputs).toBe(2);
    expect(two.predict!(x).data).toEqual(Float64Array.of(0, 5, 5, 7));
  });

  it('refuse an intercept that does not fit', () => {
    const attributes = { coef_: floats([1, 2]), intercept_: floats([0, 5]) };
    expect(() => evaluatorOf('Ridge', attributes)).toThrow(
      'Ridge: intercept_ has 2 values, where 1 were expected',
    );
  });

  it('with a link answer through it', () => {
    const fitted = { coef_: floats([1, 0]), intercept_: 0 };
    expect(evaluatorOf('PoissonRegressor', fitted).predict!(x).data).toEqual(Float64Array.of(1, Math.E));
    const tweedie = (link: string, power: number) =>
      evaluatorOf('TweedieRegressor', { ...fitted, link, power }).predict!(x).data[1];
    expect([tweedie('auto', 0), tweedie('auto', 1.5), tweedie('identity', 1.5)]).toEqual([1, Math.E, 1]);
    expect(() => tweedie('logit', 0)).toThrow('TweedieRegressor: link "logit" cannot be evaluated');
  });

  it('RANSAC answers as its inner estimator', () => {
    const inner = estimator('LinearRegression', { coef_: floats([1, 2]), intercept_: 3 });
    expect(evaluatorOf('RANSACRegressor', { estimator_: inner }).predict!(x).data).toEqual(
      Float64Array.of(3, 8),
    );
  });

  it('SGDOneClassSVM calls a score of zero an inlier', () => {
    const model = evaluatorOf('SGDOneClassSVM', { coef_: floats([[1, 1]]), offset_: floats([3]) });
    expect(model.decisionFunction!(x).data).toEqual(Float64Array.of(-3, 0));
    expect(model.predict!(x).data).toEqual(Float64Array.of(-1, 1));
  });
});

describe('LogisticRegression', () => {
  const score = Math.log(3);
  const binary = { coef_: floats([[0, 0]]), intercept_: floats([score]), classes_: objects('no', 'yes') };
  const three = {
    coef_: floats([[0, 0], [0, 0], [0, 0]]), // prettier-ignore
    intercept_: floats([0, 0, score]),
    classes_: objects('a', 'b', 'c'),
  };
  const probabilities = (fitted: object, options: object) =>
    rounded(evaluatorOf('LogisticRegression', { ...fitted, ...options }).predictProba!(table([0, 0])).data);

  it('is one-vs-rest for two classes, unless told to be multinomial', () => {
    expect(probabilities(binary, { multi_class: 'auto', solver: 'lbfgs' })).toEqual([0.25, 0.75]);
    expect(probabilities(binary, { multi_class: 'multinomial', solver: 'lbfgs' })).toEqual([0.1, 0.9]);
    expect(probabilities(binary, { solver: 'lbfgs' })).toEqual([0.25, 0.75]);
  });

  it('is a softmax for more classes, unless the option, the solver or the version say otherwise', () => {
    const softmax = [0.2, 0.2, 0.6];
    const oneVsRest = [0.5, 0.5, 0.75].map((p) => Number((p / 1.75).toFixed(12)));
    expect(probabilities(three, { multi_class: 'auto', solver: 'lbfgs' })).toEqual(softmax);
    expect(probabilities(three, { multi_class: 'ovr', solver: 'lbfgs' })).toEqual(oneVsRest);
    expect(probabilities(three, { multi_class: 'auto', solver: 'liblinear' })).toEqual(oneVsRest);
    const newton = { multi_class: 'deprecated', solver: 'newton-cholesky' };
    expect(probabilities(three, { ...newton, _sklearn_version: '1.5.2' })).toEqual(oneVsRest);
    expect(probabilities(three, { ...newton, _sklearn_version: '1.6.1' })).toEqual(softmax);
    expect(probabilities(three, { solver: 'lbfgs' })).toEqual(softmax);
  });

  it('predicts labels and refuses classes that do not fit its coefficients', () => {
    expect(evaluatorOf('LogisticRegression', binary).predict!(table([0, 0])).data).toEqual(['yes']);
    expect(() => evaluatorOf('LogisticRegression', { ...three, classes_: objects('a', 'b') })).toThrow(
      'LogisticRegression: classes_ has 2 values, where 3 were expected',
    );
    expect(() => evaluatorOf('LogisticRegression', { ...binary, multi_class: 'crammer' })).toThrow(
      'LogisticRegression: multi_class "crammer" cannot be evaluated; export to ONNX instead',
    );
  });
});

describe('SGDClassifier', () => {
  const fitted = {
    coef_: floats([[1, 0], [0, 1], [0, 0]]), // prettier-ignore
    intercept_: floats([-3, -3, -3]),
    classes_: floats([0, 1, 2]),
  };

  it('with modified Huber loss gives uniform probabilities where all are zero', () => {
    const model = evaluatorOf('SGDClassifier', { ...fitted, loss: 'modified_huber' });
    const third = 1 / 3;
    expect(Array.from(model.predictProba!(table([0, 0], [3, 2.5])).data)).toEqual([
      third,
      third,
      third,
      2 / 3,
      third,
      0,
    ]);
  });

  it('has probabilities for the losses that are probabilistic, by both names of the logarithmic one', () => {
    const has = (loss: string) =>
      evaluatorOf('SGDClassifier', { ...fitted, loss }).predictProba !== undefined;
    expect(['log', 'log_loss', 'modified_huber', 'hinge', 'perceptron', 'huber'].map(has)).toEqual([
      true, true, true, false, false, false,
    ]); // prettier-ignore
    expect(() => has('mine')).toThrow('SGDClassifier: loss "mine" cannot be evaluated');
  });
});

describe('RidgeClassifier', () => {
  it('answers several labels a row with an indicator each', () => {
    const binarizer = estimator('LabelBinarizer', {
      y_type_: 'multilabel-indicator',
      classes_: floats([0, 1]),
    });
    const model = evaluatorOf('RidgeClassifier', {
      _label_binarizer: binarizer,
      coef_: floats([[1, 0], [0, 1]]), // prettier-ignore
      intercept_: floats([-0.5, -2]),
    });
    expect(model.predict!(x)).toEqual({ rows: 2, columns: 2, data: Float64Array.of(0, 0, 1, 0) });
  });
});
